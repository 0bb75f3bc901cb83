import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Connection } from '~/utils/device/connection.ts'
import { createConnection } from '~/utils/device/connection.ts'
import type { DraftNews } from '~/utils/device/draft-disk.ts'
import type { DraftsControl } from '~/utils/device/drafts.ts'
import { createDrafts } from '~/utils/device/drafts.ts'
import type { FormerDraft } from '~/utils/device/former-drafts.ts'
import { createVirtualClock, settle } from '../../helpers/virtual-clock.ts'

let name: string
let clock: ReturnType<typeof createVirtualClock>
let count = 0
let connections: Connection[]
const told = vi.fn<(news: DraftNews) => void>()
const failed = vi.fn()

/** The drafts of one page. */
function open(former: FormerDraft[] = []): DraftsControl & { connection: Connection } {
  const connection = createConnection(name, { clock })
  connections.push(connection)
  return { ...createDrafts({ connection, former, onWritten: told, onFailed: failed, clock }), connection }
}

/** What is on the disk. */
async function kept(): Promise<Record<string, string>> {
  const database = await createConnection(name).use()
  const [keys, drafts] = await Promise.all([database.getAllKeys('drafts'), database.getAll('drafts')])
  return Object.fromEntries(keys.map((key, index) => [key.join('/'), drafts[index]!.text]))
}

async function leave(text: string): Promise<void> {
  const page = open()
  await page.load()
  page.set('k1', 'title', text)
  await settle()
}

beforeEach(() => {
  name = `drafts-${++count}`
  clock = createVirtualClock()
  connections = []
  vi.clearAllMocks()
})
afterEach(() => connections.forEach(connection => connection.close()))

it('count as typed once they differ from what was opened', async () => {
  const page = open()
  await page.load()
  page.set('k1', 'title', { value: 'Lease', seen: 'Lease', base: 1 })
  expect(page.typed()).toBe(0)
  page.set('k1', 'title', { value: 'Leases', seen: 'Lease', base: 1 })
  page.set('k1', 'comment', 'Called')
  page.set('new', 'form', { title: 'New' })
  expect(page.typed()).toBe(3)
  page.forget('k1')
  expect(page.typed()).toBe(1)
})

it('[L3] are out of the page\'s hands in the tick in which they were typed', async () => {
  const page = open()
  await page.load()
  const database = await page.connection.use()
  const transaction = vi.spyOn(database, 'transaction')
  page.set('k1', 'title', 'H')
  expect(transaction).toHaveBeenCalledExactlyOnceWith(['drafts'], 'readwrite', { durability: 'relaxed' })
  page.set('k1', 'title', 'Ha')
  page.connection.close()
  expect(await kept()).toEqual({ 'k1/title': '"Ha"' })
})

describe('against a power cut', () => {
  /** The page, and how often it had the disk synced. */
  async function watched() {
    const page = open()
    await page.load()
    const transaction = vi.spyOn(await page.connection.use(), 'transaction')
    return { page, syncs: () => transaction.mock.calls.filter(([, , options]) => options?.durability === 'strict').length }
  }

  it('[L3] the disk is synced once a second while somebody types, and once after', async () => {
    const { page, syncs } = await watched()
    for (const text of ['a', 'ab', 'abc', 'abcd']) {
      page.set('k1', 'title', text)
      await clock.advance(400)
    }
    expect(syncs()).toBe(1)
    await clock.advance(10_000)
    expect([syncs(), clock.timers]).toEqual([2, 0])
    expect(await kept()).toEqual({ 'k1/title': '"abcd"' })
  })

  it('[C6] nothing comes back that was purged, sent, or written anew by another tab meanwhile', async () => {
    const { page, syncs } = await watched()
    page.set('k1', 'title', 'a')
    page.forget('k1')
    await clock.advance(1_000)
    page.hold('k2', 'title')
    page.set('k2', 'title', 'mine')
    page.follow({ matter: 'k2', field: 'title', text: '"theirs"', board: null })
    await clock.advance(1_000)
    page.set('k3', 'title', 'a')
    page.set('k3', 'title', null)
    await clock.advance(1_000)
    // The purge, and the draft that is no more.
    expect(syncs()).toBe(2)
    expect(await kept()).toEqual({ 'k2/title': '"mine"' })
  })

  it('[W4] nothing is left to be done once the drafts are left', async () => {
    const { page } = await watched()
    page.set('k1', 'title', 'a')
    page.drop()
    expect(clock.timers).toBe(0)
  })
})

it('[L3] are kept as they were when they were set, even if their object is changed after', async () => {
  const page = open()
  await page.load()
  const value = { title: 'a' }
  page.set('k1', 'form', value)
  value.title = 'b'
  expect(await kept()).toEqual({ 'k1/form': '{"title":"a"}' })
})

