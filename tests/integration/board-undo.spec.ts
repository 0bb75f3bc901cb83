import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { Mutation, UndoArgs } from '#shared/kanban/mutation.ts'
import type { TestFirm } from '../helpers/test-firm.ts'
import { moveMutation } from '#server/services/mutation-requests.ts'
import { assign, BOARD_ID, buildId, buildMove, PEOPLE } from '../helpers/builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, partner2, associate, paralegal } = PEOPLE
const everything = { board: BOARD_ID, epoch: 'epoch-1', wait: 0, includeDeleted: true }

/** Sends mutations of one member's outbox, each with the next number. */
function outbox(firm: TestFirm, actor: Actor, cid = `outbox-${actor.id}`) {
  let n = 0
  return (mutation: Mutation) => firm.boards.commitNumbered({ actor, boardId: BOARD_ID, cid, item: { n: ++n, mutation, field: null } })
}

const rename = (matter: Pick<Matter, 'id'>, title: string): Mutation => ({ kind: 'edit', id: matter.id, args: { set: { title } } })
const remove = (matter: Pick<Matter, 'id'>): Mutation => ({ kind: 'delete', id: matter.id, args: {} })
const undo = (matter: Pick<Matter, 'id'>, args: UndoArgs): Mutation => ({ kind: 'undo', id: matter.id, args })

