import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { MeAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import type { ApiServer } from '../../helpers/api-server.ts'
import { buildId } from '../../helpers/builders.ts'
import { startApi } from '../../helpers/api-server.ts'
import { countDatabase } from '../../helpers/count-database.ts'

let api: ApiServer
let admin: string
let partner: string
let associate: string

beforeAll(async () => {
  api = await startApi()
  admin = await api.signIn('admin@demo.test')
  partner = await api.signIn('partner@demo.test')
  associate = await api.signIn('associate@demo.test')
})
afterAll(() => api.close())

const personal = async (as = partner, since?: string) =>
  (await api.request('GET', `/api/personal${since === undefined ? '' : `?since=${since}`}`, { as })).body as unknown as PersonalAnswer
const patch = (body: unknown, as = partner) => api.request('PATCH', '/api/preferences', { as, body })
const setFirm = (body: unknown, as = admin) => api.request('PUT', '/api/firm/awareness', { as, body })
const me = async (as = partner) => (await api.request('GET', '/api/auth/me', { as })).body as unknown as MeAnswer

/** Where a reader stands, as the query of a poll that has nothing to hear. */
async function placeOf(as = partner): Promise<string> {
  const { body: { epoch, version } } = await api.request('GET', '/api/kanban/snapshot', { as })
  return `epoch=${String(epoch)}&version=${String(version)}`
}
const poll = (query: string, as = partner) => api.request('GET', `/api/kanban/updates?${query}`, { as })

describe('preferences', () => {
  it('[N3] come with the page, and are patched key by key', async () => {
    expect((await me()).preferences).toEqual(DEFAULT_PREFERENCES)
    const dark = { ...DEFAULT_PREFERENCES, theme: 'dark' } satisfies Preferences
    expect(await patch({ theme: 'dark' })).toMatchObject({ status: 200, body: dark })
    expect((await patch({ density: 'compact' })).body).toEqual({ ...dark, density: 'compact' })
    expect((await me()).preferences).toEqual({ ...dark, density: 'compact' })
    expect((await personal()).preferences).toEqual({ ...dark, density: 'compact' })
    expect((await me(associate)).preferences).toEqual(DEFAULT_PREFERENCES)
  })
  it('[N3] lose nothing to each other when two devices change them at the same moment', async () => {
    const patches = [{ theme: 'light' }, { density: 'comfortable' }, { cursors: true }, { pollIntervalMs: 30_000 }, { desktop: true }]
    await Promise.all(patches.map(body => patch(body, associate)))
    expect((await personal(associate)).preferences).toMatchObject(Object.assign({}, ...patches) as Partial<Preferences>)
  })
  it('[N3] that are lists lose nothing to each other: what two devices mute at the same moment is muted, by matter, board and type', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => buildId(0xA00 + index))
    await Promise.all(ids.map(id => patch({ add: { mutedMatters: [id], mutedBoards: [id] } }, associate)))
    await Promise.all([
      ...ids.slice(0, 3).map(id => patch({ remove: { mutedMatters: [id], mutedBoards: [id] } }, associate)),
      patch({ add: { mutedTypes: ['followed'] } }, associate), patch({ add: { mutedTypes: ['board'] } }, associate),
    ])
    const { mutedMatters, mutedBoards, mutedTypes } = (await personal(associate)).preferences
    expect([mutedMatters.sort(), mutedBoards.sort(), mutedTypes.sort()]).toEqual([ids.slice(3), ids.slice(3), ['board', 'followed']])
    // An older page sends the whole list.
    const none = { mutedMatters: [], mutedBoards: [], mutedTypes: [] }
    expect((await patch(none, associate)).body).toMatchObject(none)
  })
  it('[N3] that are lists take 1,000 entries, and say so', async () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => buildId(0xB000 + index))
    expect(await patch({ add: { mutedMatters: ids.slice(0, 600) } }, associate)).toMatchObject({ status: 200 })
    expect(await patch({ add: { mutedMatters: ids.slice(400) } }, associate)).toMatchObject({ status: 422, body: { code: 'LIST_FULL', field: 'mutedMatters' } })
    expect(await patch({ add: { mutedMatters: ids.slice(400, 1_000) } }, associate)).toMatchObject({ status: 200 })
    expect(await patch({ add: { mutedMatters: [ids[1_000]!] }, remove: { mutedMatters: [ids[0]!] } }, associate)).toMatchObject({ status: 200 })
    expect((await personal(associate)).preferences.mutedMatters).toEqual(ids.slice(1))
    expect(await patch({ add: { mutedMatters: ids } }, associate)).toMatchObject({ status: 422, body: { code: 'VALIDATION' } })
    expect(await patch({ add: { theme: 'dark' } }, associate)).toMatchObject({ status: 422, body: { code: 'VALIDATION' } })
    await patch({ mutedMatters: [] }, associate)
  })
  it('are refused by whom they don\'t fit, and to who isn\'t signed in', async () => {
    expect(await patch({ pollIntervalMs: 1 })).toMatchObject({ status: 422, body: { code: 'VALIDATION', field: 'pollIntervalMs' } })
    expect(await patch({ quietHours: { from: '25:00', to: '08:00' } })).toMatchObject({ status: 422 })
    expect(await patch({ isAdmin: true })).toMatchObject({ status: 422 })
    expect(await api.request('PATCH', '/api/preferences', { body: {} })).toMatchObject({ status: 401 })
    expect(await api.request('GET', '/api/personal')).toMatchObject({ status: 401 })
    expect(await api.request('GET', '/api/personal?since=yesterday', { as: partner })).toMatchObject({ status: 422 })
  })
})

