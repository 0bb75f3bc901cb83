import type { Board, Column } from './board.ts'
import { findColumn } from './board.ts'
import { openBindingDeadlines } from './deadline.ts'
import type { DateOnly, EpochMs, Matter, MatterField, MatterId } from './matter.ts'
import { LIMITS, MATTER_FIELDS } from './matter.ts'
import type { Actor, Member, MemberId } from './member.ts'
import { isLawyer } from './member.ts'
import type { CreateArgs, EditArgs, ListChange, MatterPatch, MoveArgs, Mutation } from './mutation.ts'
import { can, refusePermission } from './permissions.ts'
import type { Capability } from './permissions.ts'
import type { RankedMatter } from './rank.ts'
import { rankFor } from './rank.ts'
import { allowedColumns, isTransitionAllowed } from './workflow.ts'

/** A matter this young isn't closed, unless it is pressing and a lawyer closes it. */
const PREMATURE_MS = 24 * 3_600_000

/** What the reducer needs to know of the world. */
export interface MutationContext {
  board: Board
  actor: Actor
  now: EpochMs
  /** Today in the firm's zone. */
  today: DateOnly
  findMember: (id: MemberId) => Pick<Member, 'id' | 'role' | 'active'> | undefined
  /** The matters of a column in order, those hidden from the actor marked so. */
  matterRanks: (columnId: string) => readonly RankedMatter[]
  /** The firm's next case number, for a creation that brings none. */
  nextCaseNumber: (fields: Pick<Matter, 'practiceArea' | 'clientName'>) => string
  /** What a move that made `version` changed from, when it was the actor's; else null. */
  findOwnMove: (matterId: MatterId, version: number) => MoveState | null
}

/** The fields that a move sets: what its undo brings back. */
export type MoveState = Pick<Matter, typeof MOVE_FIELDS[number]>

export const MOVE_FIELDS = ['columnId', 'rank', 'stageEnteredAt', 'closedOn', 'closeOutcome', 'closeRequest', 'archived'] as const satisfies readonly MatterField[]

export function moveStateOf(matter: Matter): MoveState {
  const { columnId, rank, stageEnteredAt, closedOn, closeOutcome, closeRequest, archived } = matter
  return { columnId, rank, stageEnteredAt, closedOn, closeOutcome, closeRequest, archived }
}

export type RefusalCode
  = | 'MATTER_GONE' | 'COLUMN_GONE' | 'NOT_ASSIGNED' | 'INSUFFICIENT_PERMISSION' | 'INVALID_TRANSITION'
    | 'REASON_REQUIRED' | 'CONFIRMATION_REQUIRED' | 'WIP_LIMIT' | 'PREMATURE_CLOSURE' | 'VALIDATION' | 'UNDO_STALE'

export interface Refusal {
  code: RefusalCode
  /** The part of the arguments that is wrong, as a dotted path. */
  field?: string
  /** Keys of the columns the matter may go to. */
  allowed?: string[]
}

export type ApplyResult
  = | { ok: true, matter: Matter, changed: MatterField[], deleted: boolean }
    | { ok: false, refusal: Refusal }

/**
 * The matter after a mutation, or why it can't be. The browser shows what this says and the server
 * stores it: both run this same function, so what shows on a screen is what the server repeats.
 *
 * `matter` is null for a creation. Versions are the caller's business: `changed` names the fields
 * whose values differ.
 */
