import type { Member, MemberId } from './member.ts'

/*
 * Mentions are links in a comment's markdown, `[@Name](member:id)`: renaming a member, or a plain `@`, can't point at the
 * wrong person (docs/adr/0015-awareness.md, 7). What is code is no mention.
 */

/** One mention, and where in the text it stands. */
export interface Mention {
  memberId: MemberId
  /** As it was written, without the `@`. */
  name: string
  start: number
  /** Behind its last character. */
  end: number
}

/** How long a written name may be, escapes counted; a member's own is never longer than that. */
const MAX_LABEL = 600
// The label holds no bracket that isn't escaped, so each try ends at the next one: the scan stays linear.
const MENTION = /\[@((?:\\.|[^\\[\]\n]){1,600})\]\(member:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\)/g
/** Characters that markdown could take for more than themselves. */
const SPECIAL = /[\\`*_[\]<>&~|!]/g
const ESCAPED = /\\([!-/:-@[-`{-~])/g

/** The markdown that mentions a member. */
export function mentionOf({ id, name }: Pick<Member, 'id' | 'name'>): string {
  const label = name.replace(/\s+/g, ' ').trim().slice(0, MAX_LABEL / 2).replace(SPECIAL, '\\$&')
  return `[@${label || '?'}](member:${id})`
}

/** Every mention of a text, in its order. */
export function parseMentions(markdown: string): Mention[] {
  if (!markdown.includes('](member:'))
    return []
  const code = codeRanges(markdown)
  const mentions: Mention[] = []
  let next = 0
  for (const match of markdown.matchAll(MENTION)) {
    const start = match.index
    while (next < code.length && code[next]!.end <= start)
      next++
    const isCode = next < code.length && code[next]!.start < start + match[0].length
    if (!isCode && !isHeldBack(markdown, start))
      mentions.push({ memberId: match[2]!, name: unescape(match[1]!), start, end: start + match[0].length })
  }
  return mentions
}

/** Who is mentioned, each once. */
export function mentionedIn(markdown: string): Set<MemberId> {
  return new Set(parseMentions(markdown).map(({ memberId }) => memberId))
}

/** The text with every mention as `@Name`, for previews. */
export function withoutMentionLinks(markdown: string): string {
  let plain = ''
  let from = 0
  for (const { name, start, end } of parseMentions(markdown)) {
    plain += `${markdown.slice(from, start)}@${name}`
    from = end
  }
  return plain + markdown.slice(from)
}

function unescape(label: string): string {
  return label.replace(ESCAPED, '$1')
}

/** A bracket that is escaped opens nothing, and one behind a `!` opens a picture. */
function isHeldBack(text: string, start: number): boolean {
  return isEscaped(text, start) || (text[start - 1] === '!' && !isEscaped(text, start - 1))
}

interface Range {
  start: number
  end: number
}

/** Where code stands, in order: blocks between fences, and spans between backticks outside of them. */
function codeRanges(text: string): Range[] {
  const ranges: Range[] = []
  let paragraph: number | null = null
  let fence: { start: number, mark: string } | null = null
  const endParagraph = (end: number) => {
    if (paragraph !== null)
      codeSpans(text, { start: paragraph, end }).forEach(span => ranges.push(span))
    paragraph = null
  }
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline + 1
    const line = text.slice(start, end)
    if (fence) {
      const closing = /^ {0,3}(`{3,}|~{3,})[ \t\r]*\n?$/.exec(line)?.[1]
      if (closing && closing[0] === fence.mark[0] && closing.length >= fence.mark.length) {
        ranges.push({ start: fence.start, end })
        fence = null
      }
    }
    else {
      const opening = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line.trimEnd())
      if (opening) {
        endParagraph(start)
        fence = { start, mark: (opening[1] ?? opening[2])! }
      }
      else if (line.trim() === '') {
        endParagraph(start)
      }
      else if (paragraph === null && /^(?: {4}|\t)/.test(line)) {
        ranges.push({ start, end })
      }
      else {
        paragraph ??= start
      }
    }
    start = end
  }
  if (fence)
    ranges.push({ start: fence.start, end: text.length })
  endParagraph(text.length)
  return ranges.sort((a, b) => a.start - b.start)
}

/**
 * A span ends at the next run of as many backticks as began it; a run without such an end is only text. Within code a backslash
 * escapes nothing, so only what begins a span can be escaped.
 */
function codeSpans(text: string, { start, end }: Range): Range[] {
  const runs = [...text.slice(start, end).matchAll(/`+/g)].map(run => ({ at: start + run.index, length: run[0].length }))
  const later = new Map<number, number[]>()
  // From the last one on, so that those that lie behind are taken off the end.
  for (let place = runs.length - 1; place >= 0; place--) {
    const places = later.get(runs[place]!.length)
    if (places)
      places.push(place)
    else
      later.set(runs[place]!.length, [place])
  }
  const spans: Range[] = []
  for (let place = 0; place < runs.length; place++) {
    const { at, length } = runs[place]!
    const escaped = isEscaped(text, at) ? 1 : 0
    const places = later.get(length - escaped)
    while (places && (places.at(-1) ?? Infinity) <= place)
      places.pop()
    const closing = places?.at(-1)
    if (closing === undefined)
      continue
    spans.push({ start: at + escaped, end: runs[closing]!.at + runs[closing]!.length })
    place = closing
  }
  return spans
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\')
    backslashes++
  return backslashes % 2 === 1
}
