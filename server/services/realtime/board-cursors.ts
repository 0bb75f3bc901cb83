import { randomUUID } from 'node:crypto'
import type { Repository } from '#server/db/repository.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { encodeSaid } from './encode-said.ts'
import type { EventSight } from './event-sight.ts'
import { matterOf, maySeeMatter, readSight } from './event-sight.ts'
import type { BoardSocket, SocketRegistry } from './socket-registry.ts'

/** Cursors go out this often (rule A2). */
const TICK_MS = 50
/** A socket with more unsent bytes than this is told no cursors. */
const MAX_UNSENT_BYTES = 64 * 1024
/** Matters of which it is remembered who sees them while a board stands still. */
const MAX_ASKED = 500

export type CursorEvent = Extract<BoardEvent, { topic: 'cursor' }>

/** Brings where members point to the sockets that want it (rule A2). Nothing of it is kept. */
export interface BoardCursors {
  /** Takes in where a member points. `socketId`: of the socket that said so; null where another process passed it on. */
  point: (boardId: string, event: CursorEvent, socketId: string | null) => void
  /** The member left the board, and points nowhere any more. */
  left: (boardId: string, memberId: MemberId) => void
  close: () => void
}

export interface BoardCursorsOptions {
  repository: Pick<Repository, 'consistentRead'>
  sockets: Pick<SocketRegistry, 'onBoard' | 'onSocket'>
  clock: Clock
  /** Where a board stands by what this process knows, so that who sees what is read once a version; null for unknown. */
  headOf: (boardId: string) => string | null
  /** The socket that a member pointed from is closed: they point nowhere any more, which is to be told as if they had said so. */
  onEnd: (boardId: string, memberId: MemberId) => void
}

/** Who may see what, as one state of the database has it. */
interface Audience {
  head: string | null
  asked: Set<MatterId>
  sight: EventSight
  actors: ReadonlyMap<MemberId, Actor>
}

export function createBoardCursors({ repository, sockets, clock, headOf, onEnd }: BoardCursorsOptions): BoardCursors {
  /** By board, the newest of each member that goes out next. A board is here as long as a tick of it is set or under way. */
  const waiting = new Map<string, Map<MemberId, CursorEvent>>()
  /** By board, which socket a member points from. */
  const pointing = new Map<string, Map<MemberId, string | null>>()
  const audiences = new Map<string, Audience>()
  /** Whose cursors a socket was shown last. */
  const shown = new WeakMap<BoardSocket, Set<MemberId>>()
  let isClosed = false

  const stop = sockets.onSocket(({ boardId, member, id }, isOpen) => {
    if (!isOpen && pointing.get(boardId)?.get(member.id) === id)
      onEnd(boardId, member.id)
    if (!isOpen && sockets.onBoard(boardId).size === 0) {
      audiences.delete(boardId)
      pointing.delete(boardId)
    }
  })

  function point(boardId: string, event: CursorEvent, socketId: string | null): void {
    // Who isn't told where somebody points needn't be told of its end either.
    if (isClosed || sockets.onBoard(boardId).size === 0)
      return forget(boardId, event.from)
    if (event.data.at === null)
      forget(boardId, event.from)
    else
      pointing.set(boardId, (pointing.get(boardId) ?? new Map<MemberId, string | null>()).set(event.from, socketId))
    const events = waiting.get(boardId)
    events?.set(event.from, event)
    if (events)
      return
    waiting.set(boardId, new Map([[event.from, event]]))
    tick(boardId)
  }

  function forget(boardId: string, memberId: MemberId): void {
    const members = pointing.get(boardId)
    members?.delete(memberId)
    if (members?.size === 0)
      pointing.delete(boardId)
  }

  function tick(boardId: string): void {
    clock.setTimer(() => void flush(boardId), TICK_MS)
  }

  async function flush(boardId: string): Promise<void> {
    const events = [...waiting.get(boardId)?.values() ?? []]
    if (isClosed || events.length === 0)
      return void waiting.delete(boardId)
    waiting.set(boardId, new Map())
    const readers = [...sockets.onBoard(boardId)].filter(({ cursors, member }) => cursors && isStaff(member))
    try {
      if (readers.length > 0)
        deliver(readers, events, await audienceOf(boardId, events))
    }
    catch {
      // The database is away: the next move of a pointer is soon enough.
    }
    tick(boardId)
  }

  /** Only where matters are named the database is asked, once a version of the board. */
  async function audienceOf(boardId: string, events: readonly CursorEvent[]): Promise<Audience | null> {
    const named = events.flatMap(event => matterOf(event) ?? [])
    if (named.length === 0)
      return null
    const head = headOf(boardId)
    const known = audiences.get(boardId)
    if (known && head !== null && known.head === head && named.every(id => known.asked.has(id)))
      return known
    const isFurther = known !== undefined && head !== null && known.head === head && known.asked.size + named.length <= MAX_ASKED
    const asked = new Set(isFurther ? [...known.asked, ...named] : named)
    const audience = await repository.consistentRead(async (stores): Promise<Audience> => {
      const active = (await stores.accounts.listMembers()).filter(member => member.active)
      return { head, asked, sight: await readSight(stores, boardId, [...asked]), actors: new Map(active.map(({ id, role }) => [id, { id, role }])) }
    })
    audiences.set(boardId, audience)
    return audience
  }

  function deliver(readers: readonly BoardSocket[], events: readonly CursorEvent[], audience: Audience | null): void {
    const frames = new Map<string, Buffer>()
    // Who points at what they don't see themselves says nothing.
    const honest = events.filter(event => isVisible(event.from, event, audience))
    for (const socket of readers) {
      if (socket.place === null || socket.unsentBytes() > MAX_UNSENT_BYTES)
        continue
      const told = honest.flatMap(event => toldTo(socket, event, audience) ?? [])
      if (told.length === 0)
        continue
      const key = told.map(({ id, data }) => data.at ? id : `${id} ended`).join()
      const frame = frames.get(key) ?? encodeSaid(told)
      frames.set(key, frame)
      socket.sendEncoded(frame)
    }
  }

  /** What this socket is told of it: where somebody points; where that can't be seen from here, once that they point nowhere; else nothing. */
  function toldTo(socket: BoardSocket, event: CursorEvent, audience: Audience | null): CursorEvent | null {
    if (event.from === socket.member.id)
      return null
    const seen = shown.get(socket) ?? new Set()
    shown.set(socket, seen)
    if (event.data.at !== null && isVisible(socket.member.id, event, audience)) {
      seen.add(event.from)
      return event
    }
    return seen.delete(event.from) ? { ...event, data: { at: null } } : null
  }

  function isVisible(memberId: MemberId, event: CursorEvent, audience: Audience | null): boolean {
    const matterId = matterOf(event)
    if (matterId === null)
      return true
    const actor = audience?.actors.get(memberId)
    return actor !== undefined && maySeeMatter(actor, matterId, audience!.sight)
  }

  return {
    point,
    left(boardId, memberId) {
      if (pointing.get(boardId)?.has(memberId))
        point(boardId, cursorEvent(memberId, { at: null }, clock.now()), null)
    },
    close() {
      isClosed = true
      stop()
      waiting.clear()
      pointing.clear()
    },
  }
}

export function cursorEvent(from: MemberId, data: CursorData, at: EpochMs): CursorEvent {
  return { id: randomUUID(), at, topic: 'cursor', from, data }
}
