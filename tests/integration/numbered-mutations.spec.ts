import { describe, expect, it } from 'vitest'
import type { EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { NumberedMutation } from '#shared/protocol/messages.ts'
import { assign, BOARD_ID, buildId, buildMove, buildTask, NOW, PEOPLE } from '../helpers/builders.ts'
import type { TestFirm } from '../helpers/test-firm.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, paralegal, clerk } = PEOPLE
const [CID, OTHER_CID] = [buildId(0xC1), buildId(0xC2)]

const edit = (n: number, id: string, args: EditArgs, base?: Record<string, number>): NumberedMutation => ({ n, kind: 'edit', id, args, base })
const retitle = (n: number, id: string, title: string, base?: Record<string, number>) => edit(n, id, { set: { title } }, base)
const numbered = (n: number, mutation: Mutation): NumberedMutation => ({ n, ...mutation })

function create(n: number, args: Partial<Extract<Mutation, { kind: 'create' }>['args']> = {}, id = buildId(0x9000 + n)): NumberedMutation {
  return { n, kind: 'create', id, args: { columnId: 'intake', title: 'Lease', clientName: 'Hoshino', assignments: [assign(partner)], ...args } }
}

/** All that a mutation could leave behind but for its result. */
async function traces({ repository }: TestFirm) {
  return {
    board: await repository.boards.find(BOARD_ID),
    log: await repository.log.changesAfter(BOARD_ID, 0),
    matters: await repository.matters.listByBoard(BOARD_ID),
  }
}

describe('a numbered mutation', () => {
  it('[M1] [M2] is made once, in the order of its outbox', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    expect(await firm.send(partner, CID, retitle(1, id, 'One'))).toEqual({ n: 1, status: 'ok', version: 1 })
    expect(await firm.send(partner, CID, retitle(2, id, 'Two'))).toEqual({ n: 2, status: 'ok', version: 2 })
    expect(await firm.repository.matters.find(id)).toMatchObject({ title: 'Two', version: 2 })
  })

  it('[M2] answers a known number with its stored result, whatever comes under it', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    const first = await firm.send(partner, CID, retitle(1, id, 'One'))
    const before = await traces(firm)
    expect(await firm.send(partner, CID, retitle(1, id, 'Another'))).toEqual(first)
    expect(await firm.send(partner, CID, { n: 1, kind: 'void' })).toEqual(first)
    expect(await traces(firm)).toEqual(before)
  })

  it('[M2] asks for the number that is missing, and uses none up', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await expect(firm.send(partner, CID, retitle(2, id, 'Two'))).rejects.toMatchObject({ code: 'ORDER', details: { wanted: 1 } })
    await firm.send(partner, CID, retitle(1, id, 'One'))
    await expect(firm.send(partner, CID, retitle(4, id, 'Four'))).rejects.toMatchObject({ code: 'ORDER', details: { wanted: 2 } })
    expect(await firm.repository.mutations.findClient(BOARD_ID, CID)).toMatchObject({ last: 1, memberId: partner.id })
  })

  it('[M2] that comes twice at once is made once and answered alike', async () => {
    const firm = await openTestFirm()
    const answers = await Promise.all(Array.from({ length: 5 }, () => firm.send(partner, CID, create(1))))
    expect(new Set(answers.map(answer => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify({ n: 1, status: 'ok', version: 1 })]))
    expect((await traces(firm)).matters).toHaveLength(1)
    const refusals = await Promise.all(Array.from({ length: 5 }, () => firm.send(partner, CID, create(2, { columnId: 'closed' }))))
    expect(new Set(refusals.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(refusals[0]).toMatchObject({ n: 2, status: 'rejected', version: 0, code: 'INVALID_TRANSITION' })
  })

  it('[M2] is known to a server that was started again', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    const done = await firm.send(partner, CID, retitle(1, id, 'One'))
    const refused = await firm.send(partner, CID, retitle(2, id, ' '))
    const { boards } = firm.start()
    expect(await firm.send(partner, CID, retitle(1, id, 'Other'), boards)).toEqual(done)
    expect(await firm.send(partner, CID, retitle(2, id, 'Other'), boards)).toEqual(refused)
    await expect(firm.send(partner, CID, retitle(4, id, 'Other'), boards)).rejects.toMatchObject({ code: 'ORDER', details: { wanted: 3 } })
    expect(await firm.send(partner, CID, retitle(3, id, 'Three'), boards)).toEqual({ n: 3, status: 'ok', version: 2 })
  })

  it('[M2] of a copied device that was given away to another change is not taken for that one', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    const done = await firm.send(partner, CID, { ...retitle(1, id, 'One'), key: 'one' })
    expect(done).toMatchObject({ status: 'ok' })
    expect(await firm.send(partner, CID, { ...retitle(1, id, 'Two'), key: 'two' })).toEqual({ n: 1, status: 'rejected', version: 0, code: 'NUMBER_TAKEN' })
    expect(await firm.send(partner, CID, { ...retitle(1, id, 'One'), key: 'one' })).toEqual(done)
    expect(await firm.send(partner, CID, retitle(1, id, 'One'))).toEqual(done)
    expect((await firm.repository.matters.find(id))!.title).toBe('One')
  })

  it('[M1] belongs to the member whose outbox it is: anybody else is told nothing', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    for (const n of [1, 2, 7])
      await expect(firm.send(partner2, CID, retitle(n, id, 'Mine'))).rejects.toMatchObject({ code: 'FORBIDDEN', details: {} })
    expect(await firm.repository.mutations.findClient(BOARD_ID, CID)).toMatchObject({ last: 1, memberId: partner.id })
  })

  it('[P3] [P4] leaves its outbox and number on each field and in the log', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    expect((await firm.repository.matters.find(id))!.fieldVersions).toEqual({ title: { v: 1, cid: CID, n: 1, by: partner.id, at: NOW } })
  })

  it('on a board that doesn\'t exist is refused without a trace', async () => {
    const firm = await openTestFirm()
    const request = { actor: partner, boardId: buildId(0xBAD), cid: CID, item: { n: 1, mutation: { kind: 'void' as const }, field: null } }
    await expect(firm.boards.commitNumbered(request)).rejects.toMatchObject({ code: 'BOARD_GONE' })
    expect(await firm.repository.mutations.findClient(buildId(0xBAD), CID)).toBeNull()
  })

  it('joins a clerk who opens a matter to it, and makes it a lawyer\'s own', async () => {
    const firm = await openTestFirm()
    expect(await firm.send(clerk, CID, create(1))).toMatchObject({ status: 'ok' })
    expect((await firm.repository.matters.find(buildId(0x9001)))!.assignments).toEqual([assign(partner), assign(clerk, 'CLERK')])
    expect(await firm.send(associate, OTHER_CID, create(1, { assignments: undefined }, buildId(0x9002)))).toMatchObject({ status: 'ok' })
    expect((await firm.repository.matters.find(buildId(0x9002)))!.assignments).toEqual([assign(associate)])
  })

  it('that changes nothing is done, in the version of its matter', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    await firm.send(partner, CID, create(2))
    expect(await firm.send(partner, CID, retitle(3, id, 'One'))).toEqual({ n: 3, status: 'ok', version: 1 })
    expect((await traces(firm)).board).toMatchObject({ version: 2 })
  })
})

