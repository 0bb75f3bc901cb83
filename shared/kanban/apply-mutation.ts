import type { Column } from './board.ts'
import { findColumn } from './board.ts'
import { findInvalid } from './find-invalid.ts'
import { changedAssignments, changedList, changedTags } from './list-change.ts'
import type { Assignment, Deadline, Matter, Task } from './matter.ts'
import { MATTER_FIELDS } from './matter.ts'
import { isFull, moveMatter } from './move-matter.ts'
import type { CreateArgs, EditArgs, MatterPatch, Mutation } from './mutation.ts'
import type { ApplyResult, MutationContext } from './mutation-context.ts'
import { changedMatter, refuse, touched } from './mutation-context.ts'
import { can, refusePermission } from './permissions.ts'
import type { Capability } from './permissions.ts'
import { rankFor } from './rank.ts'
import { undoChange } from './undo-change.ts'

export { moveStateOf, needsReason, refuseMove } from './move-matter.ts'
export { MOVE_FIELDS } from './mutation-context.ts'
export type { ApplyResult, MoveState, MutationContext, OwnChange, Refusal, RefusalCode } from './mutation-context.ts'
export { isStillUndoable, ownChangeOf } from './undo-change.ts'

/**
 * The matter after a mutation, or why it can't be. The browser shows what this says and the server
 * stores it: both run this same function, so what shows on a screen is what the server repeats.
 *
 * `matter` is null for a creation, and for the undo of a deletion. Versions are the caller's business:
 * `changed` names the fields whose values differ.
 */
export function applyMutation(matter: Matter | null, mutation: Mutation, context: MutationContext): ApplyResult {
  if (mutation.kind === 'create')
    return create(mutation.id, mutation.args, context)
  if (mutation.kind === 'undo')
    return undoChange(matter, mutation, context)
  if (!matter)
    return refuse('MATTER_GONE')
  switch (mutation.kind) {
    case 'move': return moveMatter(matter, mutation.args, context)
    case 'edit': return edit(matter, mutation.args, context)
    case 'delete': return remove(matter, context)
    case 'comment': return comment(matter, mutation.args.action, context)
    default: return mutation satisfies never
  }
}

function create(id: string, args: CreateArgs, context: MutationContext): ApplyResult {
  const { actor, board, now, today } = context
  const refusal = refusePermission(actor, 'create')
  if (refusal)
    return refuse(refusal)
  const column = findColumn(board, args.columnId)
  if (!column || column.archived)
    return refuse('COLUMN_GONE', { allowed: allowedForNew(id, context) })
  if (column.kind === 'CLOSED')
    return refuse('INVALID_TRANSITION', { allowed: allowedForNew(id, context) })
  if (column.critical && !can(actor, 'criticalMove'))
    return refuse('INSUFFICIENT_PERMISSION', { field: 'columnId', allowed: allowedForNew(id, context) })
  if (isFull(column, context, id))
    return refuse('WIP_LIMIT', { allowed: allowedForNew(id, context) })
  const confidentiality = args.fields?.confidentiality ?? 'NORMAL'
  if (confidentiality !== 'NORMAL' && !can(actor, 'classify'))
    return refuse('INSUFFICIENT_PERMISSION', { field: 'confidentiality' })
  // To name a client's account is to open the matter to somebody outside.
  if (args.fields?.clientMemberIds?.length && !can(actor, 'assign'))
    return refuse('INSUFFICIENT_PERMISSION', { field: 'clientMemberIds' })

  const practiceArea = args.fields?.practiceArea ?? null
  const caseNumber = args.caseNumber?.trim() || context.nextCaseNumber({ practiceArea, clientName: args.clientName })
  const matter: Matter = {
    id,
    boardId: board.id,
    courtCaseNumber: null,
    courtName: null,
    description: '',
    opposingParty: null,
    waitingOn: null,
    priority: 'MEDIUM',
    clientMemberIds: [],
    filedOn: null,
    openedOn: today,
    ...trimmed(args.fields ?? {}),
    caseNumber,
    title: args.title.trim(),
    clientName: args.clientName.trim(),
    practiceArea,
    confidentiality,
    columnId: column.id,
    rank: rankFor(context.matterRanks(column.id), args.placement ?? { end: true }),
    hold: null,
    closeOutcome: null,
    closeRequest: null,
    assignments: changedList([], { put: args.assignments }, assignmentKey),
    deadlines: changedList([], { put: args.deadlines }, deadlineKey),
    tasks: changedList([], { put: args.tasks }, taskKey),
    tags: changedTags([], { add: args.tags }),
    closedOn: null,
    externalRefs: args.externalRefs ?? [],
    archived: false,
    commentCount: 0,
    stageEnteredAt: now,
    createdAt: now,
    createdBy: actor.id,
    updatedAt: now,
    updatedBy: actor.id,
    version: 0,
    fieldVersions: {},
  }
  const invalid = findInvalid(matter, context)
  return invalid ?? { ok: true, matter, changed: [...MATTER_FIELDS], deleted: false }
}

