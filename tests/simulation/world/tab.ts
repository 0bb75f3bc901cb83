import type { Effect, EngineState, FaultNote, Input } from '#shared/sync/engine-types.ts'
import type { StorageWrite } from '#shared/sync/board-storage.ts'
import { createEngineState, step } from '#shared/sync/step.ts'
import type { Fault } from '#shared/realtime/fault.ts'
import { backoffDelay } from '#shared/realtime/backoff.ts'
import { BOARD_ID } from '../../helpers/builders.ts'
import type { Checker } from '../checks/checker.ts'
import type { Chance } from '../chance.ts'
import type { Counts } from '../counts.ts'
import type { Device, DeviceStorage } from './device.ts'
import { createDeviceStorage } from './device.ts'
import type { Network } from './network.ts'
import type { Event, Schedule } from './schedule.ts'
import type { Server } from './server.ts'
import type { Way } from '../ways/way.ts'
import { openWay } from '../ways/way.ts'
import type { Ways } from '../ways/ways.ts'

/** A pull without an answer is given up after so long, as the poller does. */
const PATIENCE_MS = 30_000

/** One page with the board open: the real engine, and a world that carries out its effects. */
export interface Tab {
  readonly name: string
  readonly device: Device
  state: EngineState
  isOpen: boolean
  isFrozen: boolean
  /** The page is too old for the server. */
  isOutdated: boolean
  /** Which opening of the tab this is. */
  life: number
  now: () => number
  /** The real transports of this page, in a run where they take part. */
  way: Way | null
  /** @param withPage the page brings the board; else the device's copy is all there is */
  open: (withPage: boolean) => void | Promise<void>
  close: () => void
  freeze: () => void
  thaw: () => void
  /** Tells the engine of something that happens in the world. */
  tell: (input: Input) => void
  /** Asks for news now, unless nothing may be asked. */
  poll: () => void
}

export interface TabWorld {
  schedule: Schedule
  network: Network
  server: Server
  chance: Chance
  counts: Counts
  checker: Checker
  /** Makes names; later ones are greater. */
  makeId: () => string
  /** The real transports; null where pushes and polls are a model of their own. */
  ways: Ways | null
  /** What happens, for who reads a trace. */
  log: (tab: string, what: string, details?: unknown) => void
}

type Question = Extract<Effect, { kind: 'pull' | 'send' | 'digest' }>