describe('a number that does nothing', () => {
  it('[M2] [C6] is used up all the same, and moves nobody\'s version', async () => {
    const firm = await openTestFirm()
    expect(await firm.send(partner, CID, { n: 1, kind: 'void' })).toEqual({ n: 1, status: 'ok', version: 0 })
    expect((await traces(firm)).board).toMatchObject({ version: 0 })
    expect(await firm.send(partner, CID, create(2))).toEqual({ n: 2, status: 'ok', version: 1 })
  })

  it('[M2] is a refused one too: by the rules, without a trace but its result', async () => {
    const firm = await openTestFirm({ columns: { review: { wip: { limit: 0, hard: true } } } })
    const matter = await firm.put()
    const before = await traces(firm)
    const full = await firm.send(associate, CID, numbered(1, buildMove(matter, 'review')))
    expect(full).toMatchObject({ n: 1, status: 'rejected', version: 0, code: 'WIP_LIMIT', allowed: expect.arrayContaining(['waiting-client']) })
    const [outsider, notAssigned] = [OTHER_CID, buildId(0xC3)]
    expect(await firm.send(paralegal, outsider, retitle(1, matter.id, 'x'))).toEqual({ n: 1, status: 'rejected', version: 0, code: 'NOT_ASSIGNED', field: 'id' })
    expect(await firm.send(associate2, notAssigned, numbered(1, { kind: 'delete', id: matter.id, args: {} }))).toMatchObject({ code: 'INSUFFICIENT_PERMISSION' })
    expect(await traces(firm)).toEqual(before)
    expect(await firm.send(associate, CID, numbered(1, buildMove(matter, 'in-progress')))).toEqual(full)
  })

  it('[M2] is one whose arguments can\'t be read', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    const bad = (n: number, item: Record<string, unknown>) => firm.send(partner, CID, { n, ...item } as NumberedMutation)
    expect(await bad(1, { kind: 'fly', id })).toEqual({ n: 1, status: 'rejected', version: 0, code: 'VALIDATION', field: 'kind' })
    expect(await bad(2, { kind: 'edit', id, args: { set: { title: 'x'.repeat(256) } } })).toMatchObject({ code: 'VALIDATION', field: 'title' })
    expect(await bad(3, { kind: 'edit', id, args: { set: { title: 'a\0b' } } })).toMatchObject({ code: 'VALIDATION', field: 'title' })
    expect(await bad(4, {})).toMatchObject({ code: 'VALIDATION' })
    expect(await firm.send(partner, CID, retitle(5, id, 'Five'))).toEqual({ n: 5, status: 'ok', version: 1 })
  })

  it('gives back the case number that it had taken', async () => {
    const firm = await openTestFirm()
    expect(await firm.send(partner, CID, create(1, { columnId: 'closed' }))).toMatchObject({ status: 'rejected' })
    await firm.send(partner, CID, create(2))
    expect(await firm.repository.matters.find(buildId(0x9002))).toMatchObject({ caseNumber: '2026-CV-0001' })
  })

  it('is a new matter under an id or a number that is taken', async () => {
    const firm = await openTestFirm()
    await firm.send(partner, CID, create(1, { caseNumber: 'A-1' }))
    expect(await firm.send(partner, CID, create(2, {}, buildId(0x9001)))).toEqual({ n: 2, status: 'rejected', version: 0, code: 'ID_TAKEN', field: 'id' })
    expect(await firm.send(partner, CID, create(3, { caseNumber: 'a-1' }))).toEqual({ n: 3, status: 'rejected', version: 0, code: 'CASE_NUMBER_TAKEN', field: 'caseNumber' })
  })

  it('[W3] answers for a hidden matter, for a missing one and for one on another board alike', async () => {
    const firm = await openTestFirm()
    const hidden = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const elsewhere = buildId(0xB2)
    await firm.repository.boards.insert({ id: elsewhere, name: 'Other', epoch: 'e', isDefault: false, position: 1, createdAt: NOW }, [])
    const other = await firm.put({ boardId: elsewhere })
    const deleted = await firm.put()
    await firm.commit(partner, { kind: 'delete', id: deleted.id, args: {} })
    for (const [index, id] of [hidden.id, buildId(0x9999), other.id, deleted.id].entries()) {
      const ns = [index * 5 + 1, index * 5 + 2, index * 5 + 3, index * 5 + 4, index * 5 + 5]
      const items: NumberedMutation[] = [
        retitle(ns[0]!, id, 'x', { title: 0 }),
        { n: ns[1]!, kind: 'move', id, args: { columnId: 'nowhere', placement: { end: true } } },
        { n: ns[2]!, kind: 'delete', id, args: {} },
        { n: ns[3]!, kind: 'comment', id, args: { action: 'add', commentId: buildId(0x777), body: 'x' } },
        { n: ns[4]!, kind: 'undo', id, args: { n: 1 } },
      ]
      for (const item of items)
        expect(await firm.send(associate, CID, item)).toEqual({ n: item.n, status: 'gone', version: 0 })
    }
  })
})

