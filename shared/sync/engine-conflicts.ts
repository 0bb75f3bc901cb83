import { applyMutation } from '#shared/kanban/apply-mutation.ts'
import type { ItemKey, Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import type { BaseVersions, EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import { isSame } from '#shared/kanban/mutation-context.ts'
import type { MutationResult } from '#shared/protocol/messages.ts'
import { mutationContext } from './board-view.ts'
import { standing } from './conflict.ts'
import type { Conflict, Resolution } from './conflict-record.ts'
import { causeIn, editWithout, isEmptyEdit, mergeEdits } from './edit-args.ts'
import { submit } from './engine-submit.ts'
import type { EngineState, Input } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { mapKept, patch, personTime, settle } from './engine-turn.ts'
import { valueOf } from './looked-at.ts'
import type { Looked, NumberedEntry } from './outbox-entry.ts'

/** The record of a change that met newer values (rule X3); null where there is nothing to choose between. */
export function conflictOf(state: EngineState, { cid, n, at, mutation, looked }: NumberedEntry, { conflicts = [] }: MutationResult): Conflict | null {
  const row = rowOf(state, mutation)
  if (!row || conflicts.length === 0 || (mutation.kind !== 'edit' && mutation.kind !== 'move' && mutation.kind !== 'delete'))
    return null
  const wanted = mutation.kind === 'edit' ? wantedBy(state, row, mutation, at) : null
  const mineOf = (field: MatterField | ItemKey) => mutation.kind === 'move' ? mutation.args.columnId : wanted && valueOf(wanted, field)
  return {
    id: `${cid}.${n}`,
    matterId: row.id,
    mutation,
    at,
    fields: conflicts.map(({ field, version, value, by, at }) =>
      ({ field, base: looked[field]?.value ?? null, mine: mineOf(field), theirs: value, version, by, at })),
  }
}

/** The matter that a change is about; of an own deletion as the rows still have it. */
export function rowOf({ view, confirmed }: EngineState, mutation: NumberedEntry['mutation']): Matter | undefined {
  return mutation.kind === 'void' ? undefined : view.byId.get(mutation.id) ?? confirmed.rows.get(mutation.id)
}

/** The matter as an edit would have it. */
function wantedBy({ view, me }: EngineState, row: Matter, edit: Extract<Mutation, { kind: 'edit' }>, at: number): Matter {
  const result = applyMutation(row, edit, mutationContext(view, me, at))
  return result.ok ? result.matter : { ...row, ...edit.args.set } as Matter
}

/**
 * The conflicts with one more. What an older one of the same matter asks about the same fields goes over into the
 * newer; which that is, its number says, or between outboxes the person's time: an old change may come up again when
 * a write of its end got lost.
 */
export function withConflict(conflicts: readonly Conflict[], conflict: Conflict): readonly Conflict[] {
  const names = conflict.fields.map(({ field }) => field)
  const alike = conflicts.filter(({ matterId, fields, mutation }) =>
    matterId === conflict.matterId && mutation.kind === conflict.mutation.kind && fields.some(({ field }) => names.includes(field)))
  const inTurn = [...alike, conflict].sort(compareTurn)
  return [...conflicts.filter(other => !alike.includes(other)), inTurn.reduceRight(overtake)]
}

function compareTurn(a: Conflict, b: Conflict): number {
  const [cid, n] = a.id.split('.')
  const [otherCid, otherN] = b.id.split('.')
  return cid === otherCid ? Number(n) - Number(otherN) : a.at - b.at
}

function overtake(newer: Conflict, older: Conflict): Conflict {
  if (newer.mutation.kind !== 'edit' || older.mutation.kind !== 'edit')
    return newer
  const names = newer.fields.map(({ field }) => field)
  return {
    ...newer,
    mutation: { ...newer.mutation, args: mergeEdits(older.mutation.args, newer.mutation.args) },
    fields: [...older.fields.filter(({ field }) => !names.includes(field)), ...newer.fields],
  }
}

/** The conflicts with the newest values that the rows know, without those in which both now want the same. */
export function refreshConflicts(conflicts: readonly Conflict[], rows: ReadonlyMap<MatterId, Matter>): readonly Conflict[] {
  return mapKept(conflicts, (conflict) => {
    const row = rows.get(conflict.matterId)
    if (!row)
      return conflict
    const fields = mapKept(conflict.fields, (field) => {
      const { value, version, by, at } = standing(row, field.field)
      return version > field.version ? { ...field, theirs: value, version, by, at } : field
    })
    if (conflict.mutation.kind !== 'delete' && isEmptyEdit(restOf(conflict)) && fields.every(({ mine, theirs }) => isSame(mine, theirs)))
      return null
    return fields === conflict.fields ? conflict : { ...conflict, fields: [...fields] }
  })
}

/** Ends a conflict as the person chose; it goes when what follows from it is on its way. */
export function resolve(turn: Turn, { key, conflictId, resolution }: Omit<Extract<Input, { kind: 'resolved' }>, 'kind'>): void {
  const { conflicts, view } = turn.state
  const conflict = conflicts.find(({ id }) => id === conflictId)
  const at = personTime(turn)
  if (!conflict) {
    settle(turn, { key, at, mutation: { kind: 'edit', id: '', args: {} } }, { ok: false, problem: { code: 'NOT_FOUND', message: 'The conflict is no longer there' } })
    return
  }
  const mutation = successor(conflict, resolution)
  const shown = resolution.type === 'remote' ? {} : shownIn(conflict, resolution.shown)
  if (!mutation)
    settle(turn, { key, at, mutation: conflict.mutation }, { ok: true, version: view.version, merged: false })
  else if (submit(turn, { key, mutation, looked: shown }) === 'refused')
    return
  patch(turn, { conflicts: conflicts.filter(other => other !== conflict) })
}

/** What is sent for a choice: what the change wanted beside the conflict goes along each time. Null for nothing. */
function successor({ matterId, mutation, ...conflict }: Conflict, resolution: Resolution): Mutation | null {
  const rest = restOf({ mutation, ...conflict })
  switch (resolution.type) {
    case 'local': return mutation
    case 'remote': return isEmptyEdit(rest) ? null : { kind: 'edit', id: matterId, args: rest }
    case 'merge': return { kind: 'edit', id: matterId, args: mergeEdits(rest, resolution.resolvedData) }
    default: return resolution satisfies never
  }
}

function restOf({ mutation, fields }: Pick<Conflict, 'mutation' | 'fields'>): EditArgs {
  return mutation.kind === 'edit' ? editWithout(mutation.args, fields.flatMap(({ field }) => [field, causeIn(mutation.args, field) ?? field])) : {}
}

function shownIn({ fields }: Conflict, shown: BaseVersions = {}): Looked {
  return Object.fromEntries(fields.map(({ field, version, theirs }) => [field, { version: shown[field] ?? version, value: theirs }]))
}
