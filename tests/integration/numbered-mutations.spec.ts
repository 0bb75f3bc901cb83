import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { NumberedMutation } from '#shared/protocol/messages.ts'
import { assign, BOARD_ID, buildId, buildMove, NOW, PEOPLE } from '../helpers/builders.ts'
import { CID, numbered, OTHER_CID, retitle, traces } from '../helpers/numbered-builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, paralegal, clerk } = PEOPLE

function create(n: number, args: Partial<Extract<Mutation, { kind: 'create' }>['args']> = {}, id = buildId(0x9000 + n)): NumberedMutation {
  return { n, kind: 'create', id, args: { columnId: 'intake', title: 'Lease', clientName: 'Hoshino', assignments: [assign(partner)], ...args } }
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
