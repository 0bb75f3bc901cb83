import type { BoardId } from '#shared/kanban/board.ts'
import type { DigestAnswer, MutationsAnswer, NumberedMutation, ResetAnswer, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { ProblemBody } from '#shared/protocol/problems.ts'
import { isProblemBody } from '#shared/protocol/problems.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { Connection } from './connection.ts'
import { Fault, toFault } from './fault.ts'
import type { BoardPosition, BoardRows, PullOutcome, RealTimeTransport } from './transport.ts'
import { createTransportEvents } from './transport.ts'

/** The part of `Response` that is read. */
export interface HttpAnswer {
  status: number
  headers: { get: (name: string) => string | null }
  json: () => Promise<unknown>
}

/** The part of `fetch` that is used. */
export type Fetch = (path: string, init: {
  method: string
  headers: Record<string, string>
  body?: string
  signal: AbortSignal
}) => Promise<HttpAnswer>

export interface PollingTransportOptions {
  fetch: Fetch
  /** Time, for `Connection` and for dates in Retry-After. */
  clock?: Clock
}

interface ExchangeOptions {
  headers?: Record<string, string>
  body?: unknown
  signal?: AbortSignal
}

/** Reads and writes by HTTP alone. When to read is its user's business (`poller.ts`). */
export function createPollingTransport({ fetch, clock = systemClock }: PollingTransportOptions): RealTimeTransport {
  const { on, off, emit } = createTransportEvents()
  let connection: Connection = { state: 'paused', reason: 'manual' }
  let ended = new AbortController()
  ended.abort()

  function become(next: Connection): void {
    connection = next
    emit('connection', next)
  }

  function connect(): void {
    if (!ended.signal.aborted)
      return
    ended = new AbortController()
    become({ state: 'connecting' })
  }

  function disconnect(): void {
    if (ended.signal.aborted)
      return
    ended.abort()
    become({ state: 'paused', reason: 'manual' })
  }

  /** One exchange, whose outcome tells how the link stands (rule T5). */
  async function exchange(method: string, path: string, options: ExchangeOptions): Promise<HttpAnswer> {
    const session = ended
    const signal = options.signal ? AbortSignal.any([session.signal, options.signal]) : session.signal
    const hasBody = options.body !== undefined
    try {
      signal.throwIfAborted()
      const answer = await fetch(path, {
        method,
        headers: { accept: 'application/json', ...(hasBody && { 'content-type': 'application/json' }), ...options.headers },
        ...(hasBody && { body: JSON.stringify(options.body) }),
        signal,
      })
      if (answer.status === 429 || answer.status >= 500)
        throw new Fault('server', { retryAfterMs: retryAfter(answer, clock.now()), problem: await readProblem(answer) })
      if (answer.status === 401)
        throw new Fault('signed-out', { problem: await readProblem(answer) })
      if (answer.status === 426)
        throw new Fault('outdated', { problem: await readProblem(answer) })
      if (!signal.aborted && connection.state !== 'live')
        become({ state: 'live', since: clock.now() })
      return answer
    }
    catch (error) {
      const fault = toFault(error)
      if (!signal.aborted)
        become(afterFault(fault, connection))
      throw fault
    }
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
    const query = new URLSearchParams({ board: boardId, epoch, version: String(version), cid, protocol: String(PROTOCOL_VERSION) })
    const answer = await exchange('GET', `/api/kanban/updates?${query}`, { headers: { 'if-none-match': `"${epoch}.${version}"` }, signal })
    if (answer.status === 304)
      return { kind: 'unchanged' }
    if (answer.status === 409) {
      const body = await readBody<Partial<ResetAnswer>>(answer, signal)
      if (body.reset)
        return { kind: 'reset', why: body.reset }
      throw new Fault('refused', { problem: isProblemBody(body) ? body : null })
    }
    return { kind: 'updates', answer: await readBody<UpdatesAnswer>(await expectOk(answer), signal) }
  }

  async function send(boardId: BoardId, cid: string, items: readonly NumberedMutation[], signal?: AbortSignal): Promise<MutationsAnswer> {
    const body = { protocol: PROTOCOL_VERSION, board: boardId, cid, items }
    return readBody(await expectOk(exchange('POST', '/api/kanban/mutations', { body, signal })), signal)
  }

  async function compare({ boardId, epoch, version, digest }: BoardRows, signal?: AbortSignal): Promise<DigestAnswer> {
    const query = new URLSearchParams({ board: boardId, epoch, version: String(version), digest })
    return readBody(await expectOk(exchange('GET', `/api/kanban/digest?${query}`, { signal })), signal)
  }

  return {
    get connection() { return connection },
    get isConnected() { return connection.state === 'live' },
    connect, disconnect, on, off, emit, pull, send, compare,
  }
}

function afterFault({ kind }: Fault, before: Connection): Connection {
  if (kind === 'signed-out')
    return { state: 'paused', reason: 'signed-out' }
  if (kind === 'outdated')
    return { state: 'refused', code: 'UPGRADE_REQUIRED' }
  return { state: 'waiting', attempt: before.state === 'waiting' ? before.attempt + 1 : 1, retryAt: null, cause: kind === 'server' ? kind : 'network' }
}

/** The answer, or the server's no as a fault. */
async function expectOk(promised: HttpAnswer | Promise<HttpAnswer>): Promise<HttpAnswer> {
  const answer = await promised
  if (answer.status !== 200)
    throw new Fault('refused', { problem: await readProblem(answer) })
  return answer
}

async function readProblem(answer: HttpAnswer): Promise<ProblemBody | null> {
  const body = await answer.json().catch(() => null)
  return isProblemBody(body) ? body : null
}

/** A body that isn't JSON comes from something between us and the server: it passes. So does one that is no longer waited for. */
async function readBody<T>(answer: HttpAnswer, signal?: AbortSignal): Promise<T> {
  try {
    const body = await answer.json() as T
    signal?.throwIfAborted()
    return body
  }
  catch (error) {
    throw new Fault('network', { cause: error })
  }
}

/** Retry-After as milliseconds from now: seconds or a date. */
function retryAfter(answer: HttpAnswer, now: number): number {
  const value = answer.headers.get('retry-after') ?? ''
  const delay = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now
  return Number.isFinite(delay) ? Math.max(0, delay) : 0
}
