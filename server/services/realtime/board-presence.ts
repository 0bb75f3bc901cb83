import { randomUUID } from 'node:crypto'
import type { Bus } from '#server/bus/bus.ts'
import type { SessionMember } from '#server/services/account-service.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'
import type { ActivityData, PresentMember } from '#shared/protocol/presence.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { createBoardLeases } from './board-leases.ts'
import { createBoardPlaces } from './board-places.ts'
import type { PresenceChoices } from './presence-choices.ts'
import type { SocketRegistry } from './socket-registry.ts'

/** Between two words of a process about who is there by it (rule A1). */
const TELL_MS = 15_000
/** So long somebody is there by the word of another process. */
const TOLD_MS = 45_000
/** So long the others are waited for, where who is there by them was just asked. */
const ANSWER_MS = 100

/** Who is on the boards, and where (rules A1, A3), by all processes of the firm. */
export interface BoardPresence {
  polled: (boardId: string, member: Actor, sessionId?: string) => void
  /** Whether what this member says about themselves is told; who wants no news isn't there for others either. */
  isTold: (member: Actor & Partial<Pick<SessionMember, 'transport'>>) => boolean
  /** Takes in where a tab of a member is, and answers what of that is to be told. */
  placed: (boardId: string, memberId: MemberId, data: ActivityData) => ActivityData[]
  /** Takes in what another process tells; false when it is not to be told here. */
  heard: (boardId: string, event: BoardEvent) => boolean
  /** All who are told to be there, with all their places: to be cut to what a reader sees. */
  list: (boardId: string) => Promise<PresentMember[]>
  /** How many words of other processes, and questions to them, are remembered. */
  readonly size: number
  close: () => void
}

export interface BoardPresenceOptions {
  clock: Clock
  sockets: Pick<SocketRegistry, 'onSocket'>
  bus: Pick<Bus, 'publish' | 'subscribe'>
  choices: PresenceChoices
  /** Whether there are other processes. */
  isShared: boolean
  /** Tells it here and to the other processes. */
  passOn: (boardId: string, event: BoardEvent) => void
  /** Tells it here alone. */
  tellHere: (boardId: string, event: BoardEvent) => void
}