describe('what is typed before the disk was read', () => {
  it('[L3] goes to the disk when it has been', async () => {
    const page = open()
    page.set('k1', 'title', 'H')
    page.set('k1', 'title', 'Ha')
    page.set('k1', 'note', 'x')
    page.set('k1', 'note', null)
    expect(page.get('k1', 'title')).toBe('Ha')
    await page.load()
    expect(await kept()).toEqual({ 'k1/title': '"Ha"' })
  })

  it('[L3] stands over what was kept, where it was typed on', async () => {
    await leave('kept')
    const page = open()
    page.set('k1', 'title', 'n')
    page.set('k1', 'title', 'ne')
    await page.load()
    expect(page.get('k1', 'title')).toBe('ne')
    expect(await kept()).toEqual({ 'k1/title': '"ne"' })
  })

  it('[L3] gives way to what was kept, where an editor was only opened', async () => {
    await leave('kept')
    const page = open()
    page.set('k1', 'title', '')
    await page.load()
    expect(page.get('k1', 'title')).toBe('kept')
    expect(await kept()).toEqual({ 'k1/title': '"kept"' })
  })

  it('[C6] doesn\'t bring back what was purged meanwhile', async () => {
    await leave('kept')
    const page = open()
    page.set('k1', 'note', 'typed')
    page.drop(['k1'])
    await page.load()
    expect([page.get('k1', 'title'), page.get('k1', 'note')]).toEqual([null, null])
  })
})

describe('another tab', () => {
  it('hears what is written, and that it is gone', async () => {
    const page = open()
    await page.load()
    page.set('k1', 'title', 'H', 'b')
    page.set('k1', 'title', null)
    expect(told.mock.calls).toEqual([[{ matter: 'k1', field: 'title', text: '"H"', board: 'b' }], [{ matter: 'k1', field: 'title', text: null, board: null }]])
  })

  it('shows it where nobody has the field on the screen', async () => {
    const page = open()
    await page.load()
    page.follow({ matter: 'k1', field: 'title', text: '"theirs"', board: null })
    expect(page.get('k1', 'title')).toBe('theirs')
    page.follow({ matter: 'k1', field: 'title', text: null, board: null })
    expect(page.get('k1', 'title')).toBeNull()
  })

  it('doesn\'t change a field under the hands of who writes, until they let go of it', async () => {
    const page = open()
    await page.load()
    const letGo = [page.hold('k1', 'title'), page.hold('k1', 'title')]
    page.set('k1', 'title', 'mine')
    page.follow({ matter: 'k1', field: 'title', text: '"theirs"', board: null })
    expect(page.get('k1', 'title')).toBe('mine')
    letGo[0]!()
    letGo[0]!()
    expect(page.get('k1', 'title')).toBe('mine')
    letGo[1]!()
    expect(page.get('k1', 'title')).toBe('theirs')
  })

  it('wrote earlier than who types now: the last one stands', async () => {
    const page = open()
    await page.load()
    const letGo = page.hold('k1', 'title')
    page.follow({ matter: 'k1', field: 'title', text: '"theirs"', board: null })
    page.set('k1', 'title', 'mine')
    letGo()
    expect(page.get('k1', 'title')).toBe('mine')
    expect(await kept()).toEqual({ 'k1/title': '"mine"' })
  })
})

describe('forgetting', () => {
  it('[C6] a matter takes its drafts from memory and disk, and leaves the others', async () => {
    const page = open()
    await page.load()
    page.set('k1', 'title', 'a')
    page.set('k1', 'comment', 'b')
    page.set('k10', 'title', 'c')
    page.forget('k1')
    expect([page.get('k1', 'title'), page.get('k1', 'comment'), page.get('k10', 'title')]).toEqual([null, null, 'c'])
    expect(await kept()).toEqual({ 'k10/title': '"c"' })
  })

  it('all is done in memory alone', async () => {
    const page = open()
    await page.load()
    page.set('k1', 'title', 'a')
    page.drop()
    expect(page.get('k1', 'title')).toBeNull()
    expect(await kept()).toEqual({ 'k1/title': '"a"' })
  })
})

describe('drafts of an earlier version of the page', () => {
  const remove = vi.fn()
  const former = (text: string, matter = 'k1'): FormerDraft => ({ matter, field: 'title', text, remove })

  it('[L3] are taken over once', async () => {
    const page = open([former('"old"')])
    await page.load()
    expect(page.get('k1', 'title')).toBe('old')
    expect(await kept()).toEqual({ 'k1/title': '"old"' })
    expect(remove).toHaveBeenCalledOnce()
  })

  it('[L3] give way to newer ones, and to none when they aren\'t JSON', async () => {
    await leave('new')
    const page = open([former('"old"'), former('{broken', 'k2'), former('"gone"', 'k3')])
    page.drop(['k3'])
    await page.load()
    expect(await kept()).toEqual({ 'k1/title': '"new"' })
    expect(remove).toHaveBeenCalledTimes(3)
  })

  it('[L3] stay where they are while they can\'t be kept elsewhere', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => { throw new DOMException('no', 'SecurityError') })
    await open([former('"old"')]).load()
    expect(remove).not.toHaveBeenCalled()
    expect(failed).toHaveBeenCalledOnce()
  })
})

describe('a disk that fails', () => {
  it('[L3] costs the keeping, not the typing', async () => {
    const page = open()
    await page.load()
    page.connection.close()
    page.set('k1', 'title', 'a')
    expect(page.get('k1', 'title')).toBe('a')
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce())
    page.forget('k1')
    await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(2))
  })

  it('[L3] is tried again when the next letter is typed', async () => {
    await leave('kept')
    const refusal = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => { throw new DOMException('no', 'SecurityError') })
    const page = open()
    await page.load()
    expect(failed).toHaveBeenCalledOnce()
    refusal.mockRestore()
    page.set('k2', 'title', 'a')
    await vi.waitFor(async () => expect(await kept()).toEqual({ 'k1/title': '"kept"', 'k2/title': '"a"' }))
    expect(page.get('k1', 'title')).toBe('kept')
  })
})
