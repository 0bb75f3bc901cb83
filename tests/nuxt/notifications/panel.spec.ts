import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { getQuery, readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { Notification, NotificationBody } from '#shared/protocol/notifications.ts'
import NotificationBell from '~/components/notifications/NotificationBell.vue'
import NotificationPanel from '~/components/notifications/NotificationPanel.vue'
import { ApiProblem } from '~/composables/useApi.ts'
import { useNotificationsStore } from '~/stores/notifications.ts'
import { useSessionStore } from '~/stores/session.ts'
import { NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakePersonal } from '../../helpers/fake-personal.ts'
import { buildNotification, buildNotifiedMatter } from '../../helpers/notification-builders.ts'

const holder = vi.hoisted(() => ({ personal: null as unknown }))
vi.mock('~/stores/personal.ts', async () => {
  const { createFakePersonal } = await import('../../helpers/fake-personal.ts')
  holder.personal ??= createFakePersonal()
  return { usePersonalStore: () => holder.personal }
})
const personal = () => holder.personal as FakePersonal
const { toasts } = vi.hoisted(() => ({ toasts: [] as { title: string, actions?: { onClick: () => void }[] }[] }))
mockNuxtImport('useToast', () => () => ({ add: (toast: { title: string }) => toasts.push(toast), remove: () => {} }))
vi.mock('~/composables/useFirmPeople.ts', async () => {
  const { computed } = await import('vue')
  return { useFirmPeople: () => ({ nameOf: (id: string | null) => id === PEOPLE.partner.id ? 'Akiko Sato' : null, timeZone: computed(() => 'Asia/Tokyo'), learn: async () => {} }) }
})

const asked = vi.fn<(method: string, sent: unknown) => { status: number, body?: object }>()
for (const method of ['PATCH', 'DELETE', 'GET'] as const) {
  registerEndpoint('/api/notifications', { method, handler: async (event) => {
    const { status, body } = asked(method, method === 'GET' ? getQuery(event) : await readBody(event))
    setResponseStatus(event, status)
    return body ?? null
  } })
}

const member = { ...PEOPLE.associate, email: 'associate@demo.test', locale: null, transport: null }
const mounted: { unmount: () => void }[] = []
const DAY_MS = 86_400_000

beforeEach(() => {
  asked.mockReset().mockReturnValue({ status: 200, body: { notifications: [], before: null } })
  toasts.length = 0
  personal()?.reset()
  Object.assign(useSessionStore(), { member, lastMember: member, boards: [] })
  useNotificationsStore().look({ type: null, unread: false, boardId: null })
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

async function open(items: Notification[] | null = [], unread = items?.filter(({ read }) => !read).length) {
  useNotificationsStore()
  if (items)
    personal().tell({ full: true, items, unread })
  const panel = await mountSuspended(NotificationPanel, { attachTo: document.body })
  mounted.push(panel)
  const rows = () => panel.findAll('[data-notification]')
  const text = () => rows().map(row => row.get('[data-row]').text().replace(/\s+/g, ' '))
  const button = (name: string) => panel.findAll('button, a').find(each => each.attributes('aria-label') === name || each.text() === name)!
  return { panel, rows, text, button }
}

const press = (name: string) => [...document.querySelectorAll<HTMLElement>('[role^="menuitem"]')].find(each => each.textContent?.trim() === name)!.click()
const body = (value: NotificationBody | Omit<NotificationBody, 'matter'>) => value as Partial<NotificationBody>
const deadline = { id: 'd', kind: 'COURT_FILING' as const }
const on = (date: string, time: string | null = null) => ({ date, time, timeZone: null })

describe('the centre', () => {
  it.each([
    [body({ type: 'assigned', role: 'SECONDARY_LAWYER' }), 'Akiko Sato assigned you as secondary lawyer'],
    [body({ type: 'mentioned', commentId: 'c' }), 'Akiko Sato mentioned you in a comment'],
    [body({ type: 'deadlineNear', deadline, due: on('2026-11-21'), days: 3 }), 'Deadline today: Court filing · Sat, November 21, 2026'],
    [body({ type: 'deadlineNear', deadline, due: on('2026-11-22', '17:00'), days: 3 }), 'Deadline tomorrow: Court filing · Sun, November 22, 2026 17:00'],
    [body({ type: 'deadlineNear', deadline, due: on('2026-11-24'), days: 3 }), 'Deadline in 3 days: Court filing · Tue, November 24, 2026'],
    [body({ type: 'deadlineNear', deadline, due: on('2026-11-20'), days: 3 }), 'Deadline passed: Court filing · Fri, November 20, 2026'],
    [body({ type: 'deadlineChanged', deadline, old: null, due: on('2026-11-24') }), 'Akiko Sato added a deadline: Court filing, Tue, November 24, 2026'],
    [body({ type: 'deadlineChanged', deadline, old: on('2026-11-24'), due: null }), 'Akiko Sato removed a deadline: Court filing, Tue, November 24, 2026'],
    [body({ type: 'deadlineChanged', deadline, old: on('2026-11-24'), due: on('2026-11-25') }), 'Akiko Sato moved a deadline: Court filing, from Tue, November 24, 2026 to Wed, November 25, 2026'],
    [body({ type: 'deadlineChanged', deadline, old: on('2026-11-24'), due: on('2026-11-24'), done: true }), 'Akiko Sato marked a deadline as done: Court filing'],
    [body({ type: 'deadlineChanged', deadline, old: on('2026-11-24'), due: on('2026-11-24'), done: false }), 'Akiko Sato opened a deadline again: Court filing'],
    [body({ type: 'followed', changes: 1, kind: 'commented' }), 'Akiko Sato commented on a matter that you follow'],
    [body({ type: 'followed', changes: 7, kind: 'moved' }), '7 changes to a matter that you follow, the last by Akiko Sato'],
    [{ type: 'system', matter: null, maintenance: { startsAt: NOW, minutes: 30, text: 'New disks' } } as Partial<NotificationBody>, 'Aster Board will be down from Nov 21, 2026, 12:00, for about 30 minutesNew disks'],
  ])('says in words what happened: %o', async (what, words) => {
    const { text } = await open([buildNotification(what)])
    const said = text()[0]!.replace(/^Unread: /, '')
    expect(said).toContain(words)
  })

  it('names nobody whom the page doesn\'t know, and leads nowhere where nothing is left', async () => {
    const { text, rows } = await open([buildNotification(body({ type: 'followed', changes: 1, kind: 'deleted' }), { by: 'unknown' })])
    expect(text()[0]).toContain('A colleague deleted a matter that you followed')
    expect(rows()[0]!.get('[data-row]').element.tagName).toBe('BUTTON')
  })

  it('asks for no older ones while the first reading is under way, whose end is in sight', async () => {
    vi.stubGlobal('IntersectionObserver', class {
      readonly see: (entries: { isIntersecting: boolean }[]) => void
      constructor(see: (entries: { isIntersecting: boolean }[]) => void) { this.see = see }
      observe() { this.see([{ isIntersecting: true }]) }
      disconnect() {}
    })
    useSessionStore().leave()
    Object.assign(useSessionStore(), { member, lastMember: member })
    const { panel } = await open(null)
    await flushPromises()
    expect(panel.find('[role="status"]').text()).toBe('Loading notifications…')
    expect(asked).not.toHaveBeenCalled()
  })

  it('groups by day of the firm\'s clock, newest first', async () => {
    const { panel, rows } = await open([
      buildNotification({}, { id: 'today', at: NOW }), buildNotification({}, { id: 'late', at: NOW - DAY_MS / 2 - 1 }), buildNotification({}, { id: 'old', at: NOW - 3 * DAY_MS }),
    ])
    expect(panel.findAll('h3').map(each => each.text())).toEqual(['Today', 'Yesterday', 'Wed, November 18, 2026'])
    expect(rows().map(row => row.attributes('data-notification'))).toEqual(['today', 'late', 'old'])
  })

  it('marks what is opened as read, leads to its matter and closes', async () => {
    const { panel, rows } = await open([buildNotification({}, { id: 'a' })])
    const link = rows()[0]!.get('[data-row]')
    expect(link.attributes('href')).toBe(`/boards/${buildNotifiedMatter().boardId}/matters/${buildNotifiedMatter().id}`)
    await link.trigger('click')
    expect(panel.emitted('close')).toHaveLength(1)
    await vi.waitFor(() => expect(asked).toHaveBeenCalledWith('PATCH', { ids: ['a'], read: true, upTo: NOW }))
    expect(rows()[0]!.attributes('data-read')).toBe('true')
  })

  it('marks all as read, clears what is read, and takes back what is refused', async () => {
    const { rows, button } = await open([buildNotification({}, { id: 'a' }), buildNotification({}, { id: 'b', at: NOW - 1, read: true })])
    asked.mockReturnValue({ status: 503, body: { code: 'UNAVAILABLE', message: '' } })
    await button('Mark all as read').trigger('click')
    expect(rows().map(row => row.attributes('data-read'))).toEqual(['true', 'true'])
    await vi.waitFor(() => expect(toasts[0]?.title).toContain('can\'t answer right now'))
    expect(rows().map(row => row.attributes('data-read'))).toEqual(['false', 'true'])
    asked.mockReturnValue({ status: 200 })
    await button('Clear all that are read').trigger('click')
    await vi.waitFor(() => expect(rows()).toHaveLength(1))
    expect(button('Clear all that are read').attributes('disabled')).toBeDefined()
  })

  describe('has a menu in each row, which', () => {
    async function choose(name: string) {
      const opened = await open([buildNotification({}, { id: 'a' })])
      await opened.rows()[0]!.get('[aria-haspopup="menu"]').trigger('click')
      await vi.waitFor(() => expect(document.querySelector('[role="menu"]')).not.toBeNull())
      press(name)
      return opened
    }

    it('mutes the matter, with a way back', async () => {
      await choose('Mute this matter')
      await vi.waitFor(() => expect(toasts[0]?.title).toBe('2026-CV-0001 is muted. Nothing more is told of it, on any of your devices.'))
      expect(personal().preferences.mutedMatters).toEqual([buildNotifiedMatter().id])
      toasts[0]!.actions![0]!.onClick()
      await vi.waitFor(() => expect(personal().preferences.mutedMatters).toEqual([]))
    })

    it('unmutes what is muted, and says why it couldn\'t', async () => {
      await personal().setPreferences({ mutedMatters: [buildNotifiedMatter().id], mutedTypes: ['assigned'] })
      personal().refuseNext(new ApiProblem(403, { code: 'FORBIDDEN', message: '' }))
      await choose('Unmute this matter')
      await vi.waitFor(() => expect(toasts[0]?.title).toContain('Your role'))
      expect(personal().preferences.mutedMatters).toHaveLength(1)
    })

    it.each([[false, 'Mute this kind: Assignments'], [true, 'Unmute this kind: Assignments']])('turns its kind off and on (muted: %s)', async (isMuted, name) => {
      await personal().setPreferences({ mutedTypes: isMuted ? ['assigned'] : [] })
      await choose(name)
      await vi.waitFor(() => expect(personal().preferences.mutedTypes).toEqual(isMuted ? [] : ['assigned']))
    })

    it('marks it as read', async () => {
      await choose('Mark as read')
      await vi.waitFor(() => expect(asked).toHaveBeenCalledWith('PATCH', { ids: ['a'], read: true, upTo: NOW }))
    })

    it('clears it', async () => {
      const { rows } = await choose('Clear')
      await vi.waitFor(() => expect(asked).toHaveBeenCalledWith('DELETE', { ids: ['a'], upTo: NOW }))
      expect(rows()).toHaveLength(0)
    })
  })

  it('goes by arrows from row to row, and keeps the focus when a row goes', async () => {
    const { rows, panel } = await open(['a', 'b', 'c'].map((id, index) => buildNotification({}, { id, at: NOW - index })))
    const focused = () => document.activeElement?.closest('[data-notification]')?.getAttribute('data-notification')
    const key = (name: string) => document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }))
    ;(rows()[0]!.get('[data-row]').element as HTMLElement).focus()
    for (const [name, expected] of [['ArrowDown', 'b'], ['End', 'c'], ['ArrowDown', 'c'], ['Home', 'a'], ['ArrowUp', 'a'], ['ArrowDown', 'b']]) {
      key(name!)
      expect(focused()).toBe(expected)
    }
    await useNotificationsStore().clear(['b'])
    await nextTick()
    await nextTick()
    expect(panel.element.contains(document.activeElement)).toBe(true)
    expect(focused()).toBe('c')
  })
})

