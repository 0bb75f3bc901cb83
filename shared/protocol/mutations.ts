import { z } from 'zod'
import { CLOSE_OUTCOMES, LIMITS } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { assignmentSchema, baseSchema, deadlineSchema, idSchema, listChange, patchShape, tagSchema, taskSchema } from './messages.ts'
import { findUnstorable } from './storable.ts'

/*
 * The numbered request. Its frame is checked as a whole; each mutation in it by itself, because one that
 * can't be read is refused with its number, and the others go on (rule M2).
 */

/** The most mutations in one request. */
export const MAX_ITEMS = 50

const text = (max: number) => z.string().max(max)
const columnId = z.string().min(1).max(64)

const placementSchema = z.union([
  z.strictObject({ before: idSchema }),
  z.strictObject({ after: idSchema }),
  z.strictObject({ position: z.int().min(0).max(1_000_000) }),
  z.strictObject({ end: z.literal(true) }),
])

const { caseNumber: _number, title, clientName: _client, hold: _hold, closeRequest: _request, archived: _archived, ...newFields } = patchShape

const createArgs = z.strictObject({
  columnId,
  placement: placementSchema.optional(),
  caseNumber: text(LIMITS.caseNumber).optional(),
  title: title.unwrap(),
  clientName: text(LIMITS.clientName),
  fields: z.strictObject(newFields).optional(),
  assignments: z.array(assignmentSchema).max(LIMITS.assignments).optional(),
  deadlines: z.array(deadlineSchema).max(LIMITS.deadlines).optional(),
  tasks: z.array(taskSchema).max(LIMITS.tasks).optional(),
  tags: z.array(tagSchema).max(LIMITS.tags).optional(),
})

const editArgs = z.strictObject({
  set: z.strictObject(patchShape).optional(),
  tags: z.strictObject({ add: z.array(tagSchema).max(LIMITS.tags).optional(), remove: z.array(z.string()).max(100).optional() }).optional(),
  tasks: listChange(taskSchema, LIMITS.tasks).optional(),
  deadlines: listChange(deadlineSchema, LIMITS.deadlines).optional(),
  assignments: listChange(assignmentSchema, LIMITS.assignments).optional(),
})

const moveArgs = z.strictObject({
  columnId,
  placement: placementSchema,
  reason: text(LIMITS.reason).optional(),
  outcome: z.enum(CLOSE_OUTCOMES).optional(),
  confirmed: z.boolean().optional(),
})

const body = z.string().trim().min(1).max(LIMITS.comment)
const commentArgs = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('add'), commentId: idSchema, body }),
  z.strictObject({ action: z.literal('edit'), commentId: idSchema, body }),
  z.strictObject({ action: z.literal('remove'), commentId: idSchema }),
])

const counted = z.int().min(1)
const undoArgs = z.union([z.strictObject({ n: counted }), z.strictObject({ version: counted })])

/** One that isn't like this counts as none. */
const keySchema = z.string().regex(/^[\w-]{1,64}$/)

const base = baseSchema.optional()
const mutationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('create'), id: idSchema, args: createArgs }),
  z.strictObject({ kind: z.literal('edit'), id: idSchema, args: editArgs, base }),
  z.strictObject({ kind: z.literal('move'), id: idSchema, args: moveArgs, base }),
  z.strictObject({ kind: z.literal('delete'), id: idSchema, args: z.strictObject({ reason: text(LIMITS.reason).optional() }), base }),
  z.strictObject({ kind: z.literal('comment'), id: idSchema, args: commentArgs }),
  z.strictObject({ kind: z.literal('undo'), id: idSchema, args: undoArgs }),
  z.strictObject({ kind: z.literal('void') }),
])

/** What is looked at before anything else: a page of another age may send another shape (rule K1). */
export const spokenSchema = z.object({ protocol: counted.optional() })

/** The frame of `POST /api/kanban/mutations`; `readItem` reads what is in it. */
export const mutationsRequestSchema = z.strictObject({
  /** Absent: the newest (rule K1). */
  protocol: counted.optional(),
  board: idSchema,
  /** The outbox (rule M1). */
  cid: idSchema,
  items: z.array(z.looseObject({ n: counted })).min(1).max(MAX_ITEMS),
})

/** A mutation of an outbox as it was understood: null when it can't be read, then `field` is what is wrong with it. */
export type ReadItem = { n: number, key?: string | undefined }
  & ({ mutation: Mutation | { kind: 'void' }, field: null } | { mutation: null, field: string | null })

/** Reads one mutation of a request. */
export function readItem({ n, key: given, ...rest }: { n: number, [part: string]: unknown }): ReadItem {
  const key = keySchema.safeParse(given).data
  const parsed = mutationSchema.safeParse(rest)
  if (!parsed.success)
    return { n, key, mutation: null, field: pathOf(parsed.error.issues[0]!) }
  const unstorable = findUnstorable(parsed.data)
  if (unstorable !== null)
    return { n, key, mutation: null, field: nameOf(unstorable.split('.')) }
  const mutation = parsed.data as Mutation | { kind: 'void' }
  const repeated = findRepeated(mutation)
  return repeated === null ? { n, key, mutation, field: null } : { n, key, mutation: null, field: repeated }
}

function pathOf(issue: z.core.$ZodIssue): string | null {
  return nameOf(issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path)
}

/** A part of a path that may be repeated to the caller and kept with the result: what else they made up may be any text, and of any length. */
const NAME = /^[\w/-]{1,64}$/

/** The rules name a field of the matter alone; so does this, wherever in the arguments it stands. */
function nameOf(path: readonly PropertyKey[]): string | null {
  const odd = path.findIndex(part => !NAME.test(String(part)))
  const named = odd === -1 ? path : path.slice(0, odd)
  const inArgs = named[0] === 'args' ? named.slice(1) : named
  const inMatter = inArgs[0] === 'set' || inArgs[0] === 'fields' ? inArgs.slice(1) : inArgs
  return [inMatter, inArgs, named].find(({ length }) => length > 0)?.join('.') ?? null
}

/** The list that names the same thing twice. */
function findRepeated(mutation: Mutation | { kind: 'void' }): string | null {
  if (mutation.kind !== 'create' && mutation.kind !== 'edit')
    return null
  for (const field of ['assignments', 'deadlines', 'tasks'] as const) {
    const list = mutation.args[field]
    const items = Array.isArray(list) ? list : list?.put ?? []
    const keys = items.map(item => 'memberId' in item ? item.memberId : item.id)
    if (new Set(keys).size < keys.length)
      return field
  }
  return null
}
