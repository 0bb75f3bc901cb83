import type { TransportKind } from '#shared/config/features.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import type { FakeBrowser } from '../../helpers/fake-browser.ts'
import { createFakeBrowser } from '../../helpers/fake-browser.ts'
import type { Chance } from '../chance.ts'
import type { Device } from '../world/device.ts'
import type { Schedule } from '../world/schedule.ts'
import type { Tab } from '../world/tab.ts'
import type { Door, DoorMaker, DoorParts } from './door.ts'

/** So much may a page ask by HTTP and open sockets within a minute, beside what its engine asks: more is a hot loop (rule T6). */
const MOST_ASKED = 150
/** So many frames may it send within a minute. */
const MOST_SENT = 240
/** So long may two pages of one browser have a socket (rule L1), in milliseconds. */
const TWO_SOCKETS_MS = 6_000
/** So many timers may the transports of a page have at once. */
const MOST_TIMERS = 40
const LOOK_MS = 500

/** What the real transports of all pages share in a run. */
export interface Ways {
  readonly door: Door
  /** The way that the firm wants. */
  kind: () => TransportKind
  setKind: (kind: TransportKind) => void
  browserOf: (device: Device) => FakeBrowser
  /** A page asks something by HTTP, or for a socket. */
  asked: (tab: Tab) => void
  /** A page sends a frame. */
  sent: (tab: Tab) => void
  /** Looks at all pages; again and again from now on. */
  watch: (devices: readonly Device[]) => void
}

export interface WaysOptions extends Omit<DoorParts, 'way' | 'clock'> {
  kind: TransportKind
  schedule: Schedule
  makeDoor: DoorMaker
}

export function createWays({ schedule, makeDoor, kind, chance, counts, fail, isDown }: WaysOptions): Ways {
  const browsers = new Map<Device, FakeBrowser>()
  const times = { asked: new Map<string, number[]>(), sent: new Map<string, number[]>() }
  const twoSince = new Map<Device, number>()
  let way = kind
  const clock = worldClock(schedule, chance)
  const door = makeDoor({ clock, chance, counts, fail, isDown, way: () => way })

  function note(what: keyof typeof times, most: number, { name, life }: Tab): void {
    const key = `${name} ${life}`
    const recent = [...(times[what].get(key) ?? []).filter(at => schedule.now - at < 60_000), schedule.now]
    times[what].set(key, recent)
    if (recent.length > most)
      fail('no hot loop', `${name} ${what} ${recent.length} times in a minute`)
  }

  function look(devices: readonly Device[]): void {
    for (const device of devices) {
      const open = device.tabs.filter(tab => tab.isOpen && !tab.isFrozen && tab.way)
      const withSocket = open.filter(({ way }) => way!.sockets > 0)
      const many = open.find(({ way }) => way!.sockets > 1)
      if (many)
        fail('one socket', `${many.name} has ${many.way!.sockets} sockets`)
      if (withSocket.length < 2) {
        twoSince.delete(device)
      }
      else {
        const since = twoSince.get(device) ?? schedule.now
        twoSince.set(device, since)
        if (schedule.now - since > TWO_SOCKETS_MS)
          fail('one socket', `${withSocket.map(({ name, way }) => `${name} (${way!.transport.role})`).join(' and ')} have one each for ${schedule.now - since} ms`)
      }
      for (const { name, way } of open) {
        if (way!.timers > MOST_TIMERS)
          fail('bounded timers', `${name} has ${way!.timers} timers`)
        counts.add(way!.transport.isFollowing ? 'following' : way!.transport.delivers === 'all' ? 'live' : 'polled')
      }
    }
    schedule.after(LOOK_MS, () => look(devices))
  }

  return {
    door,
    kind: () => way,
    setKind(next) {
      if (next === way)
        return
      way = next
      door.policyChanged()
    },
    browserOf(device) {
      const browser = browsers.get(device) ?? createFakeBrowser({ clock, delayMs: () => 1 + chance() * 4 })
      browser.throttleMs = 1_000
      browsers.set(device, browser)
      return browser
    },
    asked: tab => note('asked', MOST_ASKED, tab),
    sent: tab => note('sent', MOST_SENT, tab),
    watch: devices => void schedule.after(LOOK_MS, () => look(devices)),
  }
}

/** The run's own time. */
function worldClock(schedule: Schedule, random: Chance): Clock {
  return {
    now: () => Math.floor(schedule.now),
    random,
    setTimer: (callback, delayMs) => schedule.after(delayMs, callback),
    clearTimer: timer => schedule.cancel((timer ?? null) as ReturnType<Schedule['after']> | null),
  }
}
