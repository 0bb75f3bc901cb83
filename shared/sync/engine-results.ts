import type { MutationResult } from '#shared/protocol/messages.ts'
import { conflictOf, rowOf, withConflict } from './engine-conflicts.ts'
import { asVoid, isNumbered, matterOf, withoutNumberOf } from './engine-outbox.ts'
import { pullSoon } from './engine-pull.ts'
import { purgeMissing, withoutValues } from './engine-purge.ts'
import type { Turn } from './engine-turn.ts'
import { GONE, mapKept, patch, patchLink, settleEntry } from './engine-turn.ts'
import type { NumberedEntry, OutboxEntry } from './outbox-entry.ts'
import type { Settled, SettledProblem } from './submitted.ts'
import { withoutStep, withVersion } from './undo-stack.ts'

/** So many comments that went in are remembered, for lists that were fetched before them. */
const COMMENTS_KEPT = 100

/** And so many words that nobody has read. */
const NOTES_KEPT = 100

/** Takes in how numbers of an outbox ended; those that are no longer waited for are old news. */
export function takeResults(turn: Turn, cid: string, results: readonly MutationResult[]): void {
  for (const result of results) {
    const entry = turn.state.entries.find(other => other.cid === cid && other.n === result.n)
    if (entry && isNumbered(entry) && entry.state !== 'acked')
      end(turn, entry, result)
  }
  // What was made and deleted again shows as missing only now that nobody is about to make it.
  if (turn.state.isWhole)
    purgeMissing(turn, false)
}

/** Takes in how one entry ended. */
export function end(turn: Turn, entry: NumberedEntry, result: MutationResult): void {
  const { state } = turn
  if (result.code === 'NUMBER_TAKEN')
    return beginAgain(turn, entry)
  const isDone = result.status === 'ok' || result.status === 'merged'
  const isNews = isDone ? result.version > state.confirmed.version : result.status !== 'rejected'
  const isDeletion = isDone && entry.mutation.kind === 'delete'
  const known: NumberedEntry = { ...entry, state: isDone ? 'acked' : 'contained', result }
  const ended = isDeletion ? withoutValues(known) : known
  const isDrawnOn = isDone && isNews && entry.state !== 'contained' && entry.mutation.kind !== 'void'
  // What was done to a matter before it was deleted shows no more.
  const isOver = (other: OutboxEntry) => isDeletion && other.state === 'acked' && matterOf(other) === matterOf(entry)
  patch(turn, { entries: mapKept(state.entries, other => other === entry ? isDrawnOn ? ended : null : isOver(other) ? null : other) })
  turn.ended = [...turn.ended, ended]
  noteDone(turn, entry)
  if (isNews)
    pullSoon(turn)
  if (entry.mutation.kind === 'void')
    return
  if (isDone)
    return succeed(turn, entry, result)
  const isHere = rowOf(state, entry.mutation) !== undefined
  const conflict = result.status === 'conflict' && isHere ? conflictOf(state, entry, result) : null
  if (conflict)
    patch(turn, { conflicts: withConflict(turn.state.conflicts, conflict) })
  settleEntry(turn, entry, result.status === 'conflict' && !isHere ? GONE : refusalOf(result, conflict?.id))
  forgetUndo(turn, entry)
}

/** Its number is another change's, of a copy of this device: it gets one in an outbox of which there is no copy (rule M1). */
function beginAgain(turn: Turn, entry: NumberedEntry): void {
  const { entries, undo } = turn.state
  const unnumbered = { cid: null, n: null }
  patch(turn, {
    entries: entries.map(other => other === entry ? { ...entry, ...unnumbered, state: 'queued' } : withoutNumberOf(other, entry)),
    undo: mapKept(undo, step => step.key === entry.key ? { ...step, ...unnumbered } : step),
  })
  turn.appends.push({ kind: 'append', entry, undo: undo.find(step => step.key === entry.key) ?? null })
}

/** Remembers that a number has come to its end. */
export function noteDone(turn: Turn, { cid, n }: { cid: string, n: number }): void {
  const { done } = turn.state.link
  if (n > (done[cid] ?? 0))
    patchLink(turn, { done: { ...done, [cid]: n } })
}

function succeed(turn: Turn, entry: NumberedEntry, { status, version, others = [] }: MutationResult): void {
  const { mutation, key, cid, n, at } = entry
  const { undo, notes, commentsDone, entries } = turn.state
  const id = `${cid}.${n}`
  if (mutation.kind === 'void')
    return
  patch(turn, {
    undo: undo.some(step => step.key === key) ? withVersion(undo, key, version) : undo,
    entries: mapKept(entries, other => other.undoesKey === key && other.undoes ? { ...other, undoes: { ...other.undoes, version } } : other),
  })
  if (mutation.kind === 'comment')
    patch(turn, { commentsDone: [...commentsDone, { matterId: mutation.id, args: mutation.args, version, at }].slice(-COMMENTS_KEPT) })
  if (others.length > 0 && rowOf(turn.state, mutation))
    patch(turn, { notes: [...notes.filter(note => note.id !== id), { id, matterId: mutation.id, others }].slice(-NOTES_KEPT) })
  // Of one that is sent again the person knows already.
  if (entry.result === null)
    settleEntry(turn, entry, { ok: true, version, merged: status === 'merged' })
}

/** What didn't come to be can't be undone; an undo of it that waits has nothing to do, and that is as good. */
function forgetUndo(turn: Turn, { key }: OutboxEntry): void {
  const { undo, entries } = turn.state
  patch(turn, {
    undo: withoutStep(undo, key),
    entries: mapKept(entries, (entry) => {
      if (entry.undoesKey !== key || entry.mutation.kind === 'void')
        return entry
      settleEntry(turn, entry, { ok: true, version: turn.state.view.version, merged: false })
      return asVoid(entry)
    }),
  })
}

/** Gives up an entry that the server won't take; it keeps its number unless `removed`. */
export function giveUp(turn: Turn, entry: OutboxEntry, problem: SettledProblem, removed: boolean): void {
  settleEntry(turn, entry, { ok: false, problem })
  patch(turn, { entries: mapKept(turn.state.entries, other => other !== entry ? other : removed ? null : asVoid(entry)) })
  if (removed)
    turn.ended = [...turn.ended, { ...entry, state: 'contained', result: { n: entry.n!, status: 'rejected', version: 0, ...(problem.code !== 'NETWORK' && { code: problem.code }) } }]
  forgetUndo(turn, entry)
}

function refusalOf({ status, code, field, allowed, conflicts }: MutationResult, conflictId: string | undefined): Settled {
  switch (status) {
    case 'gone': return GONE
    case 'conflict': return {
      ok: false,
      problem: { code: 'CONFLICT', message: 'The matter has newer values', ...(conflicts && { conflicts }) },
      ...(conflictId !== undefined && { conflictId }),
    }
    default: return {
      ok: false,
      problem: { code: code ?? 'INTERNAL', message: 'The server refused it', ...(field && { field }), ...(allowed && { allowed }) },
    }
  }
}
