import type { TransportKind } from '#shared/config/features.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { createTransport } from '#shared/realtime/create-transport.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { pollInterval } from '#shared/realtime/poll-policy.ts'
import { createPoller } from '#shared/realtime/poller.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import type { TabTransport } from '#shared/realtime/tab-transport.ts'
import { createTabTransport } from '#shared/realtime/tab-transport.ts'
import type { BoardPosition, KnownBoard, RealTimeTransport } from '#shared/realtime/transport.ts'
import type { Question } from '#shared/sync/board-exchanges.ts'
import { createBoardExchanges, faultOf } from '#shared/sync/board-exchanges.ts'
import type { FaultNote } from '#shared/sync/engine-types.ts'
import { BOARD_ID } from '../../helpers/builders.ts'
import { countTimers } from '../../helpers/count-timers.ts'
import type { FakeTab } from '../../helpers/fake-browser.ts'
import type { Tab, TabWorld } from '../world/tab.ts'
import { createFront } from './front.ts'
import type { Ways } from './ways.ts'
import type { Wire } from './wire.ts'
import { openWire } from './wire.ts'

/** Beside a socket that brings everything it is asked this often. */
const SAFETY_POLL_MS = 60_000
const TIMEOUT_MS = 30_000

/** A page's way to the server: the real transports, as the page's stores put them together, and the real poller. */
export interface Way {
  readonly transport: TabTransport
  readonly isVisible: boolean
  /** Why it doesn't poll. */
  readonly pausedBy: readonly string[]
  /** It was told that its session is over. */
  readonly isExpired: boolean
  /** Sockets that this page has, and what it has asked and sent. */
  readonly sockets: number
  readonly timers: number
  /** The page knows of it now. */
  start: () => void
  /** The engine asks. */
  ask: (question: Question) => void
  /** The engine has what it wanted to know; null: it has failed. */
  synced: (isUnchanged: boolean) => void
  syncFailed: (fault: FaultNote) => void
  /** The engine was told something. */
  told: () => void
  setOnline: (isOnline: boolean) => void
  /** Somebody who had to sign in did. */
  signedIn: () => void
  show: () => void
  hide: () => void
  freeze: () => void
  thaw: () => void
  /** Every socket of this page breaks. */
  drop: () => void
  /** @param isSaid the page hears that it ends */
  end: (isSaid: boolean) => void
}