describe('the tag', () => {
  it('[N1] moves with whatever is a member\'s own, for them alone, and with the firm\'s settings for all', async () => {
    const [mine, theirs] = [await personal(), await personal(associate)]
    await patch({ cursors: true })
    const next = await personal()
    expect(next.tag).not.toBe(mine.tag)
    expect((await personal(associate)).tag).toBe(theirs.tag)
    for (const choice of [{ locale: 'ja' }, { transport: 'polling' }] as const) {
      const { tag } = await personal()
      await api.request('PATCH', '/api/auth/me', { as: partner, body: choice })
      const { account, ...chosen } = await personal()
      expect(account).toMatchObject(choice)
      expect(chosen.tag).not.toBe(tag)
      expect(api.firm.heads.tagOf((await me()).member.id)).toBe(chosen.tag)
    }
    await api.request('PATCH', '/api/auth/me', { as: partner, body: { locale: null, transport: null } })
    await setFirm({ notices: 'personal' })
    expect((await personal()).tag).not.toBe(next.tag)
    expect((await personal(associate)).tag).not.toBe(theirs.tag)
    expect((await personal()).firm).toMatchObject({ notices: 'personal' })
  })
  it('[N2] that a page has gets what came since; one from before a backup was restored gets everything', async () => {
    const { tag } = await personal()
    expect((await personal(partner, tag)).notifications).toMatchObject({ full: false, items: [] })
    expect((await personal(partner, `${Number(tag.split('.')[0]) + 9}.0`)).notifications.full).toBe(true)
    expect((await personal()).notifications.full).toBe(true)
  })
})

describe('a poll that names its tag', () => {
  it('[R4] [N2] costs no database call while it is the newest, and is answered with the newest where it isn\'t', async () => {
    const place = await placeOf()
    const { tag } = await personal()
    await poll(`${place}&own=${tag}`)
    const count = countDatabase(api.firm.repository)
    expect((await poll(`${place}&own=${tag}`)).status).toBe(304)
    expect((await poll(`${place}&own=0.0`))).toMatchObject({ status: 200, body: { own: tag, matters: [] } })
    expect((await poll(place)).status).toBe(304)
    expect({ calls: count.calls, statements: count.statements }).toEqual({ calls: [], statements: 0 })
  })
  it('[N2] isn\'t held when it isn\'t the newest, and ends at once when it isn\'t any more', async () => {
    const place = await placeOf()
    const { tag } = await personal()
    expect(await poll(`${place}&wait=25&own=0.0`)).toMatchObject({ status: 200, body: { own: tag } })
    for (const change of [() => patch({ desktop: true }), () => setFirm({ notices: 'all' })]) {
      const { tag: before } = await personal()
      const held = poll(`${place}&wait=25&own=${before}`)
      await vi.waitFor(() => expect(api.firm.hub.takeAsked()).toBe(true))
      await change()
      const answer = (await held).body as unknown as UpdatesAnswer
      expect(answer.own).toBe((await personal()).tag)
      expect(answer.own).not.toBe(before)
    }
  })
  it('[N2] is named what was read of another process, not what this one has heard of', async () => {
    const { member } = await me()
    const { repository } = api.firm
    await repository.personal.bump([member.id])
    const { tag } = await personal()
    expect(api.firm.heads.tagOf(member.id)).toBe(tag)
    expect((await poll(`${await placeOf()}&own=${tag}`)).status).toBe(304)
  })
})

describe('what an administrator sets for all', () => {
  it('is theirs alone to set, part by part', async () => {
    expect(await setFirm({ presence: false }, partner)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(await api.request('PUT', '/api/firm/awareness', { body: { presence: false } })).toMatchObject({ status: 401 })
    expect(await setFirm({ notices: 'loud' })).toMatchObject({ status: 422 })
    expect((await setFirm({ presence: false })).body).toMatchObject({ presence: false, notices: 'all', maintenance: null })
    expect((await setFirm({ notices: 'none' })).body).toMatchObject({ presence: false, notices: 'none' })
    expect((await me()).firm).toEqual({ presence: false, notices: 'none', maintenance: null })
    await setFirm({ presence: true, notices: 'all' })
  })
  it('has a maintenance in it until that is over, or taken back', async () => {
    const maintenance = { startsAt: Date.now() + 60_000, minutes: 30, text: 'A new version' }
    expect((await setFirm({ maintenance })).body).toMatchObject({ maintenance })
    expect((await personal()).firm.maintenance).toEqual(maintenance)
    expect((await setFirm({ notices: 'all' })).body).toMatchObject({ maintenance })
    expect((await setFirm({ maintenance: null })).body).toMatchObject({ maintenance: null })
    expect(await setFirm({ maintenance: { ...maintenance, startsAt: 0 } })).toMatchObject({ status: 422, body: { field: 'maintenance.startsAt' } })
    // No page of anybody could write such a day.
    expect(await setFirm({ maintenance: { ...maintenance, startsAt: Number.MAX_SAFE_INTEGER } })).toMatchObject({ status: 422, body: { field: 'maintenance.startsAt' } })
  })
})