describe('the centre says', () => {
  it('that nothing came yet, that all is read, and that nothing fits', async () => {
    const { panel, button } = await open([buildNotification({}, { read: true })])
    await button('Unread').trigger('click')
    expect(panel.text()).toContain('All read')
    useNotificationsStore().look({ unread: false, type: 'mentioned' })
    await nextTick()
    expect(panel.text()).toContain('Nothing of this kind')
    useNotificationsStore().look({ type: null })
    personal().tell({ full: true, items: [] })
    await nextTick()
    expect(panel.text()).toContain('No notifications yet')
  })

  it('why they couldn\'t be loaded, and asks again', async () => {
    useSessionStore().leave()
    Object.assign(useSessionStore(), { member, lastMember: member })
    const refresh = vi.spyOn(personal(), 'refresh').mockRejectedValue(new ApiProblem(0, null))
    const { panel, button, text } = await open(null)
    await vi.waitFor(() => expect(panel.text()).toContain('Your notifications couldn\'t be loaded'))
    refresh.mockImplementation(async () => personal().tell({ full: true, items: [buildNotification()] }))
    await button('Try again').trigger('click')
    await vi.waitFor(() => expect(text()).toHaveLength(1))
  })

  it.each([['none', 'has paused pop-ups. New'], ['system', 'except announcements'], ['personal', 'about matters that you follow']] as const)('that an administrator paused notices: %s', async (notices, words) => {
    const { panel } = await open([])
    expect(panel.find('[data-paused]').exists()).toBe(false)
    personal().setFirm({ notices })
    await nextTick()
    expect(panel.get('[data-paused]').text()).toContain(words)
  })

  it('that there is no connection, and shows what it has', async () => {
    const { panel, text } = await open([buildNotification()])
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    window.dispatchEvent(new Event('offline'))
    await nextTick()
    expect(panel.find('[data-offline]').exists()).toBe(true)
    expect(text()).toHaveLength(1)
    vi.restoreAllMocks()
    window.dispatchEvent(new Event('online'))
  })
})

describe('the centre on a phone', () => {
  const sheet = () => document.querySelector<HTMLElement>('[role="dialog"]')

  it('covers the page when the bell is pressed, and goes when it is closed from within', async () => {
    vi.spyOn(window, 'matchMedia').mockImplementation(media => Object.assign(new EventTarget(), { matches: false, media }) as never)
    const bell = await mountSuspended(NotificationBell, { attachTo: document.body })
    mounted.push(bell)
    personal().tell({ full: true, items: [buildNotification()] })
    await bell.get('[data-testid="bell"]').trigger('click')
    await vi.waitFor(() => expect(sheet()?.querySelectorAll('[data-notification]')).toHaveLength(1), { timeout: 10_000 })
    sheet()!.querySelector<HTMLElement>('[aria-label="Close"]')!.click()
    await vi.waitFor(() => expect(sheet()).toBeNull())
    expect(useNotificationsStore().isOpen).toBe(false)
  })
})
