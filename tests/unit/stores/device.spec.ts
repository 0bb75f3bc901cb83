import 'fake-indexeddb/auto'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useRequestFetch } from '#imports'
import type { MeAnswer } from '#shared/protocol/messages.ts'
import devicePlugin from '~/plugins/device.client.ts'
import sessionPlugin from '~/plugins/session.client.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { useSessionStore } from '~/stores/session.ts'
import { databaseName } from '~/utils/device/schema.ts'
import { deleteDatabase } from '~/utils/device/seen-members.ts'
import { BOARD_ID, buildId, NOW, OWN, PEOPLE } from '../../helpers/builders.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'

const request = vi.fn()
const MATTER = buildId(1)
const answerFor = (member: typeof PEOPLE.partner | typeof PEOPLE.clerk): MeAnswer =>
  ({ member: { ...member, email: '', locale: null, transport: null }, transport: 'hybrid', boards: [{ id: BOARD_ID, name: 'Matters', isDefault: true }], timeZone: 'Asia/Tokyo', ...OWN })
const databases = async () => (await indexedDB.databases()).map(({ name }) => name)
const run = (plugin: unknown) => (plugin as () => void)()

beforeEach(() => {
  vi.stubGlobal('localStorage', createMemoryLocalStorage())
  // Nobody else listens here.
  vi.stubGlobal('BroadcastChannel', undefined)
  setActivePinia(createPinia())
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  request.mockReset().mockResolvedValue(answerFor(PEOPLE.partner))
})

afterEach(async () => {
  useDeviceStore().close()
  await Promise.all(Object.values(PEOPLE).map(({ id }) => deleteDatabase(id)))
  vi.unstubAllGlobals()
})

describe('the device of the member at the screen', () => {
  it('is one for the whole page, and ready when what is kept was read', async () => {
    const device = useDeviceStore()
    const opened = await device.open(PEOPLE.partner.id)
    expect(device.of(PEOPLE.partner.id)).toBe(opened)
    expect(device.isLasting).toBe(true)
  })

  it('[W4] is another one for another member, who sees nothing of the first', async () => {
    const device = useDeviceStore()
    const first = await device.open(PEOPLE.partner.id)
    first.drafts.set(MATTER, 'title', 'Mine')
    await first.storage.append(BOARD_ID, { key: 'a', cid: null, n: null, at: NOW, mutation: { kind: 'void' }, looked: {}, undoes: null, state: 'queued', result: null }, null)
    const second = await device.open(PEOPLE.clerk.id)
    expect(second.drafts.get(MATTER, 'title')).toBeNull()
    expect(await second.storage.open(BOARD_ID)).toMatchObject({ outbox: [] })
    // Not in memory either, for whoever still holds it.
    expect(first.drafts.get(MATTER, 'title')).toBeNull()

    const again = await device.open(PEOPLE.partner.id)
    expect(again.drafts.get(MATTER, 'title')).toBe('Mine')
    expect(await again.storage.open(BOARD_ID)).toMatchObject({ outbox: [{ key: 'a', n: 1 }] })
  })

  it('[L3] says when something is lost with the page, and only of the member who is there', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const device = useDeviceStore()
    await device.open(PEOPLE.partner.id)
    expect(device.isLasting).toBe(false)
    vi.unstubAllGlobals()
    vi.stubGlobal('localStorage', createMemoryLocalStorage())
    await device.open(PEOPLE.clerk.id)
    expect(device.isLasting).toBe(true)
  })
})

it('[W4] has nothing for nobody, on a screen that is being left', async () => {
  const device = useDeviceStore()
  await device.open('')
  expect([device.isLasting, await databases()]).toEqual([true, []])
})

describe('with the session', () => {
  beforeEach(() => {
    run(devicePlugin)
    run(sessionPlugin)
  })

  it('[W4] signing out deletes what the member has here', async () => {
    const [session, device] = [useSessionStore(), useDeviceStore()]
    await session.login('a', 'b')
    const opened = await device.open(PEOPLE.partner.id)
    opened.drafts.set(MATTER, 'title', 'Mine')
    await session.logout()
    await vi.waitFor(async () => expect(await databases()).not.toContain(databaseName(PEOPLE.partner.id)))
    expect(localStorage.getItem('aster-session')).toBeNull()
    expect(localStorage.getItem('aster-members')).toBe('{}')
    const again = await device.open(PEOPLE.partner.id)
    expect(again.drafts.get(MATTER, 'title')).toBeNull()
  })

  it('[W4] a session that ran out keeps everything for its owner, also while somebody else works', async () => {
    const [session, device] = [useSessionStore(), useDeviceStore()]
    await session.login('a', 'b')
    ;(await device.open(PEOPLE.partner.id)).drafts.set(MATTER, 'title', 'Mine')
    session.expire()
    expect(device.of(PEOPLE.partner.id).drafts.get(MATTER, 'title')).toBe('Mine')

    request.mockResolvedValue(answerFor(PEOPLE.clerk))
    await session.login('c', 'd')
    await device.open(PEOPLE.clerk.id)
    await session.logout()
    await vi.waitFor(async () => expect(await databases()).toEqual([databaseName(PEOPLE.partner.id)]))
    request.mockResolvedValue(answerFor(PEOPLE.partner))
    await session.login('a', 'b')
    expect((await device.open(PEOPLE.partner.id)).drafts.get(MATTER, 'title')).toBe('Mine')
  })

  it('[W4] is left, and deleted by nobody, when another tab signed out', async () => {
    const [session, device] = [useSessionStore(), useDeviceStore()]
    await session.login('a', 'b')
    const opened = await device.open(PEOPLE.partner.id)
    opened.drafts.set(MATTER, 'title', 'Mine')
    session.leave()
    expect(opened.drafts.get(MATTER, 'title')).toBeNull()
    expect(await databases()).toEqual([databaseName(PEOPLE.partner.id)])
  })
})

it('[W4] a new page deletes what members left who weren\'t here for 30 days', async () => {
  const device = useDeviceStore()
  await device.open(PEOPLE.clerk.id)
  device.close()
  localStorage.setItem('aster-members', JSON.stringify({ [PEOPLE.clerk.id]: Date.now() - 31 * 24 * 3_600_000 }))
  await useSessionStore().load()
  run(devicePlugin)
  await vi.waitFor(async () => expect(await databases()).toEqual([databaseName(PEOPLE.partner.id)]))
  expect(Object.keys(JSON.parse(localStorage.getItem('aster-members')!) as object)).toEqual([PEOPLE.partner.id])
})