describe('a numbered mutation that met others', () => {
  it('[X1] is no conflict with an earlier number of the same outbox, and is one with another', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(associate, CID, retitle(1, id, 'One', { title: 0 }))
    expect(await firm.send(associate, CID, retitle(2, id, 'Two', { title: 0 }))).toMatchObject({ status: 'ok' })
    expect(await firm.send(associate, OTHER_CID, retitle(1, id, 'Three', { title: 0 }))).toEqual({
      n: 1, status: 'conflict', version: 0, conflicts: [{ field: 'title', version: 2, value: 'Two', by: associate.id, at: NOW }],
    })
    expect(await firm.send(associate, OTHER_CID, retitle(2, id, 'Two', { title: 0 }))).toMatchObject({ status: 'ok', version: 2 })
  })

  it('[X1] conflicts with what a plain caller wrote, at the time at which that was', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    firm.clock.now = NOW + 1_000
    await firm.commit(partner, { kind: 'edit', id, args: { set: { title: 'Theirs' } } })
    firm.clock.now = NOW + 9_000
    await firm.commit(partner, { kind: 'edit', id, args: { set: { description: 'Later' } } })
    expect(await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))).toMatchObject({
      status: 'conflict', conflicts: [{ field: 'title', version: 1, value: 'Theirs', by: partner.id, at: NOW + 1_000 }],
    })
  })

  it('[X1] goes in whole or not at all', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ title: 'Lease', clientName: 'Hoshino' })
    await firm.send(partner, OTHER_CID, retitle(1, id, 'Theirs'))
    const before = await traces(firm)
    expect(await firm.send(associate, CID, edit(1, id, { set: { title: 'Mine', clientName: 'Other' } }, { title: 0, clientName: 0 })))
      .toMatchObject({ status: 'conflict', conflicts: [{ field: 'title' }] })
    expect(await traces(firm)).toEqual(before)
  })

  it('[X2] merges what doesn\'t overlap, and says who changed what beside it', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, OTHER_CID, edit(1, id, { set: { priority: 'URGENT' } }))
    const merged = await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))
    expect(merged).toEqual({ n: 1, status: 'merged', version: 2, others: [{ field: 'priority', version: 1, by: partner.id, at: NOW }] })
    expect(await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))).toEqual(merged)
    expect(await firm.repository.matters.find(id)).toMatchObject({ title: 'Mine', priority: 'URGENT' })
    expect(await firm.send(associate, CID, retitle(2, id, 'Again', { title: 2 }))).toEqual({ n: 2, status: 'ok', version: 3 })
  })

  it('[X2] agrees on one target, conflicts on two, and never on the rank', async () => {
    const firm = await openTestFirm()
    const [one, two, three] = [await firm.put(), await firm.put(), await firm.put()]
    const move = (n: number, matter: typeof one, to: string) => numbered(n, { ...buildMove(matter, to), base: { columnId: 0, rank: 0 } } as Mutation)
    await firm.send(partner, OTHER_CID, move(1, one, 'review'))
    await firm.send(partner, OTHER_CID, move(2, two, 'review'))
    await firm.send(partner, OTHER_CID, numbered(3, buildMove(three, 'in-progress')))
    expect(await firm.send(associate, CID, move(1, one, 'review'))).toMatchObject({ status: 'ok' })
    expect(await firm.send(associate, CID, move(2, two, 'waiting-client'))).toMatchObject({ status: 'conflict', conflicts: [{ field: 'columnId', value: 'review' }] })
    expect(await firm.send(associate, CID, move(3, three, 'in-progress'))).toMatchObject({ status: 'ok' })
  })

  it('[X2] shows a stale move where the matter went, also when no way leads on from there', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    await firm.send(partner, OTHER_CID, numbered(1, buildMove(matter, 'closed', { reason: 'settled', outcome: 'SETTLED', confirmed: true })))
    const stale = numbered(1, { ...buildMove(matter, 'review'), base: { columnId: 0 } } as Mutation)
    expect(await firm.send(associate, CID, stale)).toMatchObject({ status: 'conflict', conflicts: [{ field: 'columnId', value: 'closed', by: partner.id }] })
    const again = numbered(2, { ...buildMove(matter, 'review'), base: { columnId: 1 } } as Mutation)
    expect(await firm.send(associate, CID, again)).toMatchObject({ status: 'rejected', code: 'INSUFFICIENT_PERMISSION' })
  })

  it('[X1] [X4] meets the removal of an item that it changes, and lets a new one in beside it', async () => {
    const firm = await openTestFirm()
    const task = buildTask({ title: 'Call' })
    const matter = await firm.put({ tasks: [task] })
    await firm.send(partner, OTHER_CID, edit(1, matter.id, { tasks: { remove: [task.id] } }))
    const change = (n: number, base: Record<string, number>) => edit(n, matter.id, { tasks: { put: [{ ...task, title: 'Ring' }] } }, base)
    expect(await firm.send(associate, CID, change(1, { [`tasks/${task.id}`]: 0 }))).toEqual({
      n: 1, status: 'conflict', version: 0, conflicts: [{ field: `tasks/${task.id}`, version: 1, value: null, by: partner.id, at: NOW }],
    })
    expect(await firm.send(associate, CID, change(2, { [`tasks/${task.id}`]: 1 }))).toMatchObject({ status: 'ok' })
    const added = { ...task, id: buildId(0x777), title: 'New' }
    expect(await firm.send(partner, OTHER_CID, edit(2, matter.id, { tasks: { put: [added] } }, { title: 0 }))).toMatchObject({ status: 'merged' })
  })

  it('[X2] [X4] lets a deletion meet what others wrote, an item too, but not where the matter stands', async () => {
    const firm = await openTestFirm()
    const task = buildTask()
    const matter = await firm.put({ tasks: [task] })
    await firm.send(associate, OTHER_CID, numbered(1, buildMove(matter, 'in-progress', { placement: { position: 0 } })))
    await firm.send(associate, OTHER_CID, edit(2, matter.id, { tasks: { put: [{ ...task, title: 'Theirs' }] } }))
    const remove = (n: number, base: Record<string, number>) => numbered(n, { kind: 'delete', id: matter.id, args: {}, base })
    expect(await firm.send(partner, CID, remove(1, { rank: 0, title: 0, [`tasks/${task.id}`]: 0 })))
      .toMatchObject({ status: 'conflict', conflicts: [{ field: `tasks/${task.id}`, value: { title: 'Theirs' } }] })
    expect(await firm.send(partner, CID, remove(2, { rank: 0, title: 0 }))).toMatchObject({ status: 'ok' })
    expect(await firm.send(partner, CID, remove(2, {}))).toMatchObject({ n: 2, status: 'ok' })
  })
})

