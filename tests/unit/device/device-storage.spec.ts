import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import type { BoardStorage, StorageWrite } from '#shared/sync/board-storage.ts'
import type { MemoryBoard } from '#shared/sync/memory-storage.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import type { OutboxEntry, UndoStep } from '#shared/sync/outbox-entry.ts'
import { createDeviceStorage } from '~/utils/device/device-storage.ts'
import { BOARD_ID, buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import { createFailingStorage } from '../../helpers/failing-storage.ts'

const matter = buildMatter()
const onLasting = vi.fn()
/** What is on the disk, and what the disk refuses. */
let kept: Map<string, MemoryBoard>
let refuses: (call: 'open' | 'append' | 'write', changes?: StorageWrite) => boolean
let disk: BoardStorage
let storage: BoardStorage

const entry = (key: string): OutboxEntry =>
  ({ key, cid: null, n: null, at: NOW, mutation: { kind: 'void' }, looked: {}, undoes: null, state: 'queued', result: null })
const step = (key: string): UndoStep => ({ key, cid: null, n: null, matterId: matter.id, change: { kind: 'delete', version: null, matter: null } })
const conflict = (id: string) => ({ id, matterId: matter.id, at: NOW, mutation: { kind: 'edit' as const, id: matter.id, args: {} }, fields: [] })
const board = (version: number): ConfirmedBoard =>
  ({ epoch: 'e1', version, board: null, columns: [], members: new Map([[PEOPLE.clerk.id, PEOPLE.clerk]]), timeZone: 'UTC', rows: new Map([[matter.id, matter]]) })
const rows = (version: number): StorageWrite => ({ rows: { confirmed: board(version), from: null, put: [], remove: [] }, contactAt: NOW })

beforeEach(() => {
  onLasting.mockClear()
  kept = new Map()
  refuses = () => false
  const held = createMemoryStorage({ makeId: () => 'cid-1-disk', boards: kept })
  disk = { ...createFailingStorage(held, call => refuses(call)), write: (id, changes) => refuses('write', changes) ? Promise.reject(new Error('no')) : held.write(id, changes) }
  storage = createDeviceStorage({ disk, memory: createMemoryStorage({ makeId: () => 'cid-2-memory' }), onLasting })
})

it('[L3] is the disk as long as that works', async () => {
  expect(await storage.append(BOARD_ID, entry('a'), null)).toEqual({ cid: 'cid-1-disk', n: 1 })
  await storage.write(BOARD_ID, rows(3))
  expect(await storage.open(BOARD_ID)).toMatchObject({ cid: 'cid-1-disk', outbox: [{ key: 'a' }], confirmed: { version: 3 } })
  expect([storage.isLasting, onLasting.mock.calls]).toEqual([true, []])
})

describe('a change that the disk refuses', () => {
  it('[M1] goes on in memory under another outbox, and so do all that follow', async () => {
    await storage.append(BOARD_ID, entry('a'), null)
    refuses = call => call === 'append'
    expect(await storage.append(BOARD_ID, entry('b'), step('b'))).toEqual({ cid: 'cid-2-memory', n: 1 })
    refuses = () => false
    expect(await storage.append(BOARD_ID, entry('c'), null)).toEqual({ cid: 'cid-2-memory', n: 2 })
    expect(kept.get(BOARD_ID)?.lastN).toBe(1)
  })

  it('[L3] is said once', async () => {
    refuses = () => true
    await storage.append(BOARD_ID, entry('a'), null)
    await storage.append(BOARD_ID, entry('b'), null)
    expect([storage.isLasting, onLasting.mock.calls]).toEqual([false, [[false]]])
  })

  it('[M1] comes after what is on the disk, each in its own outbox, when the board is read again', async () => {
    await storage.append(BOARD_ID, entry('a'), step('a'))
    await storage.write(BOARD_ID, { conflicts: { put: [conflict('c.1')] } })
    refuses = call => call === 'append'
    await storage.append(BOARD_ID, entry('b'), step('b'))
    await storage.write(BOARD_ID, { conflicts: { put: [conflict('c.2')] } })
    const stored = await storage.open(BOARD_ID)
    expect(stored.cid).toBe('cid-2-memory')
    expect(stored.outbox.map(({ key, cid, n }) => [key, cid, n])).toEqual([['a', 'cid-1-disk', 1], ['b', 'cid-2-memory', 1]])
    expect(stored.undo.map(({ key }) => key)).toEqual(['a', 'b'])
    expect(stored.conflicts.map(({ id }) => id)).toEqual(['c.1', 'c.2'])
  })

  it('[M1] and what became of it never reach the disk; what is there follows', async () => {
    const first = await storage.append(BOARD_ID, entry('a'), null)
    refuses = call => call === 'append'
    const second = await storage.append(BOARD_ID, entry('b'), null)
    await storage.write(BOARD_ID, { outbox: { put: [{ ...entry('b'), ...second, state: 'acked' }], remove: [first] } })
    expect([...kept.get(BOARD_ID)!.outbox.values()]).toEqual([])
    expect((await storage.open(BOARD_ID)).outbox).toEqual([{ ...entry('b'), ...second, state: 'acked' }])
    await storage.write(BOARD_ID, { outbox: { remove: [second] } })
    expect((await storage.open(BOARD_ID)).outbox).toEqual([])
  })
})

describe('a disk that can\'t be read', () => {
  it('[L3] is replaced by memory', async () => {
    refuses = () => true
    expect(await storage.open(BOARD_ID)).toMatchObject({ cid: 'cid-2-memory', outbox: [], confirmed: null })
    expect(await storage.append(BOARD_ID, entry('a'), null)).toEqual({ cid: 'cid-2-memory', n: 1 })
    expect(await storage.open(BOARD_ID)).toMatchObject({ outbox: [{ key: 'a' }] })
    expect(onLasting).toHaveBeenCalledOnce()
  })
})

describe('a write that the disk refuses', () => {
  const hasRows = (_: string, changes?: StorageWrite) => changes?.rows !== undefined

  it('[L3] is made without its rows, which are a cache, and nothing is said', async () => {
    await storage.write(BOARD_ID, rows(3))
    refuses = hasRows
    await storage.write(BOARD_ID, { ...rows(4), notes: { put: [{ id: 'c.1', matterId: matter.id, others: [] }] } })
    expect(await storage.open(BOARD_ID)).toMatchObject({ confirmed: null, notes: [{ id: 'c.1' }] })
    expect(onLasting).not.toHaveBeenCalled()
  })

  it('[L3] may have its rows the next time', async () => {
    refuses = hasRows
    await storage.write(BOARD_ID, rows(3))
    refuses = () => false
    await storage.write(BOARD_ID, rows(4))
    expect((await storage.open(BOARD_ID)).confirmed?.version).toBe(4)
  })

  it('[L3] brings no more rows after a few times', async () => {
    const write = vi.spyOn(disk, 'write')
    refuses = hasRows
    for (let version = 1; version <= 3; version++)
      await storage.write(BOARD_ID, rows(version))
    refuses = () => false
    write.mockClear()
    await storage.write(BOARD_ID, rows(9))
    expect(write.mock.calls).toEqual([[BOARD_ID, { contactAt: NOW, dropRows: true }]])
  })

  it('[L3] goes on in memory when it is the rest that fails', async () => {
    const place = await storage.append(BOARD_ID, entry('a'), null)
    refuses = call => call === 'write'
    await storage.write(BOARD_ID, { ...rows(3), conflicts: { put: [conflict('c.1')] }, outbox: { remove: [place] } })
    expect([storage.isLasting, onLasting.mock.calls.length]).toEqual([false, 1])
    const stored = await storage.open(BOARD_ID)
    expect(stored.conflicts).toEqual([conflict('c.1')])
    // It couldn't be taken out there. It is sent again under its number, which the server knows.
    expect(stored.outbox).toMatchObject([place])
  })

  it('[C6] is tried again for what must go, whatever became of the disk before', async () => {
    await storage.write(BOARD_ID, { ...rows(3), conflicts: { put: [conflict('c.1')] } })
    refuses = call => call === 'append'
    await storage.append(BOARD_ID, entry('a'), null)
    await storage.write(BOARD_ID, { ...rows(4), purge: [matter.id] })
    expect(kept.get(BOARD_ID)).toMatchObject({ conflicts: new Map(), confirmed: null })
  })
})

it('[L3] keeps boards apart', async () => {
  refuses = call => call === 'append'
  await storage.append(BOARD_ID, entry('a'), null)
  expect(await storage.open(buildId(0xB2))).toMatchObject({ outbox: [] })
})
