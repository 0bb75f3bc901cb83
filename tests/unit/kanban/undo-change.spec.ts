import { describe, expect, it } from 'vitest'
import type { ApplyResult, MutationContext, OwnChange } from '#shared/kanban/apply-mutation.ts'
import { applyMutation, isStillUndoable, ownChangeOf } from '#shared/kanban/apply-mutation.ts'
import type { FieldVersion, ItemKey, Matter, MatterField } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import { assign, buildBoard, buildContext, buildDeadline, buildId, buildMatter, buildMove, buildTask, NOW, PEOPLE, TODAY } from '../../helpers/builders.ts'

const STALE = { ok: false, refusal: { code: 'UNDO_STALE' } }
const id = buildId(1)

/** What the server stamps: who wrote a field or an item last, in which version. */
function stamped(fields: readonly (MatterField | ItemKey)[], v: number, by: Actor = PEOPLE.partner): Matter['fieldVersions'] {
  const last: FieldVersion = { v, cid: null, n: null, by: by.id, at: NOW }
  return Object.fromEntries(fields.map(field => [field, last]))
}

function undo(matter: Matter | null, change: OwnChange | null, context: Partial<MutationContext> = {}): ApplyResult {
  const world = buildContext({ findOwnChange: (matterId, args) => matterId === id && 'version' in args && args.version === 7 ? change : null, ...context })
  return applyMutation(matter, { kind: 'undo', id, args: { version: 7 } }, world)
}

const edit = (args: EditArgs): Mutation => ({ kind: 'edit', id, args })

/** An edit as the server has it in version 7, and the matter after it. */
function edited(before: Partial<Matter>, args: EditArgs, actor: Actor = PEOPLE.partner): { was: Matter, is: Matter, change: OwnChange & { kind: 'edit' } } {
  const was = buildMatter({ id, version: 6, ...before })
  const result = applyMutation(was, edit(args), buildContext({ actor }))
  if (!result.ok)
    throw new Error(`refused: ${JSON.stringify(result.refusal)}`)
  const items = (['tasks', 'deadlines', 'assignments'] as const).flatMap(field => result.matter[field]
    .filter(item => !was[field].some(other => JSON.stringify(other) === JSON.stringify(item)))
    .map((item): ItemKey => `${field}/${'memberId' in item ? item.memberId : item.id}`))
  const change = ownChangeOf(was, edit(args), result) as OwnChange & { kind: 'edit' }
  const is = { ...result.matter, version: 7, fieldVersions: { ...was.fieldVersions, ...stamped([...result.changed, ...items], 7, actor) } }
  return { was, is, change: { ...change, version: 7 } }
}

/** The matter after somebody else wrote fields and items in version 8. */
function touchedByOther(matter: Matter, fields: Partial<Matter>, items: ItemKey[] = []): Matter {
  return {
    ...matter, ...fields, version: 8,
    fieldVersions: { ...matter.fieldVersions, ...stamped([...Object.keys(fields) as MatterField[], ...items], 8, PEOPLE.associate) },
  }
}

const [first, second, third] = [1, 2, 3].map(number => buildTask({ id: buildId(0xE0 + number), title: `Task ${number}` })) as [Matter['tasks'][0], Matter['tasks'][0], Matter['tasks'][0]]

describe('what an own mutation changed', () => {
  const matter = buildMatter({ id, tags: ['lease'] })
  const changeBy = (mutation: Mutation) => ownChangeOf(matter, mutation, applyMutation(matter, mutation, buildContext()))

  it('is the values of an edit on both sides, of the fields in which they differ', () => {
    expect(changeBy(edit({ set: { title: 'New', clientName: matter.clientName }, tags: { add: ['urgent'] } }))).toEqual({
      kind: 'edit', version: null, before: { title: matter.title, tags: ['lease'] }, after: { title: 'New', tags: ['lease', 'urgent'] },
    })
  })
  it('is where a move came from and went to', () => {
    expect(changeBy(buildMove(matter, 'review'))).toMatchObject({
      kind: 'move', version: null, before: { columnId: 'in-progress', stageEnteredAt: matter.stageEnteredAt }, after: { columnId: 'review', stageEnteredAt: NOW },
    })
  })
  it('is nothing of the matter when it is deleted: a device keeps none of it', () => {
    expect(changeBy({ kind: 'delete', id, args: {} })).toEqual({ kind: 'delete', version: null, matter: null })
  })
  it('is nothing when nothing changed, was refused, or was of a kind that is not taken back', () => {
    expect(changeBy(edit({ set: { title: matter.title } }))).toBeNull()
    expect(changeBy(edit({ set: { title: ' ' } }))).toBeNull()
    expect(changeBy({ kind: 'comment', id, args: { action: 'add', commentId: buildId(9), body: 'x' } })).toBeNull()
    const create: Mutation = { kind: 'create', id: buildId(2), args: { columnId: 'intake', title: 'x', clientName: 'y', assignments: [assign(PEOPLE.partner)] } }
    expect(ownChangeOf(null, create, applyMutation(null, create, buildContext()))).toBeNull()
  })
})

