import { describe, expect, it } from 'vitest'
import type { MemoryBoard } from '#shared/sync/memory-storage.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import { BOARD_ID, NOW } from '../helpers/builders.ts'
import { boardStorageContract } from './board-storage.contract.ts'

/** Names like those of UUIDv7: later ones are greater. */
function countedIds(): () => string {
  let count = 0
  return () => `cid-${String(++count).padStart(4, '0')}`
}

describe('a board in memory', () => {
  boardStorageContract(async () => {
    const boards = new Map<string, MemoryBoard>()
    const makeId = countedIds()
    let now = NOW
    return {
      open: async () => createMemoryStorage({ makeId, boards, now: () => now }),
      setNow(next) {
        now = next
      },
    }
  })

  it('says that it is lost with the page', () => {
    expect(createMemoryStorage({ makeId: countedIds() }).isLasting).toBe(false)
  })

  it('without a clock keeps its rows', async () => {
    const storage = createMemoryStorage({ makeId: countedIds() })
    const rows = { epoch: 'e1', version: 1, board: null, columns: [], members: new Map(), timeZone: 'UTC', rows: new Map() }
    await storage.write(BOARD_ID, { rows: { confirmed: rows, from: null, put: [], remove: [] } })
    expect((await storage.open(BOARD_ID)).confirmed).toEqual(rows)
  })

  it('shares nothing unless it is told to', async () => {
    const makeId = countedIds()
    const [a, b] = [createMemoryStorage({ makeId }), createMemoryStorage({ makeId })]
    expect((await a.open(BOARD_ID)).cid).not.toBe((await b.open(BOARD_ID)).cid)
  })
})
