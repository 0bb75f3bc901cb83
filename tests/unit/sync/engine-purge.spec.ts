import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { assign, buildId, buildMatter, buildMove, NOW, PEOPLE } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, buildStored, createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'

const matter = buildMatter({ title: 'Base' })
const other = buildMatter()
const ben = PEOPLE.partner2.id
const deletion: Mutation = { kind: 'delete', id: matter.id, args: {} }
const comment: Mutation = { kind: 'comment', id: matter.id, args: { action: 'add', commentId: buildId(0x900), body: 'Called.' } }
const gone = { matters: [], deleted: [matter.id] }

/** Everything that the engine keeps or says, but for what it tells the person of their own changes. */
function everything(board: ReturnType<typeof createHarness>): string {
  const { entries, conflicts, notes, undo, commentsDone, view, confirmed } = board.state
  return JSON.stringify([entries, conflicts, notes, undo, commentsDone, [...view.byId.values()], [...confirmed.rows.values()], [...board.disk.outbox.values()],
    [...board.disk.conflicts.values()], [...board.disk.undo.values()], [...board.disk.notes.values()], [...board.disk.confirmed?.rows.values() ?? []]])
}

describe('[C6] a matter that goes away', () => {
  it('takes along its row, changes, conflicts, notes and steps, here, on the device and in other tabs', () => {
    const board = createHarness({ matters: [matter, other] })
    board.change(buildEdit(matter, { title: 'secret 1' }))
    board.results([{ n: 1, status: 'conflict', conflicts: [{ field: 'title', value: 'secret 2', version: 2, by: ben, at: NOW }] }])
    board.change(comment)
    board.results([{ n: 2, status: 'merged', version: 3, others: [{ field: 'title', version: 2, by: ben, at: NOW }] }])
    const waiting = board.change(buildEdit(matter, { description: 'secret 3' }))
    board.update({ ...gone, version: 5, acks: { c1: 2 } })

    expect(everything(board)).not.toContain('secret')
    expect(board.state).toMatchObject({ conflicts: [], notes: [], undo: [], commentsDone: [] })
    expect(board.entry(waiting)).toMatchObject({ n: 3, mutation: { kind: 'void' }, looked: {} })
    expect(board.settled[waiting]).toMatchObject([{ ok: false, problem: { code: 'MATTER_GONE' } }])
    expect(board.disk.purged).toEqual([matter.id])
    expect(board.wanted('tell')[0]!.write).toMatchObject({ purge: [matter.id], purgedAt: { epoch: 'e1', version: 5 } })
    board.results([{ n: 3, status: 'ok' }])
    expect(board.state.entries).toEqual([])
    expect(board.settled[waiting]).toHaveLength(1)
  })

  it('leaves changes of other matters alone', () => {
    const board = createHarness({ matters: [matter, other] })
    const key = board.change(buildEdit(other, { title: 'Mine' }))
    board.update(gone)
    expect(board.entry(key)).toMatchObject({ state: 'queued', mutation: { kind: 'edit' } })
  })

  it('is found missing by a full read, too', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(buildEdit(matter, { title: 'Mine' }))
    board.pull({ kind: 'reset', why: 'large' })
    board.read([other], { version: 3 })
    expect(board.settled[key]).toMatchObject([{ ok: false }])
    expect(board.disk.purged).toContain(matter.id)
  })

  it('is found missing by rows that came with the page, on the device', () => {
    const board = createHarness({ blank: true })
    board.open(buildStored([matter], { outbox: [buildEntry(buildEdit(matter, { title: 'secret' }))] }))
    expect(board.title(matter)).toBe('secret')
    const reloaded = createHarness({ blank: true })
    reloaded.open(buildStored([other], { snapshot: { version: 4 }, outbox: [buildEntry(buildEdit(matter, { title: 'secret' }))] }))
    expect(everything(reloaded)).not.toContain('secret')
    expect(reloaded.settled.stored).toMatchObject([{ problem: { code: 'MATTER_GONE' } }])
  })

  it('isn\'t one that comes only later than these rows', () => {
    const board = createHarness({ matters: [other] })
    const theirs = buildEntry(buildEdit(matter, { title: 'Theirs' }), { seen: 9 })
    const note = { id: 'c1.1', matterId: matter.id, others: [{ field: 'title' as const, version: 9, by: ben, at: NOW }] }
    board.take({ kind: 'told', write: { outbox: { put: [theirs] }, notes: { put: [note] } } })
    board.update({ version: 5 })
    expect(board.entry('stored')).toMatchObject({ mutation: { kind: 'edit' } })
    expect(board.state.notes).toHaveLength(1)
    board.update({ version: 9 })
    expect(board.entry('stored')).toMatchObject({ mutation: { kind: 'void' } })
    expect(board.state.notes).toEqual([])
  })

  it('isn\'t one that is about to be made', () => {
    const board = createHarness({ matters: [other] })
    const id = buildId(0x77)
    board.change({ kind: 'create', id, args: { columnId: 'intake', title: 'New', clientName: 'X', assignments: [assign(PEOPLE.partner)] } })
    const edit = board.change(buildEdit({ id }, { title: 'Newer' }))
    board.update({})
    expect(board.entry(edit)).toMatchObject({ mutation: { kind: 'edit' } })
    expect(board.title({ id })).toBe('Newer')
  })

  it('had been made when it was there', () => {
    const board = createHarness({ matters: [] })
    const made = buildMatter({ id: buildId(0x78), version: 2 })
    const key = board.change({ kind: 'create', id: made.id, args: { columnId: 'intake', title: 'New', clientName: 'X', assignments: [assign(PEOPLE.partner)] } })
    board.update({ matters: [putOp(made)], acks: { c1: 1 } })
    board.update({ deleted: [made.id], acks: { c1: 1 } })
    expect(board.settled[key]).toEqual([{ ok: true, version: 3, merged: false }])
    expect(board.entry(key)).toMatchObject({ mutation: { kind: 'void' } })
  })
})