export function applyMutation(matter: Matter | null, mutation: Mutation, context: MutationContext): ApplyResult {
  if (mutation.kind === 'create')
    return create(mutation.id, mutation.args, context)
  if (!matter)
    return refuse('MATTER_GONE')
  switch (mutation.kind) {
    case 'move': return move(matter, mutation.args, context)
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
    return refuse('COLUMN_GONE', { allowed: board.columns.filter(isOpenForNew).map(({ key }) => key) })
  if (!isOpenForNew(column))
    return refuse('INVALID_TRANSITION', { allowed: board.columns.filter(isOpenForNew).map(({ key }) => key) })
  if (isFull(column, context, id))
    return refuse('WIP_LIMIT')
  const confidentiality = args.fields?.confidentiality ?? 'NORMAL'
  if (confidentiality !== 'NORMAL' && !can(actor, 'classify'))
    return refuse('INSUFFICIENT_PERMISSION', { field: 'confidentiality' })

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
    ...args.fields,
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
    assignments: args.assignments ?? [],
    deadlines: args.deadlines ?? [],
    tasks: args.tasks ?? [],
    tags: args.tags ?? [],
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

function move(matter: Matter, args: MoveArgs, context: MutationContext): ApplyResult {
  if (args.undoOf !== undefined)
    return undoMove(matter, args.undoOf, context)
  const { board, now, today } = context
  const from = findColumn(board, matter.columnId)
  const to = findColumn(board, args.columnId)
  const refusal = refuseMove(matter, args, context)
  if (refusal)
    return { ok: false, refusal }
  const ranks = context.matterRanks(args.columnId).filter(({ id }) => id !== matter.id)
  const moved = { ...matter, rank: rankFor(ranks, args.placement), archived: false }
  if (to!.id === from?.id)
    return changedMatter(matter, moved, context)
  const closes = to!.kind === 'CLOSED'
  return changedMatter(matter, {
    ...moved,
    columnId: to!.id,
    stageEnteredAt: now,
    closedOn: closes ? today : null,
    closeOutcome: closes ? args.outcome ?? matter.closeRequest?.outcome ?? null : null,
    closeRequest: null,
  }, context)
}

function undoMove(matter: Matter, version: number, context: MutationContext): ApplyResult {
  const before = context.findOwnMove(matter.id, version)
  const isLatest = Math.max(matter.fieldVersions.columnId?.v ?? 0, matter.fieldVersions.rank?.v ?? 0) === version
  const column = before && findColumn(context.board, before.columnId)
  if (!before || !isLatest || !column || (column.archived && column.id !== matter.columnId))
    return refuse('UNDO_STALE')
  const code = refusePermission(context.actor, 'move', matter)
  return code ? refuse(code) : changedMatter(matter, { ...matter, ...before }, context)
}

/**
 * Why a matter may not go where `args` says, or null. Asked without a reason and a confirmation it
 * tells what has still to be asked of the person, after everything that no answer could mend.
 */
export function refuseMove(matter: Matter, args: Omit<MoveArgs, 'placement'>, context: MutationContext): Refusal | null {
  const { actor, board, now } = context
  const from = findColumn(board, matter.columnId)
  const to = findColumn(board, args.columnId)
  const allowed = from ? allowedColumns(board, from).map(({ key }) => key) : []
  if (!to || (to.archived && to.id !== from?.id))
    return { code: 'COLUMN_GONE', allowed }
  if (to.id === from?.id) {
    const code = refusePermission(actor, 'move', matter)
    return code && { code }
  }
  const code = refusePermission(actor, capabilityOfMove(from, to), matter)
  if (code)
    return { code, allowed: allowedTo(matter, context) }
  if (from && !isTransitionAllowed(from, to))
    return { code: 'INVALID_TRANSITION', allowed: allowedTo(matter, context) }
  if (isFull(to, context, matter.id))
    return { code: 'WIP_LIMIT', allowed: allowedTo(matter, context).filter(key => key !== to.key) }
  if (to.kind === 'CLOSED') {
    const pressing = matter.priority === 'HIGH' || matter.priority === 'URGENT'
    if (now - matter.createdAt < PREMATURE_MS && !(pressing && isLawyer(actor)))
      return { code: 'PREMATURE_CLOSURE', allowed: allowedTo(matter, context).filter(key => key !== to.key) }
    if (args.outcome === 'DECLINED' && from?.kind !== 'PENDING')
      return { code: 'VALIDATION', field: 'outcome' }
  }
  if (needsReason(from, to) && !args.reason?.trim())
    return { code: 'REASON_REQUIRED', field: 'reason' }
  if (to.kind === 'CLOSED' && openBindingDeadlines(matter).length > 0 && !args.confirmed)
    return { code: 'CONFIRMATION_REQUIRED', field: 'confirmed' }
  return null
}

/** Whether a move wants a confirmation and a reason: into a critical column, and out of a closed one. */
export function needsReason(from: Column | undefined, to: Column): boolean {
  return from?.id !== to.id && (to.critical || to.kind === 'CLOSED' || from?.kind === 'CLOSED')
}

function capabilityOfMove(from: Column | undefined, to: Column): Capability {
  if (to.kind === 'CLOSED')
    return 'close'
  if (from?.kind === 'CLOSED')
    return 'reopen'
  return to.critical ? 'criticalMove' : 'move'
}

/** Keys of the columns that this person may move the matter to. */
function allowedTo(matter: Matter, { actor, board }: MutationContext): string[] {
  const from = findColumn(board, matter.columnId)
  return from ? allowedColumns(board, from).filter(to => can(actor, capabilityOfMove(from, to), matter)).map(({ key }) => key) : []
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
    tasks: changedList(matter.tasks, args.tasks, task => task.id),
    deadlines: changedList(matter.deadlines, args.deadlines, deadline => deadline.id),
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

/** Whether what must hold of every matter doesn't hold of this one. Fields that an edit left alone aren't blamed. */
function findInvalid(matter: Matter, { findMember }: MutationContext, before?: Matter): ApplyResult | null {
  if (!matter.title)
    return refuse('VALIDATION', { field: 'title' })
  if (!matter.caseNumber)
    return refuse('VALIDATION', { field: 'caseNumber' })
  if (matter.hold && !matter.hold.reason)
    return refuse('REASON_REQUIRED', { field: 'hold.reason' })
  if (matter.closeRequest && !matter.closeRequest.reason)
    return refuse('REASON_REQUIRED', { field: 'closeRequest.reason' })
  const tooLong = (['tags', 'tasks', 'deadlines', 'assignments'] as const).find(list => matter[list].length > LIMITS[list])
  if (tooLong)
    return refuse('VALIDATION', { field: tooLong })
  if (!before || !isSame(before.assignments, matter.assignments)) {
    const primary = matter.assignments.filter(({ role }) => role === 'PRIMARY_LAWYER')
    const known = new Set(before?.assignments.map(({ memberId }) => memberId))
    const strangers = matter.assignments.filter(({ memberId }) => !known.has(memberId) && !isAssignable(findMember(memberId)))
    const lawyer = primary[0] && findMember(primary[0].memberId)
    if (primary.length !== 1 || strangers.length > 0 || !lawyer || !isLawyer(lawyer))
      return refuse('VALIDATION', { field: 'assignments' })
  }
  if (!before || !isSame(before.clientMemberIds, matter.clientMemberIds)) {
    if (matter.clientMemberIds.some(id => findMember(id)?.role !== 'CLIENT'))
      return refuse('VALIDATION', { field: 'clientMemberIds' })
  }
  return null
}

function isAssignable(member: Pick<Member, 'role' | 'active'> | undefined): boolean {
  return member !== undefined && member.active && member.role !== 'CLIENT' && member.role !== 'ADMIN'
}

function isOpenForNew(column: Column): boolean {
  return !column.archived && column.kind !== 'CLOSED'
}

/** Whether a hard limit is reached, counting what the actor sees (rule W3). */
function isFull(column: Column, { matterRanks }: MutationContext, exceptId: string): boolean {
  if (!column.wip?.hard)
    return false
  return matterRanks(column.id).filter(({ id, visible }) => visible && id !== exceptId).length >= column.wip.limit
}

function trimmed(patch: MatterPatch): Omit<MatterPatch, 'hold' | 'closeRequest'> {
  const { hold: _hold, closeRequest: _closeRequest, ...rest } = patch
  const entries = Object.entries(rest).map(([field, value]) => {
    if (typeof value !== 'string' || field === 'description')
      return [field, value]
    const text = value.trim()
    return [field, text === '' && NULLABLE_TEXTS.includes(field) ? null : text]
  })
  return Object.fromEntries(entries) as MatterPatch
}

const NULLABLE_TEXTS: readonly string[] = ['courtCaseNumber', 'courtName', 'opposingParty', 'waitingOn']

function changedTags(tags: string[], change: EditArgs['tags']): string[] {
  if (!change)
    return tags
  const removed = new Set(change.remove)
  const added = (change.add ?? []).map(tag => tag.trim()).filter(tag => tag && !tags.includes(tag))
  return [...tags.filter(tag => !removed.has(tag)), ...new Set(added)]
}

function changedList<Item>(list: Item[], change: ListChange<Item> | undefined, keyOf: (item: Item) => string): Item[] {
  if (!change)
    return list
  const removed = new Set(change.remove)
  const put = new Map(change.put?.map(item => [keyOf(item), item]))
  const kept = list.filter(item => !removed.has(keyOf(item))).map((item) => {
    const key = keyOf(item)
    const next = put.get(key) ?? item
    put.delete(key)
    return next
  })
  return [...kept, ...put.values()]
}

function changedAssignments(list: Matter['assignments'], change: EditArgs['assignments']): Matter['assignments'] {
  const changed = changedList(list, change, ({ memberId }) => memberId)
  const primary = change?.put?.findLast(({ role }) => role === 'PRIMARY_LAWYER')
  if (!primary)
    return changed
  return changed.map(assignment => assignment.role === 'PRIMARY_LAWYER' && assignment.memberId !== primary.memberId
    ? { ...assignment, role: 'SECONDARY_LAWYER' }
    : assignment)
}

function changedMatter(before: Matter, after: Matter, context: MutationContext): ApplyResult {
  const changed = MATTER_FIELDS.filter(field => !isSame(before[field], after[field]))
  return { ok: true, matter: changed.length > 0 ? touched(after, context) : before, changed, deleted: false }
}

function touched(matter: Matter, { actor, now }: MutationContext): Matter {
  return { ...matter, updatedAt: now, updatedBy: actor.id }
}

/** Equal as data: values here are JSON, with keys in a stable order. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function refuse(code: RefusalCode, details: Omit<Refusal, 'code'> = {}): ApplyResult {
  return { ok: false, refusal: { code, ...details } }
}
