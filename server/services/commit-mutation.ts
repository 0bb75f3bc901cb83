import type { FirmSettings } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import type { Board } from '#shared/kanban/board.ts'
import { normalizeCaseNumber } from '#shared/kanban/case-number.ts'
import type { Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { RefusalCode } from '#shared/kanban/mutation-context.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { FieldConflict, FieldOrigin } from '#shared/protocol/problems.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { findConflicts, findDeletionConflicts, findOthers } from '#shared/sync/conflict.ts'
import { writeComment } from './comment-writes.ts'
import { loadContext } from './commit-context.ts'
import type { Stamp } from './commit-writes.ts'
import { accessTransitions, activityOf, changeOf, changesAccess, stampMatter } from './commit-writes.ts'
import { notifyOf } from './notifications/notify-change.ts'
import { matterToWire } from './wire.ts'

/** What a mutation came to. */
export interface Applied {
  /** The version that the mutation made; of a change that changed nothing, the matter's. */
  version: number
  /** The matter as it stands, as far as the actor sees it. */
  matter: Matter | null
  /** False of a change that changed nothing. */
  written: boolean
  /** What others had changed since the actor looked (rule X2). */
  others: FieldOrigin[]
  /** Counters of members who were told of it; they are passed on after the commit (rule N1). */
  heads: ReadonlyMap<MemberId, number>
}

/** Refusals of the way from one column to another: they say nothing to who thought that the matter was elsewhere. */
const OF_THE_WAY: readonly RefusalCode[] = [
  'INVALID_TRANSITION', 'REASON_REQUIRED', 'CONFIRMATION_REQUIRED', 'PREMATURE_CLOSURE', 'INSUFFICIENT_PERMISSION',
]

interface MutationFrame {
  mutation: Mutation
  /** The matter, when the actor sees it. */
  before: Matter | null
  board: Board
  firm: FirmSettings
  stamp: Stamp
}

/** Checks one mutation and writes it with all that belongs to it. Throws the `Problem` that refuses it. */
export async function commitMutation(stores: Stores, { mutation, before, board, firm, stamp }: MutationFrame): Promise<Applied> {
  const { actor, at } = stamp
  const context = await loadContext(stores, { mutation, board, actor, firm, now: at, cid: stamp.origin?.cid ?? null })
  const result = applyMutation(before, mutation, context)
  if (!result.ok) {
    const { code, ...details } = result.refusal
    if (before && mutation.kind === 'move' && OF_THE_WAY.includes(code))
      refuseConflicts(findConflicts(before, { ...before, columnId: mutation.args.columnId }, ['columnId'], mutation.base, stamp.origin?.cid))
    throw new Problem(code, `refused: ${code}`, details)
  }
  // Only who may create learns that an id is in use: it may be a hidden matter's.
  if (mutation.kind === 'create' && await stores.matters.findBoardId(mutation.id) !== null)
    throw new Problem('ID_TAKEN', 'the id is taken', { field: 'id' })
  refuseConflicts(conflictsOf(before, result.matter, result.changed, mutation, stamp))
  if (before && result.changed.length === 0 && !result.deleted)
    return { version: before.version, matter: before, written: false, others: [], heads: new Map() }
  await refuseTakenNumber(stores, before, result.matter)

  const after = stampMatter(before, result.matter, result.changed, stamp)
  const said = mutation.kind === 'comment' ? await writeComment(stores, mutation.id, mutation.args, stamp) : null
  if (result.deleted)
    await stores.matters.markDeleted(after.id, stamp.version, actor.id, at)
  else if (before)
    await stores.matters.update(after)
  else if (mutation.kind === 'undo')
    await stores.matters.restore(after.id, stamp.version, actor.id, at)
  else
    await stores.matters.insertMany([after], stamp.version)
  const transitions = before && changesAccess(result.changed) ? accessTransitions(before, after, await stores.accounts.listMembers()) : []
  await stores.log.appendAccess(board.id, stamp.version, transitions)
  await stores.log.appendChanges(board.id, stamp.version, [changeOf(after.id, stamp)])
  const undone = mutation.kind === 'undo' ? context.findOwnChange(mutation.id, mutation.args) : null
  const step = activityOf(mutation, before, after, result.changed, stamp, undone)
  await stores.activity.append([step])
  const comment = mutation.kind === 'comment' && mutation.args.action !== 'remove' ? { before: said, after: mutation.args.body } : undefined
  const heads = await notifyOf(stores, { step, before, after, changed: result.changed, comment, transitions })
  return {
    version: stamp.version,
    matter: result.deleted || !canSee(actor, after) ? null : after,
    written: true,
    others: before && !result.deleted ? findOthers(before, after, result.changed, mutation.base, stamp.origin?.cid) : [],
    heads,
  }
}

/** The matter as it stands, when the actor sees it. What is hidden is missing: both are the same null (rule W3). */
export async function findVisible(stores: Stores, actor: Actor, id: MatterId): Promise<Matter | null> {
  const record = await stores.matters.find(id)
  return record && record.deletedVersion === null && canSee(actor, record) ? matterToWire(record) : null
}

function refuseConflicts(conflicts: FieldConflict[]): void {
  if (conflicts.length > 0)
    throw new Problem('CONFLICT', 'the matter has newer values', { conflicts })
}

/** Deleting meets whatever others wrote since; everything else only what it overwrites (rules X1, X2). */
function conflictsOf(before: Matter | null, after: Matter, changed: readonly MatterField[], mutation: Mutation, { origin }: Stamp): FieldConflict[] {
  if (!before)
    return []
  const cid = origin?.cid
  return mutation.kind === 'delete'
    ? findDeletionConflicts(before, mutation.base, cid)
    : findConflicts(before, after, changed, mutation.base, cid)
}

async function refuseTakenNumber(stores: Stores, before: Matter | null, after: Matter): Promise<void> {
  if (before?.caseNumber === after.caseNumber)
    return
  const taken = (await stores.matters.takenCaseNumbers([after.caseNumber])).get(normalizeCaseNumber(after.caseNumber))
  if (taken !== undefined && taken !== after.id)
    throw new Problem('CASE_NUMBER_TAKEN', 'the case number is taken', { field: 'caseNumber' })
}
