import type { TransportKind } from '#shared/config/features.ts'
import type { BoardId } from '#shared/kanban/board.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { Connection } from './connection.ts'
import { createConnectionEvents } from './connection-events.ts'
import { createBoardEventSource } from './derive-events.ts'
import { Fault } from './fault.ts'
import type { Fetch } from './http-answer.ts'
import type { HttpExchange } from './http-exchange.ts'
import { createHttpExchange } from './http-exchange.ts'
import type { SaidEvents, SaidMemory } from './said-events.ts'
import { createSaidEvents } from './said-events.ts'
import { shareStructure } from './share-structure.ts'
import type { OpenSocket } from './socket-like.ts'
import type { TransportEmitter } from './transport-events.ts'
import { createTransportEmitter } from './transport-events.ts'
import type { Delivers, KnownBoard, PullOutcome, RealTimeTransport } from './transport.ts'

/** What every transport is made with. */
export interface TransportOptions {
  fetch: Fetch
  /** Called only by kinds that use sockets. */
  openSocket: OpenSocket
  clock?: Clock
  /** What was heard of what others say, where a transport follows on another. */
  said?: SaidMemory
  /** The personal tag that the page has; null while it has none (rule N2). @default () => null */
  own?: () => PersonalTag | null
}

export interface TransportBaseOptions extends Pick<TransportOptions, 'fetch' | 'clock' | 'said' | 'own'> {
  kind: TransportKind
  /** How exchanges go has changed. */
  onHttp: (connection: Connection, before: Connection) => void
  onTrip?: (tookMs: number | null) => void
}

/** What transports of every kind have: listeners, the joined board with its events, and the HTTP half. */
export interface TransportBase extends Pick<TransportEmitter, 'on' | 'off' | 'tell'> {
  readonly clock: Clock
  readonly http: HttpExchange
  readonly said: SaidEvents
  /** The joined board. */
  readonly boardId: BoardId | null
  /** `known`: the rows that its reader has. */
  join: (boardId: BoardId, known?: () => KnownBoard | null) => void
  leave: () => void
  /** Pulls by HTTP, and tells what came of it. */
  pull: RealTimeTransport['pull']
  /** Tells the events in an answer that another way brought; to be called before it is handed out. */
  pulled: (boardId: BoardId, outcome: PullOutcome) => void
  /** Tells news that came unasked. */
  pushed: (boardId: BoardId, answer: UpdatesAnswer) => void
  /** Tells a personal tag, unless the page has it. */
  owned: (tag: PersonalTag) => void
  /** Says something by HTTP. */
  emit: RealTimeTransport['emit']
  /** Tells how the link stands, if that has changed. */
  stand: (connection: Connection, delivers: Delivers) => void
}

export function createTransportBase({ kind, fetch, clock = systemClock, said: memory, own = () => null, onHttp, onTrip }: TransportBaseOptions): TransportBase {
  const { on, off, tell } = createTransportEmitter()
  const connectionEvents = createConnectionEvents(tell, () => clock.now())
  const rows = createBoardEventSource(tell, { known: boardId => board?.id === boardId ? board.known?.() ?? null : null })
  const said = createSaidEvents(tell, memory)
  let board: { id: BoardId, known: (() => KnownBoard | null) | undefined } | null = null
  let link: Connection = { state: 'closed' }
  let stands: { connection: Connection, delivers: Delivers } = { connection: link, delivers: 'nothing' }

  const http = createHttpExchange({
    fetch, clock, via: kind, onTrip, own,
    saidCursor: boardId => isOpen(boardId) ? said.cursor(boardId) : null,
    onSaid: said.polled,
    onOwn: owned,
    onPolicy: transport => tell('policy', { transport }),
    onConnection(next) {
      const before = link
      link = next
      onHttp(next, before)
    },
  })

  /** A board in the background, whose changes are still sent, has its rows and no events. */
  function isOpen(boardId: BoardId): boolean {
    return board === null || board.id === boardId
  }

  function owned(tag: PersonalTag): void {
    if (tag !== own())
      tell('personal', { tag })
  }

  function pulled(boardId: BoardId, outcome: PullOutcome): void {
    if (isOpen(boardId))
      rows.pulled(boardId, outcome)
  }

  return {
    on, off, tell, clock, http, said, owned, pulled,
    get boardId() { return board?.id ?? null },
    join: (id, known) => { board = { id, known } },
    leave: () => { board = null },
    async pull(position, signal) {
      const outcome = await http.pull(position, signal)
      pulled(position.boardId, outcome)
      return outcome
    },
    pushed(boardId, answer) {
      rows.pushed(boardId, answer)
      tell('updates', { boardId, answer })
    },
    async emit(topic, data) {
      // Where somebody points isn't worth a request (rule A2).
      if (topic === 'cursor')
        return
      if (!board)
        throw new Fault('refused', { problem: { code: 'BOARD_GONE', message: 'no board was joined' } })
      await http.say(board.id, topic, data)
    },
    stand(connection, delivers) {
      const next = shareStructure(stands, { connection, delivers })
      if (next === stands)
        return
      stands = next
      connectionEvents.became(connection)
      tell('connection', connection)
    },
  }
}
