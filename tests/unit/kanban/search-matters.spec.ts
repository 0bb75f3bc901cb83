import { describe, expect, it } from 'vitest'
import { buildMatter } from '../../helpers/builders.ts'
import { normalizeSearchText, searchMatters } from '#shared/kanban/search-matters.ts'

const numbersFound = (matters: Parameters<typeof searchMatters>[0], text: string) => searchMatters(matters, text).map(({ matter }) => matter.caseNumber)

describe('searchMatters', () => {
  it('puts the case number first: exact, then its beginning, then somewhere in it', () => {
    const matters = [
      buildMatter({ caseNumber: 'A-2026-1', title: 'x' }),
      buildMatter({ caseNumber: '2026-10', title: 'x' }),
      buildMatter({ caseNumber: '2026-1', title: 'x' }),
      buildMatter({ caseNumber: 'B-7', title: 'Appeal against 2026-1' }),
    ]
    expect(numbersFound(matters, '2026-1')).toEqual(['2026-1', '2026-10', 'A-2026-1', 'B-7'])
  })

  it('then looks at title, client, court number and opposing party', () => {
    const matters = [
      buildMatter({ caseNumber: '5', tags: ['minato'] }),
      buildMatter({ caseNumber: '4', opposingParty: 'Minato Trading' }),
      buildMatter({ caseNumber: '3', courtCaseNumber: 'minato-9' }),
      buildMatter({ caseNumber: '2', clientName: 'MINATO K.K.' }),
      buildMatter({ caseNumber: '1', title: 'Minato pier' }),
    ]
    expect(searchMatters(matters, 'minato').map(({ field }) => field)).toEqual(['title', 'clientName', 'courtCaseNumber', 'opposingParty', 'text'])
  })

  it('keeps case-number order among equals, then that of ids', () => {
    const matters = [buildMatter({ caseNumber: 'C' }), buildMatter({ caseNumber: 'B' }), buildMatter({ caseNumber: 'B' })]
    expect(searchMatters(matters, 'lease').map(({ matter }) => matter)).toEqual([matters[1], matters[2], matters[0]])
    expect(searchMatters([...matters].reverse(), 'lease').map(({ matter }) => matter)).toEqual([matters[1], matters[2], matters[0]])
  })

  it('reads what a Japanese keyboard writes', () => {
    const matters = [buildMatter({ caseNumber: '2026-CV-0042' }), buildMatter({ caseNumber: '2026-CV-0043' })]
    for (const text of ['２０２６－ＣＶ－００４２', '2026ー0042'.replace('ー', 'ーcvー'), '2026cv0042', '2026 cv 0042', 'cv‐0042', '0042'])
      expect(numbersFound(matters, text), text).toEqual(['2026-CV-0042'])
  })

  it('finds words that stand in different places', () => {
    const matters = [buildMatter({ caseNumber: '1', title: 'Lease dispute', clientName: 'Hoshino' }), buildMatter({ caseNumber: '2', clientName: 'Other' })]
    expect(searchMatters(matters, 'hoshino lease')).toEqual([{ matter: matters[0], field: 'text' }])
  })

  it('finds nothing for nothing, and no more than was asked for', () => {
    const matters = Array.from({ length: 20 }, () => buildMatter())
    expect(searchMatters(matters, ' 　')).toEqual([])
    expect(searchMatters(matters, 'lease')).toHaveLength(8)
    expect(searchMatters(matters, 'lease', 3)).toHaveLength(3)
  })
})

describe('normalizeSearchText', () => {
  it('makes hiragana and half-width katakana one with katakana', () => {
    expect(normalizeSearchText('みなと')).toBe(normalizeSearchText('ﾐﾅﾄ'))
    expect(normalizeSearchText('A　 B')).toBe('a b')
  })
})
