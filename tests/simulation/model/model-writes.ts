import { applyMutation, moveStateOf } from '#shared/kanban/apply-mutation.ts'
import type { MutationContext } from '#shared/kanban/apply-mutation.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import type { FieldVersion, Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { CommentArgs, Mutation, UndoArgs } from '#shared/kanban/mutation.ts'
import { compareRank } from '#shared/kanban/rank.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { BOARD_ID, TIME_ZONE } from '../../helpers/builders.ts'
import type { Era, OwnRecord, StoredResult } from './era.ts'
import { latest, memberAt } from './era.ts'
import { itemsOf, overlapOf } from './model-conflicts.ts'

/** Who writes, as which number, and when. */
export interface Origin {
  actor: Actor
  cid: string | null
  n: number | null
  at: number
}

export interface Written {
  era: Era
  result: StoredResult
}

/** Carries out one mutation, or says why not: the whole of a transaction but the number (rule M2). */
export function write(era: Era, mutation: Mutation, origin: Origin): Written {
  const { actor, cid, n } = origin
  const row = era.rows.has(mutation.id) ? latest(era.rows.get(mutation.id)!) : null
  const before = row && canSee(actor, row) ? row : null
  const no = (result: Partial<StoredResult>): Written =>
    ({ era, result: { matterId: mutation.id, status: 'rejected', version: 0, fields: [], ...result } })
  if (!before && mutation.kind !== 'create' && (mutation.kind !== 'undo' || row))
    return no({ status: 'gone', code: 'MATTER_GONE' })

  const context = contextOf(era, mutation, origin)
  const applied = applyMutation(before, mutation, context)
  if (!applied.ok) {
    const { code, field, allowed } = applied.refusal
    return no({ status: code === 'MATTER_GONE' ? 'gone' : 'rejected', code, ...(field && { field }), ...(allowed && { allowed }) })
  }
  if (mutation.kind === 'create' && era.rows.has(mutation.id))
    return no({ code: 'ID_TAKEN', field: 'id' })
  const refusedComment = mutation.kind === 'comment' ? refuseComment(era, mutation.id, mutation.args, actor) : null
  if (refusedComment)
    return no({ code: refusedComment })
  const overlap = before && mutation.kind !== 'undo' && mutation.kind !== 'comment' ? overlapOf(before, applied.matter, applied.changed, mutation, cid) : null
  if (overlap && overlap.conflicts.length > 0)
    return no({ status: 'conflict', code: 'CONFLICT', fields: overlap.conflicts })
  const status = overlap && overlap.others.length > 0 ? 'merged' as const : 'ok' as const
  const fields = overlap?.others ?? []
  if (before && applied.changed.length === 0 && !applied.deleted)
    return { era, result: { matterId: mutation.id, status: 'ok', version: before.version, fields: [] } }

  const version = era.version + 1
  const stamp: FieldVersion = { v: version, cid, n, by: actor.id, at: origin.at }
  const after = applied.deleted ? null : stamped(before, applied.matter, applied.changed, stamp)
  const written = withRow(era, version, mutation.id, row, after, actor)
  return {
    era: {
      ...written,
      own: [...era.own, ...ownRecord(mutation, before, after, applied.changed, origin, version)],
      comments: mutation.kind === 'comment' ? withComment(era, mutation.id, mutation.args, actor) : era.comments,
      effects: cid === null || n === null ? era.effects : [...era.effects, { cid, n, version, matterId: mutation.id }],
      caseNumbers: era.caseNumbers + 1,
    },
    result: { matterId: mutation.id, status, version, fields },
  }
}