/** Makes the way of a page that was just opened; nothing goes over it until `start`. */
export function openWay(tab: Tab, ways: Ways, { schedule, network, chance, counts, checker, log }: TabWorld): Way {
  const { device, life } = tab
  const { clock: base, pending } = countTimers(deviceClock())
  const page: FakeTab = ways.browserOf(device).open({ isVisible: chance.likely(0.7) }, base)
  const { clock } = page
  const wires = new Set<Wire>()
  let syncs: { resolve: (isUnchanged: boolean) => void, reject: (fault: Fault) => void }[] = []
  let heardAt: number | null = null
  let delivered = 'nothing'
  let isEnded = false

  function deviceClock(): Clock {
    return {
      now: () => Math.floor(schedule.now + device.clockOffset),
      random: chance,
      setTimer: (callback, delayMs) => schedule.after(delayMs, callback),
      clearTimer: timer => schedule.cancel((timer ?? null) as ReturnType<typeof schedule.after> | null),
    }
  }

  const isMine = () => tab.isOpen && tab.life === life && !isEnded
  const fetch = createFront(tab, { network, checker, door: ways.door, way: ways.kind, run: task => page.run(() => isMine() && task()) })

  function make(kind: TransportKind): RealTimeTransport {
    counts.add('transports')
    return createTransport(kind, {
      clock,
      fetch(path, init) {
        ways.asked(tab)
        return fetch(path, init)
      },
      openSocket() {
        ways.asked(tab)
        counts.add('sockets')
        const wire = openWire({ schedule, network, chance, link: device.link, open: () => ways.door.open(device), run: page.run })
        wires.forEach(old => old.isThere || wires.delete(old))
        wires.add(wire)
        return {
          addEventListener: wire.addEventListener,
          close: wire.close,
          send(frame) {
            ways.sent(tab)
            log(tab.name, '⇒', frame)
            wire.send(frame)
          },
        }
      },
    })
  }

  const inside = createSwitchableTransport(make(ways.kind()), { clock })
  const transport = createTabTransport(inside, { memberId: () => device.member().id, ports: page.ports, say: async () => {}, clock })
  const exchanges = createBoardExchanges(BOARD_ID, transport, input => isMine() && tab.tell(input))
  const poller = createPoller({
    clock, exchange: sync, immediate: true, staleTime: 0, retryAttempts: 3, retryDelay: 1_000, backoffMultiplier: 2, maxInterval: 60_000, timeoutMs: TIMEOUT_MS,
    interval: () => transport.delivers === 'all' ? SAFETY_POLL_MS : pollInterval({ now: clock.now(), changedAt: tab.state.changedAt, wish: tab.state.wish }),
    onState: () => {},
    onReconnect: () => isMine() && tab.tell({ kind: 'resumed' }),
  })

  function sync(signal: AbortSignal): Promise<boolean> {
    const synced = new Promise<boolean>((resolve, reject) => syncs.push({ resolve, reject }))
    if (signal.aborted || !isMine())
      giveUp()
    else
      tab.tell({ kind: 'sync' })
    signal.addEventListener('abort', giveUp)
    return synced.finally(() => signal.removeEventListener('abort', giveUp))
  }

  function giveUp(): void {
    exchanges.dropPull()
    endSyncs(({ reject }) => reject(new Fault('network')))
  }

  function endSyncs(end: (sync: typeof syncs[number]) => void): void {
    const ended = syncs
    syncs = []
    ended.forEach(end)
  }

  function position(): BoardPosition {
    const { confirmed: { epoch, version }, cid, link: { needsSnapshot } } = tab.state
    return { boardId: BOARD_ID, epoch: needsSnapshot ? null : epoch, version, cid }
  }

  function known(): KnownBoard | null {
    const { confirmed: { epoch, version, columns, rows }, isWhole } = tab.state
    return isWhole && epoch !== null ? { epoch, version, columns, rows } : null
  }

  function noteRole(): void {
    poller.setPaused('following', transport.isFollowing)
    poller.setPaused('off', transport.kind === 'off')
    noteDelivery()
  }

  function noteDelivery(): void {
    const before = delivered
    delivered = transport.delivers
    if (delivered === before)
      return
    poller.replan()
    if (before === 'all')
      poller.nudge()
  }

  transport.on('updates', ({ answer }) => {
    counts.add('pushed')
    if (isMine())
      tab.tell({ kind: 'pushed', answer })
  })
  transport.on('connection', () => {
    noteDelivery()
    log(tab.name, '≈', `${transport.role} ${transport.connection.state} ${transport.delivers}`)
    if (transport.connection.state === 'paused' && transport.connection.reason === 'signed-out')
      poller.setPaused('disabled', true)
  })
  transport.on('policy', ({ transport: kind }) => {
    if (kind === inside.kind || !isMine())
      return
    counts.add('swaps')
    inside.swap(make(kind))
    noteRole()
  })
  transport.onRole(noteRole)

  function start(): void {
    poller.setPaused('hidden', !page.isVisible)
    poller.setPaused('offline', device.link.isOffline)
    void transport.connect()
    transport.join(BOARD_ID, position, known)
    transport.attend(page.isVisible)
    poller.start()
    noteRole()
  }

  function see(isVisible: boolean): void {
    page.isVisible = isVisible
    page.run(() => {
      if (!isMine())
        return
      poller.setPaused('hidden', !isVisible)
      transport.attend(isVisible)
      if (isVisible)
        poller.nudge()
    })
  }

  return {
    transport, start,
    get isVisible() { return page.isVisible },
    get pausedBy() { return poller.state.pausedBy },
    get isExpired() { return poller.state.pausedBy.includes('disabled') },
    get sockets() { return [...wires].filter(({ isThere }) => isThere).length },
    get timers() { return pending() },
    ask: exchanges.ask,
    synced: isUnchanged => endSyncs(({ resolve }) => resolve(isUnchanged)),
    syncFailed: fault => endSyncs(({ reject }) => reject(faultOf(fault))),
    told() {
      const { contactAt, isConfirmed } = tab.state
      if (contactAt === null || !isConfirmed || contactAt === heardAt)
        return
      heardAt = contactAt
      poller.heard(contactAt)
    },
    setOnline: isOnline => page.run(() => {
      if (!isMine())
        return
      poller.setPaused('offline', !isOnline)
      if (isOnline && page.isVisible) {
        transport.attend(true)
        poller.nudge()
      }
    }),
    signedIn: () => page.run(() => {
      if (!isMine())
        return
      poller.setPaused('disabled', false)
      void transport.reconnect()
    }),
    show: () => see(true),
    hide: () => see(false),
    freeze() {
      // What nobody looks at is put to sleep in good order; what somebody looks at hangs.
      if (page.isVisible)
        page.freeze()
      else
        page.sleep()
    },
    thaw() {
      if (page.isAsleep)
        page.wake()
      else
        page.thaw()
    },
    drop: () => wires.forEach(wire => wire.drop()),
    end(isSaid) {
      if (isSaid && !page.isFrozen) {
        poller.stop()
        exchanges.close()
        transport.disconnect()
      }
      isEnded = true
      page.crash()
      wires.forEach(wire => wire.isThere && wire.abandon())
    },
  }
}
