import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { Connection } from '#shared/realtime/connection.ts'
import type { NewsWay } from '#shared/realtime/news-way.ts'
import ConnectionStatus from '~/components/connection/ConnectionStatus.vue'
import { useLiveRegion } from '~/composables/useLiveRegion.ts'
import { NOW, TIME_ZONE } from '../../helpers/builders.ts'

afterEach(() => document.body.replaceChildren())

const well = {
  status: { state: 'live', since: NOW, via: 'polling' } as Connection, isOnline: true, isStale: false, lastSync: NOW, pendingUpdates: 0, timeZone: TIME_ZONE,
}

describe('ConnectionStatus', () => {
  it.each<[string, Partial<typeof well>]>([
    ['live', {}],
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
  ])('is %s at %j', async (state, props) => {
    const indicator = await mountSuspended(ConnectionStatus, { props: { ...well, ...props } })
    expect(indicator.get('[data-connection]').attributes('data-connection')).toBe(state)
  })

  it('says in words what it means, when it was last up to date and what waits, and updates on request', async () => {
    const indicator = await mountSuspended(ConnectionStatus, { props: { ...well, pendingUpdates: 2 }, attachTo: document.body })
    await indicator.get('button').trigger('click')
    await expect.poll(() => document.body.textContent).toContain('Last up to date 12:00')
    expect(document.body.textContent).toContain('2 changes wait to be sent')
    const now = [...document.body.querySelectorAll('button')].find(({ textContent }) => textContent?.includes('Update now'))!
    now.click()
    expect(indicator.emitted('sync')).toHaveLength(1)
    indicator.unmount()
  })

  it('[T2] says how news come, and why that way, where one looks for it', async () => {
    const indicator = await mountSuspended(ConnectionStatus, { props: { ...well, way: 'blocked' as NewsWay }, attachTo: document.body })
    const state = indicator.get('[data-connection]')
    expect([state.attributes('data-via'), state.attributes('aria-label')]).toEqual(['polling', 'Connection: Live'])
    await indicator.get('button').trigger('click')
    const line = () => document.querySelector('[data-news-way]')?.textContent?.trim()
    await expect.poll(line).toContain('because the network blocks open connections')
    await indicator.setProps({ status: { state: 'live', since: NOW, via: 'socket' }, way: 'socket' })
    expect([state.attributes('data-via'), line()]).toEqual(['socket', 'Updates arrive the moment something changes, over an open connection (socket).'])
    await indicator.setProps({ way: 'following' })
    expect(line()).toContain('Another tab')
    await indicator.setProps({ status: { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, way: null })
    expect([state.attributes('data-via'), line()]).toEqual([undefined, undefined])
    indicator.unmount()
  })

  it('counts what waits where it doesn\'t go out at once, and nothing else', async () => {
    vi.useFakeTimers()
    const indicator = await mountSuspended(ConnectionStatus, { props: { ...well, pendingUpdates: 3 } })
    const name = () => indicator.get('[data-connection]').attributes('aria-label')
    expect(name()).toBe('Connection: Updating…')
    vi.advanceTimersByTime(5_000)
    await nextTick()
    expect(name()).toBe('Connection: Updating… · 3 waiting')
    await indicator.setProps({ isOnline: false })
    expect(name()).toBe('Connection: Offline · 3 waiting')
    expect(indicator.text()).toContain('Offline · 3 waiting')
    await indicator.setProps({ pendingUpdates: 0 })
    expect(name()).toBe('Connection: Offline')
    vi.useRealTimers()
  })

  it('says for good that this device keeps nothing, and what that means', async () => {
    const indicator = await mountSuspended(ConnectionStatus, { props: { ...well, isStoredHere: false }, attachTo: document.body })
    expect(indicator.get('[data-connection]').attributes('aria-label')).toBe('Connection: Live. Not saved on this device')
    expect(indicator.find('[data-unkept]').exists()).toBe(true)
    await indicator.get('button').trigger('click')
    await expect.poll(() => document.body.textContent).toContain('is lost when the page is closed')
    indicator.unmount()
  })

  it('speaks up when the connection goes and when it is back', async () => {
    const { announcement } = useLiveRegion()
    const indicator = await mountSuspended(ConnectionStatus, { props: well })
    await indicator.setProps({ isOnline: false })
    await nextTick()
    expect(announcement.value.text).toMatch(/^Offline\./)
    await indicator.setProps({ isOnline: true })
    await nextTick()
    expect(announcement.value.text).toMatch(/^Live\./)
  })

  it('says that it is right again, also where something was on its way in between, and is silent about that alone', async () => {
    const { announcement, say } = useLiveRegion()
    const indicator = await mountSuspended(ConnectionStatus, { props: well })
    const become = async (props: Partial<typeof well>) => {
      await indicator.setProps({ ...well, ...props })
      await nextTick()
    }
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
