import { v5 as uuidv5 } from 'uuid'
import type { ColumnRecord } from '#server/db/records.ts'
import type { Assignment, Comment, Deadline, EpochMs, Matter, MatterId, Task } from '#shared/kanban/matter.ts'
import { LIMITS } from '#shared/kanban/matter.ts'
import type { DraftComment, DraftDeadline, DraftFields, DraftTask, MatterDraft } from './draft.ts'

/** Who imports, when, and where a draft's column lies. */
export interface MergeContext {
  column: ColumnRecord
  /** The end of that column. */
  rank: () => string
  at: EpochMs
  timeZone: string
}

/** What a later run of a file changes about a matter. */
export interface Merge {
  matter: Matter
  added: Comment[]
  edited: Comment[]
  removed: string[]
}

const PLAIN_FIELDS = [
  'title', 'description', 'clientName', 'courtCaseNumber', 'courtName', 'opposingParty', 'practiceArea', 'priority', 'waitingOn',
  'openedOn', 'filedOn', 'archived',
] as const satisfies readonly (keyof DraftFields)[]

/** A matter as a draft describes it, new on the board. */
export function newMatter(
  draft: MatterDraft,
  { id, boardId, actorId, caseNumber }: { id: MatterId, boardId: string, actorId: string, caseNumber: string },
  { column, rank, at, timeZone }: MergeContext,
): { matter: Matter, comments: Comment[] } {
  const { columnKey: _columnKey, caseNumber: _caseNumber, ...fields } = draft.fields
  const matter: Matter = {
    ...fields,
    id,
    boardId,
    caseNumber,
    columnId: column.id,
    rank: rank(),
    hold: null,
    closeOutcome: null,
    closeRequest: null,
    confidentiality: 'NORMAL',
    clientMemberIds: [],
    deadlines: draft.deadlines.map(deadline => toDeadline(deadline, id, at, timeZone)),
    tasks: draft.tasks.map(task => toTask(task, id, at)),
    tags: draft.tags,
    externalRefs: [draft.ref],
    commentCount: draft.comments.length,
    stageEnteredAt: at,
    createdAt: at,
    createdBy: actorId,
    updatedAt: at,
    updatedBy: actorId,
    version: 0,
    fieldVersions: {},
  }
  return { matter, comments: draft.comments.map(comment => toComment(comment, id, at)) }
}

/**
 * The matter with what the file changed since `baseline`, the draft of the run before. What people
 * changed meanwhile and the file didn't stays as they left it.
 */
export function mergeDraft(matter: Matter, draft: MatterDraft, baseline: MatterDraft, context: MergeContext): Merge {
  const { column, rank, at, timeZone } = context
  const [now, before] = [draft.fields, baseline.fields]
  const merged: Matter = { ...matter }
  for (const field of PLAIN_FIELDS) {
    if (now[field] !== before[field])
      Object.assign(merged, { [field]: now[field] })
  }
  if (now.caseNumber !== null && now.caseNumber !== before.caseNumber)
    merged.caseNumber = now.caseNumber
  if (now.columnKey !== before.columnKey && column.id !== matter.columnId)
    Object.assign(merged, { columnId: column.id, rank: rank(), stageEnteredAt: at, closedOn: null, closeOutcome: null, closeRequest: null })
  if (column.id === merged.columnId && (now.closedOn !== before.closedOn || merged.columnId !== matter.columnId))
    merged.closedOn = column.kind === 'CLOSED' ? now.closedOn : null
  if (!isSame(now.assignments, before.assignments))
    merged.assignments = mergeAssignments(matter.assignments, now.assignments, before.assignments)
  merged.tags = mergeTags(matter.tags, draft.tags, baseline.tags)
  merged.tasks = mergeItems(matter.tasks, draft.tasks, baseline.tasks, LIMITS.tasks, task => toTask(task, matter.id, at))
  const makeDeadline = (deadline: DraftDeadline) => toDeadline(deadline, matter.id, at, timeZone)
  merged.deadlines = mergeItems(matter.deadlines, draft.deadlines, baseline.deadlines, LIMITS.deadlines, makeDeadline)

  const known = new Map(baseline.comments.map(comment => [comment.key, comment]))
  const wanted = new Set(draft.comments.map(({ key }) => key))
  const toComments = (comments: DraftComment[]) => comments.map(comment => toComment(comment, matter.id, at))
  const added = toComments(draft.comments.filter(({ key }) => !known.has(key)))
  const edited = toComments(draft.comments.filter(({ key, body }) => known.has(key) && known.get(key)!.body !== body))
  // Only our own continuations go: comments that an export no longer reaches (it holds the newest 1,000) stay.
  const removed = baseline.comments.filter(({ key }) => key.startsWith('description/') && !wanted.has(key)).map(({ key }) => idOf(matter.id, 'comment', key))
  merged.commentCount = Math.max(0, matter.commentCount + added.length - removed.length)
  return { matter: merged, added, edited, removed }
}

