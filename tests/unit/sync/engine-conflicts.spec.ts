import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { MutationResult } from '#shared/protocol/messages.ts'
import type { FieldConflict } from '#shared/protocol/problems.ts'
import type { Resolution } from '#shared/sync/conflict-record.ts'
import type { OutboxEntry } from '#shared/sync/outbox-entry.ts'
import { assign, buildId, buildMatter, buildMove, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { EngineHarness } from '../../helpers/engine-harness.ts'
import { buildEdit, buildStored, createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'

const task = buildTask()
const matter = buildMatter({ title: 'Base', tasks: [task], assignments: [assign(PEOPLE.associate)] })
const ben = PEOPLE.partner2.id

function newer(field: FieldConflict['field'], value: unknown, version = 2): FieldConflict {
  return { field, version, value, by: ben, at: NOW }
}

/** Makes the change of a number, which meets these newer values. */
function meet(board: EngineHarness, mutation: Parameters<EngineHarness['change']>[0], conflicts: FieldConflict[]): string {
  const key = board.change(mutation)
  board.results([{ status: 'conflict', conflicts } satisfies Partial<MutationResult>])
  return key
}

function meetTitle(): EngineHarness {
  const board = createHarness({ matters: [matter] })
  meet(board, buildEdit(matter, { title: 'Mine' }), [newer('title', 'Theirs')])
  return board
}

function resolve(board: EngineHarness, resolution: Resolution, conflictId = board.state.conflicts[0]?.id ?? ''): void {
  board.take({ kind: 'resolved', key: 'choice', conflictId, resolution })
}

describe('a conflict', () => {
  it('[X3] is kept with base, mine and theirs, and the server\'s value stands', () => {
    const board = createHarness({ matters: [matter] })
    const key = meet(board, buildEdit(matter, { title: 'Mine' }), [newer('title', 'Theirs')])
    expect(board.state.conflicts).toMatchObject([{
      id: 'c1.1', matterId: matter.id, fields: [{ field: 'title', base: 'Base', mine: 'Mine', theirs: 'Theirs', version: 2, by: ben, at: NOW }],
    }])
    expect(board.disk.conflicts.has('c1.1')).toBe(true)
    expect(board.settled[key]).toMatchObject([{ ok: false, problem: { code: 'CONFLICT' }, conflictId: 'c1.1' }])
    expect(board.title(matter)).toBe('Base')
    expect(board.state.undo).toEqual([])
    expect(board.wanted('pull')).toHaveLength(1)
  })

  it('[X3] survives a reload', () => {
    const board = createHarness({ blank: true })
    board.open(buildStored([matter], { conflicts: [...meetTitle().state.conflicts] }))
    expect(board.state.conflicts).toHaveLength(1)
  })

  it('[X3] holds up no other matter', () => {
    const board = meetTitle()
    const other = board.change(buildEdit(matter, { priority: 'HIGH' }))
    expect(board.wanted('send')).toHaveLength(1)
    board.results([{ n: 2, version: 3 }])
    expect(board.settled[other]).toMatchObject([{ ok: true }])
  })

  it('[X4] of a list is about its item, of a move about the column, of a deletion about everything newer', () => {
    const board = createHarness({ matters: [matter] })
    const removed = { ...task, title: 'Theirs' }
    meet(board, buildEdit(matter, undefined, { tasks: { put: [{ ...task, title: 'Mine' }] } }), [newer(`tasks/${task.id}`, removed)])
    expect(board.state.conflicts[0]!.fields).toMatchObject([{ base: task, mine: { ...task, title: 'Mine' }, theirs: removed }])
    meet(board, buildMove(matter, 'review'), [newer('columnId', 'intake')])
    expect(board.state.conflicts[1]!.fields).toMatchObject([{ field: 'columnId', base: 'in-progress', mine: 'review', theirs: 'intake' }])
    meet(board, { kind: 'delete', id: matter.id, args: {} }, [newer('title', 'Theirs')])
    expect(board.state.conflicts[2]!.fields).toMatchObject([{ field: 'title', base: 'Base', mine: null, theirs: 'Theirs' }])
  })

  it('says what was wanted also when the rules would refuse it by now', () => {
    const board = createHarness({ matters: [{ ...matter, assignments: [assign(PEOPLE.associate)] }], me: PEOPLE.associate })
    board.change(buildEdit(matter, { title: 'Mine' }))
    board.update({ matters: [putOp(rewritten(matter, 2, { assignments: [assign(PEOPLE.associate2)] }))] })
    board.results([{ status: 'conflict', conflicts: [newer('title', 'Theirs')] }])
    expect(board.state.conflicts[0]!.fields[0]!.mine).toBe('Mine')
  })

  it('of a matter that is gone is none', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(buildEdit(matter, { title: 'Mine' }))
    board.update({ deleted: [matter.id] })
    board.results([{ status: 'conflict', conflicts: [newer('title', 'Theirs')] }])
    expect(board.state.conflicts).toEqual([])
    expect(board.settled[key]).toMatchObject([{ problem: { code: 'MATTER_GONE' } }])
  })

  it('without a value to choose leaves no record', () => {
    const board = createHarness({ matters: [matter] })
    const key = meet(board, buildEdit(matter, { title: 'Mine' }), [])
    expect(board.state.conflicts).toEqual([])
    expect(board.settled[key]).toEqual([{ ok: false, problem: { code: 'CONFLICT', message: expect.any(String), conflicts: [] } }])
  })

  it('takes over from an older one what that asks about the same fields', () => {
    const board = createHarness({ matters: [matter] })
    meet(board, buildEdit(matter, { title: 'Mine', clientName: 'A' }), [newer('title', 'Theirs'), newer('clientName', 'B')])
    meet(board, buildEdit(matter, { title: 'Mine again' }), [newer('title', 'Theirs 2', 3)])
    expect(board.state.conflicts).toMatchObject([{
      id: 'c1.2',
      mutation: { args: { set: { title: 'Mine again', clientName: 'A' } } },
      fields: [{ field: 'clientName', mine: 'A' }, { field: 'title', mine: 'Mine again', theirs: 'Theirs 2' }],
    }])
    expect([...board.disk.conflicts.keys()]).toEqual(['c1.2'])
    meet(board, buildMove(matter, 'review'), [newer('columnId', 'intake')])
    meet(board, buildMove(matter, 'review'), [newer('columnId', 'intake', 4)])
    expect(board.state.conflicts.map(({ id }) => id)).toEqual(['c1.2', 'c1.4'])
  })

  it('goes by the number of a change when the clock jumped back', () => {
    const board = createHarness({ matters: [matter] })
    meet(board, buildEdit(matter, { title: 'First' }), [newer('title', 'Theirs')])
    board.now -= 3_600_000
    meet(board, buildEdit(matter, { title: 'Second' }), [newer('title', 'Theirs')])
    expect(board.state.conflicts).toMatchObject([{ id: 'c1.2', fields: [{ mine: 'Second' }] }])
  })

  it('[X3] always shows the newest value that the rows know', () => {
    const board = meetTitle()
    const theirs = rewritten(matter, 2, { title: 'Theirs' })
    board.update({ matters: [putOp(theirs)] })
    const before = board.state.conflicts
    board.update({ matters: [putOp(rewritten(theirs, 3, { priority: 'LOW' }))] })
    expect(board.state.conflicts).toBe(before)
    board.update({ matters: [putOp(rewritten(theirs, 4, { title: 'Third' }, { by: PEOPLE.clerk.id }))] })
    expect(board.state.conflicts[0]!.fields[0]).toMatchObject({ theirs: 'Third', version: 4, by: PEOPLE.clerk.id })
  })

  it('ends by itself when both want the same, unless the change wanted more', () => {
    const board = meetTitle()
    board.update({ matters: [putOp(rewritten(matter, 3, { title: 'Mine' }))] })
    expect(board.state.conflicts).toEqual([])
    expect(board.disk.conflicts.size).toBe(0)
    meet(board, buildEdit(matter, { title: 'More', priority: 'LOW' }), [newer('title', 'Theirs', 4)])
    board.update({ matters: [putOp(rewritten(matter, 5, { title: 'More' }))] })
    expect(board.state.conflicts).toHaveLength(1)
  })
})

describe('the choice', () => {
  it('[X3] of mine goes out again on what was shown', () => {
    const board = meetTitle()
    resolve(board, { type: 'local', shown: { title: 2 } })
    expect(board.title(matter)).toBe('Mine')
    expect(board.last.map(({ kind }) => kind)).toEqual(['append', 'write', 'tell', 'changed'])
    expect(board.state.conflicts).toEqual([])
    board.number('choice')
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 2, kind: 'edit', args: { set: { title: 'Mine' } }, base: { title: 2 } }])
    board.results([{ n: 2, version: 3 }])
    expect(board.settled.choice).toMatchObject([{ ok: true }])
  })

  it('[X3] of mine asks again after a third edit', () => {
    const board = meetTitle()
    resolve(board, { type: 'local' })
    board.number('choice')
    board.results([{ n: 2, status: 'conflict', conflicts: [newer('title', 'Third', 3)] }])
    expect(board.state.conflicts).toMatchObject([{ id: 'c1.2', fields: [{ base: 'Theirs', mine: 'Mine', theirs: 'Third' }] }])
    expect(board.settled.choice).toMatchObject([{ ok: false, conflictId: 'c1.2' }])
  })

  it('of theirs leaves it, and sends what the change wanted beside', () => {
    const board = meetTitle()
    resolve(board, { type: 'remote' })
    expect(board.settled.choice).toMatchObject([{ ok: true }])
    expect(board.state).toMatchObject({ conflicts: [], entries: [] })
    const wider = createHarness({ matters: [matter] })
    meet(wider, buildEdit(matter, { title: 'Mine', priority: 'LOW' }, { tags: { add: ['x'] }, tasks: { remove: [task.id] } }), [newer('title', 'Theirs')])
    resolve(wider, { type: 'remote' })
    expect(wider.state.entries[0]!.mutation).toMatchObject({ args: { set: { priority: 'LOW' }, tags: { add: ['x'] }, tasks: { remove: [task.id] } } })
    expect(wider.state.entries[0]!.mutation).not.toHaveProperty('args.set.title')
  })

  it('of something new sends it on what was shown, with what the change wanted beside', () => {
    const board = createHarness({ matters: [matter] })
    meet(board, buildEdit(matter, { title: 'Mine', priority: 'LOW' }), [newer('title', 'Theirs')])
    resolve(board, { type: 'merge', resolvedData: { set: { title: 'Both' } }, shown: { title: 5 } })
    expect(board.state.entries).toMatchObject([{ mutation: { args: { set: { title: 'Both', priority: 'LOW' } } }, looked: { title: { version: 5, value: 'Theirs' } } }])
  })

  it('of a move or a deletion goes out again, too', () => {
    const board = createHarness({ matters: [matter] })
    meet(board, buildMove(matter, 'review'), [newer('columnId', 'intake')])
    resolve(board, { type: 'local' })
    expect(board.state.entries[0]).toMatchObject({ mutation: { kind: 'move' }, looked: { columnId: { version: 2, value: 'intake' } } })
    const deleted = createHarness({ matters: [matter] })
    meet(deleted, { kind: 'delete', id: matter.id, args: {} }, [newer('title', 'Theirs')])
    resolve(deleted, { type: 'local' })
    expect(deleted.state.entries[0]).toMatchObject({ mutation: { kind: 'delete' }, looked: { title: { version: 2 }, clientName: { version: 1 } } })
    expect(deleted.title(matter)).toBeUndefined()
  })

  it('that the rules refuse leaves the conflict', () => {
    const board = meetTitle()
    resolve(board, { type: 'merge', resolvedData: { set: { title: ' ' } } })
    expect(board.settled.choice).toMatchObject([{ ok: false, problem: { code: 'VALIDATION' } }])
    expect(board.state.conflicts).toHaveLength(1)
  })

  it('about a conflict that is no longer there settles, too', () => {
    const board = meetTitle()
    resolve(board, { type: 'local' }, buildId(0))
    expect(board.settled.choice).toMatchObject([{ ok: false, problem: { code: 'NOT_FOUND' } }])
  })
})

