import { mockNuxtImport, mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, nextTick, watch } from 'vue'
import type { Notification, NotificationBody } from '#shared/protocol/notifications.ts'
import NotificationBell from '~/components/notifications/NotificationBell.vue'
import { useLiveRegion } from '~/composables/useLiveRegion.ts'
import { useNotificationNotices } from '~/composables/useNotificationNotices.ts'
import { useNotificationsStore } from '~/stores/notifications.ts'
import { useSessionStore } from '~/stores/session.ts'
import { buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakePersonal } from '../../helpers/fake-personal.ts'
import { buildNotification, buildNotifiedMatter } from '../../helpers/notification-builders.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

interface Shown { 'id': string, 'title': string, 'description': string, 'duration': number, 'type': string, 'actions': { label: string, onClick: () => void }[], 'onClick'?: () => void, 'onUpdate:open': (open: boolean) => void }

const holder = vi.hoisted(() => ({ personal: null as unknown, route: { params: {} as Record<string, string> } }))
vi.mock('~/stores/personal.ts', async () => {
  const { createFakePersonal } = await import('../../helpers/fake-personal.ts')
  holder.personal ??= createFakePersonal()
  return { usePersonalStore: () => holder.personal }
})
const personal = () => holder.personal as FakePersonal
const { shown, navigateTo } = vi.hoisted(() => ({ shown: new Map<string, unknown>(), navigateTo: vi.fn(async () => undefined) }))
mockNuxtImport('useToast', () => () => ({ add: (toast: { id: string }) => shown.set(toast.id, toast), remove: (id: string) => shown.delete(id) }))
mockNuxtImport('navigateTo', () => navigateTo)
mockNuxtImport('useRoute', () => () => holder.route)
vi.mock('~/composables/useFirmPeople.ts', async () => {
  const [{ computed }, { PEOPLE }] = await Promise.all([import('vue'), import('../../helpers/builders.ts')])
  const names: Record<string, string> = { [PEOPLE.partner.id]: 'Akiko Sato', [PEOPLE.clerk.id]: 'Ben Ito' }
  return { useFirmPeople: () => ({ nameOf: (id: string | null) => (id && names[id]) || null, timeZone: computed(() => 'Asia/Tokyo'), learn: async () => {} }) }
})
const patched = vi.fn()
registerEndpoint('/api/notifications', { method: 'PATCH', handler: async (event) => {
  patched(await readBody(event))
  return null
} })

const member = { ...PEOPLE.associate, email: 'associate@demo.test', locale: null, transport: null }
const mounted: { unmount: () => void }[] = []
let clock: VirtualClock
/** What the tabs of this browser told. */
let told: Set<string>
let visibility: DocumentVisibilityState
let isAnyShown: boolean

