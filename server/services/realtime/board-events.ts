import { randomUUID } from 'node:crypto'
import type { Bus } from '#server/bus/bus.ts'
import type { Repository } from '#server/db/repository.ts'
import { currentActor } from '#server/services/current-actor.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { SAID_SCHEMAS } from '#shared/protocol/event-requests.ts'
import type { BoardEvent, SaidTopic } from '#shared/protocol/events.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { createBoardLeases } from './board-leases.ts'
import { createEventDelivery } from './event-delivery.ts'
import { createEventRing, FROM_THE_START } from './event-ring.ts'
import { matterOf, mayHear, readSight } from './event-sight.ts'
import { createMemberRate } from './member-rate.ts'
import type { BoardEvents } from './ports.ts'
import type { SocketRegistry } from './socket-registry.ts'

/** What a member may say in a second. */
const SAID_PER_SECOND = 20

export interface BoardEventsOptions {
  repository: Repository
  sockets: Pick<SocketRegistry, 'onBoard' | 'onSocket'>
  bus: Pick<Bus, 'publish'>
  /** @default systemClock */
  clock?: Clock
  /** Tells this process from others, 0 to 999. @default by chance */
  tag?: number
}

/** What is said on the boards of a firm, and who is there, as far as this process hears of it. */
export function createBoardEvents({ repository, sockets, bus, clock = systemClock, tag }: BoardEventsOptions): BoardEvents {
  const ring = createEventRing({ now: clock.now, tag: tag ?? Math.floor(clock.random() * 1_000) })
  const delivery = createEventDelivery({ repository, sockets, clock })
  const rate = createMemberRate(SAID_PER_SECOND, clock.now)
  const leases = createBoardLeases(clock, (boardId, from, change) => passOn(boardId, presence(from, change)))
  const waiting = new Map<string, Set<() => void>>()
  const stop = sockets.onSocket((socket, isOpen) => leases[isOpen ? 'opened' : 'closed'](socket.boardId, socket.member, socket.id))

  function presence(from: string, change: 'joined' | 'left'): BoardEvent {
    return { id: randomUUID(), at: clock.now(), topic: `member:${change}`, from, data: {} }
  }

  /** Tells it here and to the other processes. */
  function passOn(boardId: string, event: BoardEvent): void {
    take(boardId, event)
    bus.publish({ kind: 'event', boardId, event })
  }

  function take(boardId: string, event: BoardEvent): void {
    if (!ring.add(boardId, event))
      return
    delivery.send(boardId, event)
    waiting.get(boardId)?.forEach(wake => wake())
  }

  /** Somebody who is here is told neither as coming nor as leaving by a process that they also had to do with. */
  function heard(boardId: string, event: BoardEvent): void {
    const isPresence = event.topic === 'member:joined' || event.topic === 'member:left'
    if (!isPresence || !leases.has(boardId, event.from))
      return take(boardId, event)
    if (event.topic === 'member:left')
      bus.publish({ kind: 'event', boardId, event: presence(event.from, 'joined') })
  }

  /** Throws why a member may not say it, as the database has it now. */
  async function check(member: Actor, boardId: string, event: BoardEvent): Promise<void> {
    await repository.consistentRead(async (stores) => {
      const speaker = await currentActor(stores, member)
      refuseClients(speaker)
      if (!await stores.boards.find(boardId))
        throw boardGone()
      const sight = await readSight(stores, boardId, [event])
      if (!mayHear(speaker, { ...event, from: '' }, sight))
        throw new Problem('MATTER_GONE', 'there is no such matter')
    })
  }

  const since: BoardEvents['since'] = async (member, boardId, cursor) => {
    if (member.role === 'CLIENT')
      return null
    const next = ring.cursor()
    const fresh = ring.after(boardId, cursor).filter(({ event, hiddenFrom }) => event.from !== member.id && !hiddenFrom.has(member.id))
    const events = fresh.map(({ event }) => event)
    if (events.every(event => matterOf(event) === null))
      return events.length > 0 || cursor === 0 ? { events, cursor: next } : null
    return await repository.consistentRead(async (stores) => {
      const reader = await currentActor(stores, member)
      const sight = await readSight(stores, boardId, events)
      const audible = events.filter(event => mayHear(reader, event, sight))
      fresh.filter(({ event }) => !audible.includes(event)).forEach(({ hiddenFrom }) => hiddenFrom.add(member.id))
      return audible.length > 0 || (cursor === 0 && reader.role !== 'CLIENT') ? { events: audible, cursor: next } : null
    })
  }

  /** Ends with the next thing that is said on a board (true), or when the signal aborts (false). */
  function nextSaid(boardId: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const wakes = waiting.get(boardId) ?? new Set()
      waiting.set(boardId, wakes)
      const wake = () => settle(true)
      const abort = () => settle(false)
      function settle(isSaid: boolean): void {
        signal.removeEventListener('abort', abort)
        wakes.delete(wake)
        if (wakes.size === 0 && waiting.get(boardId) === wakes)
          waiting.delete(boardId)
        resolve(isSaid)
      }
      wakes.add(wake)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  return {
    since,
    heard,
    polled: (member, boardId) => leases.polled(boardId, member),
    async say(member, boardId, topic, data) {
      refuseClients(member)
      if (!rate.take(member.id))
        throw new Problem('TOO_MANY_ATTEMPTS', `no more than ${SAID_PER_SECOND} a second`)
      const event = { id: randomUUID(), at: clock.now(), topic, from: member.id, data: readData(topic, data) } as BoardEvent
      await check(member, boardId, event)
      passOn(boardId, event)
    },
    async wait(member, boardId, cursor, signal) {
      while (!signal.aborted) {
        const look = new AbortController()
        const said = nextSaid(boardId, AbortSignal.any([signal, look.signal]))
        try {
          if (await since(member, boardId, cursor))
            return true
          if (!await said)
            return false
        }
        finally {
          look.abort()
        }
      }
      return false
    },
    async read(member, boardId, cursor = FROM_THE_START) {
      await repository.consistentRead(async (stores) => {
        refuseClients(await currentActor(stores, member))
        if (!await stores.boards.find(boardId))
          throw boardGone()
      })
      const nothing = { events: [], cursor: ring.cursor() }
      return await since(member, boardId, cursor) ?? nothing
    },
    close() {
      stop()
      leases.close()
      delivery.close()
    },
  }
}

function readData(topic: SaidTopic, data: unknown): BoardEvent['data'] {
  const parsed = SAID_SCHEMAS[topic].safeParse(data)
  if (parsed.success)
    return parsed.data
  const { message, path } = parsed.error.issues[0]!
  throw new Problem('VALIDATION', message, { field: ['data', ...path].join('.') })
}

/** What the firm's people say to each other is none of a client's. */
function refuseClients({ role }: Actor): void {
  if (role === 'CLIENT')
    throw new Problem('FORBIDDEN', 'only for those who work at the firm')
}

function boardGone(): Problem {
  return new Problem('BOARD_GONE', 'there is no such board')
}
