import { drawBoard, isDrawn } from './board-view.ts'
import { started } from './engine-board.ts'
import { compare, mindClock, planWake } from './engine-clock.ts'
import { resolve } from './engine-conflicts.ts'
import { endLease, opened } from './engine-device.ts'
import { appended } from './engine-outbox.ts'
import { answered, pullFailed, pullSoon, pushed, sync } from './engine-pull.ts'
import { results, sendFailed, sendWaiting } from './engine-send.ts'
import { submit, undo } from './engine-submit.ts'
import { told } from './engine-tabs.ts'
import type { EngineState, Input, Step } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { beginTurn, patch, patchLink } from './engine-turn.ts'
import { keep } from './engine-write.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import { stillUndoable } from './undo-stack.ts'

export { createEngineState } from './engine-state.ts'

/**
 * The engine (rule Z1): what is known of a board, and what is to be done, after one more thing that happened.
 * Whatever it was, in the end the view is drawn, what differs is written and told, and what waits is sent.
 */
export const step: Step = (state, input, now, random) => {
  const turn = beginTurn(state, now, random)
  mindClock(turn)
  take(turn, input)
  endLease(turn)
  redraw(turn)
  sendWaiting(turn)
  keep(turn)
  announce(turn)
  compare(turn)
  planWake(turn)
  return { state: turn.state, effects: turn.effects }
}

function take(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'opened': return opened(turn, input.stored)
    case 'started': return started(turn, input.answer, input.isWhole)
    case 'sync': return sync(turn)
    case 'answered': return answered(turn, input.tag, input.outcome)
    case 'pushed': return pushed(turn, input.answer)
    case 'pullFailed': return pullFailed(turn, input.tag, input.fault)
    case 'submitted': return void submit(turn, input)
    case 'undone': return undo(turn, input.key)
    case 'resolved': return resolve(turn, input)
    case 'noteRead': return patch(turn, { notes: turn.state.notes.filter(({ id }) => id !== input.id) })
    case 'appended': return appended(turn, input)
    case 'results': return results(turn, input)
    case 'sendFailed': return sendFailed(turn, input.tag, input.fault)
    case 'told': return told(turn, input.write)
    case 'digested': return digested(turn, input)
    case 'online': return tryAgain(turn, { isOnline: input.online })
    case 'resumed': return tryAgain(turn, { isSignedOut: false, isHalted: false })
    case 'identified': return patch(turn, { me: input.me })
    case 'woken': return patchLink(turn, { wakeAt: null })
    default: return input satisfies never
  }
}

function tryAgain(turn: Turn, link: Partial<EngineState['link']>): void {
  patchLink(turn, { ...link, sendFailures: 0, sendAt: 0, sendPause: 0 })
}

/** Rows that aren't the server's are read anew (rule K2). */
function digested(turn: Turn, { version, same }: Extract<Input, { kind: 'digested' }>): void {
  if (same !== false || version !== turn.state.confirmed.version)
    return
  patchLink(turn, { needsSnapshot: true })
  pullSoon(turn)
}

/** Draws the view anew where something of it differs, and forgets what can't be taken back any more. */
function redraw(turn: Turn): void {
  const { before, state } = turn
  if (state.confirmed !== before.confirmed || state.me !== before.me || !isDrawnAlike(before.entries, state.entries))
    patch(turn, { view: drawBoard(state.view, state.confirmed, state.entries, state.me) })
  const { view, undo: steps, me, isWhole } = turn.state
  if (view.byId !== before.view.byId && isWhole && before.isWhole)
    patch(turn, { changedAt: turn.now })
  if (isWhole && (view !== before.view || steps !== before.undo))
    patch(turn, { undo: stillUndoable(steps, view.byId, me.id) })
}

function isDrawnAlike(before: readonly OutboxEntry[], after: readonly OutboxEntry[]): boolean {
  if (before === after)
    return true
  const [a, b] = [before.filter(isDrawn), after.filter(isDrawn)]
  return a.length === b.length && a.every(({ mutation, undoes, at }, index) =>
    mutation === b[index]!.mutation && undoes === b[index]!.undoes && at === b[index]!.at)
}

/** What shows, but for the times of the exchanges. */
const SHOWN = [
  'me', 'view', 'entries', 'conflicts', 'notes', 'undo', 'commentsDone', 'isWhole', 'isConfirmed', 'clockOffset', 'changedAt', 'wish', 'isOutdated',
] as const satisfies (keyof EngineState)[]

/** Says once that something shows differently (rule C4): after it is kept, before anything that follows from it. */
function announce({ before, state, effects }: Turn): void {
  if (SHOWN.every(part => state[part] === before[part]))
    return
  const index = effects.findLastIndex(({ kind }) => kind === 'append' || kind === 'write' || kind === 'tell') + 1
  effects.splice(index, 0, { kind: 'changed' })
}