function edit(matter: Matter, args: EditArgs, context: MutationContext): ApplyResult {
  const { actor, now } = context
  for (const [capability, field] of capabilitiesOfEdit(matter, args, context)) {
    const code = refusePermission(actor, capability, matter)
    if (code)
      return refuse(code, { field })
  }
  const { hold, closeRequest, ...plain } = args.set ?? {}
  const edited: Matter = {
    ...matter,
    ...trimmed(plain),
    tags: changedTags(matter.tags, args.tags),
    tasks: changedList(matter.tasks, args.tasks, taskKey),
    deadlines: changedList(matter.deadlines, args.deadlines, deadlineKey),
    assignments: changedAssignments(matter.assignments, args.assignments),
  }
  if (hold !== undefined)
    edited.hold = hold && { reason: hold.reason.trim(), since: matter.hold?.since ?? now }
  if (closeRequest !== undefined)
    edited.closeRequest = closeRequest && { ...closeRequest, reason: closeRequest.reason.trim(), by: actor.id, at: now }
  return findInvalid(edited, context, matter) ?? changedMatter(matter, edited, context)
}

/** What an edit takes beyond `edit` itself; only fields that really change count. */
function capabilitiesOfEdit(matter: Matter, args: EditArgs, { actor }: MutationContext): [Capability, string][] {
  const set = args.set ?? {}
  const wanted: [Capability, string][] = []
  if (set.hold !== undefined)
    wanted.push(['hold', 'hold'])
  if (set.priority !== undefined && set.priority !== matter.priority)
    wanted.push(['prioritise', 'priority'])
  if (set.confidentiality !== undefined && set.confidentiality !== matter.confidentiality)
    wanted.push(['classify', 'confidentiality'])
  if (args.assignments || set.clientMemberIds)
    wanted.push(['assign', args.assignments ? 'assignments' : 'clientMemberIds'])
  if (set.closeRequest !== undefined)
    wanted.push([set.closeRequest === null && matter.closeRequest?.by !== actor.id ? 'close' : 'requestClose', 'closeRequest'])
  const special = ['hold', 'priority', 'confidentiality', 'clientMemberIds', 'closeRequest']
  const plain = Object.keys(set).some(field => !special.includes(field)) || args.tags || args.tasks || args.deadlines
  if (plain || wanted.length === 0)
    wanted.push(['edit', 'id'])
  return wanted
}

function remove(matter: Matter, context: MutationContext): ApplyResult {
  const code = refusePermission(context.actor, 'delete', matter)
  if (code)
    return refuse(code)
  return { ok: true, matter: touched(matter, context), changed: [], deleted: true }
}

function comment(matter: Matter, action: 'add' | 'edit' | 'remove', context: MutationContext): ApplyResult {
  const code = refusePermission(context.actor, 'comment', matter)
  if (code)
    return refuse(code)
  const step = { add: 1, edit: 0, remove: -1 }[action]
  const commented = { ...matter, commentCount: Math.max(0, matter.commentCount + step) }
  // An edited comment leaves the count alone, yet readers must look again: its field version says so.
  return { ok: true, matter: touched(commented, context), changed: ['commentCount'], deleted: false }
}

/** Keys of the columns in which this person may begin a matter now. */
function allowedForNew(id: string, context: MutationContext): string[] {
  const isOpen = (column: Column) => !column.archived && column.kind !== 'CLOSED' && (!column.critical || can(context.actor, 'criticalMove'))
  return context.board.columns.filter(column => isOpen(column) && !isFull(column, context, id)).map(({ key }) => key)
}

const assignmentKey = ({ memberId }: Assignment) => memberId
const deadlineKey = ({ id }: Deadline) => id
const taskKey = ({ id }: Task) => id

/** The patch without space around its texts; an empty one clears what may be absent. A field set to undefined isn't set. */
function trimmed(patch: MatterPatch): Omit<MatterPatch, 'hold' | 'closeRequest'> {
  const { hold: _hold, closeRequest: _closeRequest, ...rest } = patch
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined).map(([field, value]) => {
    if (typeof value !== 'string' || field === 'description')
      return [field, value]
    const text = value.trim()
    return [field, text === '' && NULLABLE_TEXTS.includes(field) ? null : text]
  })
  return Object.fromEntries(entries) as MatterPatch
}

const NULLABLE_TEXTS: readonly string[] = ['courtCaseNumber', 'courtName', 'opposingParty', 'waitingOn']
