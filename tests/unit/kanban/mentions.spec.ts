import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mentionedIn, mentionOf, parseMentions, withoutMentionLinks } from '#shared/kanban/mentions.ts'
import { buildId, PEOPLE } from '../../helpers/builders.ts'

const { partner, clerk } = PEOPLE
const BEN = `[@Ben](member:${partner.id})`

describe('mentions', () => {
  it('are links to a member, wherever they stand', () => {
    const text = `Ask ${mentionOf(partner)} and ${mentionOf(clerk)}, then ${mentionOf(partner)}.`
    expect(parseMentions(text).map(({ name, start, end }) => [name, text.slice(start, end)])).toEqual([
      [partner.name, mentionOf(partner)], [clerk.name, mentionOf(clerk)], [partner.name, mentionOf(partner)],
    ])
    expect(mentionedIn(text)).toEqual(new Set([partner.id, clerk.id]))
    expect(withoutMentionLinks(text)).toBe(`Ask @${partner.name} and @${clerk.name}, then @${partner.name}.`)
  })

  it.each([
    ['a name alone', '@Ben'],
    ['a link to elsewhere', `[@Ben](https://x.example/member:${partner.id})`],
    ['a label without the sign', `[Ben](member:${partner.id})`],
    ['an id that is none', '[@Ben](member:123)'],
    ['an id in capitals', `[@Ben](member:${buildId(0xABC).toUpperCase()})`],
    ['an id with more behind it', `[@Ben](member:${partner.id}?x)`],
    ['a picture', `!${BEN}`],
    ['an escaped bracket', `\\${BEN}`],
    ['nothing for a name', `[@](member:${partner.id})`],
    ['a label over two lines', `[@Ben\nSmith](member:${partner.id})`],
    ['code', `\`${BEN}\``],
    ['code in more backticks', `\`\` \` ${BEN} \`\``],
    ['code over two lines', `\`one\n${BEN}\``],
    ['a block between fences', `text\n\`\`\`md\n${BEN}\n\`\`\`\n`],
    ['a block that never ends', `~~~\n${BEN}\n\`\`\`\n`],
    ['a block in a longer fence', `\`\`\`\`\n\`\`\`\n${BEN}\n\`\`\`\``],
    ['an indented block', `text\n\n    ${BEN}`],
  ])('are not %s', (_what, text) => {
    expect(parseMentions(text)).toEqual([])
    expect(withoutMentionLinks(text)).toBe(text)
  })

  it.each([
    ['a backtick that nothing closes', `it's \`${BEN}`],
    ['backticks of another number', `\`\`${BEN}\``],
    ['code that ended', `\`x\` ${BEN} \`y\``],
    ['code in the paragraph before', `one \`\n\n${BEN} \``],
    ['a block that ended', `\`\`\`\ncode\n\`\`\`\n${BEN}`],
    ['a fence within a line', `see \`\`\`x\`\`\` ${BEN}`],
    ['a line that goes on, however far in', `text\n    ${BEN}`],
    ['an escaped backslash', `\\\\${BEN}`],
    ['an escaped backtick', `\\\`${BEN}\``],
    ['code that ends in a backslash', `\`x\\\` ${BEN} \`y\``],
    ['a bracket that something else opened', `[see ${BEN}`],
    ['a label in brackets', `[[@Ben](member:${partner.id})]`],
  ])('are found behind %s', (_what, text) => {
    expect(parseMentions(text)).toMatchObject([{ memberId: partner.id, name: 'Ben' }])
  })

  it.each([
    ['brackets', 'A [b](member:x)'], ['a closing one', 'x](member:evil)'], ['markdown', '**b** _i_ `c` <img>'], ['a backslash', 'back\\slash\\'],
    ['lines', 'two\nlines\ttabbed'], ['an entity', '&lt;b&gt;'], ['nothing', '  '], ['Japanese', '佐藤 健二'],
  ])('keep a name with %s', (_what, name) => {
    const text = `${mentionOf({ id: partner.id, name })} ${mentionOf(clerk)}`
    expect(parseMentions(text)).toMatchObject([{ memberId: partner.id, name: name.replace(/\s+/g, ' ').trim() || '?' }, { memberId: clerk.id }])
  })

  it('that are made are found, with the same name and nothing else, whatever stands around them', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '[', ']', '(', ')', '@', '*', '日'), maxLength: 20 })
    fc.assert(fc.property(plain, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), plain, (before, name, after) => {
      const mention = mentionOf({ id: partner.id, name })
      const text = `x ${before.replaceAll(/\n\s+/g, '\n')}x ${mention}${after}`
      expect(parseMentions(text).map(({ memberId }) => memberId)).toEqual([partner.id])
      expect(parseMentions(mention)[0]!.name).toBe(name.replace(/\s+/g, ' ').trim() || '?')
    }))
  })

  it('are found in text of any kind without fail, each where it says', () => {
    const bits = fc.constantFrom('`', '``', '```', '~~~', '\n', '\n\n', '    ', '[@', '](member:', partner.id, ')', '\\', '!', 'x', BEN)
    fc.assert(fc.property(fc.array(bits, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      let from = 0
      for (const { memberId, start, end } of parseMentions(text)) {
        expect(start).toBeGreaterThanOrEqual(from)
        expect(text.slice(start, end)).toMatch(/^\[@.+\]\(member:.+\)$/)
        expect(memberId).toBe(partner.id)
        from = end
      }
      expect(withoutMentionLinks(text).length).toBeLessThanOrEqual(text.length)
    }))
  })

  it.each([
    ['brackets', '[@'.repeat(5_000)], ['names', `[@${'a'.repeat(9_000)}`], ['backslashes', `[@${'\\'.repeat(9_000)}`], ['backticks', '` `` '.repeat(2_000)],
    ['fences', '```\n'.repeat(2_500)], ['mentions', BEN.repeat(180)], ['runs of all lengths', Array.from({ length: 130 }, (_, length) => '`'.repeat(length + 1)).join(' ')],
  ])('are looked for in a million characters of %s before the test\'s time is over', (_what, text) => {
    const long = text.repeat(Math.ceil(1_000_000 / text.length))
    expect(parseMentions(`${long}](member:${partner.id})`).every(({ memberId }) => memberId === partner.id)).toBe(true)
  })
})
