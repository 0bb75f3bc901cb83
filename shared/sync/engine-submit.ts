import { applyMutation, isStillUndoable, ownChangeOf } from '#shared/kanban/apply-mutation.ts'
import type { Refusal } from '#shared/kanban/apply-mutation.ts'
import type { Mutation, UndoArgs } from '#shared/kanban/mutation.ts'
import { mutationContext } from './board-view.ts'
import type { EngineState, Input } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { patch, personTime, settle } from './engine-turn.ts'
import { lookedAt } from './looked-at.ts'
import type { OutboxEntry, UndoStep } from './outbox-entry.ts'
import type { Settled } from './submitted.ts'
import { withoutStep, withStep } from './undo-stack.ts'

/** Takes in what the person does, unless the rules refuse it already here. Says whether it waits for the server. */
export function submit(
  turn: Turn, { key, mutation: { base: _base, ...rest }, looked }: Omit<Extract<Input, { kind: 'submitted' }>, 'kind'>,
): 'waits' | 'done' | 'refused' {
  const { state } = turn
  const mutation = rest as Mutation
  const at = personTime(turn)
  const row = state.view.byId.get(mutation.id) ?? null
  const result = applyMutation(row, mutation, mutationContext(state.view, state.me, at))
  const end = endAtOnce(state, result)
  if (end) {
    settle(turn, { key, at, mutation }, end)
    return end.ok ? 'done' : 'refused'
  }
  const change = ownChangeOf(row, mutation, result)
  enqueue(
    turn,
    { key, cid: null, n: null, at, mutation, looked: { ...lookedAt(mutation, row), ...looked }, seen: state.view.version, undoes: null, state: 'queued', result: null },
    change && { key, cid: null, n: null, matterId: mutation.id, change },
  )
  return 'waits'
}

/** Takes back the last own change that nobody built on. */
export function undo(turn: Turn, key: string): void {
  const { state } = turn
  const at = personTime(turn)
  const step = lastUndoable(state)
  if (!step) {
    settle(turn, { key, at, mutation: { kind: 'undo', id: '', args: { version: 0 } } }, refused({ code: 'UNDO_STALE' }))
    return
  }
  const { matterId, change } = step
  const mutation: Mutation = { kind: 'undo', id: matterId, args: undoArgs(step, state.cid)! }
  const context = { ...mutationContext(state.view, state.me, at), findOwnChange: () => change }
  // Of a deleted matter nothing is left here that the rules could look at.
  const end = change.kind === 'delete' ? endAtOnce(state, null) : endAtOnce(state, applyMutation(state.view.byId.get(matterId)!, mutation, context))
  if (end) {
    settle(turn, { key, at, mutation }, end)
    if (!end.ok)
      return
  }
  else {
    enqueue(turn, { key, cid: null, n: null, at, mutation, looked: {}, seen: state.view.version, undoes: change, undoesKey: step.key, state: 'queued', result: null }, null)
  }
  patch(turn, { undo: withoutStep(turn.state.undo, step.key) })
}

/** The step that `undo` would take back; null without one. Of several on one matter it can only be the newest. */
export function lastUndoable({ undo: steps, view, me, cid }: Pick<EngineState, 'undo' | 'view' | 'me' | 'cid'>): UndoStep | null {
  return steps.findLast(step => undoArgs(step, cid) !== null
    && steps.findLast(({ matterId }) => matterId === step.matterId) === step
    && isStillUndoable(step.change, view.byId.get(step.matterId), me.id)) ?? null
}

/** How the server finds the change: by its version, else by its number in the same outbox, which 0 stands for until it has one. */
function undoArgs({ cid, n, change: { version } }: UndoStep, ownCid: string): UndoArgs | null {
  if (version !== null)
    return { version }
  return n === null ? { n: 0 } : cid === ownCid ? { n } : null
}

/** How a change ends without the server, or null when it has to go there. */
function endAtOnce({ isOutdated, view }: EngineState, result: ReturnType<typeof applyMutation> | null): Settled | null {
  if (isOutdated)
    return { ok: false, problem: { code: 'UPGRADE_REQUIRED', message: 'The page is older than the server speaks' } }
  if (!result)
    return null
  if (!result.ok)
    return refused(result.refusal)
  return !result.deleted && result.changed.length === 0 ? { ok: true, version: view.version, merged: false } : null
}

function enqueue(turn: Turn, entry: OutboxEntry, step: UndoStep | null): void {
  const { entries, undo: steps } = turn.state
  patch(turn, { entries: [...entries, entry], undo: step ? withStep(steps, step) : steps })
  turn.appends.push({ kind: 'append', entry, undo: step })
}

function refused({ code, field, allowed }: Refusal): Settled {
  return { ok: false, problem: { code, message: 'The rules of the board refuse it', ...(field && { field }), ...(allowed && { allowed }) } }
}
