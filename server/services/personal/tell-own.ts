import type { BoardSocket, SocketRegistry } from '#server/services/realtime/socket-registry.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { PersonalHeads } from './personal-heads.ts'

/** Whoever is told asks for what changed: when it concerns everybody, so many at a time are told, and the rest a little later. */
const SLICE = 100
const SLICE_EVERY_MS = 100

export interface TellOwnOptions {
  sockets: Pick<SocketRegistry, 'onSocket'>
  heads: Pick<PersonalHeads, 'tagOf' | 'onMoved'>
  /** @default systemClock */
  clock?: Clock
}

/**
 * Tells sockets their members' tags, after the welcome and whenever these move (rule N2).
 *
 * @returns how to stop
 */
export function tellOwnTags({ sockets, heads, clock = systemClock }: TellOwnOptions): () => void {
  const byMember = new Map<MemberId, Set<BoardSocket>>()
  /** Those who are still to be told of what concerns everybody. */
  const waiting = new Set<BoardSocket>()
  let timer: Timer | null = null

  function tell(socket: BoardSocket): void {
    waiting.delete(socket)
    socket.send({ t: 'own', tag: heads.tagOf(socket.member.id) })
  }

  function tellSome(): void {
    timer = null
    for (const socket of waiting.values().take(SLICE).toArray())
      tell(socket)
    if (waiting.size > 0)
      timer = clock.setTimer(tellSome, SLICE_EVERY_MS)
  }

  function tellAll(): void {
    byMember.forEach(some => some.forEach(socket => waiting.add(socket)))
    if (timer === null)
      tellSome()
  }

  function opened(socket: BoardSocket): void {
    byMember.set(socket.member.id, (byMember.get(socket.member.id) ?? new Set()).add(socket))
    tell(socket)
  }

  function closed(socket: BoardSocket): void {
    waiting.delete(socket)
    const some = byMember.get(socket.member.id)
    some?.delete(socket)
    if (some?.size === 0)
      byMember.delete(socket.member.id)
  }

  const stops = [
    sockets.onSocket((socket, isOpen) => isOpen ? opened(socket) : closed(socket)),
    heads.onMoved(memberId => memberId === null ? tellAll() : byMember.get(memberId)?.forEach(tell)),
  ]
  return () => {
    clock.clearTimer(timer)
    stops.forEach(stop => stop())
  }
}
