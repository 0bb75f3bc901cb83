import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { Member } from '#shared/kanban/member.ts'
import { retitle } from '../../helpers/board-news.ts'
import { assign, BOARD_ID, buildDeadline, buildId, buildMove, PEOPLE } from '../../helpers/builders.ts'
import { startFanOut } from '../../helpers/fan-out-harness.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, clerk, client } = PEOPLE

/** A board with two matters that are the associate's, and a reader who takes only what is urgent. */
async function openBoard(reader: Member = associate2) {
  const firm = await openTestFirm()
  const harness = startFanOut(firm)
  const [one, two] = [await firm.put({ clientMemberIds: [client.id] }), await firm.put()]
  const socket = await harness.open(reader, { urgent: true, cid: 'outbox' })
  const change = async (...mutations: Mutation[]) => {
    for (const mutation of mutations)
      await firm.commit(partner, mutation)
    await harness.rest()
  }
  return { ...harness, harness, firm, one, two, socket, change }
}

const editOf = (id: string, args: Extract<Mutation, { kind: 'edit' }>['args']): Mutation => ({ kind: 'edit', id, args })

describe('a socket that takes only what is urgent', () => {
  it('[T2] is told nothing of what isn\'t, and one change for all of it together with what is', async () => {
    const { one, two, socket, change, read } = await openBoard()
    socket.focus = new Set([two.id])
    await change(retitle(one.id, 'Not yet'))
    await change(retitle(one.id, 'Nor now'))
    expect(socket.news).toEqual([])
    expect(socket.place).toMatchObject({ version: 0, head: 0 })
    await change(retitle(two.id, 'Open on the screen'))
    expect(socket.news).toMatchObject([{ from: 0, version: 3 }])
    expect(socket.board).toEqual(await read(associate2))
  })
  it.each<[string, (id: string) => Mutation[]]>([
    ['a new deadline', id => [editOf(id, { deadlines: { put: [buildDeadline()] } })]],
    ['an assignment to the reader', id => [editOf(id, { assignments: { put: [assign(associate2, 'CONSULTANT')] } })]],
    ['a matter of theirs that moves', id => [
      editOf(id, { assignments: { put: [assign(associate2, 'CONSULTANT')] } }), buildMove({ id }, 'review'),
    ]],
    ['an assignment that is taken from them', id => [
      editOf(id, { assignments: { put: [assign(associate2, 'CONSULTANT')] } }), editOf(id, { assignments: { remove: [associate2.id] } }),
    ]],
    ['a matter that goes out of sight', id => [editOf(id, { set: { confidentiality: 'SEALED' } })]],
    ['a matter that is deleted', id => [{ kind: 'delete', id, args: {} }]],
  ])('[T2] hears at once of %s', async (_what, mutations) => {
    const { two, socket, change, read } = await openBoard()
    for (const [index, mutation] of mutations(two.id).entries()) {
      await change(mutation)
      expect(socket.news).toHaveLength(index + 1)
    }
    expect(socket.board).toEqual(await read(associate2))
  })
  it.each<[string, (id: string) => Mutation[]]>([
    ['another\'s assignment', id => [editOf(id, { assignments: { put: [assign(clerk, 'PARALEGAL')] } })]],
    ['a new matter of somebody else', () => [
      { kind: 'create', id: buildId(0x50), args: { columnId: 'intake', title: 'New', clientName: '', assignments: [assign(associate)] } },
    ]],
    ['a comment', id => [{ kind: 'comment', id, args: { action: 'add', commentId: buildId(0xC0), body: 'Note' } }]],
  ])('[T2] isn\'t told at once of %s', async (_what, mutations) => {
    const { two, socket, change, read } = await openBoard()
    await change(...mutations(two.id))
    expect(socket.news).toEqual([])
    await socket.sync()
    expect(socket.board).toEqual(await read(associate2))
  })
  it('[T2] isn\'t told at once how far its own outbox has come, nor of columns', async () => {
    const { firm, one, socket, rest } = await openBoard(partner2)
    await firm.send(partner2, 'outbox', { n: 1, ...retitle(one.id, 'Mine') })
    await firm.boards.commitBatch(partner, BOARD_ID, async batch => batch.updateColumn({ ...batch.columns[0]!, name: { en: 'Door', ja: '受付' } }))
    await rest()
    expect(socket.news).toEqual([])
    await firm.commit(partner, editOf(one.id, { deadlines: { put: [buildDeadline()] } }))
    await rest()
    expect(socket.news).toMatchObject([{ from: 0, version: 3, acks: { outbox: 1 }, columns: expect.any(Array) }])
  })
  it('[T2] is told what was held back of a matter as soon as its reader opens it', async () => {
    const { one, two, socket, change, fanOut, rest } = await openBoard()
    await change(retitle(one.id, 'Held'))
    socket.focus = new Set([two.id])
    fanOut.refocus(socket)
    await rest()
    expect(socket.news).toEqual([])
    socket.focus = new Set([one.id])
    fanOut.refocus(socket)
    await rest()
    expect(socket.news).toMatchObject([{ from: 0, version: 1 }])
  })
  it('[P5] stands where it stands while only what is hidden happens', async () => {
    const { two, socket, change } = await openBoard(client)
    await change(editOf(two.id, { deadlines: { put: [buildDeadline()] } }))
    expect(socket.news).toEqual([])
    expect(socket.place).toMatchObject({ version: 0, head: 1 })
  })
  it('[B2] doesn\'t fall further behind than 200 versions', async () => {
    const { firm, one, socket, rest, clock, calm } = await openBoard()
    for (let index = 0; index < 205; index++) {
      await firm.commit(partner, retitle(one.id, `Title ${index}`))
      await clock.advance(40)
      await calm()
    }
    await rest()
    expect(socket.news).toMatchObject([{ from: 0, version: 200 }])
  })
  it('[B2] costs no second read while it is held back, and one more when all that was held goes out', async () => {
    const { harness, one, change, open } = await openBoard()
    for (let index = 0; index < 5; index++)
      await open(associate2, { urgent: true })
    const before = harness.reads
    await change(retitle(one.id, 'A'))
    await change(retitle(one.id, 'B'))
    expect(harness.reads - before).toBe(2)
    await change(editOf(one.id, { deadlines: { put: [buildDeadline()] } }))
    expect(harness.reads - before).toBe(4)
  })
})