describe('a stored result', () => {
  it('[M3] tells the newest value of what it met', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, OTHER_CID, retitle(1, id, 'Theirs'))
    await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))
    firm.clock.now = NOW + 500
    await firm.send(partner2, buildId(0xC3), retitle(1, id, 'Newest'))
    expect(await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))).toEqual({
      n: 1, status: 'conflict', version: 0, conflicts: [{ field: 'title', version: 2, value: 'Newest', by: partner2.id, at: NOW + 500 }],
    })
  })

  it('[M3] says no more than that the matter is gone, once it is hidden from who asks', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ assignments: [assign(partner)] })
    await firm.send(partner, OTHER_CID, edit(1, id, { set: { title: 'Secret', priority: 'URGENT' } }))
    const met = retitle(1, id, 'Mine', { title: 0 })
    expect(await firm.send(partner2, CID, met)).toMatchObject({ status: 'conflict' })
    const merged = await firm.send(partner2, CID, edit(2, id, { set: { description: 'b' } }, { description: 0 }))
    expect(merged).toMatchObject({ status: 'merged', others: [{ field: 'title' }, { field: 'priority' }] })
    expect(await firm.send(partner2, CID, edit(3, id, { set: { title: '   ' } }))).toMatchObject({ status: 'rejected' })
    expect(await firm.send(partner2, CID, edit(4, id, { assignments: { remove: [partner.id] } }))).toMatchObject({ status: 'rejected', code: 'VALIDATION', field: 'assignments' })
    await firm.commit(partner, { kind: 'edit', id, args: { set: { confidentiality: 'SEALED' } } })
    expect(await firm.send(partner2, CID, met)).toEqual({ n: 1, status: 'gone', version: 0 })
    // What was made was made; what others did beside it is no longer this person's to know.
    expect(await firm.send(partner2, CID, { n: 2, kind: 'void' })).toEqual({ n: 2, status: 'merged', version: merged.version })
    expect(await firm.send(partner2, CID, { n: 4, kind: 'void' })).toEqual({ n: 4, status: 'gone', version: 0 })
  })

  it('[M3] holds no value of any field', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ title: 'Secret lease' })
    await firm.send(partner, OTHER_CID, retitle(1, id, 'Secret plan'))
    await firm.send(associate, CID, retitle(1, id, 'Secret wish', { title: 0 }))
    await firm.send(associate, CID, edit(2, id, { set: { description: 'Secret note' } }, { description: 0 }))
    const stored = [await firm.repository.mutations.findResult(BOARD_ID, CID, 1), await firm.repository.mutations.findResult(BOARD_ID, CID, 2)]
    expect(stored).toMatchObject([{ status: 'conflict', conflicts: ['title'] }, { status: 'merged', others: [{ field: 'title' }] }])
    expect(JSON.stringify(stored)).not.toContain('Secret')
  })

  it('[M2] that was forgotten is refused as that, and its number stays used', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    await firm.repository.mutations.prune({ results: NOW + 1, clients: 0 })
    expect(await firm.send(partner, CID, retitle(1, id, 'Again'))).toEqual({ n: 1, status: 'rejected', version: 0, code: 'RESULT_FORGOTTEN' })
    expect(await firm.repository.matters.find(id)).toMatchObject({ title: 'One' })
    expect(await firm.send(partner, CID, retitle(2, id, 'Two'))).toMatchObject({ status: 'ok' })
  })
})

