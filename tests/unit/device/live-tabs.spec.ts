import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '#shared/realtime/clock.ts'
import type { TabElection } from '#shared/realtime/tab-leader.ts'
import { createTabElection } from '#shared/realtime/tab-leader.ts'
import type { TabMessage } from '#shared/realtime/tab-messages.ts'
import { TAB_VERSION } from '#shared/realtime/tab-messages.ts'
import type { TabChannel } from '#shared/realtime/tab-ports.ts'
import type { LiveTabsOptions } from '~/utils/device/live-tabs.ts'
import { createLiveTabs } from '~/utils/device/live-tabs.ts'
import { BOARD_ID, NOW } from '../../helpers/builders.ts'

const LEAVE: TabMessage = { v: TAB_VERSION, from: 'a', term: 1, kind: 'leave' }

const opened: { close: () => void }[] = []
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' }) as unknown as Document
const view = new EventTarget() as Window

/** Node has the browser's locks and channels, too. */
const browser = (options: LiveTabsOptions = {}) => createLiveTabs({ locks: navigator.locks, Channel: BroadcastChannel, page, view, ...options })
const unique = (name: string) => `${name}-${crypto.randomUUID()}`

function openChannel(name: string): TabChannel {
  const channel = browser().openChannel(name)!
  opened.push(channel)
  return channel
}

/** A hold that lasts until it is ended. */
function hold() {
  const ended = new AbortController()
  const held = vi.fn(() => new Promise<void>(resolve => ended.signal.addEventListener('abort', () => resolve())))
  return { held, end: () => ended.abort() }
}

afterEach(() => {
  opened.splice(0).forEach(one => one.close())
})

describe('locks', () => {
  it('[L1] are held by one at a time, in the order in which they were asked for', async () => {
    const name = unique('order')
    const { request } = browser().locks!
    const [first, second] = [hold(), hold()]
    const [firstDone, secondDone] = [vi.fn(), vi.fn()]
    void request(name, {}, first.held).then(firstDone)
    void request(name, {}, second.held).then(secondDone)
    await expect.poll(() => first.held.mock.calls.length).toBe(1)
    expect(second.held).not.toHaveBeenCalled()
    first.end()
    await expect.poll(() => second.held.mock.calls.length).toBe(1)
    expect([firstDone.mock.calls.length, secondDone.mock.calls.length]).toEqual([1, 0])
    second.end()
    await expect.poll(() => secondDone.mock.calls.length).toBe(1)
  })

  it('[L2] can be stolen, of which their holder hears, and waited for no longer', async () => {
    const name = unique('steal')
    const { request } = browser().locks!
    const [first, second, thief] = [hold(), hold(), hold()]
    const waiting = new AbortController()
    const done = { first: vi.fn(), second: vi.fn() }
    void request(name, {}, first.held).then(done.first)
    void request(name, { signal: waiting.signal }, second.held).then(done.second)
    await expect.poll(() => first.held.mock.calls.length).toBe(1)
    const stolen = request(name, { steal: true }, thief.held)
    await expect.poll(() => done.first.mock.calls.length).toBe(1)
    expect(thief.held).toHaveBeenCalled()
    waiting.abort()
    await expect.poll(() => done.second.mock.calls.length).toBe(1)
    thief.end()
    await stolen
    expect(second.held).not.toHaveBeenCalled()
  })

  it('[L2] that a browser refuses are an error', async () => {
    const locks = { request: () => Promise.reject(new DOMException('not here', 'SecurityError')) } as unknown as LockManager
    await expect(browser({ locks }).locks!.request('refused', {}, async () => {})).rejects.toThrow('not here')
  })

  it('[L2] and channels are absent where there are none, and on the server', () => {
    const none = browser({ locks: null, Channel: null })
    expect([none.locks, none.openChannel('none')]).toEqual([null, null])
    const server = createLiveTabs()
    expect([server.locks, server.openChannel('none'), server.isVisible()]).toEqual([null, null, false])
    expect(() => server.onAwake(() => {})()).not.toThrow()
  })
})

describe('channels', () => {
  it('[L1] bring messages to all others of the name, until they are closed', async () => {
    const name = unique('channel')
    const [mine, other, closed, foreign] = [openChannel(name), openChannel(name), openChannel(name), openChannel(unique('other'))]
    const heard = { mine: vi.fn(), other: vi.fn(), closed: vi.fn(), foreign: vi.fn() }
    mine.onMessage(heard.mine)
    other.onMessage(heard.other)
    closed.onMessage(heard.closed)
    foreign.onMessage(heard.foreign)
    closed.close()
    expect(() => closed.post(LEAVE)).not.toThrow()
    mine.post(LEAVE)
    await expect.poll(() => heard.other.mock.calls).toEqual([[LEAVE]])
    expect([heard.mine, heard.closed, heard.foreign].flatMap(({ mock }) => mock.calls)).toEqual([])
  })
})

describe('a page', () => {
  it('[L2] is awake unless it is frozen or kept for going back to', () => {
    const heard: boolean[] = []
    const stop = browser().onAwake(isAwake => heard.push(isAwake))
    view.dispatchEvent(new Event('pagehide'))
    view.dispatchEvent(new Event('pageshow'))
    page.dispatchEvent(new Event('freeze'))
    page.dispatchEvent(new Event('resume'))
    stop()
    view.dispatchEvent(new Event('pagehide'))
    expect(heard).toEqual([false, true, false, true])
    expect(browser().isVisible()).toBe(true)
    expect(browser().makeId()).not.toBe(browser().makeId())
  })
})

it('[L1] [L2] give a board\'s tabs one leader, and the next one when it goes', async () => {
  const name = unique('board')
  const position = { boardId: BOARD_ID, epoch: 'e1', version: 1, cid: 'c1' }
  const report = { position, asOf: NOW, connection: { state: 'closed' }, delivers: 'all', lastConnected: null, own: null } as const
  const stand = (): TabElection => {
    const nothing = () => {}
    const election = createTabElection({
      name, ports: browser(), clock: systemClock, wants: () => ({ focus: [], cursors: false }), report: () => report,
      onRole: nothing, onReport: nothing, onNews: nothing, onFollower: nothing, onPoint: nothing,
    })
    opened.push(election)
    return election
  }
  const first = stand()
  await expect.poll(() => first.role).toBe('leader')
  const [second, third] = [stand(), stand()]
  await expect.poll(() => [second.isLed, third.isLed]).toEqual([true, true])
  first.close()
  await expect.poll(() => [second.role, third.role].toSorted()).toEqual(['follower', 'leader'])
})