/** The id of a comment that an import made: the same at every run. */
export function commentIdOf(matterId: MatterId, key: string): string {
  return idOf(matterId, 'comment', key)
}

export function isSameDraft(a: MatterDraft, b: MatterDraft): boolean {
  return isSame(a, b)
}

function toComment({ key, body, at: writtenAt, authorId, authorName }: DraftComment, matterId: MatterId, at: EpochMs): Comment {
  return { id: idOf(matterId, 'comment', key), matterId, body, authorId, authorName, createdAt: writtenAt ?? at, editedAt: null }
}

function toTask({ key, title, done }: DraftTask, matterId: MatterId, at: EpochMs): Task {
  return { id: idOf(matterId, 'task', key), title, doneAt: done ? at : null }
}

function toDeadline({ key, title, date, time, done }: DraftDeadline, matterId: MatterId, at: EpochMs, timeZone: string): Deadline {
  return {
    id: idOf(matterId, 'deadline', key),
    kind: 'INTERNAL',
    title,
    date,
    time,
    timeZone: time === null ? null : timeZone,
    source: 'INTERNAL',
    extendable: false,
    doneAt: done ? at : null,
  }
}

/** Items that the file added or changed are put, those that it dropped go, all others stay as they are. */
function mergeItems<Draft extends { key: string, done: boolean }, Item extends { id: string, doneAt: EpochMs | null }>(
  items: Item[],
  drafts: Draft[],
  baseline: Draft[],
  limit: number,
  make: (draft: Draft) => Item,
): Item[] {
  const known = new Map(baseline.map(draft => [draft.key, draft]))
  const wanted = new Set(drafts.map(({ key }) => key))
  const dropped = new Set(baseline.filter(({ key }) => !wanted.has(key)).map(draft => make(draft).id))
  const put = new Map(drafts.filter(draft => !isSame(known.get(draft.key), draft)).map((draft) => {
    const item = make(draft)
    return [item.id, { item, wasDone: known.get(draft.key)?.done ?? null, done: draft.done }]
  }))
  if (put.size === 0 && dropped.size === 0)
    return items
  const kept = items.filter(({ id }) => !dropped.has(id)).map((old) => {
    const change = put.get(old.id)
    put.delete(old.id)
    // Ticked here or there: only a change in the file moves the tick.
    return change ? { ...change.item, doneAt: change.wasDone === change.done || (change.done && old.doneAt !== null) ? old.doneAt : change.item.doneAt } : old
  })
  return [...kept, ...[...put.values()].map(({ item }) => item)].slice(0, limit)
}

function mergeTags(tags: string[], draft: string[], baseline: string[]): string[] {
  const dropped = new Set(baseline.filter(tag => !draft.includes(tag)))
  const added = draft.filter(tag => !baseline.includes(tag) && !tags.includes(tag))
  return dropped.size + added.length === 0 ? tags : [...tags.filter(tag => !dropped.has(tag)), ...added].slice(0, LIMITS.tags)
}

/** The file's people join, those that it dropped leave, and exactly one leads. */
function mergeAssignments(current: Assignment[], draft: Assignment[], baseline: Assignment[]): Assignment[] {
  const wanted = new Map(draft.map(assignment => [assignment.memberId, assignment]))
  const dropped = new Set(baseline.filter(({ memberId }) => !wanted.has(memberId)).map(({ memberId }) => memberId))
  const others = current.filter(({ memberId }) => !wanted.has(memberId) && !dropped.has(memberId))
  return [...draft, ...others.map(other => other.role === 'PRIMARY_LAWYER' ? { ...other, role: 'SECONDARY_LAWYER' as const } : other)].slice(0, LIMITS.assignments)
}

function idOf(matterId: MatterId, kind: string, key: string): string {
  return uuidv5(`${kind}/${key}`, matterId)
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
