import type { Column } from './board.ts'
import { findColumn } from './board.ts'
import { openBindingDeadlines } from './deadline.ts'
import type { CloseOutcome, Matter } from './matter.ts'
import { isLawyer } from './member.ts'
import type { MoveArgs } from './mutation.ts'
import type { ApplyResult, MoveState, MutationContext, Refusal } from './mutation-context.ts'
import { changedMatter } from './mutation-context.ts'
import { can, refusePermission } from './permissions.ts'
import type { Capability } from './permissions.ts'
import { rankFor } from './rank.ts'
import { allowedColumns, isTransitionAllowed } from './workflow.ts'

/** A matter this young isn't closed, unless it is pressing and a lawyer closes it. */
const PREMATURE_MS = 24 * 3_600_000

/** What the undo of a coming move has to remember. */
export function moveStateOf(matter: Matter): MoveState {
  const { columnId, rank, stageEnteredAt, closedOn, closeOutcome, closeRequest, archived } = matter
  return { columnId, rank, stageEnteredAt, closedOn, closeOutcome, closeRequest, archived }
}

/** The matter in its new place, or why it can't go there. */
export function moveMatter(matter: Matter, args: MoveArgs, context: MutationContext): ApplyResult {
  const refusal = refuseMove(matter, args, context)
  if (refusal)
    return { ok: false, refusal }
  const from = findColumn(context.board, matter.columnId)
  const to = findColumn(context.board, args.columnId)!
  const ranks = context.matterRanks(to.id).filter(({ id }) => id !== matter.id)
  const moved = { ...matter, rank: rankFor(ranks, args.placement), archived: false }
  if (to.id === from?.id)
    return changedMatter(matter, moved, context)
  return changedMatter(matter, {
    ...moved,
    columnId: to.id,
    stageEnteredAt: context.now,
    closeRequest: null,
    ...closingFields(matter, from, to, args, context),
  }, context)
}

/** A closed matter that goes on to another closed column stays closed as it was. */
function closingFields(
  matter: Matter, from: Column | undefined, to: Column, args: Pick<MoveArgs, 'outcome'>, { today }: MutationContext,
): Pick<Matter, 'closedOn' | 'closeOutcome'> {
  if (to.kind !== 'CLOSED')
    return { closedOn: null, closeOutcome: null }
  const wasClosed = from?.kind === 'CLOSED'
  return {
    closedOn: wasClosed ? matter.closedOn : today,
    closeOutcome: outcomeOf(matter, args) ?? (wasClosed ? matter.closeOutcome : null),
  }
}

/** What comes of a matter that closes: what the person says, else what the request said. */
function outcomeOf(matter: Matter, { outcome }: Pick<MoveArgs, 'outcome'>): CloseOutcome | null {
  return outcome ?? matter.closeRequest?.outcome ?? null
}

/**
 * Why a matter may not go where `args` says, or null; with the columns that it may go to. Asked without
 * a reason and a confirmation it tells what has still to be asked of the person, after everything that
 * no answer could mend.
 */
export function refuseMove(matter: Matter, args: Omit<MoveArgs, 'placement'>, context: MutationContext): Refusal | null {
  const refusal = findRefusal(matter, args, context)
  return refusal && { ...refusal, allowed: allowedTo(matter, context) }
}

function findRefusal(matter: Matter, args: Omit<MoveArgs, 'placement'>, context: MutationContext): Omit<Refusal, 'allowed'> | null {
  const from = findColumn(context.board, matter.columnId)
  const to = findColumn(context.board, args.columnId)
  if (!to || (to.archived && to.id !== from?.id))
    return { code: 'COLUMN_GONE' }
  const code = refusePermission(context.actor, capabilityOfMove(from, to), matter)
  if (code)
    return { code }
  if (to.id === from?.id)
    return null
  if (from && !isTransitionAllowed(from, to))
    return { code: 'INVALID_TRANSITION' }
  if (isFull(to, context, matter.id))
    return { code: 'WIP_LIMIT' }
  const closes = to.kind === 'CLOSED' && from?.kind !== 'CLOSED'
  if (closes && isPremature(matter, context))
    return { code: 'PREMATURE_CLOSURE' }
  if (closes && outcomeOf(matter, args) === 'DECLINED' && from?.kind !== 'PENDING')
    return { code: 'VALIDATION', field: 'outcome' }
  if (needsReason(from, to) && !args.reason?.trim())
    return { code: 'REASON_REQUIRED', field: 'reason' }
  if (closes && openBindingDeadlines(matter).length > 0 && !args.confirmed)
    return { code: 'CONFIRMATION_REQUIRED', field: 'confirmed' }
  return null
}

/** Whether a move wants a confirmation and a reason: into a critical column, and out of a closed one. */
export function needsReason(from: Column | undefined, to: Column): boolean {
  return from?.id !== to.id && (to.critical || to.kind === 'CLOSED' || from?.kind === 'CLOSED')
}

/** Whether a hard limit is reached, counting what the actor sees (rule W3). */
export function isFull(column: Column, { matterRanks }: Pick<MutationContext, 'matterRanks'>, exceptId: string): boolean {
  if (!column.wip?.hard)
    return false
  return matterRanks(column.id).filter(({ id, visible }) => visible && id !== exceptId).length >= column.wip.limit
}

function isPremature(matter: Matter, { actor, now }: MutationContext): boolean {
  const pressing = matter.priority === 'HIGH' || matter.priority === 'URGENT'
  return now - matter.createdAt < PREMATURE_MS && !(pressing && isLawyer(actor))
}

/** The right that a move between two columns takes. */
export function capabilityOfMove(from: Column | undefined, to: Column): Capability {
  if (from?.id === to.id)
    return 'move'
  if (to.kind === 'CLOSED')
    return 'close'
  if (from?.kind === 'CLOSED')
    return 'reopen'
  return to.critical ? 'criticalMove' : 'move'
}

/** Keys of the columns that this person may move the matter to now, given a reason where one is wanted. */
function allowedTo(matter: Matter, context: MutationContext): string[] {
  const { actor, board } = context
  const from = findColumn(board, matter.columnId)
  const targets = from ? allowedColumns(board, from) : board.columns.filter(column => !column.archived)
  return targets
    .filter(to => can(actor, capabilityOfMove(from, to), matter) && !isFull(to, context, matter.id))
    .filter(to => to.kind !== 'CLOSED' || from?.kind === 'CLOSED' || !isPremature(matter, context))
    .map(({ key }) => key)
}
