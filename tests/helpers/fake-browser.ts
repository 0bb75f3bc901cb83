import type { Timer, Clock } from '#shared/realtime/clock.ts'
import type { TabLocks, TabPorts } from '#shared/realtime/tab-ports.ts'

export interface FakeBrowserOptions {
  clock: Clock
  /** How long a message takes from tab to tab, in milliseconds. @default () => 2 */
  delayMs?: () => number
  /** Whether a message gets lost on the way to a tab. @default never */
  isLost?: () => boolean
}

export interface FakeTabOptions {
  isVisible?: boolean
  /** False: a page on plain http. `refused`: there are locks, and none for this page. */
  hasLocks?: boolean | 'refused'
  hasChannel?: boolean
}

/** A tab: what it does stands still while it is frozen, and what reaches it then waits for the thaw. */
export interface FakeTab {
  readonly id: string
  readonly ports: TabPorts
  /** The browser's clock, whose timers are the tab's own. */
  readonly clock: Clock
  readonly isFrozen: boolean
  /** Was put to sleep, and is woken by `wake` alone. */
  readonly isAsleep: boolean
  readonly isGone: boolean
  isVisible: boolean
  /** Runs something in the tab, or later when it is frozen. */
  run: (task: () => void) => void
  /** Stops it dead, as a debugger does; nothing in it hears of that. */
  freeze: () => void
  thaw: () => void
  /** Puts it to sleep in good order: the page hears of it first. */
  sleep: () => void
  wake: () => void
  /** Ends it without a word; the browser frees what it held. */
  crash: () => void
}

export interface FakeBrowser {
  /** @param tabClock time and timers of this tab; the browser's own by default */
  open: (options?: FakeTabOptions, tabClock?: Clock) => FakeTab
  /** Timers of hidden tabs run this late at least, in milliseconds. */
  throttleMs: number
  /** Has something said on a channel, by nobody. */
  say: (name: string, message: unknown) => void
  /** Every message that was posted, with its channel's name. */
  readonly said: { name: string, message: unknown }[]
}

interface Grant {
  tab: FakeTab
  hold: () => Promise<void>
  settle: () => void
}

interface Lock {
  holder: Grant | null
  queue: Grant[]
}

interface Ear {
  tab: FakeTab
  name: string
  listener: (message: unknown) => void
}

/** No message between tabs takes longer. */
const MOST_DELAY_MS = 60_000

