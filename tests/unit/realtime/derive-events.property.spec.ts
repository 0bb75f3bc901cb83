import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { MatterEvent } from '#shared/protocol/events.ts'
import { createBoardEventSource } from '#shared/realtime/derive-events.ts'
import { createTransportEmitter } from '#shared/realtime/transport-events.ts'
import type { KnownBoard } from '#shared/realtime/transport.ts'
import { BOARD_ID } from '../../helpers/builders.ts'
import type { Deed } from '../../helpers/played-board.ts'
import { playBoard } from '../../helpers/played-board.ts'

const deeds = fc.array(fc.record<Deed>({
  kind: fc.constantFrom('toggle', 'toggle', 'retitle', 'comment', 'uncomment', 'recomment'),
  matter: fc.integer({ min: 0, max: 3 }),
}), { minLength: 2, maxLength: 14 })

const share = fc.integer({ min: 0, max: 100 }).map(percent => percent / 100)

/** An answer, as shares of the board's life: what it begins at, and what it leads to. */
const answers = fc.array(fc.record({
  kind: fc.constantFrom('snapshot', 'updates', 'updates', 'updates', 'elsewhere'),
  from: share,
  to: share,
  times: fc.integer({ min: 1, max: 3 }),
}), { minLength: 1, maxLength: 16 })

/** Somebody who only hears events: what they think is there, and how often they were told of each version. */
function createListener(known?: () => KnownBoard | null) {
  const { on, tell } = createTransportEmitter()
  const rows = new Map<string, Matter | null>()
  const told: string[] = []
  const note = ({ matterId, matter }: MatterEvent) => {
    rows.set(matterId, matter)
    if (matter)
      told.push(`${matterId} ${matter.version}`)
  }
  on('matter:created', (event) => {
    expect(rows.has(event.matterId)).toBe(false)
    note(event)
  })
  on('matter:updated', note)
  on('matter:deleted', ({ matterId }) => {
    expect(rows.delete(matterId)).toBe(true)
  })
  return { rows, told, source: createBoardEventSource(tell, known && { known }) }
}

describe('events of rows', () => {
  it('[C2] [C5] are told once a version and end in what is, whatever comes twice, late or overlapping', () => {
    fc.assert(fc.property(deeds, answers, (life, course) => {
      const board = playBoard(life)
      const { rows, told, source } = createListener()
      // The first full read is silent: who hears only events begins with it.
      let position = 1
      source.pulled(BOARD_ID, { kind: 'snapshot', answer: board.snapshot(position) })
      for (const { kind, from, to, times } of course) {
        const start = 1 + Math.floor(from * (position - 1))
        const end = start + Math.floor(to * (board.version - start))
        for (let time = 0; time < times; time++) {
          if (kind === 'snapshot')
            source.pulled(BOARD_ID, { kind: 'snapshot', answer: board.snapshot(end) })
          else
            source.pushed(BOARD_ID, board.updates(start, end))
        }
        position = Math.max(position, end)
      }
      const now = board.rowsAt(position)
      expect([...rows.keys()].sort()).toEqual([...now.keys()].sort())
      for (const [id, matter] of rows)
        expect([null, now.get(id)]).toContainEqual(matter)
      expect(new Set(told).size).toBe(told.length)
    }), { numRuns: 500 })
  })

  it('[C3] tell whole rows of a reader who has some by another way, and what they got that way', () => {
    fc.assert(fc.property(deeds, answers, (life, course) => {
      const board = playBoard(life)
      let reader = 1
      const { rows, told, source } = createListener(() => ({ epoch: 'e1', version: reader, columns: [], rows: board.rowsAt(reader) }))
      const readTo = (end: number, times: number) => {
        for (let time = 0; time < times; time++)
          source.pushed(BOARD_ID, board.updates(reader, end))
        reader = end
      }
      readTo(2, 1)
      for (const { kind, to, times } of course)
        readTo(reader + Math.floor(to * (board.version - reader)), kind === 'elsewhere' ? 0 : times)
      // What came elsewhere at the very end is told with the next answer.
      source.pulled(BOARD_ID, { kind: 'snapshot', answer: board.snapshot(board.version) })
      expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(board.rowsAt(board.version)))
      expect(new Set(told).size).toBe(told.length)
    }), { numRuns: 500 })
  })
})
