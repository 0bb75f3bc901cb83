import { randomUUID } from 'node:crypto'
import type { Bus } from '#server/bus/bus.ts'
import type { Repository } from '#server/db/repository.ts'
import type { SessionMember } from '#server/services/account-service.ts'
import { createBoardWaiters } from '#server/services/board-waiters.ts'
import { currentActor } from '#server/services/current-actor.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { SAID_SCHEMAS } from '#shared/protocol/event-requests.ts'
import type { BoardEvent, SaidData, SaidTopic } from '#shared/protocol/events.ts'
import type { ActivityData } from '#shared/protocol/presence.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { createBoardCursors, cursorEvent } from './board-cursors.ts'
import { createBoardPresence } from './board-presence.ts'
import { createEventDelivery } from './event-delivery.ts'
import { createEventRing, FROM_THE_START } from './event-ring.ts'
import { boardGone, refuseClients } from './event-refusals.ts'
import { mattersOf, maySeeMatter, mayHear, readSight } from './event-sight.ts'
import { createMemberRate } from './member-rate.ts'
import type { BoardEvents } from './ports.ts'
import type { PresenceChoices } from './presence-choices.ts'
import { EVERYBODY_SEEN } from './presence-choices.ts'
import { readPresence } from './read-presence.ts'
import type { SocketRegistry } from './socket-registry.ts'

/** What a member may say in a second, and as often may point somewhere. */
const SAID_PER_SECOND = 20

export interface BoardEventsOptions {
  repository: Repository
  sockets: Pick<SocketRegistry, 'onBoard' | 'onSocket'>
  bus: Pick<Bus, 'publish' | 'subscribe'>
  /** Who wants to be seen. @default everybody */
  choices?: PresenceChoices
  /** Whether there are other processes beyond the bus. @default false */
  isShared?: boolean
  /** Where a board stands, by what this process knows; null for unknown. @default unknown */
  headOf?: (boardId: string) => string | null
  /** @default systemClock */
  clock?: Clock
  /** Tells this process from others, 0 to 999. @default by chance */
  tag?: number
}

