import type { Repository } from '#server/db/repository.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { isAssigned } from '#shared/kanban/visibility.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { encodeSaid } from './encode-said.ts'
import type { EventSight } from './event-sight.ts'
import { matterOf, mattersOf, mayHear, readSight } from './event-sight.ts'
import type { BoardSocket, SocketRegistry } from './socket-registry.ts'

/** What comes within this time goes out together (rule A2). */
const TICK_MS = 50
/** A socket with more unsent bytes than this isn't told what is volatile anyway (rule B3). */
const MAX_UNSENT_BYTES = 64 * 1024
/** While the database can't be asked, the oldest of more than these is dropped. */
const MAX_WAITING = 500

export interface EventDelivery {
  /** Brings it to the sockets of the board whose readers may hear it. */
  send: (boardId: string, event: BoardEvent) => void
  close: () => void
}

export interface EventDeliveryOptions {
  repository: Pick<Repository, 'consistentRead'>
  sockets: Pick<SocketRegistry, 'onBoard'>
  clock: Clock
}

/** Who may hear, as one state of the database has it; a null actor has no account any more. */
interface Audience {
  sight: EventSight
  actorOf: (socket: BoardSocket) => Actor | null
}

export function createEventDelivery({ repository, sockets, clock }: EventDeliveryOptions): EventDelivery {
  /** By board, what goes out next. A board is here as long as a tick of it is set or under way. */
  const waiting = new Map<string, BoardEvent[]>()
  let isClosed = false

  function send(boardId: string, event: BoardEvent): void {
    if (isClosed || sockets.onBoard(boardId).size === 0)
      return
    const events = waiting.get(boardId)
    if (!events) {
      waiting.set(boardId, [event])
      tick(boardId)
    }
    else if (events.push(event) > MAX_WAITING) {
      events.shift()
    }
  }

  function tick(boardId: string): void {
    clock.setTimer(() => void flush(boardId), TICK_MS)
  }

  async function flush(boardId: string): Promise<void> {
    const events = waiting.get(boardId)?.splice(0) ?? []
    if (isClosed || events.length === 0)
      return void waiting.delete(boardId)
    try {
      deliver(boardId, events, await readAudience(boardId, events))
    }
    catch {
      // The database is away: what is volatile isn't kept for its return.
    }
    tick(boardId)
  }

  /** Only where matters are named the database is asked: sessions are looked at again by the door (rule W5). */
  async function readAudience(boardId: string, events: readonly BoardEvent[]): Promise<Audience> {
    const named = mattersOf(events)
    if (named.length === 0)
      return { sight: new Map(), actorOf: socket => socket.member }
    return await repository.consistentRead(async (stores) => {
      const sight = await readSight(stores, boardId, named)
      const members = new Map<MemberId, Actor>((await stores.accounts.listMembers())
        .filter(({ active }) => active).map(({ id, role }) => [id, { id, role }]))
      return { sight, actorOf: socket => members.get(socket.member.id) ?? null }
    })
  }

  function deliver(boardId: string, events: readonly BoardEvent[], { sight, actorOf }: Audience): void {
    const frames = new Map<string, Buffer>()
    const senders = new Set(events.map(({ from }) => from))
    const isForAll = events.every(event => matterOf(event) === null)
    let forAll: Buffer | null = null
    for (const socket of sockets.onBoard(boardId)) {
      const actor = actorOf(socket)
      if (!actor || socket.place === null || socket.unsentBytes() > MAX_UNSENT_BYTES)
        continue
      // Like when many come at once: who isn't one of them is told the same as everybody else.
      if (isForAll && !socket.urgent && actor.role !== 'CLIENT' && !senders.has(actor.id)) {
        socket.sendEncoded(forAll ??= encodeSaid(events))
        continue
      }
      const heard = events.filter(event => mayHear(actor, event, sight) && (!socket.urgent || isUrgent(socket, event, sight)))
      if (heard.length === 0)
        continue
      const key = heard.map(({ id }) => id).join()
      const frame = frames.get(key) ?? encodeSaid(heard)
      frames.set(key, frame)
      socket.sendEncoded(frame)
    }
  }

  return {
    send,
    close() {
      isClosed = true
      waiting.clear()
    },
  }
}

/** What is about a matter that the reader has open or is assigned to; the rest comes with a poll. */
function isUrgent(socket: BoardSocket, event: BoardEvent, sight: EventSight): boolean {
  const id = matterOf(event)
  const matter = id === null ? undefined : sight.get(id)
  return matter !== undefined && (socket.focus.has(matter.id) || isAssigned(socket.member, matter))
}
