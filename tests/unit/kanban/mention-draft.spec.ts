import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MentionDraft } from '#shared/kanban/mention-draft.ts'
import { draftOfMarkdown, findMentionable, markdownOfDraft, mentionQueryAt, withMention } from '#shared/kanban/mention-draft.ts'
import { mentionedIn, mentionOf } from '#shared/kanban/mentions.ts'
import { assign, buildId, buildMatter, buildMember, PEOPLE } from '../../helpers/builders.ts'

const { partner, partner2, associate, paralegal, client, admin } = PEOPLE
const draft = (text: string, ...mentioned: { id: string, name: string }[]): MentionDraft => ({ text, mentioned })
/** What somebody types, `|` being the caret, and whom they choose. */
function chosen(typed: string, person: { id: string, name: string }, before: MentionDraft['mentioned'] = []): ReturnType<typeof withMention> {
  const caret = typed.indexOf('|')
  const start = draft(typed.replace('|', ''), ...before)
  return withMention(start, mentionQueryAt(start, caret)!, person)
}

describe('a comment that is written', () => {
  it('shows names, and says in its markdown who is meant', () => {
    const { text, mentioned, caret } = chosen('Please ask @rob| today', partner2)
    expect(text).toBe('Please ask @Robert Chen today')
    expect(text.slice(0, caret)).toBe('Please ask @Robert Chen ')
    expect(markdownOfDraft({ text, mentioned })).toBe(`Please ask ${mentionOf(partner2)} today`)
  })

  it('is read back with the names that people have now, and with the written one of who isn\'t known', () => {
    const markdown = `${mentionOf(partner2)} and ${mentionOf({ id: buildId(0xDEAD), name: 'Gone [Ltd]' })}: see **this**`
    const read = draftOfMarkdown(markdown, id => id === partner2.id ? 'Robert Chen-Smith' : null)
    expect(read.text).toBe('@Robert Chen-Smith and @Gone [Ltd]: see **this**')
    expect(markdownOfDraft(read)).toBe(`${mentionOf({ ...partner2, name: 'Robert Chen-Smith' })} and ${mentionOf({ id: buildId(0xDEAD), name: 'Gone [Ltd]' })}: see **this**`)
  })

  it('mentions nobody by a name that was only typed, or whose letters go on', () => {
    expect(markdownOfDraft(draft('@Robert Chen'))).toBe('@Robert Chen')
    expect(markdownOfDraft(draft('@Robert Chenoweth', partner2))).toBe('@Robert Chenoweth')
    expect(markdownOfDraft(draft('mail me', partner2))).toBe('mail me')
  })

  it('takes the longer of two names, and what follows a Japanese one for no part of it', () => {
    const hanako = { id: buildId(1), name: '佐藤 花子' }
    const sato = { id: buildId(2), name: '佐藤' }
    expect(markdownOfDraft(draft('@佐藤 花子さん、@佐藤さん', sato, hanako))).toBe(`${mentionOf(hanako)}さん、${mentionOf(sato)}さん`)
  })

  it('leaves code as it is', () => {
    expect(markdownOfDraft(draft('`@Robert Chen` and @Robert Chen', partner2))).toBe(`\`@Robert Chen\` and ${mentionOf(partner2)}`)
  })

  it('tells people of one name apart by their order in the text', () => {
    const [one, two] = [{ id: buildId(1), name: 'Yui Ito' }, { id: buildId(2), name: 'Yui Ito' }]
    const first = chosen('@yu|', one)
    const second = chosen(`@yu| ${first.text}`, two, first.mentioned)
    expect(markdownOfDraft(second)).toBe(`${mentionOf(two)} ${mentionOf(one)} `)
  })

  it('shows after each way there and back what was typed', () => {
    const names = fc.constantFrom('Robert Chen', '佐藤 花子', 'Rob', 'A*b_c', 'O\'Neil [Jr.]')
    const people = fc.uniqueArray(names, { minLength: 1 }).map(all => all.map((name, index) => ({ id: buildId(index + 1), name })))
    const pieces = fc.array(fc.oneof(names.map(name => `@${name}`), fc.constantFrom(' ', '\n', '`', 'さん', 'x', '[', '](', '!', '\\', '@')), { maxLength: 12 })
    fc.assert(fc.property(people, pieces, (mentioned, parts) => {
      const text = parts.join('')
      const markdown = markdownOfDraft({ text, mentioned })
      const read = draftOfMarkdown(markdown, id => mentioned.find(person => person.id === id)?.name ?? null)
      expect(read.text).toBe(text)
      expect([...mentionedIn(markdownOfDraft(read))].sort()).toEqual([...mentionedIn(markdown)].sort())
    }))
  })
})

describe('somebody is looked for', () => {
  it.each([
    ['@|', { start: 0, query: '' }],
    ['Ask @ro|b', { start: 4, query: 'ro' }],
    ['（@佐|', { start: 1, query: '佐' }],
    ['田中さん＠さと|', { start: 4, query: 'さと' }],
    ['one\n@two|', { start: 4, query: 'two' }],
    ['rob@chen|', null],
    ['@ rob|', null],
    ['@rob\nchen|', null],
    ['no|body', null],
    [`@${'x'.repeat(41)}|`, null],
  ])('where they are typed: %s', (typed, expected) => {
    expect(mentionQueryAt(draft(typed.replace('|', '')), typed.indexOf('|'))).toEqual(expected)
  })

  it('no more once they were chosen', () => {
    expect(mentionQueryAt(draft('@Robert Chen will', partner2), 17)).toBeNull()
  })

  it('among colleagues who see the matter, those first whose name begins so', () => {
    const matter = buildMatter({ confidentiality: 'SEALED', assignments: [assign(partner), assign(paralegal, 'PARALEGAL')], clientMemberIds: [client.id] })
    const everybody = Object.values(PEOPLE)
    const namesFor = (query: string, of = matter, writer = partner.id) => findMentionable(everybody, of, writer, query).map(({ name }) => name)
    expect(namesFor('')).toEqual([paralegal.name])
    expect(namesFor('', buildMatter(), associate.id)).not.toContain(client.name)
    expect(namesFor('', buildMatter(), associate.id)).not.toContain(admin.name)
    expect(namesFor('', buildMatter(), associate.id)).not.toContain(associate.name)
    expect(namesFor('ka', buildMatter())).toEqual(['Daichi Kato', 'Yui Nakamura'])
    expect(namesFor('ＳＡＴＯ', buildMatter())).toEqual(['Kenji Sato'])
    const japanese = [buildMember({ id: buildId(7), name: '田中 さくら' }), buildMember({ id: buildId(8), name: '田中 一', active: false })]
    expect(findMentionable(japanese, buildMatter(), partner.id, 'サク').map(({ id }) => id)).toEqual([buildId(7)])
    expect(findMentionable(japanese, buildMatter(), partner.id, '田').map(({ id }) => id)).toEqual([buildId(7)])
  })
})