describe('acks', () => {
  const query = (version: number, cid?: string) => ({ board: BOARD_ID, epoch: 'epoch-1', version, wait: 0, includeDeleted: true, cid })

  it('[M4] come with the rows that contain what they count', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    await firm.send(partner, CID, { n: 2, kind: 'void' })
    expect(await firm.reader.snapshot(partner, BOARD_ID, CID)).toMatchObject({ version: 1, acks: { [CID]: 2 } })
    expect(await firm.reader.updates(partner, query(0, CID))).toMatchObject({ answer: { version: 1, acks: { [CID]: 2 } } })
    expect((await firm.reader.snapshot(partner, BOARD_ID)).acks).toEqual({})
    expect((await firm.reader.snapshot(partner, BOARD_ID, OTHER_CID)).acks).toEqual({})
  })

  it('[M4] are told to nobody but the member whose outbox it is', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    expect((await firm.reader.snapshot(partner2, BOARD_ID, CID)).acks).toEqual({})
    expect(await firm.reader.updates(partner2, query(0, CID))).toMatchObject({ answer: { acks: {} } })
  })

  it('[P5] a reader\'s version counts what this member wrote, from whichever outbox, seen or not', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ assignments: [assign(associate)] })
    await firm.send(partner, CID, edit(1, matter.id, { set: { confidentiality: 'SEALED' } }))
    expect((await firm.reader.snapshot(partner, BOARD_ID)).version).toBe(1)
    await firm.boards.commitBatch(PEOPLE.admin, BOARD_ID, async batch => batch.create({ ...matter, id: buildId(0x9100), caseNumber: 'I-1', confidentiality: 'SEALED' }))
    expect((await firm.reader.snapshot(PEOPLE.admin, BOARD_ID)).version).toBe(2)
    expect((await firm.reader.snapshot(partner, BOARD_ID)).version).toBe(1)
  })
})