/** A browser with tabs, Web Locks and channels that keep to the order in which things were said. */
export function createFakeBrowser({ clock, delayMs = () => 2, isLost = () => false }: FakeBrowserOptions): FakeBrowser {
  const locks = new Map<string, Lock>()
  const ears = new Set<Ear>()
  const said: FakeBrowser['said'] = []
  let opened = 0
  let lastArrival = 0

  function lockOf(name: string): Lock {
    const lock = locks.get(name) ?? { holder: null, queue: [] }
    locks.set(name, lock)
    return lock
  }

  function grantNext(lock: Lock): void {
    if (lock.holder !== null)
      return
    const next = lock.queue.shift()
    if (next)
      grant(lock, next)
  }

  function grant(lock: Lock, mine: Grant): void {
    lock.holder = mine
    mine.tab.run(() => {
      // The browser's own bookkeeping; it outlives the tab's hold only if that was stolen.
      if (lock.holder !== mine)
        return
      void mine.hold().then(() => {
        if (lock.holder !== mine)
          return
        lock.holder = null
        mine.settle()
        grantNext(lock)
      })
    })
  }

  function locksOf(tab: FakeTab): TabLocks {
    return {
      request: (name, { steal, signal }, hold) => new Promise((resolve) => {
        const lock = lockOf(name)
        const settle = () => tab.run(resolve)
        const mine: Grant = { tab, hold, settle }
        signal?.addEventListener('abort', () => {
          if (!lock.queue.includes(mine))
            return
          lock.queue = lock.queue.filter(other => other !== mine)
          settle()
        })
        if (steal) {
          lock.holder?.settle()
          lock.holder = null
          lock.queue.unshift(mine)
        }
        else {
          lock.queue.push(mine)
        }
        clock.setTimer(() => grantNext(lock), 1)
      }),
    }
  }

  function say(name: string, message: unknown, from: FakeTab | null = null): void {
    const copy = structuredClone(message)
    said.push({ name, message: copy })
    for (const ear of ears) {
      if (ear.name !== name || ear.tab === from || isLost())
        continue
      const arrival = clock.now() + delayMs()
      // What was on its way when the clock was set back has long arrived.
      lastArrival = lastArrival - arrival > MOST_DELAY_MS ? arrival : Math.max(lastArrival, arrival)
      clock.setTimer(() => ear.tab.run(() => ears.has(ear) && ear.listener(structuredClone(copy))), lastArrival - clock.now())
    }
  }

  function open({ isVisible = true, hasLocks = true, hasChannel = true }: FakeTabOptions = {}, tabClock = clock): FakeTab {
    let isFrozen = false
    let isAsleep = false
    let isGone = false
    let waiting: (() => void)[] = []
    const timers = new Set<{ inner: Timer }>()
    const awake = new Set<(isAwake: boolean) => void>()

    function run(task: () => void): void {
      if (isGone)
        return
      if (isFrozen)
        waiting.push(task)
      else
        task()
    }

    function thaw(): void {
      isFrozen = false
      const missed = waiting
      waiting = []
      missed.forEach(run)
    }

    const tab: FakeTab = {
      id: `tab-${String(++opened).padStart(3, '0')}`,
      isVisible,
      get isFrozen() { return isFrozen },
      get isAsleep() { return isAsleep },
      get isGone() { return isGone },
      run,
      freeze() {
        isFrozen = true
      },
      thaw,
      sleep() {
        awake.forEach(listener => listener(false))
        isFrozen = isAsleep = true
      },
      wake() {
        thaw()
        isAsleep = false
        awake.forEach(listener => listener(true))
      },
      crash() {
        isGone = true
        timers.forEach(({ inner }) => tabClock.clearTimer(inner))
        for (const ear of ears) {
          if (ear.tab === tab)
            ears.delete(ear)
        }
        for (const lock of locks.values()) {
          lock.queue = lock.queue.filter(grant => grant.tab !== tab)
          if (lock.holder?.tab === tab)
            lock.holder = null
          grantNext(lock)
        }
      },
      clock: {
        now: tabClock.now,
        random: tabClock.random,
        setTimer(callback, delay) {
          const timer = { inner: null as Timer }
          const fire = () => run(() => timers.delete(timer) && callback())
          timer.inner = tabClock.setTimer(fire, tab.isVisible ? delay : Math.max(delay, browser.throttleMs))
          timers.add(timer)
          return timer
        },
        clearTimer(timer) {
          if (timers.delete(timer as { inner: Timer }))
            tabClock.clearTimer((timer as { inner: Timer }).inner)
        },
      },
      ports: {
        locks: null,
        openChannel(name) {
          if (!hasChannel)
            return null
          const mine: Ear[] = []
          return {
            post: message => isGone ? undefined : say(name, message, tab),
            onMessage(listener) {
              const ear = { tab, name, listener }
              mine.push(ear)
              ears.add(ear)
            },
            close: () => mine.forEach(ear => ears.delete(ear)),
          }
        },
        isVisible: () => tab.isVisible,
        onAwake(listener) {
          awake.add(listener)
          return () => awake.delete(listener)
        },
        makeId: () => tab.id,
      },
    }
    if (hasLocks === 'refused')
      tab.ports.locks = { request: async () => Promise.reject(new DOMException('no locks here', 'SecurityError')) }
    else if (hasLocks)
      tab.ports.locks = locksOf(tab)
    return tab
  }

  const browser: FakeBrowser = { open, throttleMs: 0, say, said }
  return browser
}
