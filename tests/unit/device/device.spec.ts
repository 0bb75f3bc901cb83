import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import type { OutboxEntry } from '#shared/sync/outbox-entry.ts'
import { LEASE_MS } from '#shared/sync/stored-board.ts'
import type { Device, DeviceOptions } from '~/utils/device/device.ts'
import { openDevice } from '~/utils/device/device.ts'
import type { DeviceDatabase, DeviceSchema } from '~/utils/device/schema.ts'
import { databaseName, ROWS_SHAPE, STORES } from '~/utils/device/schema.ts'
import { createSeenMembers, deleteDatabase } from '~/utils/device/seen-members.ts'
import { BOARD_ID, buildBoard, buildId, buildMatter, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const ME = PEOPLE.partner.id
const matter = buildMatter()
const other = buildMatter()
let opened: Device[]
let clock: ReturnType<typeof createVirtualClock>
let seenPlace: Storage

/** A tab. */
function open(options: DeviceOptions = {}): Device {
  const device = openDevice(ME, { clock, seen: createSeenMembers({ storage: seenPlace, now: clock.now }), former: [], ...options })
  opened.push(device)
  return device
}

const entry = (key: string): OutboxEntry =>
  ({ key, cid: null, n: null, at: NOW, mutation: { kind: 'void' }, looked: {}, undoes: null, state: 'queued', result: null })

function board(version = 3): ConfirmedBoard {
  const { id, name, columns } = buildBoard()
  const rows = new Map([matter, other].map(row => [row.id, row]))
  return { epoch: 'e1', version, board: { id, name }, columns, members: new Map(), timeZone: TIME_ZONE, rows }
}

const allRows = (confirmed = board()) => ({ rows: { confirmed, from: null, put: [], remove: [] }, contactAt: clock.now() })

/** The database as somebody with the browser's tools sees it. */
async function inspect<Result>(look: (database: DeviceDatabase) => Promise<Result>): Promise<Result> {
  const database = await openDB<DeviceSchema>(databaseName(ME))
  return await look(database).finally(() => database.close())
}

const counts = () => inspect(async database => Object.fromEntries(await Promise.all(STORES.map(async store => [store, await database.count(store)] as const))))

beforeEach(() => {
  opened = []
  clock = createVirtualClock()
  seenPlace = createMemoryLocalStorage()
})
afterEach(async () => {
  opened.forEach(device => device.close())
  vi.unstubAllGlobals()
  await deleteDatabase(ME)
})

describe('a device', () => {
  it('[L3] keeps boards, drafts and details for the next page', async () => {
    const page = open()
    await page.ready
    await page.storage.write(BOARD_ID, allRows())
    await page.storage.append(BOARD_ID, entry('a'), null)
    page.drafts.set(matter.id, 'title', 'Half')
    page.details.put(matter.id, 'comments', { readAt: 3, content: [1] })
    page.close()

    const next = open()
    await next.ready
    expect(await next.storage.open(BOARD_ID)).toMatchObject({ confirmed: board(), outbox: [{ key: 'a', n: 1 }] })
    expect(next.drafts.get(matter.id, 'title')).toBe('Half')
    expect(await next.details.get(matter.id, 'comments')).toEqual({ readAt: 3, content: [1] })
    expect([next.isLasting, next.storage.isLasting]).toEqual([true, true])
    expect(await next.boardsWithUnsent()).toEqual([BOARD_ID])
  })

  it('[L3] that can\'t keep anything says so once, and works', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const onLasting = vi.fn()
    const page = open({ onLasting })
    await page.ready
    page.drafts.set(matter.id, 'title', 'Half')
    page.details.put(matter.id, 'comments', { readAt: 3, content: [1] })
    page.details.forget(matter.id, 'comments')
    expect((await page.storage.append(BOARD_ID, entry('a'), null)).n).toBe(1)
    await page.storage.write(BOARD_ID, allRows())
    expect(await page.storage.open(BOARD_ID)).toMatchObject({ outbox: [{ key: 'a' }], confirmed: { version: 3 } })
    expect([page.drafts.get(matter.id, 'title'), await page.details.get(matter.id, 'comments'), await page.boardsWithUnsent()]).toEqual(['Half', null, []])
    expect([page.isLasting, page.storage.isLasting, onLasting.mock.calls]).toEqual([false, false, [[false]]])
    await page.wipe()
  })

  it('[M1] whose database breaks in the middle goes on in memory under another outbox', async () => {
    const page = open()
    const first = await page.storage.append(BOARD_ID, entry('a'), null)
    const { prototype } = await import('fake-indexeddb').then(({ IDBObjectStore }) => IDBObjectStore)
    vi.spyOn(prototype, 'put').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError') })
    const second = await page.storage.append(BOARD_ID, entry('b'), null)
    vi.restoreAllMocks()
    expect([second.n, second.cid > first.cid, page.isLasting]).toEqual([1, true, false])
    expect((await page.storage.open(BOARD_ID)).outbox.map(({ key }) => key)).toEqual(['a', 'b'])
    // The number that was refused is free on the disk, without a gap.
    page.close()
    expect(await open().storage.append(BOARD_ID, entry('c'), null)).toEqual({ cid: first.cid, n: 2 })
  })
})