/** What is said on the boards of a firm, and who is there, as far as this process hears of it. */
export function createBoardEvents(options: BoardEventsOptions): BoardEvents {
  const { repository, sockets, bus, choices = EVERYBODY_SEEN, isShared = false, headOf = () => null, clock = systemClock, tag } = options
  const ring = createEventRing({ now: clock.now, tag: tag ?? Math.floor(clock.random() * 1_000) })
  const delivery = createEventDelivery({ repository, sockets, clock })
  const rate = createMemberRate(SAID_PER_SECOND, clock.now)
  const pointRate = createMemberRate(SAID_PER_SECOND, clock.now)
  const cursors = createBoardCursors({
    repository, sockets, clock, headOf,
    onEnd: (boardId, memberId) => pass(boardId, memberId, { at: null }, null),
  })
  const presence = createBoardPresence({ clock, sockets, bus, choices, isShared, passOn, tellHere: take })
  const waiters = createBoardWaiters()

  /** Tells it here and to the other processes. */
  function passOn(boardId: string, event: BoardEvent): void {
    take(boardId, event)
    bus.publish({ kind: 'event', boardId, event })
  }

  function take(boardId: string, event: BoardEvent): void {
    if (!ring.add(boardId, event))
      return
    if (event.topic === 'member:left')
      cursors.left(boardId, event.from)
    delivery.send(boardId, event)
    waiters.wake(boardId)
  }

  /** Passes on where a member points, here and to the other processes. It is kept nowhere. */
  function pass(boardId: string, memberId: string, data: SaidData['cursor'], socketId: string | null): void {
    const event = cursorEvent(memberId, data, clock.now())
    cursors.point(boardId, event, socketId)
    bus.publish({ kind: 'event', boardId, event })
  }

  function heard(boardId: string, event: BoardEvent): void {
    if (!presence.heard(boardId, event))
      return
    if (event.topic === 'cursor')
      cursors.point(boardId, event, null)
    else
      take(boardId, event)
  }

  /** Reads who speaks, as the database has them now; throws why they may not say anything there, or not about that matter. */
  async function check(member: Actor, boardId: string, matterId: MatterId | null): Promise<Actor> {
    return await repository.consistentRead(async (stores) => {
      const speaker = await currentActor(stores, member)
      refuseClients(speaker)
      if (!await stores.boards.find(boardId))
        throw boardGone()
      if (matterId !== null && !maySeeMatter(speaker, matterId, await readSight(stores, boardId, [matterId])))
        throw new Problem('MATTER_GONE', 'there is no such matter')
      return speaker
    })
  }

  /** Notes where a tab is, and passes that on; of who isn't to be seen, it is the end of it. */
  async function place(member: SessionMember, boardId: string, data: ActivityData): Promise<void> {
    const speaker = await check(member, boardId, data.action === 'gone' ? null : data.matterId)
    await choices.settled()
    if (!presence.isTold({ ...member, role: speaker.role }))
      return
    for (const told of presence.placed(boardId, member.id, data))
      passOn(boardId, { id: randomUUID(), at: clock.now(), topic: 'member:activity', from: member.id, data: told })
  }

  /** No database is asked for what comes twenty times a second: who sees the matter is found out for all cursors of a tick together. */
  async function pointAt(member: SessionMember, boardId: string, said: unknown, socketId: string | null): Promise<void> {
    if (socketId === null)
      throw new Problem('VALIDATION', 'cursors are taken from sockets only', { field: 'topic' })
    const data = readData('cursor', said)
    await choices.settled()
    if (pointRate.take(member.id) && presence.isTold(member))
      pass(boardId, member.id, data, socketId)
  }

  const since: BoardEvents['since'] = async (member, boardId, cursor) => {
    if (member.role === 'CLIENT')
      return null
    const next = ring.cursor()
    const fresh = ring.after(boardId, cursor).filter(({ event, hiddenFrom }) => event.from !== member.id && !hiddenFrom.has(member.id))
    const events = fresh.map(({ event }) => event)
    const named = mattersOf(events)
    if (named.length === 0)
      return events.length > 0 || cursor === 0 ? { events, cursor: next } : null
    return await repository.consistentRead(async (stores) => {
      const reader = await currentActor(stores, member)
      const sight = await readSight(stores, boardId, named)
      const audible = events.filter(event => mayHear(reader, event, sight))
      fresh.filter(({ event }) => !audible.includes(event)).forEach(({ hiddenFrom }) => hiddenFrom.add(member.id))
      return audible.length > 0 || (cursor === 0 && reader.role !== 'CLIENT') ? { events: audible, cursor: next } : null
    })
  }

  return {
    since,
    heard,
    present: (member, boardId) => readPresence({ repository, presence, choices }, member, boardId),
    polled: (member, boardId, sessionId) => presence.polled(boardId, member, sessionId),
    async say(member, boardId, topic, data, socketId = null) {
      refuseClients(member)
      if (topic === 'cursor')
        return await pointAt(member, boardId, data, socketId)
      if (!rate.take(member.id))
        throw new Problem('TOO_MANY_ATTEMPTS', `no more than ${SAID_PER_SECOND} a second`)
      if (topic === 'member:activity')
        return await place(member, boardId, readData(topic, data))
      const event: BoardEvent = { id: randomUUID(), at: clock.now(), topic, from: member.id, data: readData(topic, data) }
      await check(member, boardId, null)
      passOn(boardId, event)
    },
    async wait(member, boardId, cursor, signal) {
      while (!signal.aborted) {
        const look = new AbortController()
        const said = waiters.wait(boardId, AbortSignal.any([signal, look.signal]))
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
      presence.close()
      cursors.close()
      delivery.close()
    },
  }
}

function readData<Topic extends SaidTopic>(topic: Topic, data: unknown): SaidData[Topic] {
  const parsed = SAID_SCHEMAS[topic].safeParse(data)
  if (parsed.success)
    return parsed.data
  const { message, path } = parsed.error.issues[0]!
  throw new Problem('VALIDATION', message, { field: ['data', ...path].join('.') })
}