describe('taking an edit back', () => {
  it.each<[what: string, before: Partial<Matter>, args: EditArgs]>([
    ['a title', {}, { set: { title: 'Another' } }],
    ['a hold, with the day on which it began', { hold: { since: 5, reason: 'court recess' } }, { set: { hold: null } }],
    ['a request to close, with who made it and when', { closeRequest: { by: PEOPLE.associate.id, at: 5, outcome: 'WON', reason: 'judgment' } }, { set: { closeRequest: null } }],
    ['tags, in their order', { tags: ['a', 'b', 'c'] }, { tags: { remove: ['b'], add: ['d'] } }],
    ['a removed task, in its place', { tasks: [first, second, third] }, { tasks: { remove: [second.id] } }],
    ['the order of tasks', { tasks: [first, second] }, { tasks: { remove: [first.id, second.id], put: [second, first] } }],
    ['a done deadline', { deadlines: [buildDeadline()] }, { deadlines: { put: [buildDeadline({ doneAt: NOW })] } }],
    ['the change of the primary lawyer', { assignments: [assign(PEOPLE.associate)] }, { assignments: { put: [assign(PEOPLE.partner)] } }],
    ['the first lawyer of a matter that nobody had taken on', { assignments: [] }, { assignments: { put: [assign(PEOPLE.partner)] } }],
    ['several fields at once', { priority: 'LOW', tags: [] }, { set: { priority: 'HIGH', confidentiality: 'SEALED', courtName: 'Tokyo' }, tags: { add: ['x'] } }],
  ])('brings back %s', (_, before, args) => {
    const { was, is, change } = edited(before, args)
    const result = undo(is, change)
    expect(result).toMatchObject({ ok: true, deleted: false })
    expect(result.ok && { ...result.matter, version: 6, fieldVersions: {}, updatedAt: 0, updatedBy: '' }).toEqual({ ...was, fieldVersions: {}, updatedAt: 0, updatedBy: '' })
    expect(isStillUndoable(change, is, PEOPLE.partner.id)).toBe(true)
  })

  it('keeps what others changed beside it', () => {
    const { is, change } = edited({ tags: ['lease'], tasks: [first, second] }, { set: { title: 'Mine' }, tags: { add: ['mine'], remove: ['lease'] }, tasks: { put: [third], remove: [first.id] } })
    const renamed = { ...second, title: 'Theirs' }
    const other = touchedByOther(is, { courtName: 'Osaka', tags: ['mine', 'theirs'], tasks: [renamed, third] }, [`tasks/${second.id}`])
    expect(undo(other, change)).toMatchObject({
      ok: true, matter: { title: 'Lease renewal dispute', courtName: 'Osaka', tags: ['theirs', 'lease'], tasks: [first, renamed] },
    })
  })

  it.each<[what: string, args: EditArgs, theirs: Partial<Matter>, items: ItemKey[]]>([
    ['the field, even to the same value', { set: { title: 'Mine' } }, { title: 'Mine' }, []],
    ['the field', { set: { title: 'Mine' } }, { title: 'Theirs' }, []],
    ['one field of several', { set: { title: 'Mine', courtName: 'Tokyo' } }, { courtName: 'Osaka' }, []],
    ['the item that was added', { tasks: { put: [second] } }, { tasks: [first, { ...second, title: 'x' }] }, [`tasks/${second.id}`]],
    ['the item that was added, by removing it', { tasks: { put: [second] } }, { tasks: [first] }, []],
    ['the item that was changed', { tasks: { put: [{ ...first, title: 'Mine' }] } }, { tasks: [{ ...first, title: 'Theirs' }] }, [`tasks/${first.id}`]],
    ['the item that was removed, by putting it back', { tasks: { remove: [first.id] } }, { tasks: [first] }, [`tasks/${first.id}`]],
  ])('is refused when somebody wrote %s', (_, args, theirs, items) => {
    const { is, change } = edited({ tasks: [first] }, args)
    const other = touchedByOther(is, theirs, items)
    expect(undo(other, change)).toEqual(STALE)
    expect(isStillUndoable(change, other, PEOPLE.partner.id)).toBe(false)
  })

  it('puts a removed item first where everything before it is gone', () => {
    const { is, change } = edited({ tasks: [first, second, third] }, { tasks: { remove: [second.id] } })
    expect(undo(touchedByOther(is, { tasks: [third] }), change)).toMatchObject({ ok: true, matter: { tasks: [second, third] } })
  })

  it('reaches an earlier own edit once the later one is taken back', () => {
    const one = edited({}, { set: { title: 'One' } })
    const two = { ...one.is, title: 'Two', version: 8, fieldVersions: stamped(['title'], 8) }
    expect(undo(two, one.change)).toEqual(STALE)
    const back = { ...two, title: 'One', version: 9, fieldVersions: stamped(['title'], 9) }
    expect(undo(back, one.change)).toMatchObject({ ok: true, matter: { title: one.was.title } })
  })

  it('goes by the value as long as the change is only drawn', () => {
    const { is, change } = edited({}, { set: { title: 'Mine' } })
    const drawn = { ...is, version: 6, fieldVersions: stamped(['title'], 5, PEOPLE.associate) }
    for (const version of [null, 7]) {
      expect(undo(drawn, { ...change, version })).toMatchObject({ ok: true })
      expect(undo({ ...drawn, title: 'Later' }, { ...change, version })).toEqual(STALE)
    }
  })

  it('is refused when another\'s, unknown, or without a matter', () => {
    const { is } = edited({}, { set: { title: 'Mine' } })
    expect(undo(is, null)).toEqual(STALE)
    expect(undo(is, { kind: 'delete', version: 7, matter: is })).toEqual(STALE)
    expect(undo(null, null)).toEqual({ ok: false, refusal: { code: 'MATTER_GONE' } })
    expect(undo(null, { kind: 'move', version: 7, before: { ...is } })).toEqual({ ok: false, refusal: { code: 'MATTER_GONE' } })
  })

  it('is refused when it would leave what no matter may be', () => {
    const { is, change } = edited({ clientMemberIds: [PEOPLE.client.id] }, { set: { clientMemberIds: [] } })
    expect(undo(is, change, { findMember: () => undefined })).toEqual(STALE)
    const left = edited({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.clerk, 'CLERK')] }, { assignments: { remove: [PEOPLE.clerk.id] } })
    expect(undo(left.is, left.change, { findMember: () => ({ ...PEOPLE.clerk, active: false }) })).toEqual(STALE)
    const cleared = edited({ closeRequest: { by: PEOPLE.associate.id, at: 5, outcome: 'WON', reason: 'x' } }, { set: { closeRequest: null } })
    expect(undo({ ...cleared.is, columnId: 'closed', closedOn: TODAY }, cleared.change)).toEqual(STALE)
  })

  it.each<[what: string, before: Partial<Matter>, args: EditArgs, field: string]>([
    ['plain fields', {}, { set: { title: 'x' } }, 'title'],
    ['priority', {}, { set: { priority: 'HIGH' } }, 'priority'],
    ['confidentiality', {}, { set: { confidentiality: 'RESTRICTED' } }, 'confidentiality'],
    ['assignments', {}, { assignments: { put: [assign(PEOPLE.clerk, 'CLERK')] } }, 'assignments'],
    ['clients', {}, { set: { clientMemberIds: [PEOPLE.client.id] } }, 'clientMemberIds'],
    ['a hold', {}, { set: { hold: { reason: 'x' } } }, 'hold'],
    ['a request', {}, { set: { closeRequest: { outcome: 'WON', reason: 'x' } } }, 'closeRequest'],
  ])('needs the right to change %s still', (_, before, args, field) => {
    const { is, change } = edited(before, args)
    for (const [actor, code] of [[PEOPLE.associate2, field === 'confidentiality' ? 'INSUFFICIENT_PERMISSION' : field === 'closeRequest' ? 'INSUFFICIENT_PERMISSION' : 'NOT_ASSIGNED'], [PEOPLE.admin, 'INSUFFICIENT_PERMISSION']] as const) {
      const mine = { ...is, fieldVersions: stamped([field as MatterField], 7, actor) }
      expect(undo(mine, change, { actor })).toEqual({ ok: false, refusal: { code, field } })
    }
  })

  it('lets whoever asked to close take that back, and nobody but a partner another\'s', () => {
    const args: EditArgs = { set: { closeRequest: { outcome: 'WON', reason: 'x' } } }
    const own = edited({}, args, PEOPLE.associate)
    expect(undo(own.is, own.change, { actor: PEOPLE.associate })).toMatchObject({ ok: true, matter: { closeRequest: null } })
    const cleared = edited({ closeRequest: { by: PEOPLE.partner.id, at: 5, outcome: 'WON', reason: 'x' } }, { set: { closeRequest: null } })
    expect(undo(cleared.is, cleared.change, { actor: PEOPLE.associate })).toEqual({ ok: false, refusal: { code: 'INSUFFICIENT_PERMISSION', field: 'closeRequest' } })
  })
})

