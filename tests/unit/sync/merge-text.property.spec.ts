import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MergePart } from '#shared/sync/merge-text.ts'
import { carryEdit, clashContexts, clashesOf, compareTexts, composeMerge, foldUnchanged, isAlike, proposeMerge, splitWords } from '#shared/sync/merge-text.ts'

const word = fc.constantFrom('Lease', 'of', 'the', 'shop', 'rent', '30', '60', 'days', 'months', '契約', 'の', '更新', '賃料', '。', '、', ',', '.', ' ', ' ', '\n')
const text = fc.array(word, { maxLength: 24 }).map(words => words.join(''))

/** A version of a proposal, read off its parts. */
function sideOf(parts: readonly MergePart[], side: 'mine' | 'base' | 'theirs'): string {
  return parts.map((part) => {
    switch (part.kind) {
      case 'same': return part.text
      case 'agreed': return side === 'base' ? part.base : part.text
      case 'clash': return part[side]
      default: return part.kind === side ? part.text : part.base
    }
  }).join('')
}

describe('comparing two texts', () => {
  it('loses no character of either', () => {
    fc.assert(fc.property(text, text, (before, after) => {
      const parts = compareTexts(before, after)
      expect(parts.filter(({ kind }) => kind !== 'added').map(part => part.text).join('')).toBe(before)
      expect(parts.filter(({ kind }) => kind !== 'removed').map(part => part.text).join('')).toBe(after)
    }))
  })

  it('marks nothing where nothing changed, and never the same thing twice in a row', () => {
    fc.assert(fc.property(text, text, (before, after) => {
      const parts = compareTexts(before, after)
      if (before === after)
        expect(parts.every(({ kind }) => kind === 'same')).toBe(true)
      expect(parts.every((part, index) => part.text !== '' && part.kind !== parts[index - 1]?.kind)).toBe(true)
    }))
  })

  it('marks words, not letters, and takes the space between two changed words along', () => {
    expect(compareTexts('Lease of the old shop', 'Lease of a new shop')).toEqual([
      { kind: 'same', text: 'Lease of ' }, { kind: 'removed', text: 'the old' }, { kind: 'added', text: 'a new' }, { kind: 'same', text: ' shop' },
    ])
  })

  it('finds the words of a language without spaces', () => {
    expect(compareTexts('賃料は月額三十万円とする。', '賃料は月額四十万円とする。').find(({ kind }) => kind === 'added')?.text).toMatch(/^四/)
    expect(compareTexts('賃料は月額三十万円とする。', '賃料は月額四十万円とする。')[0]).toEqual({ kind: 'same', text: '賃料は月額' })
  })
})

