import { beforeEach, describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import type { BoardStorage } from '#shared/sync/board-storage.ts'
import type { Conflict, MergeNote } from '#shared/sync/conflict-record.ts'
import type { NumberedEntry, OutboxEntry, UndoStep } from '#shared/sync/outbox-entry.ts'
import { LEASE_MS } from '#shared/sync/stored-board.ts'
import { BOARD_ID, buildBoard, buildId, buildMatter, buildMatters, buildMove, NOW, PEOPLE, TIME_ZONE } from '../helpers/builders.ts'

/** A device, on which each `open` is a tab of its own. */
export interface StorageUnderTest {
  open: () => Promise<BoardStorage>
  /** What its clock shows from now on. */
  setNow: (now: number) => void
}

const OTHER_BOARD = buildId(0xB2)
const matter = buildMatter()
const other = buildMatter()

function confirmed(version: number, matters: readonly Matter[] = [matter, other], epoch = 'e1'): ConfirmedBoard {
  const { id, name, columns } = buildBoard()
  const members = new Map(Object.values(PEOPLE).map(member => [member.id, member]))
  return { epoch, version, board: { id, name }, columns, members, timeZone: TIME_ZONE, rows: new Map(matters.map(row => [row.id, row])) }
}

function entry(key: string, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    key, cid: null, n: null, at: NOW, mutation: buildMove(matter, 'review'), looked: { columnId: { version: 1, value: 'in-progress' } },
    undoes: null, state: 'queued', result: null, ...changes,
  }
}

function step(key: string, changes: Partial<UndoStep> = {}): UndoStep {
  return { key, cid: null, n: null, matterId: matter.id, change: { kind: 'edit', version: null, before: { title: 'A' }, after: { title: 'B' } }, ...changes }
}

function conflict(id: string, matterId = matter.id): Conflict {
  return {
    id, matterId, at: NOW, mutation: { kind: 'edit', id: matterId, args: { set: { title: 'Mine' } } },
    fields: [{ field: 'title', base: 'A', mine: 'Mine', theirs: 'Theirs', version: 4, by: PEOPLE.clerk.id, at: NOW }],
  }
}

function note(id: string, matterId = matter.id): MergeNote {
  return { id, matterId, others: [{ field: 'title', version: 4, by: PEOPLE.clerk.id, at: NOW }] }
}

/** A write of all rows, by a tab that has just heard from the server. */
function allRows(board: ConfirmedBoard) {
  return { rows: { confirmed: board, from: null, put: [...board.rows.keys()], remove: [] }, contactAt: NOW }
}

