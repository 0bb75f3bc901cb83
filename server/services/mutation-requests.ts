import { v7 as uuidv7 } from 'uuid'
import { findColumn, resolveColumn } from '#shared/kanban/board.ts'
import type { Assignment, Matter } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { isLawyer, isStaff } from '#shared/kanban/member.ts'
import type { EditArgs, ListChange, Mutation, Placement } from '#shared/kanban/mutation.ts'
import type { CreateRequest, EditRequest, MoveRequest } from '#shared/protocol/messages.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { Scene } from './board-service.ts'

/*
 * What a plain caller's request means as a mutation. Each function answers one that is built under the
 * board's lock, because a column's name and a whole list mean something only beside what is there.
 */

/** `POST /api/matters`. */
export function createMutation(request: CreateRequest, actor: Actor): (scene: Scene) => Mutation {
  const {
    id = uuidv7(), board: _board, column, before, after, position, caseNumber, title, clientName, assignments, deadlines, tasks, tags,
    hold: _hold, closeRequest: _closeRequest, archived: _archived, ...fields
  } = request
  refuseRepeated({ assignments: assignments?.map(({ memberId }) => memberId), deadlines: idsOf(deadlines), tasks: idsOf(tasks) })
  return ({ board }) => ({
    kind: 'create',
    id,
    args: {
      columnId: column === undefined ? firstColumnId(board) : columnId(board, column),
      placement: placementOf({ before, after, position }),
      caseNumber,
      title,
      clientName,
      fields,
      assignments: assignmentsOfCreator(assignments, actor),
      deadlines,
      tasks,
      tags: tags && [...new Set(tags)],
    },
  })
}

/** `PATCH /api/matters/:id`. */
export function editMutation(request: EditRequest): (scene: Scene) => Mutation {
  const { base, tags, tasks, deadlines, assignments, ...set } = request
  refuseRepeated({
    assignments: puts(assignments)?.map(({ memberId }) => memberId),
    deadlines: idsOf(puts(deadlines)),
    tasks: idsOf(puts(tasks)),
  })
  return (scene) => {
    const matter = scene.matter!
    const args: EditArgs = {
      set,
      tags: Array.isArray(tags) ? { add: tags, remove: matter.tags.filter(tag => !tags.includes(tag)) } : tags,
      tasks: listChange(tasks, matter.tasks.map(({ id }) => id)),
      deadlines: listChange(deadlines, matter.deadlines.map(({ id }) => id)),
      assignments: listChange(assignments, matter.assignments.map(({ memberId }) => memberId)),
    }
    return { kind: 'edit', id: matter.id, args, base }
  }
}

/** `POST /api/matters/:id/move`. */
export function moveMutation({ column, before, after, position, base, undoOf, ...args }: MoveRequest): (scene: Scene) => Mutation {
  if (undoOf !== undefined)
    return ({ matter }) => ({ kind: 'undo', id: matter!.id, args: { version: undoOf } })
  return ({ board, matter }) => ({
    kind: 'move',
    id: matter!.id,
    args: { ...args, columnId: columnId(board, column), placement: placementOf({ before, after, position }) },
    base,
  })
}

/** An unknown column stays what it is: the rules refuse it and name those that exist. */
function columnId(board: Scene['board'], idOrKey: string): string {
  return (findColumn(board, idOrKey) ?? resolveColumn(board, idOrKey))?.id ?? idOrKey
}

function firstColumnId(board: Scene['board']): string {
  return board.columns.find(column => !column.archived && column.kind !== 'CLOSED')?.id ?? ''
}

function placementOf({ before, after, position }: Pick<MoveRequest, 'before' | 'after' | 'position'>): Placement {
  if (before !== undefined)
    return { before }
  if (after !== undefined)
    return { after }
  return position === undefined ? { end: true } : { position }
}

/** A lawyer who names nobody takes the matter; who isn't one joins it, so that they can go on working on it. */
function assignmentsOfCreator(assignments: Assignment[] | undefined, actor: Actor): Assignment[] {
  if (isLawyer(actor))
    return assignments ?? [{ memberId: actor.id, role: 'PRIMARY_LAWYER' }]
  const named = assignments ?? []
  if (!isStaff(actor) || named.some(({ memberId }) => memberId === actor.id))
    return named
  return [...named, { memberId: actor.id, role: actor.role === 'PARALEGAL' ? 'PARALEGAL' : 'CLERK' }]
}

/** A mutation of an outbox, with what holds of every matter that somebody opens. */
export function joinedByCreator(mutation: Mutation, actor: Actor): Mutation {
  return mutation.kind === 'create'
    ? { ...mutation, args: { ...mutation.args, assignments: assignmentsOfCreator(mutation.args.assignments, actor) } }
    : mutation
}

/** A whole list replaces what is there, in its own order. */
function listChange<Item>(wanted: Item[] | ListChange<Item> | undefined, present: string[]): ListChange<Item> | undefined {
  return Array.isArray(wanted) ? { put: wanted, remove: present } : wanted
}

function puts<Item>(wanted: Item[] | ListChange<Item> | undefined): Item[] | undefined {
  return Array.isArray(wanted) ? wanted : wanted?.put
}

function idsOf(items: readonly Pick<Matter, 'id'>[] | undefined): string[] | undefined {
  return items?.map(({ id }) => id)
}

function refuseRepeated(keys: Record<string, string[] | undefined>): void {
  for (const [field, ids = []] of Object.entries(keys)) {
    if (new Set(ids).size < ids.length)
      throw new Problem('VALIDATION', 'names the same thing twice', { field })
  }
}