describe('what enters and leaves the board of a reader', () => {
  it('[W1] [W3] comes as a put or a del within one update, and is gone for writes from then on', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ assignments: [assign(associate)] })
    const read = async (version: number) => {
      const result = await firm.reader.updates(paralegal, { board: BOARD_ID, epoch: 'epoch-1', version, wait: 0, includeDeleted: true })
      return result.kind === 'news' ? result.answer : result
    }
    await firm.send(partner, CID, edit(1, id, { assignments: { put: [assign(paralegal, 'PARALEGAL')] } }))
    await firm.send(partner, CID, edit(2, id, { set: { confidentiality: 'RESTRICTED' } }))
    expect(await read(0)).toMatchObject({ version: 2, matters: [{ op: 'set', id }], deleted: [] })
    expect(await firm.send(paralegal, OTHER_CID, edit(1, id, { tags: { add: ['mine'] } }))).toMatchObject({ status: 'ok', version: 3 })
    await firm.send(partner, CID, edit(3, id, { assignments: { remove: [paralegal.id] } }))
    expect(await read(3)).toMatchObject({ version: 4, matters: [], deleted: [id] })
    expect(await firm.send(paralegal, OTHER_CID, edit(2, id, { tags: { add: ['late'] } }))).toEqual({ n: 2, status: 'gone', version: 0 })
    await firm.send(partner, CID, edit(4, id, { set: { confidentiality: 'NORMAL' } }))
    expect(await read(4)).toMatchObject({ version: 5, matters: [{ op: 'put', id, matter: { tags: ['mine'] } }], deleted: [] })
  })

  it('[W2] is the same for all readers who see the same', async () => {
    const firm = await openTestFirm()
    const [open, sealed] = [await firm.put(), await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })]
    await firm.send(partner, CID, retitle(1, sealed.id, 'Hidden'))
    await firm.send(partner, CID, retitle(2, open.id, 'Shown'))
    await firm.send(partner, CID, edit(3, open.id, { set: { confidentiality: 'RESTRICTED' } }))
    const answers = await Promise.all([associate, associate2, partner2].map(reader => firm.reader.updates(reader, {
      board: BOARD_ID, epoch: 'epoch-1', version: 0, wait: 0, includeDeleted: true,
    })))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ answer: { version: 3, matters: [{ id: open.id }] } })
  })
})

describe('an outbox', () => {
  it('[M1] is one of so many that a member may begin in a day; those that are there go on', async () => {
    const firm = await openTestFirm()
    const begun = (number: number) => buildId(0xD000 + number)
    for (let number = 0; number < 500; number++)
      await firm.repository.mutations.insertClient({ boardId: BOARD_ID, cid: begun(number), memberId: partner.id, last: 0, createdAt: NOW, lastSeenAt: NOW })
    const first = { n: 1, kind: 'void' } as const
    await expect(firm.send(partner, CID, first)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
    expect(await firm.repository.mutations.findClient(BOARD_ID, CID)).toBeNull()
    expect(await firm.send(partner2, CID, first)).toMatchObject({ status: 'ok' })
    firm.clock.now = NOW + 24 * 3_600_000 + 1
    expect(await firm.send(partner, OTHER_CID, first)).toMatchObject({ status: 'ok' })
    expect(await firm.send(partner, OTHER_CID, { ...first, n: 2 })).toMatchObject({ status: 'ok' })
  })
})