/** What every place that keeps boards promises. */
export function boardStorageContract(create: () => Promise<StorageUnderTest>): void {
  let device: StorageUnderTest
  let storage: BoardStorage

  beforeEach(async () => {
    device = await create()
    storage = await device.open()
  })

  describe('a board that was never here', () => {
    it('is empty, and has an outbox of its own', async () => {
      const stored = await storage.open(BOARD_ID)
      expect(stored).toEqual({ cid: expect.any(String), confirmed: null, contactAt: null, outbox: [], conflicts: [], undo: [], notes: [] })
      expect((await storage.open(BOARD_ID)).cid).toBe(stored.cid)
      expect((await storage.open(OTHER_BOARD)).cid).not.toBe(stored.cid)
    })
  })

  describe('the outbox', () => {
    it('[M1] gives dense numbers from 1, each board its own', async () => {
      const { cid } = await storage.open(BOARD_ID)
      expect(await storage.append(BOARD_ID, entry('a'), null)).toEqual({ cid, n: 1 })
      expect(await storage.append(BOARD_ID, entry('b'), null)).toEqual({ cid, n: 2 })
      expect((await storage.append(OTHER_BOARD, entry('c'), null)).n).toBe(1)
    })

    it('[M1] never gives one number twice, however many tabs ask at once', async () => {
      const tabs = [storage, await device.open(), await device.open()]
      const given = await Promise.all(Array.from({ length: 30 }, (_, index) => tabs[index % tabs.length]!.append(BOARD_ID, entry(`k${index}`), null)))
      expect(given.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
      expect(new Set(given.map(({ cid }) => cid)).size).toBe(1)
      const { outbox } = await storage.open(BOARD_ID)
      expect(outbox.map(({ n }) => n)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
    })

    it('[M1] doesn\'t give a number again after its change is gone', async () => {
      const given = await storage.append(BOARD_ID, entry('a'), null)
      await storage.write(BOARD_ID, { outbox: { remove: [given] } })
      expect((await storage.append(BOARD_ID, entry('b'), null)).n).toBe(2)
    })

    it('[M1] gives the first number before anybody has looked at the board', async () => {
      const given = await storage.append(BOARD_ID, entry('a'), null)
      expect(given).toEqual({ cid: (await storage.open(BOARD_ID)).cid, n: 1 })
    })

    it('[L3] keeps a change with its place, and its undo step with it, for every tab', async () => {
      const place = await storage.append(BOARD_ID, entry('a'), step('a'))
      const stored = await (await device.open()).open(BOARD_ID)
      expect(stored.outbox).toEqual([{ ...entry('a'), ...place }])
      expect(stored.undo).toEqual([{ ...step('a'), ...place }])
    })

    it('[M1] begins another outbox for a change whose number a copy of the device gave away, once for all tabs', async () => {
      const [tab, second] = [await device.open(), await device.open()]
      const place = await tab.append(BOARD_ID, entry('k1'), step('k1'))
      const taken = entry('k1', place)
      const again = await tab.append(BOARD_ID, taken, step('k1', place))
      expect(again).toEqual({ cid: expect.not.stringMatching(place.cid), n: 1 })
      expect(await second.append(BOARD_ID, taken, null)).toEqual(again)
      expect(await tab.append(BOARD_ID, entry('k2'), null)).toEqual({ cid: again.cid, n: 2 })
      await tab.write(BOARD_ID, { outbox: { remove: [place] } })
      const stored = await second.open(BOARD_ID)
      expect(stored.outbox.map(({ key, cid, n }) => ({ key, cid, n }))).toEqual([{ key: 'k1', ...again }, { key: 'k2', cid: again.cid, n: 2 }])
      expect(stored.undo).toMatchObject([{ key: 'k1', ...again }])
    })

    it('[L3] takes in what became of a change, and forgets it', async () => {
      const place = await storage.append(BOARD_ID, entry('a'), null)
      const second = await storage.append(BOARD_ID, entry('b'), null)
      const acked: NumberedEntry = { ...entry('a'), ...place, state: 'acked', result: { n: 1, status: 'ok', version: 7 } }
      await storage.write(BOARD_ID, { outbox: { put: [acked], remove: [second] } })
      expect((await storage.open(BOARD_ID)).outbox).toEqual([acked])
    })

    it('[M1] is in order of its numbers, past ten too', async () => {
      for (let count = 0; count < 12; count++)
        await storage.append(BOARD_ID, entry(`k${count}`), step(`k${20 - count}`))
      const { outbox, undo } = await storage.open(BOARD_ID)
      expect(outbox.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
      expect(undo.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    })
  })

  describe('conflicts, undo steps and notes', () => {
    it('[L3] survive until they are taken out', async () => {
      await storage.write(BOARD_ID, {
        conflicts: { put: [conflict('c.10'), conflict('c.9')] }, notes: { put: [note('c.11'), note('c.3')] }, undo: { put: [step('u')] },
      })
      const tab = await device.open()
      const stored = await tab.open(BOARD_ID)
      expect(stored.conflicts).toEqual([conflict('c.9'), conflict('c.10')])
      expect(stored.notes).toEqual([note('c.3'), note('c.11')])
      expect(stored.undo).toEqual([step('u')])
      await tab.write(BOARD_ID, { conflicts: { remove: ['c.9'] }, notes: { remove: ['c.3'] }, undo: { remove: ['u'] } })
      expect(await storage.open(BOARD_ID)).toMatchObject({ conflicts: [conflict('c.10')], notes: [note('c.11')], undo: [] })
      expect(await storage.open(OTHER_BOARD)).toMatchObject({ conflicts: [], notes: [], undo: [] })
    })

    it('[C6] of a purged matter are gone, those of others stay', async () => {
      await storage.write(BOARD_ID, {
        conflicts: { put: [conflict('c.1'), conflict('c.2', other.id)] },
        notes: { put: [note('c.1'), note('c.2', other.id)] },
        undo: { put: [step('a'), step('b', { matterId: other.id })] },
      })
      await storage.write(BOARD_ID, { purge: [matter.id] })
      const stored = await storage.open(BOARD_ID)
      expect(stored).toMatchObject({ conflicts: [conflict('c.2', other.id)], notes: [note('c.2', other.id)] })
      expect(stored.undo).toEqual([step('b', { matterId: other.id })])
    })

    it('[C6] lets a deletion be taken back after its matter is purged: the step holds nothing of it', async () => {
      const deletion = step('d', { change: { kind: 'delete', version: 5, matter: null } })
      await storage.write(BOARD_ID, { undo: { put: [deletion] } })
      await storage.write(BOARD_ID, { purge: [matter.id] })
      expect((await storage.open(BOARD_ID)).undo).toEqual([deletion])
    })
  })

  describe('rows', () => {
    it('[L3] come back with the version that they belong to', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(3)))
      const stored = await (await device.open()).open(BOARD_ID)
      expect(stored.confirmed).toEqual(confirmed(3))
      expect(stored.contactAt).toBe(NOW)
    })

    it('[L3] of a great board are all there', async () => {
      const many = buildMatters(601)
      await storage.write(BOARD_ID, allRows(confirmed(3, many)))
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(confirmed(3, many))
    })

    it('[L3] are changed one by one where the device holds the version they were read at', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(3)))
      const retitled = { ...matter, title: 'New' }
      await storage.write(BOARD_ID, { rows: { confirmed: confirmed(4, [retitled]), from: 3, put: [matter.id], remove: [other.id] } })
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(confirmed(4, [retitled]))
    })

    it('[L3] that a write doesn\'t name are left as they are', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(3)))
      await storage.write(BOARD_ID, { rows: { confirmed: confirmed(4, [matter]), from: 3, put: [], remove: [] } })
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(confirmed(4))
    })

    it('[L3] are replaced as a whole where the device holds an older version', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(3)))
      const newer = confirmed(9, [{ ...matter, title: 'New' }])
      await (await device.open()).write(BOARD_ID, { rows: { confirmed: newer, from: 8, put: [matter.id], remove: [] } })
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(newer)
    })

    it('[L3] are left alone where another tab was faster', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(9)))
      const tab = await device.open()
      await tab.write(BOARD_ID, { rows: { confirmed: confirmed(5, []), from: 4, put: [], remove: [matter.id] } })
      await tab.write(BOARD_ID, { rows: { confirmed: confirmed(9, []), from: 8, put: [], remove: [matter.id] } })
      await tab.write(BOARD_ID, allRows(confirmed(8, [])))
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(confirmed(9))
    })

    it('[L3] are replaced by a full read of the same version: what was there may have been wrong', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(9)))
      await storage.write(BOARD_ID, allRows(confirmed(9, [other])))
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(confirmed(9, [other]))
    })

    it('[L3] of another epoch are replaced, whatever their number', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(9)))
      const restored = confirmed(2, [matter], 'e2')
      await storage.write(BOARD_ID, { rows: { confirmed: restored, from: 1, put: [], remove: [] }, contactAt: NOW })
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(restored)
    })

    it('[L3] go in one step with what they say about the outbox', async () => {
      const place = await storage.append(BOARD_ID, entry('a'), null)
      await storage.write(BOARD_ID, { ...allRows(confirmed(3)), outbox: { remove: [place] }, notes: { put: [note('c.1')] } })
      expect(await storage.open(BOARD_ID)).toMatchObject({ outbox: [], notes: [note('c.1')], confirmed: { version: 3 } })
    })

    it('[L3] are only a cache: dropping them keeps the rest', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(3)))
      await storage.append(BOARD_ID, entry('a'), null)
      await storage.write(BOARD_ID, { dropRows: true })
      expect(await storage.open(BOARD_ID)).toMatchObject({ confirmed: null, outbox: [{ n: 1 }] })
      // None are held now, so whoever comes next brings all.
      await storage.write(BOARD_ID, { rows: { confirmed: confirmed(4), from: 3, put: [], remove: [] } })
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(confirmed(4))
    })

    it('[L3] can be dropped and brought anew in one write', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(9)))
      await storage.write(BOARD_ID, { ...allRows(confirmed(3, [other])), dropRows: true })
      expect((await storage.open(BOARD_ID)).confirmed).toEqual(confirmed(3, [other]))
    })

    it('[W4] are shown for 12 hours after the last contact, and then no more', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(3)))
      device.setNow(NOW + LEASE_MS - 1)
      expect((await storage.open(BOARD_ID)).confirmed?.version).toBe(3)
      await storage.write(BOARD_ID, { contactAt: NOW + LEASE_MS - 1 })
      device.setNow(NOW + LEASE_MS + 1)
      expect((await storage.open(BOARD_ID)).confirmed?.version).toBe(3)
      device.setNow(NOW + 2 * LEASE_MS)
      expect((await storage.open(BOARD_ID)).confirmed).toBeNull()
      // They are gone, and not only kept from sight.
      device.setNow(NOW)
      expect((await storage.open(BOARD_ID)).confirmed).toBeNull()
    })

    it('[W4] that nobody confirmed, or somebody in the future, are not shown', async () => {
      await storage.write(BOARD_ID, { rows: allRows(confirmed(3)).rows })
      expect((await storage.open(BOARD_ID)).confirmed).toBeNull()
      await storage.write(BOARD_ID, { ...allRows(confirmed(3)), contactAt: NOW + LEASE_MS })
      expect((await storage.open(BOARD_ID)).confirmed).toBeNull()
    })

    it('[W4] go at the end of their lease without the outbox', async () => {
      await storage.write(BOARD_ID, allRows(confirmed(3)))
      await storage.append(BOARD_ID, entry('a'), step('a'))
      device.setNow(NOW + LEASE_MS)
      expect(await storage.open(BOARD_ID)).toMatchObject({ confirmed: null, outbox: [{ key: 'a' }], undo: [{ key: 'a' }] })
    })
  })
}
