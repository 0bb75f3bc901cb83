import type { BoardSocket, SocketRegistry } from '#server/services/realtime/socket-registry.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { PersonalHeads } from './personal-heads.ts'

/** Whoever is told asks for what changed: when much moves at once, so many at a time are told, and the rest a little later. */
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
  /** Those who are still to be told. */
  const waiting = new Set<BoardSocket>()
  /** What each was told last. */
  const told = new WeakMap<BoardSocket, PersonalTag>()
  /** How many more may be told now, and since when that is counted. */
  let left = SLICE
  let countedFrom = Number.NEGATIVE_INFINITY
  let timer: Timer = null

  /** False for one that knows it. */
  function tell(socket: BoardSocket): boolean {
    waiting.delete(socket)
    const tag = heads.tagOf(socket.member.id)
    if (told.get(socket) === tag)
      return false
    told.set(socket, tag)
    socket.send({ t: 'own', tag })
    return true
  }

  function tellSome(): void {
    if (timer !== null)
      return
    if (clock.now() - countedFrom >= SLICE_EVERY_MS || clock.now() < countedFrom)
      [left, countedFrom] = [SLICE, clock.now()]
    for (const socket of waiting) {
      if (left === 0)
        break
      left -= Number(tell(socket))
    }
    if (waiting.size > 0)
      timer = clock.setTimer(tellRest, countedFrom + SLICE_EVERY_MS - clock.now())
  }

  function tellRest(): void {
    timer = null
    tellSome()
  }

  function moved(memberId: MemberId | null): void {
    const concerned = memberId === null ? byMember.values().toArray() : [byMember.get(memberId) ?? []]
    concerned.forEach(some => some.forEach(socket => waiting.add(socket)))
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
    heads.onMoved(moved),
  ]
  return () => {
    clock.clearTimer(timer)
    stops.forEach(stop => stop())
  }
}
