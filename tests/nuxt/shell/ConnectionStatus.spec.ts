import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, nextTick, shallowRef } from 'vue'
import type { Connection } from '#shared/realtime/connection.ts'
import type { NewsWay } from '#shared/realtime/news-way.ts'
import '~/components/connection/MetricsPanel.vue'
import ConnectionIndicator from '~/components/connection/ConnectionIndicator.vue'
import { provideAwayReport } from '~/composables/useAwayReport.ts'
import { provideConnectionStatus } from '~/composables/useConnectionStatus.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { useLiveRegion } from '~/composables/useLiveRegion.ts'
import { NOW } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

interface Situation { status: Connection, isOnline: boolean, isStale: boolean, pendingUpdates: number, isStoredHere: boolean, way: NewsWay | null }

const well: Situation = { status: { state: 'live', since: NOW, via: 'socket' }, isOnline: true, isStale: false, pendingUpdates: 0, isStoredHere: true, way: 'socket' }
let toast: ReturnType<typeof useToast>
const mounted: { unmount: () => void }[] = []

afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
  toast.clear()
  vi.useRealTimers()
})

/** The indicator of a board in a situation, which a test can change. */
async function open(first: Partial<Situation> = {}) {
  const status = shallowRef(well.status)
  const fake = fakeKanban()
  const sync = vi.fn(async () => {})
  const retry = vi.fn(async () => {})
  kanban = { ...fake, status: computed(() => status.value), refresh: sync, retry }
  function set(next: Partial<Situation>): void {
    const now = { ...well, ...next }
    status.value = now.status
    fake.isOnline.value = now.isOnline
    fake.isStale.value = now.isStale
    fake.pendingIds.value = new Set(Array.from({ length: now.pendingUpdates }, (_, n) => `m${n}`))
    fake.isStoredHereNow.value = now.isStoredHere
    fake.newsWayNow.value = now.way
  }
  set(first)
  const page = await mountSuspended(defineComponent(() => {
    toast = useToast()
    const view = provideKanban('b')
    provideAwayReport(view)
    provideConnectionStatus(view)
    return () => h('div', h(ConnectionIndicator))
  }), { attachTo: document.body })
  mounted.push(page)
  const badge = () => page.get('[data-connection]')
  return {
    page, badge, sync, retry, fake,
    name: () => badge().attributes('aria-label'),
    become: async (next: Partial<Situation>) => {
      set(next)
      await nextTick()
      await nextTick()
    },
  }
}
const button = (label: string) => [...document.body.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === label)

