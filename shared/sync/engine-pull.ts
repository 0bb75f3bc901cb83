import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import { AT_EASE_MS } from '#shared/realtime/poll-policy.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import { receiveUpdates } from './board-replica.ts'
import { takeSnapshot, takeUpdates } from './engine-board.ts'
import { dropRows } from './engine-device.ts'
import type { FaultNote, LinkState } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { mapKept, patch, patchLink } from './engine-turn.ts'

type Pull = NonNullable<LinkState['pull']>

/** A pull without an answer counts as dead after so long. */
const TIMEOUT_MS = 30_000

const RESET_LIMIT = 3
const RESET_WINDOW_MS = 60_000

/** Under way for no longer than that; a clock that was set back tells nothing of how long. */
function isAlive({ at }: Pull, now: number): boolean {
  return Math.abs(now - at) < TIMEOUT_MS
}

/** Asks what is new, for who asked; joins the pull that is under way. */
export function sync(turn: Turn): void {
  const { pull } = turn.state.link
  if (pull && isAlive(pull, turn.now))
    patchLink(turn, { pull: { ...pull, asked: true } })
  else
    startPull(turn, { asked: true, retried: false })
}

/** Asks of its own accord; what is under way may have been asked too early, and is followed by another then. */
export function pullSoon(turn: Turn): void {
  const { isOnline, isSignedOut, pull } = turn.state.link
  if (pull && isAlive(pull, turn.now))
    patchLink(turn, { pull: { ...pull, again: true } })
  else if (isOnline && !isSignedOut && !turn.state.isOutdated)
    startPull(turn, { asked: pull?.asked ?? false, retried: false })
}

function startPull(turn: Turn, { asked, retried }: Pick<Pull, 'asked' | 'retried'>): void {
  const { confirmed: { epoch, version }, cid, link: { nextTag: tag, needsSnapshot } } = turn.state
  patch(turn, { wish: null })
  patchLink(turn, { nextTag: tag + 1, pull: { tag, cid, isFull: needsSnapshot, at: turn.now, retried, asked, again: false } })
  turn.effects.push({ kind: 'pull', tag, epoch: needsSnapshot ? null : epoch, version, cid })
}

/** Takes in an answer to the newest question; late ones are dropped (rule C5). */
export function answered(turn: Turn, tag: number, outcome: PullOutcome): void {
  const { confirmed, link: { pull, needsSnapshot } } = turn.state
  if (!pull || pull.tag !== tag)
    return
  patchLink(turn, { pull: null })
  switch (outcome.kind) {
    case 'snapshot': {
      // Rows that the device kept may have come in meanwhile, and be newer.
      const isWanted = needsSnapshot || outcome.answer.epoch !== confirmed.epoch || outcome.answer.version > confirmed.version
      if (isWanted)
        takeSnapshot(turn, withAck(outcome.answer, pull))
      return succeeded(turn, pull, isWanted)
    }
    case 'updates': {
      const received = receiveUpdates(confirmed, outcome.answer)
      if (received.kind === 'gap' || received.kind === 'foreign')
        return catchUp(turn, pull, received.kind === 'foreign')
      if (received.kind === 'applied')
        takeUpdates(turn, received, withAck(outcome.answer, pull))
      else if (outcome.answer.next > AT_EASE_MS)
        patch(turn, { wish: outcome.answer.next })
      return succeeded(turn, pull, received.kind === 'applied')
    }
    case 'unchanged':
      patch(turn, { wish: outcome.next ?? null })
      return succeeded(turn, pull, false)
    case 'reset': return catchUp(turn, pull, true)
    default: return outcome satisfies never
  }
}

/** Takes in news that came unasked (rules C1–C3). While a full read is wanted they wait for it. */
export function pushed(turn: Turn, answer: UpdatesAnswer): void {
  const { confirmed, link: { needsSnapshot, pull } } = turn.state
  if (needsSnapshot)
    return pull ? undefined : pullSoon(turn)
  const received = receiveUpdates(confirmed, answer)
  switch (received.kind) {
    case 'applied':
      takeUpdates(turn, received, answer)
      return heardFrom(turn)
    case 'known': return heardFrom(turn)
    case 'foreign':
      patchLink(turn, { needsSnapshot: true })
      return pullSoon(turn)
    case 'gap': return pullSoon(turn)
    default: return received satisfies never
  }
}

/** The pull came to nothing. */
export function pullFailed(turn: Turn, tag: number, fault: FaultNote): void {
  const { pull } = turn.state.link
  if (!pull || pull.tag !== tag)
    return
  patchLink(turn, { pull: null, isSignedOut: turn.state.link.isSignedOut || fault.kind === 'signed-out' })
  patch(turn, { isOutdated: turn.state.isOutdated || fault.kind === 'outdated' })
  // Whoever may no longer open the board keeps nothing of it (rule W4).
  if (fault.code === 'BOARD_GONE')
    dropRows(turn)
  fail(turn, pull, fault)
}

/** An outbox that was asked about and isn't named is one of which the server has nothing. */
function withAck<Answer extends { acks: Record<string, number> }>(answer: Answer, { cid }: Pull): Answer {
  return { ...answer, acks: { [cid]: 0, ...answer.acks } }
}

function succeeded(turn: Turn, pull: Pull, isNews: boolean): void {
  heardFrom(turn)
  // What was done before the question and isn't in the answer, the server may have lost: it is asked again.
  if (pull.asked && !pull.again)
    patch(turn, { entries: mapKept(turn.state.entries, entry => entry.state === 'acked' ? { ...entry, state: 'queued' } : entry) })
  if (pull.asked)
    turn.effects.push({ kind: 'synced', outcome: isNews ? 'news' : 'unchanged' })
  if (pull.again)
    pullSoon(turn)
}

/** The server has said that the rows are right. */
function heardFrom(turn: Turn): void {
  patch(turn, { contactAt: turn.now, isConfirmed: true })
}

/** One more question settles what didn't fit. Where even that doesn't, or too often, asking goes in circles (rule T6). */
function catchUp(turn: Turn, pull: Pull, needsSnapshot: boolean): void {
  const resets = [...turn.state.link.resets, turn.now].filter(at => turn.now - at < RESET_WINDOW_MS)
  patchLink(turn, { resets, needsSnapshot: needsSnapshot || turn.state.link.needsSnapshot })
  if (pull.retried || resets.length >= RESET_LIMIT)
    fail(turn, pull, { kind: 'out-of-sync', retryAfterMs: 0, code: null })
  else
    startPull(turn, { asked: pull.asked, retried: true })
}

function fail(turn: Turn, { asked }: Pull, fault: FaultNote): void {
  if (asked)
    turn.effects.push({ kind: 'syncFailed', fault })
}