export function createTab(name: string, device: Device, world: TabWorld): Tab {
  const { schedule, network, server, chance, counts, checker, makeId, log } = world
  let spare: DeviceStorage | null = null
  let backlog: (() => void)[] = []
  let wake: Event | null = null
  let nextPoll: Event | null = null
  let patience: Event | null = null
  let isSyncing = false
  let failures = 0
  /** The time until which the storage has been given work: its calls are made in turn. */
  let turn = 0
  let pulls = new Set<number>()

  const tab: Tab = {
    name, device, state: emptyState(), isOpen: false, isFrozen: false, isOutdated: false, life: 0, way: null,
    now: () => schedule.now + device.clockOffset,
    open, close, freeze, thaw, tell, poll,
  }

  function emptyState(): EngineState {
    return createEngineState({ boardId: BOARD_ID, me: device.member(), cid: makeId() })
  }

  /** Something that comes from outside: it finds the page gone, or waits while it is frozen. */
  function later(delayMs: number, work: () => void): Event {
    const { life } = tab
    return schedule.after(delayMs, () => meanwhile(life, work))
  }

  function meanwhile(life: number, work: () => void): void {
    if (!tab.isOpen || tab.life !== life)
      return
    if (tab.isFrozen)
      backlog.push(() => meanwhile(life, work))
    else
      work()
  }

  function tell(input: Input): void {
    if (tab.isFrozen) {
      const { life } = tab
      backlog.push(() => meanwhile(life, () => tell(input)))
      return
    }
    log(name, `← ${input.kind}`, input)
    const before = tab.state
    const stepped = step(before, input, tab.now(), chance)
    tab.state = stepped.state
    checker.stepped(tab, before, input, stepped.effects)
    stepped.effects.forEach(perform)
    tab.way?.told()
  }

  function perform(effect: Effect): void {
    if (effect.kind !== 'changed' && effect.kind !== 'wake')
      log(name, `→ ${effect.kind}`, effect)
    switch (effect.kind) {
      case 'pull':
      case 'send':
      case 'digest': return tab.way ? tab.way.ask(effect) : ask(effect)
      case 'append': return append(effect)
      case 'write': return write(effect.write)
      case 'reopen': return readStorage()
      case 'tell': {
        counts.add('tellings')
        device.tabs.filter(other => other.isOpen && other !== tab).forEach(other => passOn(other, effect))
        return
      }
      case 'wake':
        schedule.cancel(wake)
        wake = effect.at === null ? null : later(effect.at - tab.now(), () => tell({ kind: 'woken' }))
        return
      case 'synced': return tab.way ? tab.way.synced(effect.outcome === 'unchanged') : syncEnded(null)
      case 'syncFailed': return tab.way ? tab.way.syncFailed(effect.fault) : syncEnded(effect.fault)
      case 'settled':
      case 'changed':
      case 'news': return
      default: effect satisfies never
    }
  }

  function passOn(other: Tab, { write: told }: Extract<Effect, { kind: 'tell' }>): void {
    const { life } = other
    schedule.after(1 + chance() * 4, () => void (other.isOpen && other.life === life && other.tell({ kind: 'told', write: told })))
  }

  function ask(question: Question): void {
    const { life } = tab
    const options = { isOutdated: tab.isOutdated, writes: question.kind === 'send' }
    const back = (input: Input) => meanwhile(life, () => tell(input))
    if (question.kind === 'pull') {
      const { tag, epoch, version, cid } = question
      pulls.add(tag)
      network.exchange(device.link, real => real.pull(device.link.actor(), { epoch, version, cid }), ({ answer: outcome, fault }) => {
        if (!pulls.delete(tag))
          counts.add('lateAnswers')
        back(fault ? { kind: 'pullFailed', tag, fault: noteOf(fault) } : { kind: 'answered', tag, outcome })
      }, options)
    }
    else if (question.kind === 'send') {
      const { tag, cid, items } = question
      const act = (real: Server) => checker.sends(tab, cid, items, () => real.send(device.link.actor(), cid, items))
      network.exchange(device.link, act, ({ answer, fault }) =>
        back(fault ? { kind: 'sendFailed', tag, fault: noteOf(fault) } : { kind: 'results', tag, cid, results: answer.results }), options)
    }
    else {
      const { epoch, version, digest } = question
      counts.add('digests')
      network.exchange(device.link, real => real.compare(device.link.actor(), { epoch, version, digest }), ({ answer, fault }) =>
        back({ kind: 'digested', version, same: fault ? null : answer.same }), options)
    }
  }

  /** The storage's next turn; what it does happens even when the page is frozen by then. */
  function inTurn(work: () => void | Promise<void>): void {
    const { life } = tab
    turn = Math.max(turn, schedule.now + 1 + chance() * 8)
    // A page that closes takes along what hasn't had its turn.
    schedule.after(turn - schedule.now, () => tab.life === life && tab.isOpen ? work() : undefined)
  }

  function readStorage(): void {
    inTurn(async () => {
      const { life } = tab
      const stored = await device.storage.kept.open(BOARD_ID)
      meanwhile(life, () => tell({ kind: 'opened', stored }))
    })
  }

  function append({ entry, undo }: Extract<Effect, { kind: 'append' }>): void {
    const { life } = tab
    inTurn(() => {
      if (!spare && (schedule.now < device.brokenUntil || chance.likely(network.profile.failedAppend))) {
        counts.add('failedAppends')
        spare = createDeviceStorage(makeId)
      }
      const place = (spare ?? device.storage).append(entry, undo)
      if (spare)
        counts.add('memoryChanges')
      checker.numbered(tab, entry.key, place, spare === null)
      meanwhile(life, () => tell({ kind: 'appended', key: entry.key, ...place }))
    })
  }

  function write(change: StorageWrite): void {
    inTurn(() => {
      if (schedule.now < device.brokenUntil || chance.likely(network.profile.lostWrite)) {
        counts.add('lostWrites')
        device.storage.hasLost = true
        return
      }
      device.storage.write(change)
      checker.stored(tab, change)
    })
  }

  function poll(): void {
    schedule.cancel(nextPoll)
    nextPoll = null
    if (tab.way)
      return tab.way.setOnline(!device.link.isOffline)
    if (isSyncing || device.link.isOffline || tab.state.isOutdated)
      return
    isSyncing = true
    patience = later(PATIENCE_MS, () => {
      counts.add('timeouts')
      const tag = tab.state.link.pull?.tag
      if (tag === undefined)
        return syncEnded({ kind: 'network', retryAfterMs: 0, code: null })
      tell({ kind: 'pullFailed', tag, fault: { kind: 'network', retryAfterMs: 0, code: null } })
    })
    tell({ kind: 'sync' })
  }

  function syncEnded(fault: FaultNote | null): void {
    if (!isSyncing)
      return
    isSyncing = false
    schedule.cancel(patience)
    failures = fault ? failures + 1 : 0
    if (fault?.kind === 'signed-out' || fault?.kind === 'outdated')
      return
    const delay = fault
      ? Math.max(1_000, backoffDelay(failures, { capMs: 20_000, floorMs: fault.retryAfterMs, random: chance }))
      : chance.between(4_500, 5_000)
    schedule.cancel(nextPoll)
    nextPoll = later(delay, poll)
  }

  function begin(): void {
    tab.life++
    tab.isOpen = true
    tab.isFrozen = false
    tab.isOutdated = false
    tab.state = emptyState()
    spare = null
    backlog = []
    wake = nextPoll = patience = null
    isSyncing = false
    failures = 0
    turn = 0
    pulls = new Set()
    checker.opened(tab)
    tab.way?.end(false)
    tab.way = null
  }

  function open(withPage: boolean): void | Promise<void> {
    begin()
    log(name, withPage ? '· opens with a page' : '· opens from the device')
    counts.add(withPage ? 'warmOpens' : 'coldOpens')
    if (device.link.isOffline)
      tell({ kind: 'online', online: false })
    const { life } = tab
    readStorage()
    const start = () => {
      if (!world.ways)
        return poll()
      tab.way = openWay(tab, world.ways, world)
      tab.way.start()
    }
    if (!withPage) {
      later(30, start)
      return
    }
    const brings = (answer: Awaited<ReturnType<Server['snapshot']>>) => meanwhile(life, () => {
      const isWhole = chance.likely(0.8)
      tell({ kind: 'started', answer: isWhole ? answer : { ...answer, matters: [] }, isWhole })
      start()
    })
    const answer = server.snapshot(device.link.actor())
    return answer instanceof Promise ? answer.then(brings) : brings(answer)
  }

  function close(): void {
    log(name, '· closes')
    checker.closed(tab)
    tab.way?.end(chance.likely(0.7))
    tab.isOpen = false
  }

  function freeze(): void {
    tab.way?.freeze()
    tab.isFrozen = true
  }

  function thaw(): void {
    tab.isFrozen = false
    const waited = backlog
    backlog = []
    for (const work of waited)
      work()
    tab.way?.thaw()
  }

  return tab
}

function noteOf({ kind, retryAfterMs, problem }: Fault): FaultNote {
  return { kind, retryAfterMs, code: problem?.code ?? null, ...(problem?.wanted !== undefined && { wanted: problem.wanted }) }
}