function contextOf(era: Era, mutation: Mutation, { actor, cid, at }: Origin): MutationContext {
  return {
    board: { id: BOARD_ID, name: 'Matters', columns: [...latest(era.columns)] },
    actor,
    now: at,
    today: dateInZone(at, TIME_ZONE),
    findMember: id => latest(era.members).get(id),
    matterRanks: columnId => [...era.rows.values()].flatMap(history => latest(history) ?? []).filter(row => row.columnId === columnId)
      .sort(compareRank).map(row => ({ id: row.id, rank: row.rank, visible: canSee(actor, row) && !row.archived })),
    nextCaseNumber: () => `2026-CV-${String(era.caseNumbers + 1).padStart(4, '0')}`,
    findOwnChange: (matterId: MatterId, args: UndoArgs) => era.own.find(record => record.matterId === matterId && record.memberId === actor.id
      && ('n' in args ? record.cid === cid && record.n === args.n : record.change.version === args.version))?.change ?? null,
  }
}

/** The row with the version of each field and item that changed (rule P3). */
function stamped(before: Matter | null, matter: Matter, changed: readonly MatterField[], stamp: FieldVersion): Matter {
  const fieldVersions: Matter['fieldVersions'] = { ...matter.fieldVersions }
  if (before) {
    for (const field of changed)
      fieldVersions[field] = stamp
    for (const list of ['tasks', 'deadlines', 'assignments'] as const) {
      const [known, items] = [itemsOf(before, list), itemsOf(matter, list)]
      for (const [key, item] of items) {
        if (known.get(key) !== item)
          fieldVersions[key] = stamp
      }
      for (const key of known.keys()) {
        if (!items.has(key))
          delete fieldVersions[key]
      }
    }
  }
  return { ...matter, version: stamp.v, fieldVersions }
}

/** The board with another row, and every reader who could see it before or after at this version (rule P5). */
export function withRow(era: Era, version: number, id: MatterId, before: Matter | null, after: Matter | null, writer: Actor): Era {
  const frozen = after && deepFreeze(after)
  const positions = new Map(era.positions)
  for (const member of latest(era.members).values()) {
    if (member.id === writer.id || (before && canSee(member, before)) || (frozen && canSee(member, frozen)))
      positions.set(member.id, version)
  }
  return {
    ...era,
    version,
    positions,
    rows: new Map(era.rows).set(id, [...era.rows.get(id) ?? [], { v: version, value: frozen }]),
  }
}

function ownRecord(
  mutation: Mutation, before: Matter | null, after: Matter | null, changed: readonly MatterField[], { actor, cid, n }: Origin, version: number,
): OwnRecord[] {
  const record = (change: OwnRecord['change']): OwnRecord[] => [{ memberId: actor.id, cid, n, matterId: mutation.id, change }]
  if (!before)
    return []
  const only = (matter: Matter) => Object.fromEntries(changed.map(field => [field, matter[field]])) as Partial<Matter>
  switch (mutation.kind) {
    case 'move': return after ? record({ kind: 'move', version, before: moveStateOf(before), after: moveStateOf(after) }) : []
    case 'edit': return after ? record({ kind: 'edit', version, before: only(before), after: only(after) }) : []
    case 'delete': return record({ kind: 'delete', version, matter: before })
    default: return []
  }
}

function refuseComment(era: Era, matterId: MatterId, { action, commentId }: CommentArgs, actor: Actor): 'ID_TAKEN' | 'NOT_FOUND' | 'INSUFFICIENT_PERMISSION' | null {
  const known = era.comments.get(commentId)
  if (action === 'add')
    return known ? 'ID_TAKEN' : null
  if (!known || known.matterId !== matterId)
    return 'NOT_FOUND'
  const mayRemove = action === 'remove' && memberAt(era, actor.id, era.version).role === 'PARTNER'
  return known.authorId === actor.id || mayRemove ? null : 'INSUFFICIENT_PERMISSION'
}

function withComment(era: Era, matterId: MatterId, { action, commentId }: CommentArgs, actor: Actor): Era['comments'] {
  const comments = new Map(era.comments)
  if (action === 'add')
    comments.set(commentId, { matterId, authorId: actor.id })
  else if (action === 'remove')
    comments.delete(commentId)
  return comments
}

/** What was told to readers is never changed in place; an engine that tried would throw. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value))
    return value
  Object.freeze(value)
  for (const part of Object.values(value))
    deepFreeze(part)
  return value
}