describe('taking a move back', () => {
  const before = { columnId: 'review', rank: 'a3', stageEnteredAt: 5, closedOn: null, closeOutcome: null, closeRequest: null, archived: false }
  const after = { ...before, columnId: 'in-progress', rank: 'a0', stageEnteredAt: NOW }
  const byParalegal = (v: number, ...fields: MatterField[]) => stamped(fields, v, PEOPLE.paralegal)
  const staffed = (matter: Partial<Matter>) => buildMatter({
    id, version: 7, assignments: [assign(PEOPLE.associate), assign(PEOPLE.paralegal, 'PARALEGAL')], fieldVersions: byParalegal(7, 'columnId', 'rank'), ...matter,
  })
  const undoMove = (matter: Partial<Matter> = {}, context: Partial<MutationContext> = {}, change: Partial<OwnChange & { kind: 'move' }> = {}) =>
    undo(staffed(matter), { kind: 'move', version: 7, before, ...change }, { actor: PEOPLE.paralegal, ...context })

  it('brings back the column, the place and the time in stage, against the workflow and without a reason', () => {
    const columns = { review: { wip: { limit: 0, hard: true } } }
    for (const columnId of ['in-progress', 'ready-filing', 'waiting-client'])
      expect(undoMove({ columnId }, { board: buildBoard({ columns }) })).toMatchObject({ ok: true, matter: before })
  })

  it.each<[why: string, matter: Partial<Matter>, context: Partial<MutationContext>, change?: Partial<OwnChange & { kind: 'move' }>]>([
    ['another\'s or unknown', {}, { findOwnChange: () => null }],
    ['no longer the latest: the column moved', { fieldVersions: { ...byParalegal(9, 'columnId'), ...byParalegal(7, 'rank') } }, {}],
    ['no longer the latest: the order moved', { fieldVersions: { ...byParalegal(7, 'columnId'), ...stamped(['rank'], 8) } }, {}, { after }],
    ['no longer the latest: moved on by the same person', { columnId: 'review', fieldVersions: byParalegal(9, 'columnId', 'rank') }, {}, { after }],
    ['never made', { fieldVersions: {} }, {}],
    ['from a column that is gone', {}, {}, { before: { ...before, columnId: 'nowhere' } }],
    ['from a column that was archived', {}, { board: buildBoard({ columns: { review: { archived: true } } }) }],
    ['only drawn, and drawn elsewhere since', { version: 6, columnId: 'review' }, {}, { after }],
  ])('is stale when it is %s', (_, matter, context, change) => {
    expect(undoMove(matter, context, change)).toEqual(STALE)
  })

  it('reorders back inside an archived column', () => {
    const board = buildBoard({ columns: { review: { archived: true } } })
    expect(undoMove({ columnId: 'review', rank: 'a9', fieldVersions: byParalegal(7, 'rank') }, { board })).toMatchObject({ ok: true, changed: ['rank', 'stageEnteredAt'] })
  })

  it('needs the right to move still', () => {
    expect(undoMove({ assignments: [assign(PEOPLE.associate)] })).toEqual({ ok: false, refusal: { code: 'NOT_ASSIGNED' } })
  })

  it('takes a closing back for a partner, not for whoever stopped being one', () => {
    const closed: Partial<Matter> = { columnId: 'closed', closedOn: TODAY, closeOutcome: 'WON', fieldVersions: byParalegal(7, 'columnId', 'rank', 'closeRequest') }
    const closeRequest = { by: PEOPLE.associate.id, at: 1, outcome: 'WON' as const, reason: 'judgment' }
    const change = { before: { ...before, closeRequest } }
    expect(undoMove(closed, { actor: PEOPLE.partner }, change)).toMatchObject({ ok: true, matter: { columnId: 'review', closedOn: null, closeOutcome: null, closeRequest } })
    expect(undoMove(closed, {}, change)).toEqual({ ok: false, refusal: { code: 'INSUFFICIENT_PERMISSION' } })
  })

  it('leaves alone what others asked for after it', () => {
    const closeRequest = { by: PEOPLE.associate.id, at: 9, outcome: 'WON' as const, reason: 'judgment' }
    const asked = { version: 8, closeRequest, archived: true, fieldVersions: { ...byParalegal(7, 'columnId', 'rank'), ...stamped(['closeRequest', 'archived'], 8, PEOPLE.associate) } }
    for (const change of [{}, { after }])
      expect(undoMove(asked, {}, change)).toMatchObject({ ok: true, matter: { columnId: 'review', closeRequest, archived: true } })
  })

  it('puts away again what it had taken out of the archive', () => {
    const archived = { ...before, archived: true }
    expect(undoMove({ fieldVersions: byParalegal(7, 'columnId', 'rank', 'archived') }, {}, { before: archived, after })).toMatchObject({ ok: true, matter: { archived: true } })
  })

  it('goes back into a critical column for whoever moved it out', () => {
    const board = buildBoard({ columns: { review: { critical: true } } })
    expect(undoMove({}, { board })).toMatchObject({ ok: true, matter: { columnId: 'review' } })
  })

  it('reaches an earlier own move once the later one is taken back', () => {
    expect(undoMove({ version: 9, rank: 'a0', fieldVersions: byParalegal(9, 'columnId', 'rank') }, {}, { after })).toMatchObject({ ok: true, matter: before })
    expect(undoMove({ version: 9, rank: 'a0', fieldVersions: byParalegal(9, 'columnId', 'rank') })).toEqual(STALE)
  })

  it('goes by the column as long as the move is only drawn', () => {
    expect(undoMove({ version: 6, rank: 'a5', fieldVersions: {} }, {}, { after })).toMatchObject({ ok: true, matter: before })
    expect(undoMove({ version: 6 }, {}, { version: null, after })).toMatchObject({ ok: true })
  })

  it('is offered while nobody built on it', () => {
    const change: OwnChange = { kind: 'move', version: 7, before, after }
    expect(isStillUndoable(change, staffed({}), PEOPLE.paralegal.id)).toBe(true)
    expect(isStillUndoable(change, undefined, PEOPLE.paralegal.id)).toBe(false)
    expect(isStillUndoable(change, staffed({ version: 8, fieldVersions: stamped(['columnId'], 8, PEOPLE.associate) }), PEOPLE.paralegal.id)).toBe(false)
  })
})