describe('undo', () => {
  const moved = (version: number): Matter =>
    rewritten(matter, version, { columnId: 'review' }, { by: PEOPLE.partner.id, cid: 'c1', n: 1 })

  it('takes back the last change, by its number or by its version', () => {
    const board = createHarness({ matters: [matter] })
    board.change(buildMove(matter, 'review'))
    const key = board.undo()
    expect(board.state.view.byId.get(matter.id)!.columnId).toBe('in-progress')
    expect(board.entry(key)).toMatchObject({ mutation: { kind: 'undo', args: { n: 1 } }, undoesKey: 'k1' })
    expect(board.state.undo).toEqual([])
    expect(board.disk.undo.size).toBe(0)

    const later = createHarness({ matters: [matter] })
    later.change(buildMove(matter, 'review'))
    later.results([{ n: 1, version: 2 }])
    later.update({ matters: [putOp(moved(2))], acks: { c1: 1 } })
    const second = later.undo()
    expect(later.entry(second)).toMatchObject({ mutation: { args: { version: 2 } } })
    later.results([{ n: 2, version: 3 }])
    expect(later.settled[second]).toMatchObject([{ ok: true, version: 3 }])
  })

  it('waits for the number of its change', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'submitted', key: 'a', mutation: buildMove(matter, 'review') })
    board.take({ kind: 'undone', key: 'b' })
    expect(board.entry('b')!.mutation).toMatchObject({ args: { n: 0 } })
    board.number('a')
    expect(board.wanted('write')[0]!.write).toEqual({ undo: { remove: ['a'] } })
    expect(board.entry('b')!.mutation).toMatchObject({ args: { n: 1 } })
    board.number('b')
    expect(board.disk.outbox.get('b')).toMatchObject({ n: 2, mutation: { args: { n: 1 } } })
    expect(board.disk.undo.size).toBe(0)
  })

  it('finds the number of its change after a reload in between', () => {
    const before = createHarness({ matters: [matter] })
    before.take({ kind: 'submitted', key: 'a', mutation: buildMove(matter, 'review') })
    before.take({ kind: 'undone', key: 'b' })
    const [change, undo] = before.state.entries as [OutboxEntry, OutboxEntry]
    const board = createHarness({ blank: true })
    board.open(buildStored([matter], { outbox: [{ ...change, cid: 'c1', n: 1 }, { ...undo, cid: 'c1', n: 2 }] }))
    expect(board.entry('b')!.mutation).toMatchObject({ args: { n: 1 } })
    expect(board.disk.outbox.get('b')).toMatchObject({ mutation: { args: { n: 1 } } })
  })

  it('has nothing to do when its change was refused', () => {
    const board = createHarness({ matters: [matter] })
    board.change(buildMove(matter, 'review'))
    const key = board.undo()
    board.results([{ n: 1, status: 'rejected', code: 'WIP_LIMIT' }])
    expect(board.settled[key]).toMatchObject([{ ok: true }])
    expect(board.entry(key)).toMatchObject({ n: 2, mutation: { kind: 'void' } })
    expect(board.wanted('send')[0]!.items).toEqual([{ n: 2, key, kind: 'void' }])
    board.results([{ n: 2 }])
    expect(board.state.entries).toEqual([])
    expect(board.settled[key]).toHaveLength(1)
  })

  it('knows the version of its change once that has one', () => {
    const board = createHarness({ matters: [matter] })
    board.change(buildMove(matter, 'review'))
    const key = board.undo()
    board.results([{ n: 1, version: 2 }])
    expect(board.entry(key)!.undoes).toMatchObject({ version: 2 })
    board.update({ matters: [putOp(moved(2))], acks: { c1: 1 } })
    expect(board.state.view.byId.get(matter.id)!.columnId).toBe('in-progress')
  })

  it('that met a newer value is refused, and no choice', () => {
    const board = createHarness({ matters: [matter] })
    board.change(buildEdit(matter, { title: 'Mine' }))
    const key = board.undo()
    board.results([{ n: 1, version: 2 }, { n: 2, status: 'rejected', code: 'UNDO_STALE' }])
    expect(board.settled[key]).toMatchObject([{ ok: false, problem: { code: 'UNDO_STALE' } }])
    expect(board.state.conflicts).toEqual([])
  })

  it('is not offered for what somebody built on', () => {
    const board = createHarness({ matters: [matter] })
    board.change(buildEdit(matter, { title: 'Mine' }))
    board.results([{ n: 1, version: 2 }])
    board.update({ matters: [putOp(rewritten(matter, 3, { title: 'Theirs' }))], version: 3, acks: { c1: 1 } })
    expect(board.state.undo).toEqual([])
    const key = board.undo()
    expect(board.settled[key]).toMatchObject([{ ok: false, problem: { code: 'UNDO_STALE' } }])
  })

  it('of another outbox waits for its version', () => {
    const board = createHarness({ matters: [rewritten(matter, 1, { title: 'Base' }, { by: PEOPLE.partner.id })] })
    const step = { key: 'x', cid: 'other', n: 3, matterId: matter.id, change: { kind: 'edit' as const, version: null, before: { title: 'Old' }, after: { title: 'Base' } } }
    board.take({ kind: 'told', write: { undo: { put: [step] } } })
    const early = board.undo()
    expect(board.settled[early]).toMatchObject([{ ok: false }])
    board.take({ kind: 'told', write: { undo: { put: [{ ...step, change: { ...step.change, version: 1 } }] } } })
    board.undo()
    expect(board.state.entries[0]!.mutation).toMatchObject({ args: { version: 1 } })
  })

  it('of a deletion brings the matter back, at once as long as the rows have it', () => {
    const board = createHarness({ matters: [matter] })
    board.change({ kind: 'delete', id: matter.id, args: {} })
    expect(board.title(matter)).toBeUndefined()
    board.undo()
    expect(board.title(matter)).toBe('Base')
  })

  it('of an own change that changes nothing is done at once', () => {
    const board = createHarness({ matters: [matter] })
    const step = { key: 'x', cid: 'c1', n: 3, matterId: matter.id, change: { kind: 'edit' as const, version: null, before: { title: 'Base' }, after: { title: 'Base' } } }
    board.take({ kind: 'told', write: { undo: { put: [step] } } })
    const key = board.undo()
    expect(board.settled[key]).toMatchObject([{ ok: true }])
    expect(board.state.undo).toEqual([])
  })
})