export function createBoardPresence({ clock, sockets, bus, choices, isShared, passOn, tellHere }: BoardPresenceOptions): BoardPresence {
  const places = createBoardPlaces(clock.now)
  /** By board, who is there by the word of other processes. */
  const elsewhere = new Map<string, Map<MemberId, { since: EpochMs, until: EpochMs }>>()
  const askedAt = new Map<string, EpochMs>()
  const isSeen = (memberId: MemberId) => choices.isOn() && !choices.isInvisible(memberId)
  const leases = createBoardLeases({
    clock, isSeen,
    onFirst: ask,
    tell(boardId, memberId, change) {
      if (change === 'left')
        places.forget(boardId, memberId)
      passOn(boardId, presenceEvent(memberId, change))
    },
  })
  let beat: Timer = null
  let sweptAt = clock.now()
  const stops = [
    sockets.onSocket(({ boardId, member, id, sessionId }, isOpen) =>
      isOpen ? leases.opened(boardId, member, id, sessionId) : leases.closed(boardId, member, id)),
    choices.onChange((memberId) => {
      leases.review(memberId)
      reviewElsewhere(memberId)
    }),
    bus.subscribe(message => message.kind === 'present' && told(message.boardId, message.members)),
  ]

  function presenceEvent(from: string, change: 'joined' | 'left'): BoardEvent {
    return { id: randomUUID(), at: clock.now(), topic: `member:${change}`, from, data: {} }
  }

  /** Says that this process has come to a board, as an empty list: the others answer with theirs. */
  function ask(boardId: string): void {
    if (!isShared)
      return
    sweep()
    askedAt.set(boardId, clock.now())
    bus.publish({ kind: 'present', boardId, members: [] })
    beat ??= clock.setTimer(tellAll, TELL_MS)
  }

  function tellAll(): void {
    const boards = leases.boards()
    boards.forEach(tellOthers)
    beat = boards.length > 0 ? clock.setTimer(tellAll, TELL_MS) : null
  }

  function tellOthers(boardId: string): void {
    const members = [...leases.on(boardId)].map(([id, since]) => ({ id, since, places: places.of(boardId, id, true) }))
    if (members.length > 0)
      bus.publish({ kind: 'present', boardId, members })
  }

  function told(boardId: string, members: readonly PresentMember[]): void {
    if (members.length === 0)
      return tellOthers(boardId)
    for (const { id, since, places: theirs } of members) {
      noteElsewhere(boardId, id, since)
      places.told(boardId, id, theirs)
    }
  }

  function noteElsewhere(boardId: string, memberId: MemberId, since: EpochMs): void {
    sweep()
    const known = elsewhere.get(boardId) ?? new Map<MemberId, { since: EpochMs, until: EpochMs }>()
    elsewhere.set(boardId, known.set(memberId, { since: Math.min(since, clock.now()), until: clock.now() + TOLD_MS }))
  }

  /** Who is there by other processes and was told of before their choice was known here is told of now, as these told it already. */
  function reviewElsewhere(memberId: MemberId | null): void {
    for (const boardId of [...elsewhere.keys()]) {
      for (const id of othersOn(boardId).keys()) {
        if ((memberId === null || id === memberId) && isSeen(id) && !leases.has(boardId, id))
          tellHere(boardId, presenceEvent(id, 'joined'))
      }
    }
  }

  /** Who is there by other processes, the forgotten swept out. */
  function othersOn(boardId: string): ReadonlyMap<MemberId, { since: EpochMs }> {
    const known = elsewhere.get(boardId)
    known?.forEach(({ until }, id) => until <= clock.now() && known.delete(id))
    if (known?.size === 0)
      elsewhere.delete(boardId)
    return known ?? new Map()
  }

  /** Boards that nobody asks about, and those that there never were, are forgotten. */
  function sweep(): void {
    if (clock.now() - sweptAt < TOLD_MS)
      return
    sweptAt = clock.now()
    for (const boardId of [...elsewhere.keys()])
      othersOn(boardId)
    askedAt.forEach((at, boardId) => clock.now() - at >= TOLD_MS && askedAt.delete(boardId))
  }

  function left(boardId: string, memberId: MemberId): boolean {
    if (leases.has(boardId, memberId)) {
      bus.publish({ kind: 'event', boardId, event: presenceEvent(memberId, 'joined') })
      tellOthers(boardId)
      return false
    }
    elsewhere.get(boardId)?.delete(memberId)
    places.forget(boardId, memberId)
    return true
  }

  return {
    polled: leases.polled,
    isTold: member => isStaff(member) && member.transport !== 'off' && isSeen(member.id),
    placed(boardId, memberId, data) {
      const before = places.say(boardId, memberId, data, true)
      if (data.action === 'gone')
        return [{ tab: data.tab, matterId: before ? before.matterId : data.matterId, action: 'gone' }]
      // Who sees where the tab was, and not where it is, hears that it isn't there any more.
      const hasMoved = before !== null && before.matterId !== null && before.matterId !== data.matterId
      return hasMoved ? [{ tab: data.tab, matterId: before.matterId, action: 'gone' }, data] : [data]
    },
    heard(boardId, event) {
      switch (event.topic) {
        case 'member:joined':
          noteElsewhere(boardId, event.from, event.at)
          // Who is here is told neither as coming nor as leaving by a process that they also had to do with, and who isn't to be seen by none.
          return isSeen(event.from) && !leases.has(boardId, event.from)
        case 'member:left': return left(boardId, event.from)
        case 'member:activity':
          if (!isSeen(event.from))
            return false
          places.say(boardId, event.from, event.data, false)
          return true
        case 'cursor': return isSeen(event.from)
        case 'note': return true
        default: return event satisfies never
      }
    },
    async list(boardId) {
      if (isShared && !leases.boards().includes(boardId) && clock.now() - (askedAt.get(boardId) ?? -Infinity) >= TOLD_MS)
        ask(boardId)
      const waitMs = ANSWER_MS - (clock.now() - (askedAt.get(boardId) ?? -Infinity))
      if (waitMs > 0)
        await new Promise<void>(resolve => clock.setTimer(resolve, Math.min(waitMs, ANSWER_MS)))
      const all = new Map([...othersOn(boardId)].map(([id, { since }]) => [id, since]))
      leases.on(boardId).forEach((since, id) => all.set(id, Math.min(since, all.get(id) ?? since)))
      return [...all].filter(([id]) => isSeen(id))
        .sort(([a, since], [b, other]) => since - other || (a < b ? -1 : 1))
        .map(([id, since]) => ({ id, since, places: places.of(boardId, id) }))
    },
    get size() {
      return [...elsewhere.values()].reduce((sum, members) => sum + members.size, 0) + askedAt.size + places.size
    },
    close() {
      clock.clearTimer(beat)
      stops.forEach(stop => stop())
      leases.close()
    },
  }
}