describe('an own deletion', () => {
  it('[C6] can be taken back, and holds nothing of the matter', () => {
    const board = createHarness({ matters: [{ ...matter, title: 'secret' }] })
    const key = board.change(deletion)
    board.results([{ n: 1, version: 2 }])
    board.update({ ...gone, acks: { c1: 1 } })
    expect(board.settled[key]).toMatchObject([{ ok: true }])
    expect(board.wanted('news')).toEqual([])
    expect(everything(board)).not.toContain('secret')
    expect(board.state.undo).toMatchObject([{ key, change: { kind: 'delete', matter: null } }])
    const undone = board.undo()
    board.update({ deleted: [matter.id] })
    expect(board.entry(undone)).toMatchObject({ mutation: { kind: 'undo', args: { version: 2 } } })
    board.results([{ n: 2, version: 4 }])
    board.update({ matters: [putOp({ ...matter, version: 4 })], version: 4, acks: { c1: 2 } })
    expect(board.title(matter)).toBe('Base')
  })

  it('[C6] whose result is still to come keeps only what the server needs to judge it', () => {
    const board = createHarness({ matters: [{ ...matter, title: 'secret' }] })
    const key = board.change(deletion)
    board.update({ ...gone, acks: {} })
    expect(everything(board)).not.toContain('secret')
    expect(board.entry(key)).toMatchObject({ mutation: { kind: 'delete' }, looked: { title: { version: 1, value: null } } })
    expect(board.settled[key]).toBeUndefined()
    const before = board.entry(key)
    board.update({ deleted: [matter.id] })
    expect(board.entry(key)).toBe(before)
    board.results([{ n: 1, status: 'gone' }])
    expect(board.settled[key]).toMatchObject([{ ok: false, problem: { code: 'MATTER_GONE' } }])
    expect(board.state.undo).toEqual([])
  })

  it('that the server made is gone from the outbox with the row', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(buildMove(matter, 'review'))
    board.results([{ n: 1, version: 9 }])
    board.update(gone)
    expect(board.entry(key)).toBeUndefined()
  })
})

