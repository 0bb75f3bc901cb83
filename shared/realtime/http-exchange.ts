import type { TransportKind } from '#shared/config/features.ts'
import type { TicketAnswer } from '#shared/protocol/administration.ts'
import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { EventsAnswer, SaidData, SaidTopic } from '#shared/protocol/events.ts'
import type { DigestAnswer, MutationsAnswer, NumberedMutation, ResetAnswer, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import { isProblemBody } from '#shared/protocol/problems.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { Fault, faultOfStatus, toFault } from './fault.ts'
import type { Fetch, HttpAnswer } from './http-answer.ts'
import { WISH_HEADER } from './poll-policy.ts'
import { expectOk, readBody, readProblem, retryAfter } from './http-answer.ts'
import type { BoardPosition, PullOutcome, RealTimeTransport } from './transport.ts'

export interface HttpExchangeOptions {
  fetch: Fetch
  /** Time, for `Connection` and for dates in Retry-After. */
  clock: Clock
  /** The way that the page uses, as polls say it. */
  via: TransportKind
  onConnection: (connection: Connection) => void
  /** Up to where what is said on a board was heard; null when it isn't wanted. */
  saidCursor: (boardId: BoardId) => number | null
  /** What was said on a board since. */
  onSaid: (boardId: BoardId, answer: EventsAnswer) => void
  /** The personal tag that the page has; null while it has none, and wants to hear of none (rule N2). @default () => null */
  own?: () => PersonalTag | null
  /** The newest personal tag, where the page named another. */
  onOwn?: (tag: PersonalTag) => void
  /** The server wants the page to use another way. */
  onPolicy: (transport: TransportKind) => void
  /** An exchange went well and took so long, or (null) failed. */
  onTrip?: (tookMs: number | null) => void
}

/** The HTTP half of every transport. */
export interface HttpExchange extends Pick<RealTimeTransport, 'pull' | 'send' | 'compare' | 'presence'> {
  /** How the exchanges go (rule T5). */
  readonly connection: Connection
  /** When one last went well, epoch milliseconds; null for never. */
  readonly answeredAt: EpochMs | null
  /** Lets exchanges begin. */
  open: () => void
  /** Ends what is under way; what is asked from then on fails. */
  close: () => void
  /** Ends what is under way, and begins anew. */
  restart: () => void
  /** Says something to the others on a board. Rejects with a `Fault`. */
  say: <Topic extends SaidTopic>(boardId: BoardId, topic: Topic, data: SaidData[Topic]) => Promise<void>
  /** Asks for a ticket (rule S1). Rejects with a `Fault`: `refused` where this member has no socket. */
  ticket: (signal?: AbortSignal) => Promise<string>
}

interface ExchangeOptions {
  headers?: Record<string, string>
  body?: unknown
  signal?: AbortSignal
  /** It is about something else than the board: an overloaded server may refuse it and answer all the rest. */
  isAside?: boolean
}

/** Reads and writes by HTTP. When to read is its user's business (`poller.ts`). */
export function createHttpExchange({ fetch, clock, via, onConnection, saidCursor, onSaid, own, onOwn, onPolicy, onTrip }: HttpExchangeOptions): HttpExchange {
  let connection: Connection = { state: 'closed' }
  let answeredAt: EpochMs | null = null
  let ended = new AbortController()
  ended.abort()

  function become(next: Connection): void {
    connection = next
    onConnection(next)
  }

  function open(): void {
    if (!ended.signal.aborted)
      return
    ended = new AbortController()
    become({ state: 'connecting' })
  }

  function restart(): void {
    ended.abort()
    open()
  }

  function close(): void {
    if (ended.signal.aborted)
      return
    ended.abort()
    become({ state: 'closed' })
  }

  /** One exchange, whose outcome tells how the link stands (rule T5). */
  async function exchange(method: string, path: string, options: ExchangeOptions): Promise<HttpAnswer> {
    const session = ended
    const signal = options.signal ? AbortSignal.any([session.signal, options.signal]) : session.signal
    const hasBody = options.body !== undefined
    const begunAt = clock.now()
    try {
      signal.throwIfAborted()
      const answer = await fetch(path, {
        method,
        headers: { accept: 'application/json', ...(hasBody && { 'content-type': 'application/json' }), ...options.headers },
        ...(hasBody && { body: JSON.stringify(options.body) }),
        signal,
      })
      const kind = faultOfStatus(answer.status)
      if (kind)
        throw new Fault(kind, { retryAfterMs: retryAfter(answer, clock.now()), problem: await readProblem(answer) })
      if (!signal.aborted)
        succeed(begunAt)
      return answer
    }
    catch (error) {
      const fault = toFault(error)
      if (!signal.aborted && !(options.isAside && fault.kind === 'server'))
        fail(fault)
      throw fault
    }
  }

  function succeed(begunAt: EpochMs): void {
    answeredAt = clock.now()
    onTrip?.(answeredAt - begunAt)
    if (connection.state !== 'live')
      become({ state: 'live', since: answeredAt, via: 'polling' })
  }

  function fail(fault: Fault): void {
    onTrip?.(null)
    become(afterFault(fault, connection))
  }

  async function pull(position: BoardPosition, signal?: AbortSignal): Promise<PullOutcome> {
    return position.epoch === null ? pullSnapshot(position, signal) : pullUpdates(position, position.epoch, signal)
  }

  async function pullSnapshot({ boardId, cid }: BoardPosition, signal?: AbortSignal): Promise<PullOutcome> {
    const query = new URLSearchParams({ board: boardId, cid, protocol: String(PROTOCOL_VERSION) })
    const answer = await expectOk(exchange('GET', `/api/kanban/snapshot?${query}`, { signal }))
    return { kind: 'snapshot', answer: await readBody<SnapshotAnswer>(answer, signal) }
  }

  async function pullUpdates({ boardId, version, cid }: BoardPosition, epoch: string, signal?: AbortSignal): Promise<PullOutcome> {
    const query = new URLSearchParams({ board: boardId, epoch, version: String(version), cid, protocol: String(PROTOCOL_VERSION), via })
    const cursor = saidCursor(boardId)
    if (cursor !== null)
      query.set('events', String(cursor))
    const tag = own?.() ?? null
    if (tag !== null)
      query.set('own', tag)
    const answer = await exchange('GET', `/api/kanban/updates?${query}`, { headers: { 'if-none-match': `"${epoch}.${version}"` }, signal })
    if (answer.status === 304)
      return { kind: 'unchanged', ...wishOf(answer) }
    if (answer.status === 409) {
      const body = await readBody<Partial<ResetAnswer>>(answer, signal)
      if (body.reset)
        return { kind: 'reset', why: body.reset }
      throw new Fault('refused', { problem: isProblemBody(body) ? body : null })
    }
    const updates = await readBody<UpdatesAnswer>(await expectOk(answer), signal)
    tellAside(boardId, updates)
    return { kind: 'updates', answer: updates }
  }

  /** What an answer carries beside the news. */
  function tellAside(boardId: BoardId, { events, own: tag, transport }: UpdatesAnswer): void {
    if (events)
      onSaid(boardId, events)
    if (tag !== undefined)
      onOwn?.(tag)
    if (transport)
      onPolicy(transport)
  }

  async function send(boardId: BoardId, cid: string, items: readonly NumberedMutation[], signal?: AbortSignal): Promise<MutationsAnswer> {
    const body = { protocol: PROTOCOL_VERSION, board: boardId, cid, items }
    return readBody(await expectOk(exchange('POST', '/api/kanban/mutations', { body, signal })), signal)
  }

  const compare: HttpExchange['compare'] = async ({ boardId, epoch, version, digest }, signal): Promise<DigestAnswer> => {
    const query = new URLSearchParams({ board: boardId, epoch, version: String(version), digest })
    return readBody(await expectOk(exchange('GET', `/api/kanban/digest?${query}`, { signal })), signal)
  }

  const presence: HttpExchange['presence'] = async (boardId, signal) =>
    readBody(await expectOk(exchange('GET', `/api/presence?${new URLSearchParams({ board: boardId })}`, { signal, isAside: true })), signal)

  const say: HttpExchange['say'] = async (boardId, topic, data) => {
    const answer = await exchange('POST', '/api/events', { body: { board: boardId, topic, data }, isAside: true })
    if (answer.status !== 204)
      await expectOk(answer)
  }

  async function ticket(signal?: AbortSignal): Promise<string> {
    const answer = await expectOk(exchange('POST', '/api/kanban/ticket', { body: {}, signal, isAside: true }))
    return (await readBody<TicketAnswer>(answer, signal)).ticket
  }

  return {
    get connection() { return connection },
    get answeredAt() { return answeredAt },
    open, close, restart, pull, send, compare, presence, say, ticket,
  }
}

/** What an answer without a body says of the next poll (rule R5). */
function wishOf({ headers }: HttpAnswer): { next?: number } {
  const wish = headers.get(WISH_HEADER) ?? ''
  return /^\d{1,6}$/.test(wish) ? { next: Number(wish) } : {}
}

function afterFault({ kind }: Fault, before: Connection): Connection {
  if (kind === 'signed-out')
    return { state: 'paused', reason: 'signed-out' }
  if (kind === 'outdated')
    return { state: 'refused', code: 'UPGRADE_REQUIRED' }
  return { state: 'waiting', attempt: before.state === 'waiting' ? before.attempt + 1 : 1, retryAt: null, cause: kind === 'server' ? kind : 'network' }
}
