import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DropColumn, StepKey } from '#shared/kanban/move-intent.ts'
import { edgeSpeed, indexAt, intentOf, isStepKey, nearestSpan, neighbourOf, placeOf, placesIn, stepTarget } from '#shared/kanban/move-intent.ts'

const columns: DropColumn[] = [
  { columnId: 'intake', matterIds: ['a', 'b', 'c'] },
  { columnId: 'review', matterIds: [] },
  { columnId: 'filing', matterIds: ['d'] },
  { columnId: 'closed', matterIds: ['e', 'f'], sorted: true },
]

describe('where a point leads to', () => {
  const spans = [{ key: 'left', start: 0, end: 100 }, { key: 'right', start: 120, end: 220 }]

  it('takes the column that the point is in', () => {
    expect(nearestSpan(50, spans)).toBe('left')
    expect(nearestSpan(120, spans)).toBe('right')
  })

  it('takes the nearest column in a gap and beyond the ends', () => {
    expect(nearestSpan(108, spans)).toBe('left')
    expect(nearestSpan(115, spans)).toBe('right')
    expect(nearestSpan(-40, spans)).toBe('left')
    expect(nearestSpan(900, spans)).toBe('right')
  })

  it('knows no column on a board without columns', () => {
    expect(nearestSpan(50, [])).toBeNull()
  })

  it('lands before the first card whose middle lies below the point', () => {
    const cards = [{ index: 4, start: 0, end: 100 }, { index: 5, start: 110, end: 210 }]
    expect(indexAt(10, cards)).toBe(4)
    expect(indexAt(60, cards)).toBe(5)
    expect(indexAt(161, cards)).toBe(6)
  })

  it('lands first in a column without cards', () => {
    expect(indexAt(300, [])).toBe(0)
  })
})

describe('where a key leads to', () => {
  it('tells the keys that step from others', () => {
    expect(isStepKey('ArrowUp')).toBe(true)
    expect(isStepKey('PageDown')).toBe(false)
  })

  it('goes up and down within a column and stops at its ends', () => {
    const step = (key: StepKey, index: number) => stepTarget(key, { columnId: 'intake', index }, columns, 'b').index
    expect(step('ArrowDown', 1)).toBe(2)
    expect(step('ArrowDown', 2)).toBe(2)
    expect(step('ArrowUp', 1)).toBe(0)
    expect(step('ArrowUp', 0)).toBe(0)
    expect(step('Home', 2)).toBe(0)
    expect(step('End', 0)).toBe(2)
  })

  it('goes to the columns beside, as deep as they are', () => {
    expect(stepTarget('ArrowRight', { columnId: 'intake', index: 2 }, columns, 'b')).toEqual({ columnId: 'review', index: 0 })
    expect(stepTarget('ArrowRight', { columnId: 'review', index: 0 }, columns, 'b')).toEqual({ columnId: 'filing', index: 0 })
    expect(stepTarget('ArrowLeft', { columnId: 'intake', index: 0 }, columns, 'b')).toEqual({ columnId: 'intake', index: 0 })
    expect(stepTarget('ArrowRight', { columnId: 'closed', index: 0 }, columns, 'b')).toEqual({ columnId: 'closed', index: 0 })
  })

  it('has one place in a column that keeps an order of its own', () => {
    expect(stepTarget('ArrowDown', { columnId: 'closed', index: 0 }, columns, 'b').index).toBe(0)
  })

  it('stays where it is when its column went away', () => {
    expect(stepTarget('ArrowRight', { columnId: 'gone', index: 3 }, columns, 'b')).toEqual({ columnId: 'gone', index: 3 })
  })

  it('never leaves the board', () => {
    const keys = fc.constantFrom<StepKey>('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End')
    fc.assert(fc.property(fc.array(keys, { maxLength: 30 }), (steps) => {
      const end = steps.reduce((target, key) => stepTarget(key, target, columns, 'b'), { columnId: 'intake', index: 1 })
      const column = columns.find(({ columnId }) => columnId === end.columnId)!
      expect(end.index).toBeGreaterThanOrEqual(0)
      expect(end.index).toBeLessThanOrEqual(placesIn(column, 'b'))
    }))
  })
})

describe('which card a key goes to', () => {
  it('goes up, down, to the first and to the last of a column', () => {
    expect(neighbourOf('ArrowUp', 'b', columns)).toBe('a')
    expect(neighbourOf('ArrowDown', 'b', columns)).toBe('c')
    expect(neighbourOf('ArrowUp', 'a', columns)).toBeNull()
    expect(neighbourOf('ArrowDown', 'c', columns)).toBeNull()
    expect(neighbourOf('Home', 'c', columns)).toBe('a')
    expect(neighbourOf('End', 'a', columns)).toBe('c')
  })

  it('goes sideways over empty columns, as far down as the next one is', () => {
    expect(neighbourOf('ArrowRight', 'c', columns)).toBe('d')
    expect(neighbourOf('ArrowLeft', 'd', columns)).toBe('a')
    expect(neighbourOf('ArrowRight', 'e', columns)).toBeNull()
  })

  it('goes nowhere from a card that the board doesn\'t show', () => {
    expect(neighbourOf('ArrowDown', 'gone', columns)).toBeNull()
    expect(placeOf('gone', columns)).toBeNull()
  })
})

describe('what a drop asks for', () => {
  it('names the card that comes after it', () => {
    expect(intentOf('d', { columnId: 'intake', index: 1 }, columns)).toEqual({ matterId: 'd', columnId: 'intake', placement: { before: 'b' } })
  })

  it('names the last card at the end of a column', () => {
    expect(intentOf('d', { columnId: 'intake', index: 3 }, columns)?.placement).toEqual({ after: 'c' })
  })

  it('takes the end of an empty column, and of one that orders itself', () => {
    expect(intentOf('a', { columnId: 'review', index: 0 }, columns)?.placement).toEqual({ end: true })
    expect(intentOf('a', { columnId: 'closed', index: 0 }, columns)?.placement).toEqual({ end: true })
  })

  it('counts places without the card itself', () => {
    expect(intentOf('a', { columnId: 'intake', index: 1 }, columns)?.placement).toEqual({ before: 'c' })
    expect(intentOf('a', { columnId: 'intake', index: 2 }, columns)?.placement).toEqual({ after: 'c' })
  })

  it('asks for nothing where it changes nothing', () => {
    expect(intentOf('b', { columnId: 'intake', index: 1 }, columns)).toBeNull()
    expect(intentOf('f', { columnId: 'closed', index: 0 }, columns)).toBeNull()
    expect(intentOf('b', { columnId: 'gone', index: 0 }, columns)).toBeNull()
  })
})

describe('scrolling at the edges', () => {
  const span = { start: 0, end: 600 }

  it('rests in the middle and quickens towards the ends', () => {
    expect(edgeSpeed(300, span)).toBe(0)
    expect(edgeSpeed(60, span)).toBeLessThan(0)
    expect(edgeSpeed(10, span)).toBeLessThan(edgeSpeed(60, span))
    expect(edgeSpeed(590, span)).toBeGreaterThan(edgeSpeed(540, span))
  })

  it('never goes faster than its most, and rests in something without length', () => {
    expect(edgeSpeed(-500, span)).toBe(-18)
    expect(edgeSpeed(5_000, span, { maxPx: 30 })).toBe(30)
    expect(edgeSpeed(0, { start: 0, end: 0 })).toBe(0)
  })
})
