import type { TransportKind } from '#shared/config/features.ts'
import type { NumberedMutation, ResetAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import { PROBLEM_STATUS } from '#shared/protocol/problems.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Fault } from '#shared/realtime/fault.ts'
import type { Fetch, HttpAnswer } from '#shared/realtime/http-answer.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import type { Checker } from '../checks/checker.ts'
import type { Network, Reply } from '../world/network.ts'
import type { Server } from '../world/server.ts'
import type { Tab } from '../world/tab.ts'
import type { Door } from './door.ts'
import { usesSockets } from './door.ts'

export interface FrontParts {
  network: Network
  checker: Checker
  door: Door
  way: () => TransportKind
  /** Carries an answer into the page, which may be frozen. */
  run: (task: () => void) => void
}

type Body = { status: number, body: unknown }

/** `fetch` of a page, as far as its transports ask: each request goes through the run's network, as all do. */
export function createFront(tab: Tab, { network, checker, door, way, run }: FrontParts): Fetch {
  const { device } = tab

  function act(server: Server, method: string, path: string, body: Record<string, unknown>): Body | Promise<Body> {
    const { pathname, searchParams } = new URL(path, 'http://localhost')
    const query = Object.fromEntries(searchParams)
    const actor = device.link.actor()
    switch (`${method} ${pathname}`) {
      case 'GET /api/kanban/snapshot':
        return then(server.pull(actor, { epoch: null, version: 0, cid: query.cid! }), outcome => toBody(outcome, query))
      case 'GET /api/kanban/updates':
        return then(server.pull(actor, { epoch: query.epoch!, version: Number(query.version), cid: query.cid! }), outcome => toBody(outcome, query))
      case 'GET /api/kanban/digest':
        return then(server.compare(actor, { epoch: query.epoch!, version: Number(query.version), digest: query.digest! }), ok)
      case 'POST /api/kanban/mutations': {
        const { cid, items } = body as { cid: string, items: NumberedMutation[] }
        return then(checker.sends(tab, cid, items, () => server.send(actor, cid, items)), ok)
      }
      case 'POST /api/kanban/ticket':
        return usesSockets(way()) ? ok({ ticket: door.ticketFor(device) }) : problem('SOCKETS_OFF')
      default: throw new Error(`nobody plays ${method} ${path}`)
    }
  }

  function toBody(outcome: PullOutcome, { epoch, version, via }: Record<string, string>): Body {
    const transport = via !== way() ? { transport: way() } : {}
    switch (outcome.kind) {
      case 'reset': return { status: 409, body: { reset: outcome.why } satisfies ResetAnswer }
      case 'updates': return ok({ ...outcome.answer, ...transport })
      case 'unchanged': return via === way() ? { status: 304, body: null } : ok({ ...nothingNew(epoch!, Number(version)), ...transport })
      case 'snapshot': return ok(outcome.answer)
      default: return outcome satisfies never
    }
  }

  return (path, { method, body, signal }) => new Promise((resolve, reject) => {
    const text = body ?? '{}'
    const isWrite = path.startsWith('/api/kanban/mutations')
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    network.exchange(
      device.link,
      server => act(server, method, path, JSON.parse(text) as Record<string, unknown>),
      reply => run(() => settle(reply)),
      { isOutdated: tab.isOutdated, writes: isWrite },
    )

    function settle({ answer, fault }: Reply<Body>): void {
      if (fault?.kind === 'network')
        return reject(new TypeError('fetch failed'))
      resolve(fault ? fromFault(fault) : toHttp(answer))
    }
  })
}

function then<T>(value: T | Promise<T>, next: (value: T) => Body): Body | Promise<Body> {
  return value instanceof Promise ? value.then(next) : next(value)
}

function ok(body: unknown): Body {
  return { status: 200, body }
}

function problem(code: ProblemCode): Body {
  return { status: PROBLEM_STATUS[code], body: { code, message: code } }
}

function fromFault({ kind, problem: told, retryAfterMs }: Fault): HttpAnswer {
  if (kind === 'server')
    return toHttp(problem('UNAVAILABLE'), retryAfterMs)
  return toHttp({ status: told ? PROBLEM_STATUS[told.code] : 400, body: told })
}

/** A copy for each who reads it: what comes over a wire is nobody else's. */
function toHttp({ status, body }: Body, retryAfterMs = 0): HttpAnswer {
  const text = JSON.stringify(body)
  return {
    status,
    headers: { get: name => name.toLowerCase() === 'retry-after' && retryAfterMs > 0 ? String(Math.ceil(retryAfterMs / 1_000)) : null },
    json: async () => JSON.parse(text) as unknown,
  }
}

function nothingNew(epoch: string, version: number): UpdatesAnswer {
  return { protocol: PROTOCOL_VERSION, epoch, from: version, version, matters: [], columns: null, members: null, deleted: [], acks: {}, next: 5_000 }
}
