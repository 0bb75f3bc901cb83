import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { watch } from 'vue'
import { ApiProblem } from '~/composables/useApi.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useSessionStore } from '~/stores/session.ts'
import { NOW, OWN, PEOPLE } from '../../helpers/builders.ts'
import { buildNews } from '../../helpers/notification-builders.ts'

interface Options { method?: string, keepalive?: boolean, body?: unknown, query?: { since?: string } }
const { api } = vi.hoisted(() => ({ api: vi.fn<(path: string, options?: Options) => Promise<unknown>>() }))
vi.mock('~/composables/useApi.ts', async original => ({ ...await original<object>(), useApi: () => api }))

const FOLLOWED = '01900000-0000-7000-8000-0000000000aa'
const member = { ...PEOPLE.partner, email: '', locale: null, transport: null }

function answerOf(tag: string, more: Partial<PersonalAnswer> = {}): PersonalAnswer {
  return { tag, ...OWN, account: { locale: null, transport: null }, follows: [], notifications: buildNews({ full: true }), now: Date.now(), ...more }
}

/** Answers that come when the test lets them. */
function later<Answer>() {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  return { promise, resolve, reject }
}

const asked = () => api.mock.calls.filter(([path]) => path === '/api/personal').map(([, options]) => options?.query?.since)

beforeEach(() => {
  setActivePinia(createPinia())
  api.mockReset()
  const session = useSessionStore()
  Object.assign(session, { member, lastMember: member, preferences: DEFAULT_PREFERENCES })
})

describe('what is the member\'s own', () => {
  it('[N2] is asked for once at a time, whole at first and then from the tag that the page has', async () => {
    const store = usePersonalStore()
    const news = vi.fn()
    store.onNotifications(news)
    expect(store.own()).toBeNull()
    api.mockResolvedValueOnce(answerOf('1.0', { follows: [FOLLOWED], firm: { presence: false, notices: 'system', maintenance: null } }))
    await Promise.all([store.refresh(), store.refresh()])
    expect(asked()).toEqual([undefined])
    expect(store.own()).toBe('1.0')
    expect(store.follows).toEqual(new Set([FOLLOWED]))
    expect(store.firm).toMatchObject({ presence: false, notices: 'system' })
    expect(news).toHaveBeenCalledExactlyOnceWith(buildNews({ full: true }))
    api.mockResolvedValueOnce(answerOf('2.0'))
    await store.hear('2.0')
    expect(asked()).toEqual([undefined, '1.0'])
    await store.hear('2.0')
    expect(asked()).toHaveLength(2)
  })
  it('[N2] is asked for once more when it moved while an answer was on its way', async () => {
    const store = usePersonalStore()
    const first = later<PersonalAnswer>()
    api.mockReturnValueOnce(first.promise).mockResolvedValueOnce(answerOf('3.0'))
    const asking = store.refresh()
    void store.hear('2.0')
    void store.hear('3.0')
    first.resolve(answerOf('2.0'))
    await asking
    expect(asked()).toEqual([undefined, '2.0'])
    expect(store.own()).toBe('3.0')
  })
  it('[N2] is asked for once more where this page changed something of it meanwhile, and not else', async () => {
    const store = usePersonalStore()
    const first = later<PersonalAnswer>()
    api.mockReturnValueOnce(first.promise).mockResolvedValueOnce(answerOf('1.0', { follows: [FOLLOWED] }))
    const asking = store.refresh()
    store.noteChange()
    first.resolve(answerOf('1.0'))
    await asking
    expect(asked()).toEqual([undefined, '1.0'])
    expect(store.follows).toEqual(new Set([FOLLOWED]))
    store.noteChange()
    await store.hear('1.0')
    expect(asked()).toHaveLength(2)
  })
  it('[N2] that couldn\'t be read has the next poll name it, and is read again then', async () => {
    const store = usePersonalStore()
    api.mockRejectedValueOnce(new ApiProblem(503, null))
    await expect(store.refresh()).rejects.toBeInstanceOf(ApiProblem)
    expect(store.own()).toBe('none')
    api.mockResolvedValueOnce(answerOf('1.0'))
    await store.hear('1.0')
    expect(store.own()).toBe('1.0')
  })
  it('is told whole to who begins to listen after it was read', async () => {
    const store = usePersonalStore()
    api.mockResolvedValue(answerOf('1.0'))
    await store.refresh()
    const news = vi.fn()
    store.onNotifications(news)
    await vi.waitFor(() => expect(news).toHaveBeenCalledOnce())
    expect(asked()).toEqual([undefined, undefined])
  })
  it('goes by the server\'s clock', async () => {
    const store = usePersonalStore()
    api.mockResolvedValueOnce(answerOf('1.0', { now: Date.now() + 3_600_000 }))
    await store.refresh()
    expect(Math.abs(store.now() - Date.now() - 3_600_000)).toBeLessThan(1_000)
  })
  it('goes by the same clock after an answer that was long on its way, and by another once the device\'s was set', async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const store = usePersonalStore()
    /** The server is an hour ahead, and says so at once; its word takes its time. */
    async function ask(tookMs: number, ahead = 3_600_000): Promise<number> {
      const answer = later<PersonalAnswer>()
      api.mockReturnValueOnce(answer.promise)
      const asking = store.refresh()
      const now = Date.now() + ahead
      vi.setSystemTime(Date.now() + tookMs)
      answer.resolve(answerOf(`${tookMs}.0`, { now }))
      await asking
      return store.now() - Date.now()
    }
    expect(await ask(10_000)).toBe(3_595_000)
    expect(await ask(100)).toBe(3_599_950)
    expect(await ask(10_000)).toBe(3_599_950)
    vi.setSystemTime(NOW - 3_600_000)
    expect(await ask(10_000, 2 * 3_600_000)).toBe(7_195_000)
  })
  it('of one member is nothing to the next', async () => {
    const store = usePersonalStore()
    const late = later<PersonalAnswer>()
    api.mockReturnValueOnce(late.promise)
    const asking = store.refresh()
    const next = { ...PEOPLE.associate, email: '', locale: null, transport: null }
    Object.assign(useSessionStore(), { member: next, lastMember: next })
    late.resolve(answerOf('9.0', { follows: [FOLLOWED] }))
    await asking
    expect(store.own()).toBeNull()
    expect(store.follows.size).toBe(0)
  })
})