describe('ConnectionStatus', () => {
  it.each<[string, Partial<Situation>]>([
    ['live', {}],
    ['live', { status: { state: 'live', since: NOW, via: 'polling' } }],
    ['syncing', { pendingUpdates: 2 }],
    ['syncing', { status: { state: 'connecting' } }],
    ['delayed', { status: { state: 'waiting', attempt: 2, retryAt: null, cause: 'server' } }],
    ['offline', { isOnline: false }],
    ['stale', { isStale: true }],
    ['stale', { status: { state: 'paused', reason: 'manual' }, isStale: true }],
    ['live', { status: { state: 'paused', reason: 'interaction' } }],
    ['stale', { status: { state: 'paused', reason: 'signed-out' } }],
    ['off', { status: { state: 'paused', reason: 'off' }, isStale: true }],
    ['offline', { status: { state: 'paused', reason: 'off' }, isOnline: false }],
    ['syncing', { status: { state: 'closed' } }],
    ['stale', { status: { state: 'refused', code: 'BOARD_GONE' } }],
  ])('is %s at %j', async (state, situation) => {
    const { badge } = await open(situation)
    expect(badge().attributes('data-connection')).toBe(state)
  })

  it('says in words what it means, when it was last up to date and what waits, and updates on request', async () => {
    const { badge, sync } = await open({ pendingUpdates: 2 })
    await badge().trigger('click')
    await expect.poll(() => document.body.textContent).toContain('Last up to date 12:00')
    expect(document.body.textContent).toContain('2 changes wait to be sent')
    button('Sync now')!.click()
    expect(sync).toHaveBeenCalledOnce()
  })

  it('[T2] says how news come, and why that way, where one looks for it', async () => {
    const { badge, name, become } = await open({ status: { state: 'live', since: NOW, via: 'polling' }, way: 'blocked' })
    expect([badge().attributes('data-via'), name()]).toEqual(['polling', 'Connection: Polling'])
    await badge().trigger('click')
    const line = () => document.querySelector('[data-news-way]')?.textContent?.trim()
    await expect.poll(line).toContain('because the network blocks open connections')
    await become({})
    expect([badge().attributes('data-via'), line()]).toEqual(['socket', 'Updates arrive the moment something changes, over an open connection (socket).'])
    await become({ way: 'following' })
    expect(line()).toContain('Another tab')
    await become({ status: { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, way: null })
    expect([badge().attributes('data-via'), line()]).toEqual([undefined, undefined])
  })

  it('counts down to the next try, and tries at once on request', async () => {
    vi.useFakeTimers({ now: NOW })
    const { badge, retry, become } = await open({ status: { state: 'waiting', attempt: 3, retryAt: NOW + 12_500, cause: 'server' }, way: null })
    await badge().trigger('click')
    const line = () => document.querySelector('[data-next-try]')?.textContent?.trim()
    await vi.waitFor(() => expect(line()).toBeDefined())
    const seconds = () => Number(/\d+/.exec(line()!)?.[0])
    const first = seconds()
    expect(first).toBeGreaterThan(8)
    vi.advanceTimersByTime(3_000)
    await nextTick()
    expect(seconds()).toBe(first - 3)
    vi.advanceTimersByTime(12_000)
    await nextTick()
    expect(line()).toBe('Trying again now')
    button('Retry')!.click()
    expect(retry).toHaveBeenCalledOnce()
    expect(button('Sync now')).toBeUndefined()
    await become({})
    expect([line(), button('Retry')]).toEqual([undefined, undefined])
  })

  it('counts what waits where it doesn\'t go out at once, and nothing else', async () => {
    vi.useFakeTimers()
    const { page, name, become } = await open({ pendingUpdates: 3 })
    expect(name()).toBe('Connection: Updating…')
    vi.advanceTimersByTime(5_000)
    await nextTick()
    expect(name()).toBe('Connection: Updating… · 3 waiting')
    await become({ pendingUpdates: 3, isOnline: false })
    expect(name()).toBe('Connection: Offline · 3 waiting')
    expect(page.text()).toContain('Offline · 3 waiting')
    await become({ isOnline: false })
    expect(name()).toBe('Connection: Offline')
  })

  it('says for good that this device keeps nothing, and what that means', async () => {
    const { page, badge, name } = await open({ isStoredHere: false })
    expect(name()).toBe('Connection: Live. Not saved on this device')
    expect(page.find('[data-unkept]').exists()).toBe(true)
    await badge().trigger('click')
    await expect.poll(() => document.body.textContent).toContain('is lost when the page is closed')
  })

  it('speaks up when the connection goes and when it is back', async () => {
    const { announcement } = useLiveRegion()
    const { become } = await open()
    await become({ isOnline: false })
    expect(announcement.value.text).toMatch(/^Offline\./)
    await become({})
    expect(announcement.value.text).toMatch(/^Live\./)
  })

  it('says that it is right again, also where something was on its way in between, and is silent about that alone', async () => {
    const { announcement, say } = useLiveRegion()
    const { become } = await open()
    await become({ status: { state: 'waiting', attempt: 2, retryAt: null, cause: 'server' } })
    expect(announcement.value.text).toMatch(/^Delayed\./)
    await become({ pendingUpdates: 1 })
    await become({})
    expect(announcement.value.text).toMatch(/^Live\./)
    say('Something else')
    await become({ pendingUpdates: 1 })
    await become({})
    expect(announcement.value.text).toBe('Something else')
  })
})

describe('the notice of an outage that is over', () => {
  const toasts = () => toast.toasts.value.map(({ title, description }) => [title, description])

  it('tells once how long it took and what was sent', async () => {
    vi.useFakeTimers({ now: NOW })
    const { fake, become } = await open()
    await become({ isOnline: false, pendingUpdates: 2 })
    vi.advanceTimersByTime(3 * 60_000 + 2_000)
    await become({ pendingUpdates: 2 })
    expect(toasts()).toEqual([])
    for (const key of ['a', 'b'])
      fake.tellSettled({ key, matterId: key, mutation: { kind: 'delete', id: key, args: {} }, at: Date.now() - 5_000, settled: { ok: true, version: 1, merged: false } })
    await become({})
    await vi.waitFor(() => expect(toasts()).toEqual([['Back online after 3 min', '2 changes of yours were sent.']]))
    await become({ pendingUpdates: 1 })
    await become({})
    expect(toasts()).toHaveLength(1)
  })

  it.each(['hidden', 'manual', 'interaction'] as const)('isn\'t over because the page rests meanwhile (%s): whether the server is back nobody knows then', async (reason) => {
    vi.useFakeTimers({ now: NOW })
    const { become } = await open()
    await become({ status: { state: 'waiting', attempt: 3, retryAt: null, cause: 'network' } })
    vi.advanceTimersByTime(60_000)
    await become({ status: { state: 'paused', reason } })
    expect(toasts()).toEqual([])
    vi.advanceTimersByTime(60_000)
    await become({ status: { state: 'waiting', attempt: 4, retryAt: null, cause: 'network' } })
    expect(toasts()).toEqual([])
    await become({})
    await vi.waitFor(() => expect(toasts()).toEqual([['Back online after 2 min', undefined]]))
  })

  it('is forgotten once its reader wants no news any more', async () => {
    vi.useFakeTimers({ now: NOW })
    const { become } = await open()
    await become({ status: { state: 'waiting', attempt: 3, retryAt: null, cause: 'network' } })
    vi.advanceTimersByTime(60_000)
    await become({ status: { state: 'paused', reason: 'off' }, way: 'off' })
    vi.advanceTimersByTime(60_000)
    await become({})
    await nextTick()
    expect(toasts()).toEqual([])
  })

  it('has no word for ten seconds', async () => {
    vi.useFakeTimers({ now: NOW })
    const { become } = await open()
    await become({ isOnline: false })
    vi.advanceTimersByTime(9_000)
    await become({})
    await nextTick()
    expect(toasts()).toEqual([])
  })
})

describe('the figures', () => {
  it('open from the indicator, and can be copied without a name in them', async () => {
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const { badge } = await open()
    await badge().trigger('click')
    await vi.waitFor(() => expect(button('Details')).toBeDefined())
    button('Details')!.click()
    await vi.waitFor(() => expect(document.querySelector('[data-figure="roundTrip"]')).not.toBeNull())
    expect(document.querySelector('[data-figure="queue"]')!.textContent).toContain('0')
    button('Copy for support')!.click()
    await vi.waitFor(() => expect(writeText).toHaveBeenCalledOnce())
    const [text] = writeText.mock.calls[0]!
    expect(text).toContain('Transport: hybrid')
    expect(text).toMatch(/Uptime: \d/)
    for (const { name } of kanban.members.value.values())
      expect(text).not.toContain(name)
  })
})
