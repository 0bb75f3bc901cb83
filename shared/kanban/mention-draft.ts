import type { Member, MemberId } from './member.ts'
import { isStaff } from './member.ts'
import { mentionOf, parseMentions } from './mentions.ts'
import { normalizeSearchText } from './search-matters.ts'
import type { VisibilityFields } from './visibility.ts'
import { canSee } from './visibility.ts'

/*
 * A comment while it is written: people read `@Name`, and who was meant is kept beside the text until it is sent.
 */

type Named = Pick<Member, 'id' | 'name'>

/** A text as its writer sees it, with those whom its `@Name`s mean. Of two with one name, the first is the first in the text. */
export interface MentionDraft {
  text: string
  mentioned: readonly Named[]
}

/** A comment's markdown as its writer is to see it, with the names that people have now. */
export function draftOfMarkdown(markdown: string, nameOf: (id: MemberId) => string | null): MentionDraft {
  const mentioned: Named[] = []
  let text = ''
  let from = 0
  for (const { memberId, name, start, end } of parseMentions(markdown)) {
    const shown = plainName(nameOf(memberId) ?? name)
    mentioned.push({ id: memberId, name: shown })
    text += `${markdown.slice(from, start)}@${shown}`
    from = end
  }
  return { text: text + markdown.slice(from), mentioned }
}

/** The markdown of what was written: each `@Name` of somebody who was chosen becomes a mention, unless it stands in code. */
export function markdownOfDraft({ text, mentioned }: MentionDraft): string {
  const byName = Map.groupBy(mentioned, ({ name }) => plainName(name))
  // A name can begin another one: the longer is meant.
  const names = [...byName.keys()].sort((a, b) => b.length - a.length)
  const met = new Map<string, number>()
  let markdown = ''
  for (let at = 0; at < text.length;) {
    const name = text[at] === '@' ? names.find(candidate => text.startsWith(candidate, at + 1) && endsThere(candidate, text[at + 1 + candidate.length])) : undefined
    if (name === undefined) {
      markdown += text[at++]
      continue
    }
    const people = byName.get(name)!
    const count = met.get(name) ?? 0
    const mention = mentionOf(people[Math.min(count, people.length - 1)]!)
    const rest = text.slice(at + 1 + name.length)
    const isMention = parseMentions(markdown + mention + rest).some(({ start }) => start === markdown.length)
    met.set(name, count + 1)
    markdown += isMention ? mention : `@${name}`
    at += 1 + name.length
  }
  return markdown
}

/** What somebody types after an `@`, and where that stands. */
export interface MentionQuery {
  /** Of the `@`. */
  start: number
  /** May be empty. */
  query: string
}

/** Longer than this nobody looks for a name. */
const MAX_QUERY = 40

/** Whom somebody begins to mention where they type; null where they don't. A wide ＠ counts, and one in an address doesn't. */
export function mentionQueryAt({ text, mentioned }: MentionDraft, caret: number): MentionQuery | null {
  const line = text.slice(Math.max(text.lastIndexOf('\n', caret - 1) + 1, caret - MAX_QUERY - 1), caret)
  const sign = Math.max(line.lastIndexOf('@'), line.lastIndexOf('＠'))
  const start = caret - line.length + sign
  const query = line.slice(sign + 1)
  if (sign === -1 || /^\s/.test(query) || /[\w.+-]/.test(text[start - 1] ?? ''))
    return null
  return mentioned.some(({ name }) => query.startsWith(plainName(name))) ? null : { start, query }
}

/** The draft once a person was chosen, and where the caret stands then. */
export function withMention(draft: MentionDraft, { start, query }: MentionQuery, person: Named): MentionDraft & { caret: number } {
  const name = plainName(person.name)
  const before = draft.text.slice(0, start)
  const after = draft.text.slice(start + 1 + query.length)
  const written = `@${name}${/^\s/.test(after) ? '' : ' '}`
  // Those with the same name are told apart by their order in the text.
  const earlier = before.split(`@${name}`).length - 1
  const namesakes = draft.mentioned.filter(other => plainName(other.name) === name)
  const others = draft.mentioned.filter(other => plainName(other.name) !== name)
  return {
    text: before + written + after,
    mentioned: [...others, ...namesakes.slice(0, earlier), { id: person.id, name }, ...namesakes.slice(earlier)],
    caret: before.length + written.length + (written.endsWith(' ') ? 0 : 1),
  }
}

/** Whom a person may mention in a comment on a matter: colleagues who see it, those first whose name begins as typed. */
export function findMentionable(members: Iterable<Member>, matter: VisibilityFields, writer: MemberId, query: string, limit = 8): Member[] {
  const sought = normalizeSearchText(query)
  return [...members]
    .filter(member => member.active && isStaff(member) && member.id !== writer && canSee(member, matter))
    .flatMap((member) => {
      const name = normalizeSearchText(member.name)
      const place = name.startsWith(sought) ? 0 : name.includes(` ${sought}`) ? 1 : name.includes(sought) ? 2 : null
      return place === null ? [] : [{ member, place }]
    })
    .sort((a, b) => a.place - b.place || a.member.name.localeCompare(b.member.name))
    .slice(0, limit)
    .map(({ member }) => member)
}

/** As a mention writes it. */
function plainName(name: string): string {
  return name.replace(/\s+/g, ' ').trim()
}

/** Whether a name is over where it is: Latin letters that go on make another word of it, while "さん" belongs to nobody's name. */
function endsThere(name: string, next: string | undefined): boolean {
  const isLatin = (letter: string | undefined) => letter !== undefined && /[\p{Script=Latin}\p{N}_]/u.test(letter)
  return !isLatin(name.at(-1)) || !isLatin(next)
}