describe('the account', () => {
  const me = { ...member, transport: 'polling' as const }

  it('[N2] shows the language and the way that another device chose, and asks which way that comes to', async () => {
    const store = usePersonalStore()
    const session = useSessionStore()
    api.mockResolvedValueOnce(answerOf('1.0', { account: { locale: 'ja', transport: null } }))
    await store.refresh()
    expect(session.member).toMatchObject({ locale: 'ja', transport: null })
    expect(api).toHaveBeenCalledOnce()
    api.mockResolvedValueOnce(answerOf('2.0', { account: { locale: 'ja', transport: 'polling' } }))
      .mockResolvedValueOnce({ member: { ...me, locale: 'ja' }, transport: 'polling', boards: [], timeZone: 'Asia/Tokyo', ...OWN })
    await store.hear('2.0')
    expect(session.member).toMatchObject({ transport: 'polling' })
    await vi.waitFor(() => expect(session.transport).toBe('polling'))
    expect(api.mock.lastCall?.[0]).toBe('/api/auth/me')
  })
  it('[N2] isn\'t taken back by a reading from before it was chosen here', async () => {
    const store = usePersonalStore()
    const session = useSessionStore()
    const [reading, saving] = [later<PersonalAnswer>(), later<unknown>()]
    api.mockReturnValueOnce(reading.promise).mockReturnValueOnce(saving.promise)
      .mockResolvedValueOnce(answerOf('2.0', { account: { locale: 'ja', transport: null } }))
    const asking = store.refresh()
    const chosen = session.saveLanguage('ja')
    saving.resolve({})
    await chosen
    const seen: unknown[] = []
    const stop = watch(() => session.member?.locale, locale => seen.push(locale), { flush: 'sync' })
    reading.resolve(answerOf('1.0'))
    await asking
    stop()
    expect([session.member?.locale, seen, store.own()]).toEqual(['ja', [], '2.0'])
  })
})