beforeEach(() => {
  personal()?.reset()
  shown.clear()
  navigateTo.mockClear()
  patched.mockClear()
  clock = createVirtualClock()
  told = new Set()
  isAnyShown = false
  holder.route.params = {}
  look('visible')
  useNotificationsStore().hasBoardNotice = false
  useSessionStore().leave()
  Object.assign(useSessionStore(), { member, lastMember: member, boards: [] })
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function look(state: DocumentVisibilityState): void {
  visibility = state
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  document.dispatchEvent(new Event('visibilitychange'))
}

const agreement = () => ({
  claim: async (keys: readonly string[]) => keys.filter(key => !told.has(key) && told.add(key)),
  show: () => () => {},
  isAnyShown: async () => isAnyShown,
  forget: () => told.clear(),
})

async function openPage(items: Notification[] = []) {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  mounted.push(await mountSuspended(defineComponent(() => {
    useNotificationNotices({ clock, toldOf: agreement })
    return () => null
  })))
  personal().tell({ full: true, items })
  await settled()
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    await clock.advance(0)
    await nextTick()
  }
}

/** The server tells of something new. */
async function comes(...items: Notification[]): Promise<void> {
  personal().tell({ items })
  await settled()
}

/** As the person closes it: Nuxt UI says so, and takes it away. */
function close(notice: Shown): void {
  notice['onUpdate:open'](false)
  shown.delete(notice.id)
}

const notices = () => [...shown.values()] as Shown[]
const titles = () => notices().map(({ title, description }) => [title, description].filter(Boolean).join(' / '))
const moved = (number: number, by: string = PEOPLE.partner.id) =>
  buildNotification({ type: 'followed', matter: buildNotifiedMatter(number), changes: 1, kind: 'moved' } as NotificationBody, { id: `m${number}`, by, at: NOW + number })

describe('a new notification', () => {
  it('is told at the edge of the screen, politely, and leads to its matter', async () => {
    await openPage([buildNotification({}, { id: 'old' })])
    expect(titles()).toEqual([])
    await comes(buildNotification({}, { id: 'a', at: NOW + 1 }))
    expect(titles()).toEqual(['Akiko Sato assigned you as primary lawyer / 2026-CV-0001 · Matter 1'])
    const [notice] = notices()
    expect(notice).toMatchObject({ type: 'background', actions: [{ label: 'Open' }, { label: 'Mark as read' }, { label: 'Mute this matter' }] })
    notice!.onClick!()
    await settled()
    expect(navigateTo).toHaveBeenCalledExactlyOnceWith(`/boards/${buildNotifiedMatter().boardId}/matters/${buildNotifiedMatter().id}`)
    await vi.waitFor(() => expect(patched).toHaveBeenCalledExactlyOnceWith({ ids: ['a'], read: true, upTo: NOW + 1 }))
    expect(titles()).toEqual([])
  })

  it('can be marked as read and its matter muted where it stands', async () => {
    await openPage()
    await comes(buildNotification({}, { id: 'a', at: NOW + 1 }))
    notices()[0]!.actions[1]!.onClick()
    await settled()
    await vi.waitFor(() => expect(patched).toHaveBeenCalledOnce())
    expect(titles()).toEqual([])
    await comes(buildNotification({}, { id: 'b', at: NOW + 2 }))
    notices()[0]!.actions[2]!.onClick()
    await vi.waitFor(() => expect(personal().preferences.mutedMatters).toEqual([buildNotifiedMatter().id]))
    await settled()
    expect([...shown.keys()].filter(key => key?.startsWith('notice:'))).toEqual([])
  })

  it('is told together with others of the same person and kind, three at most at once', async () => {
    await openPage()
    await comes(moved(1), moved(2), moved(3), moved(4))
    expect(titles()).toEqual(['Akiko Sato moved 4 matters that you follow / 2026-CV-0001, 2026-CV-0002, 2026-CV-0003 and 1 more'])
    await comes(moved(5))
    expect(titles()[0]).toContain('moved 5 matters')
    expect(useLiveRegion().announcement.value.text).toBe('Akiko Sato moved 5 matters that you follow')
    await comes(moved(6, PEOPLE.clerk.id), moved(7, buildId(0x77)), moved(8, buildId(0x78)), moved(9, buildId(0x79)))
    expect(notices().map(({ title }) => title)).toEqual(['Akiko Sato moved 5 matters that you follow', 'Ben Ito moved a matter that you follow', 'And 3 more notifications'])
    notices()[2]!.actions[0]!.onClick()
    await settled()
    expect(useNotificationsStore().isOpen).toBe(true)
    expect(titles()).toEqual([])
  })

  it('goes when it is read in another tab, and stays away once it was closed', async () => {
    await openPage()
    await comes(moved(1), buildNotification({}, { id: 'a', at: NOW + 2 }))
    await comes({ ...moved(1), read: true })
    expect(notices().map(({ title }) => title)).toEqual(['Akiko Sato assigned you as primary lawyer'])
    close(notices()[0]!)
    await settled()
    expect(titles()).toEqual([])
  })

  it('is told by one tab, and once', async () => {
    await openPage()
    told.add(`a@${NOW + 1}`)
    await comes(buildNotification({}, { id: 'a', at: NOW + 1 }))
    expect(titles()).toEqual([])
  })

  it('is not told of what this member did, muted, or sees in front of them', async () => {
    await openPage()
    holder.route.params = { matterId: buildNotifiedMatter(1).id }
    await personal().setPreferences({ mutedTypes: ['assigned'] })
    await comes(moved(1), buildNotification({}, { id: 'a', at: NOW + 1 }), moved(2, PEOPLE.associate.id))
    expect(titles()).toEqual([])
    personal().setFirm({ notices: 'none' })
    await comes(moved(3))
    expect(titles()).toEqual([])
  })

  it('of a maintenance, which the banner goes on telling, goes by itself like any other, and shows the centre', async () => {
    await openPage()
    await comes(buildNotification({ type: 'system', matter: null, maintenance: { startsAt: NOW, minutes: 1, text: '' } } as NotificationBody, { at: NOW + 1 }))
    expect(notices()[0]).toMatchObject({ duration: 12_000, title: 'Aster Board will be down from Nov 21, 2026, 12:00, for about 1 minute' })
    notices()[0]!.actions[0]!.onClick()
    expect(useNotificationsStore().isOpen).toBe(true)
  })

  it('goes with who was signed in, of whom the next one learns nothing', async () => {
    await openPage()
    await comes(buildNotification({}, { id: 'a', at: NOW + 1 }))
    expect([titles().length, told.size]).toEqual([1, 1])
    Object.assign(useSessionStore(), { lastMember: PEOPLE.clerk })
    await settled()
    expect([titles(), told.size]).toEqual([[], 0])
  })

  it('leaves room for what others do on the board, and comes together with what has no place', async () => {
    await openPage()
    await comes(moved(1), moved(2, PEOPLE.clerk.id), moved(3, buildId(0x77)))
    expect(notices()).toHaveLength(3)
    useNotificationsStore().hasBoardNotice = true
    await settled()
    expect([notices().length, notices().at(-1)!.title]).toEqual([2, expect.stringMatching(/^And .* more notification/)])
    const counted = notices().at(-1)!
    close(counted)
    await comes(buildNotification({}, { id: 'a', at: NOW + 9 }))
    expect(notices().map(({ title }) => title)).toEqual([expect.stringContaining('moved a matter'), 'Akiko Sato assigned you as primary lawyer'])
  })

  it('has less room on a phone, and offers there what is done most', async () => {
    vi.spyOn(window, 'matchMedia').mockImplementation(media => Object.assign(new EventTarget(), { matches: true, media }) as never)
    await openPage()
    await comes(moved(1))
    expect(notices()[0]!.actions.map(({ label }) => label)).toEqual(['Open', 'Mark as read'])
    await comes(moved(2, PEOPLE.clerk.id), moved(3, buildId(0x77)))
    expect(notices()).toHaveLength(2)
  })
})

describe('[N10] a page that has not the focus', () => {
  beforeEach(async () => {
    await openPage()
    vi.spyOn(document, 'hasFocus').mockReturnValue(false)
    await comes(buildNotification({}, { id: 'a', at: NOW + 1 }))
  })
  const laterOn = async () => {
    await clock.advance(300)
    await settled()
  }

  it('leaves it to others to tell for a moment', async () => {
    expect(titles()).toEqual([])
    await laterOn()
    expect(titles()).toHaveLength(1)
  })

  it('tells nothing that was read or cleared in that moment', async () => {
    await comes(buildNotification({}, { id: 'b', at: NOW + 2 }))
    await comes(buildNotification({}, { id: 'a', at: NOW + 1, read: true }))
    personal().tell({ items: [], gone: ['b'] })
    await laterOn()
    expect(titles()).toEqual([])
  })

  it('tells the next member nothing of the one before, nor anybody after it was left', async () => {
    Object.assign(useSessionStore(), { lastMember: PEOPLE.clerk })
    await laterOn()
    expect(titles()).toEqual([])
    await comes(buildNotification({}, { id: 'c', at: NOW + 3 }))
    mounted.splice(0).forEach(({ unmount }) => unmount())
    await laterOn()
    expect(titles()).toEqual([])
  })
})

describe('while nobody looks at any page', () => {
  class FakeNotification extends EventTarget {
    static permission = 'granted'
    static shown: FakeNotification[] = []
    title: string
    options: { body: string, tag: string }
    close = vi.fn()
    constructor(title: string, options: { body: string, tag: string }) {
      super()
      Object.assign(this, { title, options })
      this.title = title
      this.options = options
      FakeNotification.shown.push(this)
    }
  }
  beforeEach(() => {
    FakeNotification.shown = []
    FakeNotification.permission = 'granted'
    vi.stubGlobal('Notification', FakeNotification)
  })

  it('[N10] the operating system tells, without a title, where that is wanted and allowed', async () => {
    await openPage()
    await personal().setPreferences({ desktop: true })
    look('hidden')
    await comes(buildNotification({}, { id: 'a', at: NOW + 1 }))
    expect(FakeNotification.shown).toEqual([])
    await clock.advance(1_500)
    await settled()
    expect(FakeNotification.shown.map(({ title, options: { body, tag } }) => [title, body, tag])).toEqual([['Akiko Sato assigned you as primary lawyer', '2026-CV-0001', 'a']])
    const focus = vi.spyOn(window, 'focus').mockReturnValue()
    FakeNotification.shown[0]!.dispatchEvent(new Event('click'))
    await settled()
    expect(focus).toHaveBeenCalledOnce()
    expect(navigateTo).toHaveBeenCalledOnce()
    expect(titles()).toEqual([])
  })

  it('[N10] an announcement is about no matter, and leads to the centre', async () => {
    await openPage()
    await personal().setPreferences({ desktop: true })
    look('hidden')
    await comes(buildNotification({ type: 'system', matter: null, maintenance: { startsAt: NOW, minutes: 1, text: 'Kept in' } } as NotificationBody, { at: NOW + 1 }))
    await clock.advance(1_500)
    await settled()
    expect(FakeNotification.shown[0]!.options.body).toBe('')
    vi.spyOn(window, 'focus').mockReturnValue()
    FakeNotification.shown[0]!.dispatchEvent(new Event('click'))
    await settled()
    expect([useNotificationsStore().isOpen, navigateTo.mock.calls.length]).toEqual([true, 0])
  })

  it.each([
    ['it isn\'t wanted', () => {}],
    ['it isn\'t allowed', () => {
      FakeNotification.permission = 'denied'
      void personal().setPreferences({ desktop: true })
    }],
    ['another page is on the screen', () => {
      isAnyShown = true
      void personal().setPreferences({ desktop: true })
    }],
  ])('it doesn\'t where %s', async (_, prepare) => {
    await openPage()
    prepare()
    look('hidden')
    await comes(buildNotification({}, { id: 'a', at: NOW + 1 }))
    await clock.advance(5_000)
    await settled()
    expect([FakeNotification.shown, titles()]).toEqual([[], []])
  })
})

describe('the bell', () => {
  async function mountBell() {
    const bell = await mountSuspended(NotificationBell, { attachTo: document.body })
    mounted.push(bell)
    return bell
  }

  it('says how many are unread, up to 99, and in its name all of them', async () => {
    const bell = await mountBell()
    const name = () => bell.get('button').attributes('aria-label')
    personal().tell({ full: true, items: [] })
    await nextTick()
    expect([name(), bell.find('[data-unread]').exists()]).toEqual(['Notifications, none unread', false])
    personal().tell({ full: true, items: [buildNotification()], unread: 240 })
    await nextTick()
    expect([name(), bell.get('[data-unread]').text()]).toEqual(['Notifications, 240 unread', '99+'])
  })

  it('puts how many before the title while nobody looks', async () => {
    await mountBell()
    personal().tell({ full: true, items: [buildNotification()], unread: 3 })
    look('hidden')
    await vi.waitFor(() => expect(document.title).toMatch(/^\(3\) .*Aster Board$/))
    look('visible')
    await vi.waitFor(() => expect(document.title).toMatch(/^(?!\().*Aster Board$/))
  })

  it('asks for the centre', async () => {
    const bell = await mountBell()
    const asked: boolean[] = []
    watch(() => useNotificationsStore().isOpen, isOpen => asked.push(isOpen), { flush: 'sync' })
    await bell.get('button').trigger('click')
    expect(asked[0]).toBe(true)
  })
})