describe('taking a deletion back', () => {
  const matter = buildMatter({ id, version: 7, fieldVersions: stamped(['title'], 3) })
  const change: OwnChange = { kind: 'delete', version: 7, matter }

  it('brings the matter back as it was', () => {
    expect(undo(null, change)).toEqual({ ok: true, matter: { ...matter, updatedAt: NOW, updatedBy: PEOPLE.partner.id }, changed: [], deleted: false })
  })
  it('is for the server alone, which keeps what is deleted', () => {
    expect(undo(null, { ...change, matter: null })).toEqual(STALE)
    expect(isStillUndoable(change, undefined, PEOPLE.partner.id)).toBe(true)
    expect(isStillUndoable(change, matter, PEOPLE.partner.id)).toBe(false)
  })
  it('needs the right to delete still', () => {
    expect(undo(null, change, { actor: PEOPLE.associate })).toEqual({ ok: false, refusal: { code: 'INSUFFICIENT_PERMISSION' } })
  })
  it('needs its column, which takes nothing once it is archived', () => {
    const archived = buildBoard({ columns: { 'in-progress': { archived: true } } })
    expect(undo(null, change, { board: { ...buildBoard(), columns: [] } })).toEqual(STALE)
    expect(undo(null, change, { board: archived })).toEqual(STALE)
    expect(undo(null, { ...change, matter: { ...matter, archived: true } }, { board: archived })).toMatchObject({ ok: true })
  })
})
