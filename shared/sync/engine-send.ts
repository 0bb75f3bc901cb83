import type { NumberedMutation } from '#shared/protocol/messages.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import { backoffDelay } from '#shared/realtime/backoff.ts'
import { isNumbered } from './engine-outbox.ts'
import { giveUp, takeResults } from './engine-results.ts'
import type { EngineState, FaultNote, Input } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { mapKept, patch, patchLink } from './engine-turn.ts'
import type { NumberedEntry } from './outbox-entry.ts'
import { baseOf } from './outbox-entry.ts'

/** A send without an answer is tried again after so long. */
export const SEND_TIMEOUT_MS = 30_000

/** What another tab made is that tab's to send, so long. */
export const FOREIGN_MS = 3_000

const BACKOFF_CAP_MS = 30_000
/** So many changes go in one request. */
export const MOST_ITEMS = 50
/** Of one request, as JSON. */
const MOST_CHARACTERS = 400_000

const PASSING: FaultNote = { kind: 'network', retryAfterMs: 0, code: null }

/** Sends what waits, if nothing is under way and nothing speaks against it. */
export function sendWaiting(turn: Turn): void {
  const { link } = turn.state
  if (link.send && Math.abs(turn.now - link.send.at) >= SEND_TIMEOUT_MS)
    passed(turn, PASSING)
  const batch = canSend(turn.state) && turn.now >= turn.state.link.sendAt ? nextBatch(turn.state, turn.now) : null
  if (!batch)
    return
  const tag = turn.state.link.nextTag
  patchLink(turn, { nextTag: tag + 1, send: { tag, cid: batch.cid, count: batch.items.length, at: turn.now } })
  turn.effects.push({ kind: 'send', tag, ...batch })
}

/** Whether anything may be sent: the link lets it, and the rows are here, without which an answer can't be judged. */
export function canSend({ isOutdated, isWhole, link: { isOnline, isSignedOut, isHalted, send } }: EngineState): boolean {
  return isWhole && isOnline && !isSignedOut && !isHalted && !isOutdated && send === null
}

/** The first outbox of which something can be sent, from its first entry without a result on. */
function nextBatch({ entries, link }: EngineState, now: number): { cid: string, items: NumberedMutation[] } | null {
  const waiting = entries.filter((entry): entry is NumberedEntry => isNumbered(entry) && entry.state !== 'acked')
  for (const cid of new Set(waiting.map(entry => entry.cid))) {
    const items: NumberedMutation[] = []
    let characters = 0
    for (const entry of waiting.filter(other => other.cid === cid).slice(0, link.sendLimit)) {
      const item = messageOf(entry)
      characters += JSON.stringify(item).length
      if (isOthersTurn(entry, link.heard, now) || (items.length > 0 && characters > MOST_CHARACTERS))
        break
      items.push(item)
    }
    if (items.length > 0)
      return { cid, items }
  }
  return null
}

function isOthersTurn({ key }: NumberedEntry, heard: EngineState['link']['heard'], now: number): boolean {
  return heard[key] !== undefined && now - heard[key] < FOREIGN_MS
}

function messageOf({ n, key, mutation, looked }: NumberedEntry): NumberedMutation {
  const base = baseOf(looked)
  return { n, key, ...mutation, ...Object.keys(base).length > 0 && { base } } as NumberedMutation
}

/** Takes in the results of a request, also of one that was given up. */
export function results(turn: Turn, { tag, cid, results }: Extract<Input, { kind: 'results' }>): void {
  const isAnswer = turn.state.link.send?.tag === tag
  if (isAnswer && results.length > 0)
    patchLink(turn, { send: null, sendFailures: 0, sendAt: 0, sendPause: 0, sendLimit: MOST_ITEMS })
  else if (isAnswer)
    passed(turn, PASSING)
  takeResults(turn, cid, results)
}

/** Takes in that the request under way came to nothing. */
export function sendFailed(turn: Turn, tag: number, fault: FaultNote): void {
  const { send } = turn.state.link
  if (send?.tag !== tag)
    return
  switch (fault.kind) {
    case 'signed-out': return patchLink(turn, { send: null, isSignedOut: true })
    case 'outdated':
      patchLink(turn, { send: null })
      return patch(turn, { isOutdated: true })
    case 'refused': return refused(turn, send, fault)
    default: return passed(turn, fault)
  }
}

function passed(turn: Turn, { retryAfterMs }: FaultNote): void {
  const failures = turn.state.link.sendFailures + 1
  const pause = backoffDelay(failures, { capMs: BACKOFF_CAP_MS, floorMs: retryAfterMs, random: turn.random })
  patchLink(turn, { send: null, sendFailures: failures, sendAt: turn.now + pause, sendPause: pause })
}

/** The server won't have this request: what is to blame is found, or sending stops. */
function refused(turn: Turn, { cid, count }: { cid: string, count: number }, fault: FaultNote): void {
  if (fault.code === 'ORDER' && fault.wanted !== undefined)
    return reorder(turn, cid, fault.wanted)
  const waiting = turn.state.entries.filter(entry => isNumbered(entry) && entry.cid === cid && entry.state !== 'acked')
  const problem = { code: (fault.code ?? 'INTERNAL') as ProblemCode, message: 'The server refused it' }
  patchLink(turn, { send: null })
  if (fault.code === 'BOARD_GONE' || fault.code === 'FORBIDDEN')
    waiting.forEach(({ key }) => giveUp(turn, turn.state.entries.find(entry => entry.key === key)!, problem, true))
  else if (count > 1)
    patchLink(turn, { sendLimit: 1 })
  else if (!waiting[0] || waiting[0].mutation.kind === 'void')
    patchLink(turn, { isHalted: true })
  else
    giveUp(turn, waiting[0], problem, false)
}

/**
 * The server goes on with an earlier number. What it had acknowledged from there on is sent again; a number that
 * isn't here may be another tab's, so the device is asked before it is given up.
 */
function reorder(turn: Turn, cid: string, wanted: number): void {
  passed(turn, PASSING)
  patch(turn, { entries: mapKept(turn.state.entries, entry =>
    entry.cid === cid && entry.n! >= wanted && entry.state !== 'queued' ? { ...entry, state: 'queued' } : entry) })
  if (missingNumbers(turn.state, cid, wanted).length === 0)
    return
  patchLink(turn, { wanted: { cid, n: wanted } })
  turn.effects.push({ kind: 'reopen' })
}

/** The numbers of an outbox from one on up to its last that have no entry here. */
export function missingNumbers({ entries }: EngineState, cid: string, from: number): number[] {
  const numbers = new Set(entries.flatMap(entry => entry.cid === cid && isNumbered(entry) ? [entry.n] : []))
  return Array.from({ length: Math.max(0, ...numbers) - from + 1 }, (_, index) => from + index).filter(n => !numbers.has(n))
}

/** Puts void entries where the device, asked again, has none either: the server lost what was done long ago (rule M2). */
export function fillMissing(turn: Turn, isKnown: (cid: string) => boolean): void {
  const { wanted } = turn.state.link
  if (!wanted)
    return
  patchLink(turn, { wanted: null })
  if (!isKnown(wanted.cid))
    return
  const { cid } = wanted
  const filling = missingNumbers(turn.state, cid, wanted.n).map((n): NumberedEntry =>
    ({ key: `${cid}.${n}`, cid, n, at: turn.now, mutation: { kind: 'void' }, looked: {}, undoes: null, state: 'queued', result: null }))
  patch(turn, { entries: [...turn.state.entries, ...filling] })
}
