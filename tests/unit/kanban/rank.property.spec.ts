import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Placement } from '#shared/kanban/mutation.ts'
import type { RankedMatter } from '#shared/kanban/rank.ts'
import { compareRank, rankFor, ranksAfter } from '#shared/kanban/rank.ts'

/** A column `a b c …` in order; a capital letter stands for a matter that the person doesn't see. */
function column(letters: string): RankedMatter[] {
  const ranks = ranksAfter(null, letters.length)
  return [...letters].map((id, index) => ({ id: id.toLowerCase(), rank: ranks[index]!, visible: id === id.toLowerCase() }))
}

/** The column's letters with `x` put where `placement` says. */
function placed(letters: string, placement: Placement): string {
  const matters = column(letters)
  return [...matters, { id: 'x', rank: rankFor(matters, placement), visible: true }].sort(compareRank).map(({ id }) => id).join('')
}

describe('a matter\'s place [M5]', () => {
  it.each<[letters: string, placement: Placement, order: string]>([
    ['', { end: true }, 'x'],
    ['', { position: 0 }, 'x'],
    ['abc', { end: true }, 'abcx'],
    ['abc', { before: 'a' }, 'xabc'],
    ['abc', { before: 'c' }, 'abxc'],
    ['abc', { after: 'a' }, 'axbc'],
    ['abc', { after: 'c' }, 'abcx'],
    ['abc', { position: 0 }, 'xabc'],
    ['abc', { position: 2 }, 'abxc'],
    ['abc', { position: 3 }, 'abcx'],
    ['abc', { position: 99 }, 'abcx'],
    // Hidden matters keep their order: the place is next to the neighbour that was named.
    ['aBc', { after: 'a' }, 'axbc'],
    ['aBc', { before: 'c' }, 'abxc'],
    ['Abc', { before: 'b' }, 'axbc'],
    // A place is counted among what the person sees.
    ['AbCd', { position: 0 }, 'axbcd'],
    ['AbCd', { position: 1 }, 'abcxd'],
    ['AbCd', { position: 2 }, 'abcdx'],
    ['abC', { end: true }, 'abcx'],
    // A neighbour that is hidden counts like one that is gone, so that nobody learns which it is.
    ['aBc', { before: 'b' }, 'abcx'],
    ['aBc', { after: 'b' }, 'abcx'],
    ['abc', { before: 'gone' }, 'abcx'],
    ['abc', { after: 'gone' }, 'abcx'],
  ])('%s with %o becomes %s', (letters, placement, order) => {
    expect(placed(letters, placement)).toBe(order)
  })

  it('finds room where two matters share a rank', () => {
    const twins = [{ id: 'a', rank: 'a0', visible: true }, { id: 'b', rank: 'a0', visible: true }, { id: 'c', rank: 'a1', visible: true }]
    const rank = rankFor(twins, { after: 'a' })
    expect(rank > 'a0' && rank < 'a1').toBe(true)
  })

  it('is the column\'s end where thousands were put into one gap: no key grows without end', () => {
    const [first, last] = [{ id: 'a', rank: 'a0', visible: true }, { id: 'z', rank: 'a1', visible: true }]
    let next = last
    let longest = 0
    for (let moves = 0; moves < 7_000; moves++) {
      const rank = rankFor([first, next, ...next === last ? [] : [last]], { after: 'a' })
      longest = Math.max(longest, rank.length)
      next = rank < last.rank ? { id: 'x', rank, visible: true } : next
    }
    expect(longest).toBeLessThanOrEqual(1_000)
    expect(rankFor([first, next, ...next === last ? [] : [last]], { after: 'a' }) > last.rank).toBe(true)
  })

  it('orders by code units, then by id, whatever the locale', () => {
    const matters = [{ id: '2', rank: 'a0' }, { id: '1', rank: 'a0' }, { id: '3', rank: 'Zz' }, { id: '1', rank: 'a0' }]
    expect([...matters].sort(compareRank).map(({ id }) => id)).toEqual(['3', '1', '1', '2'])
    const [one, two] = [{ id: '1', rank: 'a0' }, { id: '2', rank: 'a0' }]
    expect([compareRank(one, two), compareRank(two, one), compareRank(one, one)]).toEqual([-1, 1, 0])
  })

  it('makes many ranks in order', () => {
    const ranks = ranksAfter('a5', 500)
    expect(ranks[0]! > 'a5').toBe(true)
    expect(new Set(ranks).size).toBe(500)
    expect([...ranks].sort()).toEqual(ranks)
  })

  it('stays strictly ordered, each matter where it was put, after any number of insertions', () => {
    const placements = fc.array(fc.record({
      kind: fc.constantFrom('before', 'after', 'position', 'end'),
      index: fc.nat(60),
      visible: fc.boolean(),
    }), { maxLength: 60 })
    fc.assert(fc.property(placements, (steps) => {
      let matters: RankedMatter[] = []
      for (const [number, { kind, index, visible }] of steps.entries()) {
        const seen = matters.filter(matter => matter.visible)
        const neighbour = seen[index % Math.max(1, seen.length)]?.id ?? 'gone'
        const placement: Placement = kind === 'before' ? { before: neighbour }
          : kind === 'after' ? { after: neighbour }
            : kind === 'position' ? { position: index } : { end: true }
        const id = `m${number}`
        const before = matters.map(matter => matter.id)
        matters = [...matters, { id, rank: rankFor(matters, placement), visible: true }].sort(compareRank)

        expect(new Set(matters.map(({ rank }) => rank)).size).toBe(matters.length)
        expect(matters.filter(matter => matter.id !== id).map(matter => matter.id)).toEqual(before)
        const visibleIds = matters.filter(matter => matter.visible).map(matter => matter.id)
        const at = visibleIds.indexOf(id)
        if (seen.length > 0 && kind === 'before')
          expect(visibleIds[at + 1]).toBe(neighbour)
        if (seen.length > 0 && kind === 'after')
          expect(visibleIds[at - 1]).toBe(neighbour)
        if (kind === 'position')
          expect(at).toBe(Math.min(index, seen.length))
        if (kind === 'end')
          expect(matters.at(-1)!.id).toBe(id)
        matters = matters.map(matter => matter.id === id ? { ...matter, visible } : matter)
      }
    }))
  })
})