describe('preferences', () => {
  const saved = (preferences: Partial<Preferences>): Preferences => ({ ...DEFAULT_PREFERENCES, ...preferences })

  it('[N3] show at once, and are the server\'s after its answer', async () => {
    const store = usePersonalStore()
    const answer = later<Preferences>()
    api.mockReturnValueOnce(answer.promise)
    const saving = store.setPreferences({ theme: 'dark' })
    expect(store.preferences.theme).toBe('dark')
    answer.resolve(saved({ theme: 'dark', density: 'compact' }))
    await saving
    expect(store.preferences).toMatchObject({ theme: 'dark', density: 'compact' })
  })
  it('[N3] that are refused are as they were, and the reason is thrown', async () => {
    const store = usePersonalStore()
    api.mockRejectedValueOnce(new ApiProblem(422, { code: 'VALIDATION', message: '' }))
    await expect(store.setPreferences({ theme: 'dark' })).rejects.toMatchObject({ code: 'VALIDATION' })
    expect(store.preferences.theme).toBe('system')
  })
  it('[N3] go out one after another, so that none takes back another', async () => {
    const store = usePersonalStore()
    const [one, two] = [later<Preferences>(), later<Preferences>()]
    api.mockReturnValueOnce(one.promise).mockReturnValueOnce(two.promise)
    const saving = [store.setPreferences({ theme: 'dark' }), store.setPreferences({ cursors: true })]
    expect(store.preferences).toMatchObject({ theme: 'dark', cursors: true })
    await vi.waitFor(() => expect(api).toHaveBeenCalledOnce())
    one.resolve(saved({ theme: 'dark' }))
    await saving[0]
    expect(store.preferences).toMatchObject({ theme: 'dark', cursors: true })
    two.resolve(saved({ theme: 'dark', cursors: true }))
    await Promise.all(saving)
    expect(api.mock.calls.map(([, options]) => options?.body)).toEqual([{ theme: 'dark' }, { cursors: true }])
    expect(store.preferences).toMatchObject({ theme: 'dark', cursors: true })
  })
  it('[N3] outlive a page that is left at once: what is under way, and what waits behind it', async () => {
    const store = usePersonalStore()
    api.mockReturnValue(new Promise(() => {}))
    for (const patch of [{ theme: 'dark' }, { cursors: true }, { theme: 'light' }] as const)
      void store.setPreferences(patch)
    store.hurry()
    expect(api.mock.calls.map(([, options]) => [options?.body, options?.keepalive])).toEqual([[{ theme: 'dark' }, true], [{ cursors: true, theme: 'light' }, true]])
  })
  it('[N3] that are lists show and send what is put on them and taken off, with what another device put there', async () => {
    const store = usePersonalStore()
    useSessionStore().preferences = saved({ mutedMatters: ['here'] })
    const answer = later<Preferences>()
    api.mockReturnValueOnce(answer.promise)
    const saving = store.setPreferences({ add: { mutedMatters: ['mine'] }, remove: { mutedMatters: ['here'] } })
    expect(store.preferences.mutedMatters).toEqual(['mine'])
    void store.setPreferences({ remove: { mutedMatters: ['mine'] } }).catch(() => {})
    expect(store.preferences.mutedMatters).toEqual([])
    expect(api.mock.lastCall?.[1]?.body).toEqual({ add: { mutedMatters: ['mine'] }, remove: { mutedMatters: ['here'] } })
    api.mockRejectedValueOnce(new ApiProblem(422, { code: 'LIST_FULL', message: '' }))
    answer.resolve(saved({ mutedMatters: ['theirs', 'mine'] }))
    await saving
    await vi.waitFor(() => expect(store.preferences.mutedMatters).toEqual(['theirs', 'mine']))
  })
  it('[N3] of one member that still wait their turn aren\'t set for the next', async () => {
    const store = usePersonalStore()
    const first = later<Preferences>()
    api.mockReturnValueOnce(first.promise).mockResolvedValue(saved({ cursors: true }))
    const saving = [store.setPreferences({ theme: 'dark' }), store.setPreferences({ cursors: true })]
    await vi.waitFor(() => expect(api).toHaveBeenCalledOnce())
    const next = { ...PEOPLE.associate, email: '', locale: null, transport: null }
    Object.assign(useSessionStore(), { member: next, lastMember: next, preferences: DEFAULT_PREFERENCES })
    first.resolve(saved({ theme: 'dark' }))
    await Promise.all(saving)
    expect(api).toHaveBeenCalledOnce()
    expect(store.preferences).toEqual(DEFAULT_PREFERENCES)
  })
  it('[N3] aren\'t taken back by a reading from before they were saved', async () => {
    const store = usePersonalStore()
    const reading = later<PersonalAnswer>()
    api.mockReturnValueOnce(reading.promise)
    const asking = store.refresh()
    api.mockResolvedValueOnce(saved({ theme: 'dark' }))
    await store.setPreferences({ theme: 'dark' })
    api.mockResolvedValueOnce(answerOf('2.0', { preferences: saved({ theme: 'dark' }) }))
    const themes: string[] = []
    reading.resolve(answerOf('1.0'))
    await vi.waitFor(() => {
      themes.push(store.preferences.theme)
      expect(store.own()).toBe('2.0')
    })
    await asking
    expect(new Set(themes)).toEqual(new Set(['dark']))
  })
})
