import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databaseName } from '~/utils/device/schema.ts'
import { createSeenMembers } from '~/utils/device/seen-members.ts'
import { NOW, PEOPLE } from '../../helpers/builders.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'

const DAY_MS = 24 * 3_600_000
const { partner, clerk, admin } = PEOPLE
let storage: Storage
let now: number

const seen = () => createSeenMembers({ storage, now: () => now })
const databases = async () => (await indexedDB.databases()).map(({ name }) => name)
const create = async (memberId: string) => (await openDB(databaseName(memberId), 1)).close()

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  storage = createMemoryLocalStorage()
  now = NOW
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('clearing away', () => {
  it('[W4] deletes what members have who weren\'t here for 30 days', async () => {
    await create(partner.id)
    await create(clerk.id)
    seen().note(partner.id)
    now += 20 * DAY_MS
    seen().note(clerk.id)
    now += 10 * DAY_MS - 1
    await seen().sweep()
    expect(await databases()).toHaveLength(2)
    now += 1
    await seen().sweep()
    expect(await databases()).toEqual([databaseName(clerk.id)])
    expect(Object.keys(JSON.parse(storage.getItem('aster-members')!) as object)).toEqual([clerk.id])
  })

  it('[W4] deletes what a member has who signed out, when that couldn\'t be done at once', async () => {
    await create(partner.id)
    seen().leave(partner.id)
    expect([seen().hasLeft(partner.id), seen().hasLeft(clerk.id)]).toEqual([true, false])
    await seen().sweep()
    expect([await databases(), seen().hasLeft(partner.id)]).toEqual([[], false])
  })

  it('counts from today where it isn\'t known when a member was here', async () => {
    await create(partner.id)
    await (await openDB('another-app', 1)).close()
    await seen().sweep()
    now += 30 * DAY_MS - 1
    await seen().sweep()
    expect(await databases()).toContain(databaseName(partner.id))
    now += 1
    await seen().sweep()
    expect(await databases()).toEqual(['another-app'])
  })

  it('tries again the next time when another tab is in the way', async () => {
    const asleep = await openDB(databaseName(partner.id), 1)
    seen().leave(partner.id)
    await seen().sweep()
    expect(seen().hasLeft(partner.id)).toBe(true)
    asleep.close()
    await seen().sweep()
    expect(seen().hasLeft(partner.id)).toBe(false)
  })
})

describe('a browser', () => {
  it('that keeps no list has seen nobody', async () => {
    const forbid = () => { throw new DOMException('forbidden', 'SecurityError') }
    const nobody = createSeenMembers({ storage: { getItem: forbid, setItem: forbid } })
    nobody.note(partner.id)
    nobody.leave(partner.id)
    nobody.forget(partner.id)
    expect(nobody.hasLeft(partner.id)).toBe(false)
    await nobody.sweep()
  })

  it('that has no databases has nothing to clear away', async () => {
    vi.stubGlobal('indexedDB', undefined)
    seen().leave(partner.id)
    await seen().sweep()
    expect(seen().hasLeft(partner.id)).toBe(true)
  })

  it('whose list isn\'t ours begins a new one', () => {
    for (const text of ['{broken', 'null', '[1]', JSON.stringify({ [admin.id]: 'yesterday' })]) {
      storage.setItem('aster-members', text)
      expect(seen().hasLeft(admin.id)).toBe(false)
    }
    seen().note(admin.id)
    expect(JSON.parse(storage.getItem('aster-members')!)).toEqual({ [admin.id]: NOW })
  })

  it('keeps it in its own storage, by its own clock, unless told otherwise', () => {
    vi.stubGlobal('localStorage', storage)
    createSeenMembers().note(partner.id)
    expect(JSON.parse(storage.getItem('aster-members')!)).toEqual({ [partner.id]: expect.any(Number) })
  })
})