describe('rows of another shape', () => {
  beforeEach(async () => {
    const page = open()
    await page.storage.write(BOARD_ID, allRows())
    await page.storage.append(BOARD_ID, entry('a'), null)
    page.close()
    await inspect(async (database) => {
      const head = await database.get('boards', BOARD_ID)
      await database.put('boards', { ...head!, rows: { ...head!.rows!, shape: ROWS_SHAPE + 1 } }, BOARD_ID)
    })
  })

  it('[L3] are dropped, and the outbox is kept', async () => {
    expect(await open().storage.open(BOARD_ID)).toMatchObject({ confirmed: null, outbox: [{ key: 'a' }] })
    expect(await counts()).toMatchObject({ rows: 0, outbox: 1 })
  })

  it('[L3] are replaced by whoever writes theirs', async () => {
    const page = open()
    await page.storage.write(BOARD_ID, { rows: { confirmed: board(2), from: 1, put: [], remove: [] }, contactAt: NOW })
    expect((await page.storage.open(BOARD_ID)).confirmed).toEqual(board(2))
  })
})

describe('what no server has confirmed for 12 hours', () => {
  it('[W4] is dropped when the device is opened, whatever board is looked at', async () => {
    const page = open()
    await page.storage.write(BOARD_ID, allRows())
    await page.storage.append(BOARD_ID, entry('a'), null)
    page.details.put(matter.id, 'comments', { readAt: 3, content: [1] })
    await clock.advance(LEASE_MS / 2)
    await page.storage.write(buildId(0xB2), allRows({ ...board(), rows: new Map([[other.id, other]]) }))
    page.details.put(other.id, 'comments', { readAt: 3, content: [2] })
    page.close()
    await clock.advance(LEASE_MS / 2)
    await open().ready
    expect(await counts()).toMatchObject({ rows: 1, details: 1, outbox: 1 })
  })

  it('[W4] is not shown to a page that stays open', async () => {
    const page = open()
    page.details.put(matter.id, 'comments', { readAt: 3, content: [1] })
    expect(await page.details.get(matter.id, 'comments')).not.toBeNull()
    await clock.advance(LEASE_MS)
    expect(await page.details.get(matter.id, 'comments')).toBeNull()
  })
})

describe('a matter that is purged', () => {
  it('[C6] leaves nothing on the disk, nor in memory, in any tab', async () => {
    const [here, there] = [open(), open()]
    await Promise.all([here.ready, there.ready])
    for (const { id } of [matter, other]) {
      here.drafts.set(id, 'title', `Half of ${id}`)
      here.details.put(id, 'comments', { readAt: 3, content: [1] })
    }
    await here.storage.write(BOARD_ID, allRows())
    await vi.waitFor(() => expect(there.drafts.get(matter.id, 'title')).not.toBeNull())
    const left = { ...board(4), rows: new Map([[other.id, other]]) }
    await here.storage.write(BOARD_ID, { rows: { confirmed: left, from: 3, put: [], remove: [matter.id] }, purge: [matter.id] })

    expect([here.drafts.get(matter.id, 'title'), here.drafts.get(other.id, 'title')]).toEqual([null, `Half of ${other.id}`])
    await vi.waitFor(() => expect(there.drafts.get(matter.id, 'title')).toBeNull())
    expect(there.drafts.get(other.id, 'title')).toBe(`Half of ${other.id}`)
    const everything = await inspect(async database =>
      JSON.stringify(await Promise.all(STORES.map(async store => [await database.getAllKeys(store), await database.getAll(store)]))))
    expect([everything.includes(matter.id), everything.includes(other.id)]).toEqual([false, true])
  })

  it('[C6] that another tab forgot is forgotten by a single detail, too', async () => {
    const page = open()
    page.details.put(matter.id, 'comments', { readAt: 3, content: [1] })
    page.details.put(matter.id, 'activity', { readAt: 3, content: [1] })
    page.details.forget(matter.id, 'comments')
    expect(await page.details.get(matter.id, 'comments')).toBeNull()
    expect(await page.details.get(matter.id, 'activity')).not.toBeNull()
  })
})