describe('taking back a move', () => {
  it('is for its maker, by version or by number, once', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    const [send, sendOther] = [outbox(firm, associate), outbox(firm, partner)]
    const { version } = await send(buildMove(matter, 'ready-filing'))
    expect(await sendOther(undo(matter, { version }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
    expect(await sendOther(undo(matter, { n: 1 }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
    expect(await send(undo(matter, { n: 1 }))).toMatchObject({ status: 'ok', version: 2 })
    expect(await firm.reader.matter(associate, matter.id)).toMatchObject({ columnId: 'in-progress', rank: matter.rank, stageEnteredAt: matter.stageEnteredAt })
    expect(await send(undo(matter, { version }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
    expect(await firm.reader.activity(associate, matter.id)).toMatchObject([
      { kind: 'moved', undo: true, version: 2, fields: { columnId: { old: 'ready-filing', new: 'in-progress' } } },
      { kind: 'moved', undo: false, version: 1 },
    ])
  })

  it('is asked for at the address of moves, too', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    const move = (actor: Actor, undoOf: number) => firm.boards.commit({ actor, target: { matterId: matter.id }, build: moveMutation({ column: 'in-progress', undoOf }) })
    const { version } = await firm.commit(associate, buildMove(matter, 'ready-filing'))
    await expect(move(partner, version)).rejects.toMatchObject({ code: 'UNDO_STALE' })
    expect((await move(associate, version)).matter).toMatchObject({ columnId: 'in-progress', rank: matter.rank, stageEnteredAt: matter.stageEnteredAt })
    await expect(move(associate, version)).rejects.toMatchObject({ code: 'UNDO_STALE' })
  })

  it('reaches the moves before it, one after another', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    const send = outbox(firm, associate)
    await send(buildMove(matter, 'ready-filing'))
    await send(buildMove(matter, 'in-progress'))
    expect(await send(undo(matter, { n: 1 }))).toMatchObject({ code: 'UNDO_STALE' })
    expect(await send(undo(matter, { n: 2 }))).toMatchObject({ status: 'ok' })
    expect(await firm.reader.matter(associate, matter.id)).toMatchObject({ columnId: 'ready-filing' })
    expect(await send(undo(matter, { n: 1 }))).toMatchObject({ status: 'ok' })
    expect(await firm.reader.matter(associate, matter.id)).toMatchObject({ columnId: 'in-progress', rank: matter.rank, stageEnteredAt: matter.stageEnteredAt })
  })
})

describe('taking back an edit', () => {
  it('brings its fields back beside what others wrote, and says so in the history', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ title: 'Lease', tags: ['a'] })
    const [send, sendOther] = [outbox(firm, associate), outbox(firm, partner)]
    await send({ kind: 'edit', id: matter.id, args: { set: { title: 'Sale', hold: { reason: 'waits' } }, tags: { add: ['b'] } } })
    await sendOther({ kind: 'edit', id: matter.id, args: { set: { courtName: 'Osaka' }, tags: { add: ['c'] } } })
    expect(await send(undo(matter, { n: 1 }))).toMatchObject({ status: 'ok', version: 3 })
    expect(await firm.reader.matter(associate, matter.id)).toMatchObject({ title: 'Lease', hold: null, tags: ['a', 'c'], courtName: 'Osaka', version: 3 })
    const [step] = await firm.reader.activity(associate, matter.id)
    expect(step).toMatchObject({ kind: 'edited', undo: true, fields: { title: { old: 'Sale', new: 'Lease' }, hold: { new: null } } })
    expect(Object.keys(step!)).not.toEqual(expect.arrayContaining(['cid']))
  })

  it('is refused when somebody built on it, and of a hidden matter says that there is none', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ title: 'Lease' })
    const [send, sendOther] = [outbox(firm, paralegal), outbox(firm, partner)]
    await sendOther({ kind: 'edit', id: matter.id, args: { assignments: { put: [assign(paralegal, 'PARALEGAL')] } } })
    const { version } = await send(rename(matter, 'Sale'))
    await sendOther(rename(matter, 'Purchase'))
    expect(await send(undo(matter, { version }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
    await sendOther({ kind: 'edit', id: matter.id, args: { set: { confidentiality: 'SEALED' }, assignments: { remove: [paralegal.id] } } })
    expect(await send(undo(matter, { version }))).toMatchObject({ status: 'gone' })
    expect(await send(undo({ id: buildId(0x9999) }, { version }))).toMatchObject({ status: 'gone' })
  })

  it('tells a number that changed nothing from the change whose version it ended in', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ title: 'Lease' })
    const send = outbox(firm, associate)
    expect(await send(rename(matter, 'Sale'))).toMatchObject({ version: 1 })
    expect(await send(rename(matter, 'Sale'))).toMatchObject({ status: 'ok', version: 1 })
    expect(await send(undo(matter, { n: 2 }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
    expect(await send(undo(matter, { n: 9 }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
    expect(await send(undo(matter, { n: 1 }))).toMatchObject({ status: 'ok' })
  })

  it('opens and closes the matter to whom the edit had closed and opened it', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ title: 'Lease' })
    const send = outbox(firm, partner)
    await send({ kind: 'edit', id: matter.id, args: { set: { confidentiality: 'SEALED' }, assignments: { put: [assign(partner)] } } })
    const before = await firm.reader.updates(paralegal, { ...everything, version: 0 })
    expect(before).toMatchObject({ kind: 'news', answer: { deleted: [matter.id], version: 1 } })
    await send(undo(matter, { n: 1 }))
    expect(await firm.reader.updates(paralegal, { ...everything, version: 1 })).toMatchObject({ kind: 'news', answer: { matters: [{ op: 'put', id: matter.id }], version: 2 } })
    expect(await firm.reader.matter(paralegal, matter.id)).toMatchObject({ assignments: matter.assignments, confidentiality: 'NORMAL' })
  })

  it('gives back no case number that is somebody else\'s by now', async () => {
    const firm = await openTestFirm()
    const [matter, other] = [await firm.put({ caseNumber: 'CV-1' }), await firm.put()]
    const send = outbox(firm, partner)
    await send({ kind: 'edit', id: matter.id, args: { set: { caseNumber: 'CV-2' } } })
    await send({ kind: 'edit', id: other.id, args: { set: { caseNumber: 'cv-1' } } })
    expect(await send(undo(matter, { n: 1 }))).toMatchObject({ status: 'rejected', code: 'CASE_NUMBER_TAKEN' })
  })
})

describe('taking back a deletion', () => {
  it('brings the matter back as it was, with its comments and its history', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ title: 'Lease', commentCount: 0 })
    const send = outbox(firm, partner)
    await send({ kind: 'comment', id: matter.id, args: { action: 'add', commentId: buildId(0xC1), body: 'The client agreed.' } })
    const before = await firm.reader.matter(partner, matter.id)
    const { version } = await send(remove(matter))
    expect(await send(undo(matter, { n: 2 }))).toMatchObject({ status: 'ok', version: version + 1 })
    const after = await firm.reader.matter(partner, matter.id)
    expect({ ...after, version: before.version, updatedAt: before.updatedAt, updatedBy: before.updatedBy }).toEqual(before)
    expect(await firm.reader.comments(partner, matter.id)).toMatchObject([{ body: 'The client agreed.' }])
    expect(await firm.reader.activity(partner, matter.id)).toMatchObject([{ kind: 'restored', undo: true, fields: {} }, { kind: 'deleted' }, { kind: 'commentAdded' }])
    expect(await send(undo(matter, { version }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
  })

  it('[P4] [R2] tells every reader, wherever they stand', async () => {
    const firm = await openTestFirm()
    const [open, walled] = [await firm.put(), await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })]
    const send = outbox(firm, partner)
    await send(rename(open, 'Renamed'))
    for (const matter of [open, walled])
      await send(remove(matter))
    const away = await firm.reader.updates(paralegal, { ...everything, version: 1 })
    expect(away).toMatchObject({ kind: 'news', answer: { deleted: [open.id], matters: [], version: 2 } })
    for (const n of [2, 3])
      await send(undo(n === 2 ? open : walled, { n }))

    // Who never heard of the deletion still has the row; who did gets it anew.
    expect(await firm.reader.updates(paralegal, { ...everything, version: 1 })).toMatchObject({ kind: 'news', answer: { deleted: [], matters: [{ op: 'set', id: open.id }], version: 4 } })
    expect(await firm.reader.updates(paralegal, { ...everything, version: 2 })).toMatchObject({ kind: 'news', answer: { deleted: [], matters: [{ op: 'put', id: open.id }], version: 4 } })
    expect(await firm.reader.updates(paralegal, { ...everything, version: 4 })).toMatchObject({ kind: 'unchanged', version: 4 })
    // Of the sealed one nobody else hears, and birth and death are nobody's transition.
    expect(await firm.reader.updates(partner, { ...everything, version: 3 })).toMatchObject({ answer: { matters: [{ op: 'put', id: open.id }, { op: 'put', id: walled.id }] } })
    expect(await firm.repository.log.accessAfter(BOARD_ID, partner.id, 0)).toEqual([])
  })

  it('[P4] keeps no gap that ends below the floor, where nobody stands', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    const send = outbox(firm, partner)
    const there = async () => {
      await send(remove(matter))
      const { version } = (await firm.repository.boards.find(BOARD_ID))!
      await send(undo(matter, { version }))
      return (await firm.repository.matters.find(matter.id))!.gaps
    }
    expect(await there()).toEqual([{ deleted: 1, restored: 2 }])
    expect(await there()).toEqual([{ deleted: 1, restored: 2 }, { deleted: 3, restored: 4 }])
    await firm.repository.boards.setFloor(BOARD_ID, 3)
    expect(await there()).toEqual([{ deleted: 3, restored: 4 }, { deleted: 5, restored: 6 }])
  })

  it('[W1] takes it away from who saw it before it was sealed and deleted, and was not there since', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ assignments: [assign(partner)] })
    const send = outbox(firm, partner)
    await send({ kind: 'edit', id: matter.id, args: { set: { confidentiality: 'SEALED' } } })
    await send(remove(matter))
    await send(undo(matter, { n: 2 }))
    expect(await firm.reader.updates(paralegal, { ...everything, version: 0 })).toMatchObject({ kind: 'news', answer: { deleted: [matter.id], matters: [], version: 1 } })
    expect(await firm.reader.updates(paralegal, { ...everything, version: 1 })).toMatchObject({ kind: 'unchanged' })
  })

  it('is for who deleted it, may delete still and would see it', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const { version } = await outbox(firm, partner)(remove(matter))
    expect(await outbox(firm, partner2)(undo(matter, { version }))).toMatchObject({ status: 'gone' })
    const send = outbox(firm, partner, 'demoted')
    await firm.repository.accounts.updateMember(partner.id, { role: 'ASSOCIATE' })
    expect(await send(undo(matter, { version }))).toMatchObject({ status: 'rejected', code: 'INSUFFICIENT_PERMISSION' })
    await firm.repository.accounts.updateMember(partner.id, { role: 'ADMIN' })
    expect(await send(undo(matter, { version }))).toMatchObject({ status: 'gone' })
  })

  it('is refused when its case number or its column is taken meanwhile', async () => {
    const firm = await openTestFirm()
    const [matter, other] = [await firm.put({ caseNumber: 'CV-1' }), await firm.put({ columnId: 'review' })]
    const send = outbox(firm, partner)
    await send(remove(matter))
    await send(remove(other))
    await firm.put({ caseNumber: 'cv-1' })
    await firm.repository.boards.updateColumn(BOARD_ID, { ...firm.board.columns.find(({ id }) => id === 'review')!, archived: true })
    expect(await send(undo(matter, { n: 1 }))).toMatchObject({ status: 'rejected', code: 'CASE_NUMBER_TAKEN' })
    expect(await send(undo(other, { n: 2 }))).toMatchObject({ status: 'rejected', code: 'UNDO_STALE' })
  })

  it('leaves what an import removed to the import', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    const { version } = await firm.boards.commitBatch(partner, BOARD_ID, async batch => batch.remove(matter.id))
    expect(await outbox(firm, partner)(undo(matter, { version: version! }))).toMatchObject({ status: 'gone' })
  })
})