describe('[X3] proposing a merge', () => {
  it('keeps all three versions whole', () => {
    fc.assert(fc.property(text, text, text, (base, mine, theirs) => {
      const parts = proposeMerge(base, mine, theirs)
      expect(sideOf(parts, 'mine')).toBe(mine)
      expect(sideOf(parts, 'base')).toBe(base)
      expect(sideOf(parts, 'theirs')).toBe(theirs)
    }))
  })

  it('is the one change where only one side changed, and the agreed one where both changed alike', () => {
    fc.assert(fc.property(text, text, (base, changed) => {
      for (const [mine, theirs] of [[changed, base], [base, changed], [changed, changed]] as const) {
        const parts = proposeMerge(base, mine, theirs)
        expect(clashesOf(parts)).toEqual([])
        expect(composeMerge(parts)).toBe(changed)
      }
    }))
  })

  it('leaves nobody\'s words out of what isn\'t decided', () => {
    fc.assert(fc.property(text, text, text, (base, mine, theirs) => {
      const parts = proposeMerge(base, mine, theirs)
      const proposed = composeMerge(parts)
      for (const clash of clashesOf(parts)) {
        expect(proposed).toContain(clash.mine)
        expect(proposed).toContain(clash.theirs)
      }
    }))
  })

  it('takes changes of different lines together', () => {
    const parts = proposeMerge('Rent: 100\nTerm: 2 years\nDeposit: 3\n', 'Rent: 120\nTerm: 2 years\nDeposit: 3\n', 'Rent: 100\nTerm: 2 years\nDeposit: 6\n')
    expect(clashesOf(parts)).toEqual([])
    expect(composeMerge(parts)).toBe('Rent: 120\nTerm: 2 years\nDeposit: 6\n')
  })

  it('takes changes far apart in one line together', () => {
    const parts = proposeMerge('Lease renewal for the shop in Aoyama', 'Urgent lease renewal for the shop in Aoyama', 'Lease renewal for the shop in Shibuya')
    expect(clashesOf(parts)).toEqual([])
    expect(composeMerge(parts)).toBe('Urgent lease renewal for the shop in Shibuya')
  })

  it('asks about changes that stand side by side, because together they may say what nobody meant', () => {
    const parts = proposeMerge('within 30 days of service', 'within 60 days of service', 'within 30 months of service')
    expect(clashesOf(parts)).toEqual([{ kind: 'clash', mine: '60 days', base: '30 days', theirs: '30 months' }])
    expect(composeMerge(parts, ['mine'])).toBe('within 60 days of service')
    expect(composeMerge(parts, ['theirs'])).toBe('within 30 months of service')
    expect(composeMerge(parts, ['both'])).toBe('within 60 days 30 months of service')
  })

  it('says where a clash stands, by the words around it', () => {
    const text = (term: string) => `Notice.\nSend the offer to the landlord within ${term} of service, and ask the bank for a guarantee.\nFiles.`
    expect(clashContexts(proposeMerge(text('30 days'), text('60 days'), text('30 months')), 24)).toEqual([
      { before: '… to the landlord within ', after: ' of service, and ask …' },
    ])
    expect(clashContexts(proposeMerge('30', '60', '90'))).toEqual([{ before: '', after: '' }])
  })

  it('asks the same in Japanese', () => {
    const parts = proposeMerge('賃料は三十万円とする。\n期間は二年。', '賃料は四十万円とする。\n期間は二年。', '賃料は五十万円とする。\n期間は三年。')
    expect(clashesOf(parts)).toHaveLength(1)
    expect(composeMerge(parts, ['theirs'])).toBe('賃料は五十万円とする。\n期間は三年。')
    expect(composeMerge(parts, ['both'])).toBe('賃料は四十万五十万円とする。\n期間は三年。')
  })

  it('agrees on what both wrote alike around what they didn\'t', () => {
    const parts = proposeMerge('Lease', 'Lease of the shop', 'Lease of the office')
    expect(clashesOf(parts)).toEqual([{ kind: 'clash', mine: 'shop', base: '', theirs: 'office' }])
  })

  it('sets two new last lines one below the other', () => {
    const parts = proposeMerge('One\n', 'One\nTwo\nThree', 'One\nFour\nFive')
    expect(composeMerge(parts)).toBe('One\nTwo\nThree\nFour\nFive')
  })

  it('is quick with the longest texts', () => {
    const base = Array.from({ length: 2_800 }, (_, index) => `word${index % 211}`).join(' ')
    const started = performance.now()
    proposeMerge(base, base.replace('word7 ', 'seven '), base.replaceAll('word210', 'end'))
    compareTexts('あ'.repeat(20_000), 'あ'.repeat(19_000) + 'い'.repeat(1_000))
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})

describe('an edited proposal whose ground moves', () => {
  it('keeps the edit and takes the new ground', () => {
    expect(carryEdit('A shop or office in Tokyo, with a garden', 'A shop or office in Tokyo, with a small garden', 'A shop in Tokyo, with a garden'))
      .toBe('A shop in Tokyo, with a small garden')
  })

  it('keeps the edit where the two meet', () => {
    expect(carryEdit('shop office', 'atelier', 'shop')).toBe('atelier')
  })
})

describe('folding what didn\'t change', () => {
  const long = 'The tenant pays the rent on the last day of each month, to the account that the landlord names. '

  it('leaves short texts alone', () => {
    expect(foldUnchanged(compareTexts('Lease', 'Lease of the shop'))).toBeNull()
  })

  it('keeps some words around each change, cut between words', () => {
    const before = long.repeat(6)
    const folded = foldUnchanged(compareTexts(before, `New. ${before}End`), 20)!
    expect(folded.map(({ kind, text }) => [kind, text])).toEqual([['added', 'New. '], ['same', 'The tenant pays the … landlord names. '], ['added', 'End']])
    expect(foldUnchanged([{ kind: 'same', text: before }, { kind: 'added', text: 'End' }], 20)![0]!.text).toBe('… landlord names. ')
    expect(foldUnchanged([{ kind: 'added', text: 'New. ' }, { kind: 'same', text: before }], 20)![1]!.text).toBe('The tenant pays the …')
  })

  it('cuts a text without spaces where it must, and no character in two', () => {
    expect(foldUnchanged([{ kind: 'same', text: '契約'.repeat(60) }], 10)![0]!.text).toBe(`${'契約'.repeat(5)}…`)
    expect(foldUnchanged([{ kind: 'same', text: '😀'.repeat(60) }], 11)![0]!.text.isWellFormed()).toBe(true)
  })

  it('knows texts that have nothing in common', () => {
    expect(isAlike(compareTexts('Lease of the shop', 'Lease of an office'))).toBe(true)
    expect(isAlike(compareTexts('Lease.', 'Merger.'))).toBe(false)
  })
})

describe('splitting a text into words', () => {
  it('loses nothing, also without a segmenter', () => {
    fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'grapheme' })), (any) => {
      expect(splitWords(any).join('')).toBe(any)
      expect(splitWords(any, null).join('')).toBe(any)
    }))
    expect(splitWords('Lease 契約', null)).toEqual(['Lease', ' ', '契', '約'])
  })
})