describe('a restored server', () => {
  it('[C1] gets again what it may have lost, and what can\'t be told any more isn\'t undone', () => {
    const board = createHarness({ matters: [matter] })
    const acked = board.change(buildEdit(matter, { title: 'Mine' }))
    board.results([{ n: 1, version: 2 }])
    const contained = board.change(comment)
    board.update({ matters: [putOp(rewritten(matter, 2, { title: 'Mine', commentCount: 1 }))], version: 3, acks: { c1: 2 } })
    const late = board.change(buildEdit(matter, { title: 'Mine 2' }))
    board.results([{ n: 3, version: 9 }])
    board.pull({ kind: 'reset', why: 'epoch' })
    board.answer({ kind: 'snapshot', answer: { ...snapshotOf('e2'), acks: { c1: 1 } } })
    expect(board.entry(acked)).toBeUndefined()
    expect(board.entry(contained)).toMatchObject({ state: 'queued' })
    expect(board.entry(late)).toMatchObject({ state: 'queued', result: { version: 9 } })
    expect(board.state).toMatchObject({ undo: [], commentsDone: [] })
    expect(board.wanted('write')[0]!.write).toMatchObject({ rows: { from: null }, undo: { remove: [acked, late] } })
    board.fail({})
    board.now = board.state.link.sendAt
    board.take({ kind: 'woken' })
    expect(board.wanted('send')[0]!.items.map(({ n }) => n)).toEqual([2, 3])
    board.results([{ n: 2, version: 2 }, { n: 3, version: 3 }])
    expect(board.settled[late]).toHaveLength(1)
    expect(board.settled[contained]).toHaveLength(1)
  })

  it('that went back without saying so is treated alike', () => {
    const board = createHarness({ matters: [matter] })
    board.update({ version: 20 })
    const key = board.change(buildEdit(matter, { title: 'Mine' }))
    board.results([{ n: 1, version: 21 }])
    board.pull({ kind: 'reset', why: 'ahead' })
    board.answer({ kind: 'snapshot', answer: snapshotOf('e1', 10) })
    expect(board.state.confirmed.version).toBe(10)
    expect(board.entry(key)).toMatchObject({ state: 'queued' })
  })

  function snapshotOf(epoch: string, version = 1) {
    const { confirmed } = createHarness({ matters: [matter] }).state
    return {
      protocol: 2, epoch, version, board: confirmed.board!, columns: [...confirmed.columns], matters: [matter], members: [...confirmed.members.values()],
      acks: {}, now: NOW, timeZone: confirmed.timeZone,
    }
  }
})

describe('[C6] a matter that was made and deleted again', () => {
  const made = buildMatter({ id: buildId(0x7A) })
  const creation: Mutation = { kind: 'create', id: made.id, args: { columnId: 'intake', title: 'secret', clientName: 'X', assignments: [assign(PEOPLE.partner)] } }

  it('leaves nothing once the deletion is acknowledged', () => {
    const board = createHarness({ matters: [matter] })
    board.change(creation)
    board.change({ kind: 'delete', id: made.id, args: {} })
    board.results([{ n: 1, version: 2 }])
    board.results([{ n: 2, version: 3 }])
    expect(board.state.entries).toMatchObject([{ n: 2, state: 'acked', mutation: { kind: 'delete' } }])
    expect(JSON.stringify([board.state.entries, [...board.disk.outbox.values()]])).not.toContain('secret')
  })

  it('leaves nothing when the results come after the rows', () => {
    const board = createHarness({ matters: [matter] })
    board.change(creation)
    board.change(buildEdit(made, { title: 'secret too' }))
    board.change({ kind: 'delete', id: made.id, args: {} })
    board.update({ version: 5, acks: { c1: 3 } })
    board.results([{ n: 1, version: 2 }, { n: 2, version: 3 }, { n: 3, version: 4 }])
    expect(everything(board)).not.toContain('secret')
    expect(board.state.undo).toMatchObject([{ change: { kind: 'delete' } }])
  })
})