describe('a matter that a full read lacks', () => {
  const fullRead = (rows: readonly Matter[]) => allRows({ ...board(9), rows: new Map(rows.map(row => [row.id, row])) })
  const typed = (device: Device) => [matter, other].map(({ id }) => device.drafts.get(id, 'title'))

  it('[C6] takes along what was typed about it, though nobody knew that it had been there', async () => {
    const before = open()
    before.drafts.set(matter.id, 'title', 'Half', BOARD_ID)
    before.drafts.set(other.id, 'title', 'Other half', BOARD_ID)
    before.drafts.set('new-b', 'form', 'New')
    await before.ready
    before.close()

    const page = open()
    await page.ready
    await page.storage.write(BOARD_ID, fullRead([other]))
    expect([...typed(page), page.drafts.get('new-b', 'form')]).toEqual([null, 'Other half', 'New'])
    expect(await counts()).toMatchObject({ drafts: 2 })
  })

  it('[C6] keeps it while this person is about to make the matter', async () => {
    const page = open()
    page.drafts.set(matter.id, 'title', 'Half', BOARD_ID)
    const creation = { kind: 'create' as const, id: matter.id, args: { columnId: 'intake', title: 'A', clientName: 'B' } }
    const place = await page.storage.append(BOARD_ID, { ...entry('a'), mutation: creation }, null)
    await page.storage.write(BOARD_ID, fullRead([other]))
    expect(typed(page)).toEqual(['Half', null])
    await page.storage.write(BOARD_ID, { ...fullRead([other]), outbox: { remove: [place] } })
    await page.storage.write(BOARD_ID, fullRead([other]))
    expect(typed(page)).toEqual([null, null])
  })

  it('[C6] keeps what belongs to another board', async () => {
    const page = open()
    page.drafts.set(matter.id, 'title', 'Half', buildId(0xB2))
    await page.storage.write(BOARD_ID, fullRead([other]))
    expect(typed(page)).toEqual(['Half', null])
  })
})

describe('two tabs', () => {
  it('show each other\'s drafts in fields that nobody holds', async () => {
    const [here, there] = [open(), open()]
    await Promise.all([here.ready, there.ready])
    const letGo = there.drafts.hold(matter.id, 'title')
    here.drafts.set(matter.id, 'title', 'mine')
    here.drafts.set(matter.id, 'comment', 'hello')
    await vi.waitFor(() => expect(there.drafts.get(matter.id, 'comment')).toBe('hello'))
    expect(there.drafts.get(matter.id, 'title')).toBeNull()
    letGo()
    expect(there.drafts.get(matter.id, 'title')).toBe('mine')
  })
})

describe('signing out', () => {
  it('[W4] deletes the database, however many tabs have it open', async () => {
    const [here, there] = [open(), open()]
    await Promise.all([here.ready, there.ready])
    await there.storage.append(BOARD_ID, entry('a'), null)
    here.drafts.set(matter.id, 'title', 'Half')
    await here.wipe()
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(databaseName(ME))
    expect(here.drafts.get(matter.id, 'title')).toBeNull()
    // The other tab brings nothing back.
    there.drafts.set(matter.id, 'title', 'Late')
    await there.storage.append(BOARD_ID, entry('b'), null)
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(databaseName(ME))
    expect(createSeenMembers({ storage: seenPlace, now: clock.now }).hasLeft(ME)).toBe(false)
  })

  it('[W4] takes drafts along that an earlier version of the page left', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const remove = vi.fn()
    const page = open({ former: [{ matter: 'k', field: 'title', text: '"old"', remove }] })
    await page.ready
    expect(remove).not.toHaveBeenCalled()
    await page.wipe()
    expect(remove).toHaveBeenCalledOnce()
  })

  it('[W4] empties the database at once where a sleeping tab holds up its deletion', async () => {
    const page = open()
    await page.ready
    page.drafts.set(matter.id, 'title', 'Half')
    await page.storage.append(BOARD_ID, entry('a'), null)
    const asleep = await openDB<DeviceSchema>(databaseName(ME))
    await page.wipe()
    expect(await asleep.count('drafts') + await asleep.count('outbox')).toBe(0)
    // It is deleted when that tab wakes up, or by the next page.
    expect(createSeenMembers({ storage: seenPlace, now: clock.now }).hasLeft(ME)).toBe(true)
    asleep.close()
  })

  it('[W4] that the browser had no time to finish is finished before anybody reads', async () => {
    const page = open()
    await page.ready
    page.drafts.set(matter.id, 'title', 'Half')
    await page.storage.append(BOARD_ID, entry('a'), null)
    page.close()
    const seen = createSeenMembers({ storage: seenPlace, now: clock.now })
    seen.leave(ME)
    const next = open()
    await next.ready
    expect(next.drafts.get(matter.id, 'title')).toBeNull()
    expect((await next.storage.open(BOARD_ID)).outbox).toEqual([])
    expect(seen.hasLeft(ME)).toBe(false)
  })
})
