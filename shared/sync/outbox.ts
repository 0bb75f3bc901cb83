import type { MoveState } from '#shared/kanban/apply-mutation.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationAnswer } from '#shared/protocol/messages.ts'
import { backoffDelay } from '#shared/realtime/backoff.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { Fault, toFault } from '#shared/realtime/fault.ts'
import type { Settled, SettledProblem } from './submitted.ts'

/** A change that waits for the server. */
export interface OutboxEntry {
  /** Dense, from 1: the order in which changes are sent (rule M1). */
  readonly n: number
  /** The same at each try, so that the server does it once (rule M2). */
  readonly key: string
  readonly at: EpochMs
  mutation: Mutation
  /** Of an undo: the number of the move it takes back, and what that changed from. */
  readonly undoes: number | null
  readonly before: MoveState | null
}

export interface OutboxOptions {
  /** Names this outbox among all (rule M1). */
  cid: string
  clock: Clock
  /** Sends one change. Rejects with a `Fault`. */
  send: (mutation: Mutation, key: string, signal: AbortSignal) => Promise<MutationAnswer>
  /** The server has it; called before its promise settles. */
  onAcknowledged: (entry: OutboxEntry, answer: MutationAnswer) => void
  /** It won't be; called before its promise settles. */
  onRefused: (entry: OutboxEntry) => void
}

export interface Outbox {
  /** What waits, in order; the first may be under way. */
  readonly entries: readonly OutboxEntry[]
  /** `at`: when the person made it. */
  enqueue: (mutation: Mutation, at: EpochMs, undo?: { undoes: number, before: MoveState }) => { n: number, settled: Promise<Settled> }
  /** Offline nothing is sent; back online everything is, at once. */
  setOnline: (online: boolean) => void
  /** Goes on after signing in. */
  resume: () => void
  /** Takes out what `isVoid` names and isn't under way; each settles as said. */
  drop: (isVoid: (entry: OutboxEntry) => boolean, settled: Settled) => void
  /** Gives up what waits. */
  close: () => void
}

/** A send without an answer is tried again after so long. */
const TIMEOUT_MS = 30_000

/** Sends changes one after another in the order in which they were made, each until the server has answered. */
export function createOutbox({ cid, clock, send, onAcknowledged, onRefused }: OutboxOptions): Outbox {
  const settlers = new Map<number, (settled: Settled) => void>()
  let entries: OutboxEntry[] = []
  let lastN = 0
  let failures = 0
  let isOnline = true
  let isSignedOut = false
  let underWay: { entry: OutboxEntry, abort: AbortController } | null = null
  let timer: Timer | null = null

  function enqueue(mutation: Mutation, at: EpochMs, undo?: { undoes: number, before: MoveState }): { n: number, settled: Promise<Settled> } {
    const n = ++lastN
    const settled = new Promise<Settled>(resolve => settlers.set(n, resolve))
    entries = [...entries, { n, key: `${cid}.${n}`, at, mutation, undoes: undo?.undoes ?? null, before: undo?.before ?? null }]
    plan(0)
    return { n, settled }
  }

  function plan(delayMs: number): void {
    if (underWay || timer !== null || !isOnline || isSignedOut || entries.length === 0)
      return
    timer = clock.setTimer(() => {
      timer = null
      void sendFirst()
    }, delayMs)
  }

  function planAtOnce(): void {
    clock.clearTimer(timer)
    timer = null
    failures = 0
    plan(0)
  }

  async function sendFirst(): Promise<void> {
    const entry = entries[0]
    if (!entry)
      return
    const abort = new AbortController()
    underWay = { entry, abort }
    try {
      const answer = await withDeadline(send(entry.mutation, entry.key, abort.signal), abort)
      failures = 0
      finish(entry, { ok: true, matter: answer.matter, version: answer.version }, () => onAcknowledged(entry, answer))
    }
    catch (error) {
      const fault = toFault(error)
      // Closed while it was under way: already settled.
      if (underWay?.abort !== abort)
        return
      underWay = null
      failed(entry, fault)
    }
  }

  function withDeadline<T>(answer: Promise<T>, abort: AbortController): Promise<T> {
    return new Promise((resolve, reject) => {
      const deadline = clock.setTimer(() => {
        reject(new Fault('network'))
        abort.abort()
      }, TIMEOUT_MS)
      answer.then(resolve, reject).finally(() => clock.clearTimer(deadline))
    })
  }

  function failed(entry: OutboxEntry, fault: Fault): void {
    if (fault.isPassing) {
      failures++
      plan(backoffDelay(failures, { capMs: 30_000, floorMs: fault.retryAfterMs, random: () => clock.random() }))
    }
    else if (fault.kind === 'signed-out') {
      isSignedOut = true
    }
    else {
      const problem: SettledProblem = fault.problem ?? { code: 'INTERNAL', message: 'The server refused without a reason' }
      finish(entry, { ok: false, problem }, () => onRefused(entry))
    }
  }

  function finish(entry: OutboxEntry, settled: Settled, tell: () => void): void {
    if (!settlers.has(entry.n))
      return
    underWay = null
    entries = entries.filter(other => other !== entry)
    tell()
    settle(entry, settled)
    plan(0)
  }

  function settle({ n }: OutboxEntry, settled: Settled): void {
    settlers.get(n)?.(settled)
    settlers.delete(n)
  }

  function drop(isVoid: (entry: OutboxEntry) => boolean, settled: Settled): void {
    const dropped = entries.filter(entry => entry !== underWay?.entry && isVoid(entry))
    entries = entries.filter(entry => !dropped.includes(entry))
    for (const entry of dropped)
      settle(entry, settled)
  }

  function setOnline(online: boolean): void {
    if (online === isOnline)
      return
    isOnline = online
    planAtOnce()
  }

  function resume(): void {
    isSignedOut = false
    planAtOnce()
  }

  function close(): void {
    clock.clearTimer(timer)
    timer = null
    const abort = underWay?.abort
    underWay = null
    const given = entries
    entries = []
    for (const entry of given)
      settle(entry, { ok: false, problem: { code: 'NETWORK' } })
    abort?.abort()
  }

  return { get entries() { return entries }, enqueue, setOnline, resume, drop, close }
}
