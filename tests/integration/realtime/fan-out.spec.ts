import { describe, expect, it, vi } from 'vitest'
import type { Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { retitle } from '../../helpers/board-news.ts'
import { assign, BOARD_ID, buildId, buildMember, NOW, PEOPLE } from '../../helpers/builders.ts'
import { countDatabase } from '../../helpers/count-database.ts'
import type { TestSocket } from '../../helpers/fan-out-harness.ts'
import { startFanOut } from '../../helpers/fan-out-harness.ts'
import { holdRead } from '../../helpers/hold-read.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, clerk, client, admin } = PEOPLE

const classify = (id: string, confidentiality: 'NORMAL' | 'RESTRICTED' | 'SEALED'): Mutation =>
  ({ kind: 'edit', id, args: { set: { confidentiality } } })

async function openBoard() {
  const firm = await openTestFirm()
  return { firm, ...startFanOut(firm) }
}

async function openAll(people: readonly Member[], open: (member: Member) => Promise<TestSocket>): Promise<TestSocket[]> {
  const sockets: TestSocket[] = []
  for (const member of people)
    sockets.push(await open(member))
  return sockets
}

describe('a socket that joins', () => {
  it('[B2] is welcomed, told what it missed, and then every change', async () => {
    const { firm, open, read, rest } = await openBoard()
    const { id } = await firm.put()
    const board = await read(associate)
    await firm.commit(partner, retitle(id, 'Missed'))
    const socket = await open(associate, { board })
    expect(socket.frames).toMatchObject([{ t: 'welcome', sid: socket.id, epoch: 'epoch-1', version: 1, now: NOW }, { t: 'd', from: 0, version: 1 }])
    expect(socket.place).toEqual({ epoch: 'epoch-1', version: 1, head: 1 })
    await firm.commit(partner, retitle(id, 'Live'))
    await rest()
    expect(socket.board.rows.get(id)?.title).toBe('Live')
    expect(socket.news).toHaveLength(2)
  })
  it('[P1] with another epoch is told to read anew, and nothing more until it says where it is', async () => {
    const { firm, open, read, rest } = await openBoard()
    const { id } = await firm.put()
    const socket = await open(associate, { board: { ...await read(associate), epoch: 'another' } })
    expect(socket.frames).toMatchObject([{ t: 'welcome' }, { t: 'reset', why: 'epoch' }])
    expect(socket.place).toBeNull()
    await firm.commit(partner, retitle(id, 'Unheard'))
    await rest()
    expect(socket.news).toEqual([])
    socket.board = await read(associate)
    await socket.sync()
    expect(socket.frames.at(-1)).toEqual({ t: 'same', ref: 1, epoch: 'epoch-1', version: 1 })
    await firm.commit(partner, retitle(id, 'Heard'))
    await rest()
    expect(socket.news).toHaveLength(1)
  })
  it('is refused where there is no such board, and forgotten', async () => {
    const { firm, open, read, clock } = await openBoard()
    const board = { ...await read(partner), version: 7 }
    const { boards } = firm.repository
    vi.spyOn(firm.repository, 'consistentRead').mockImplementation(work => work({ ...firm.repository, boards: { ...boards, find: async () => null } }))
    await expect(open(partner, { board })).rejects.toMatchObject({ code: 'BOARD_GONE' })
    firm.hub.seen({ id: BOARD_ID, epoch: 'epoch-1', version: 99 })
    expect(clock.timers).toBe(0)
  })
  it('[R4] costs no look at the database when nothing has happened since its reader was told so', async () => {
    const { firm, open, read } = await openBoard()
    await firm.put()
    const board = await read(associate)
    const count = countDatabase(firm.repository)
    const socket = await open(associate, { board })
    expect(count).toMatchObject({ calls: [], statements: 0 })
    expect(socket.place).toEqual({ epoch: 'epoch-1', version: 0, head: 0 })
  })
  it('[B2] while the board moves on misses nothing and gets nothing twice', async () => {
    const { firm, open, read, rest } = await openBoard()
    const { id } = await firm.put()
    const board = await read(associate)
    await open(partner2)
    const sockets: Promise<TestSocket>[] = []
    for (let count = 0; count < 10; count++) {
      sockets.push(open(associate, { board }))
      await firm.commit(partner, retitle(id, `Title ${count}`))
    }
    await rest()
    for (const socket of await Promise.all(sockets))
      expect(socket.board).toEqual(await read(associate))
  })
})

describe('a sync', () => {
  it.each(['join', 'sync'] as const)('[B2] and a hello whose answer was read before a change are followed by the change (%s)', async (kind) => {
    const { firm, open, read, rest, calm } = await openBoard()
    const { id } = await firm.put()
    const board = await read(associate)
    const early = kind === 'sync' ? await open(associate, { board }) : null
    const other = await open(associate2)
    firm.hub.doubt(BOARD_ID)
    const goOn = holdRead(firm.repository)
    const answered = early ? early.sync() : open(associate, { board })
    await calm()
    await firm.commit(partner, retitle(id, 'Meanwhile'))
    await rest()
    expect(other.news).toHaveLength(1)
    goOn()
    const socket = await answered ?? early!
    await rest()
    expect(socket.news).toMatchObject([{ from: 0, version: 1 }])
  })
  it('[B2] is answered from where the reader says they are, and news go on from there', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put()
    const socket = await open(associate)
    const { board } = socket
    await firm.commit(partner, retitle(id, 'One'))
    await rest()
    // The frame was lost on the way.
    socket.board = board
    await socket.sync()
    expect(socket.frames.at(-1)).toMatchObject({ t: 'd', ref: 1, from: 0, version: 1 })
    await firm.commit(partner, retitle(id, 'Two'))
    await rest()
    expect(socket.frames.at(-1)).toMatchObject({ t: 'd', from: 1, version: 2 })
  })
  it('[P5] of a version that the reader can\'t have is answered by a reset', async () => {
    const { open } = await openBoard()
    const socket = await open(associate)
    socket.board = { ...socket.board, version: 5 }
    await socket.sync()
    expect(socket.frames.at(-1)).toEqual({ t: 'reset', ref: 1, why: 'ahead' })
    expect(socket.place).toBeNull()
  })
  it('[M4] tells how far another outbox has come, and from then on listens for that', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put()
    const socket = await open(associate, { cid: 'first' })
    await firm.send(associate, 'second', { n: 1, ...retitle(id, 'Mine') })
    await rest()
    expect(socket.news.at(-1)?.acks).toEqual({})
    socket.cid = 'second'
    await socket.sync()
    await firm.send(associate, 'second', { n: 2, ...retitle(id, 'Mine again') })
    await rest()
    expect(socket.news.at(-1)?.acks).toEqual({ second: 2 })
  })
})

describe('a change', () => {
  it('[W2] is encoded once, however many readers see it the same', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put({ assignments: [assign(associate)] })
    const sockets = await openAll(Array.from({ length: 24 }, (_, index) => [associate, associate2, partner2, clerk][index % 4]!), open)
    await firm.commit(partner, retitle(id, 'Once'))
    await rest()
    expect(sockets.map(({ buffers }) => buffers.length)).toEqual(sockets.map(() => 1))
    expect(new Set(sockets.map(({ buffers }) => buffers[0])).size).toBe(1)
  })
  it('[B2] costs the database the same for one reader as for thirty of all roles', async () => {
    const everybody = [partner, partner2, associate, associate2, clerk, admin]
    const crowds = [[associate], Array.from({ length: 30 }, (_, index) => everybody[index % everybody.length]!)]
    // The driver's statements are counted for all databases together.
    const count = countDatabase((await openTestFirm()).repository)
    const costs: { statements: number, reads: number }[] = []
    for (const people of crowds) {
      const firm = await openTestFirm()
      const harness = startFanOut(firm)
      const { id } = await firm.put({ assignments: [assign(associate)] })
      await openAll(people, harness.open)
      const before = { statements: count.statements, reads: harness.reads }
      await firm.commit(partner, retitle(id, 'Counted'))
      await harness.rest()
      costs.push({ statements: count.statements - before.statements, reads: harness.reads - before.reads })
    }
    expect(costs[1]).toEqual(costs[0])
    expect(costs[0]!.reads).toBe(1)
  })
  it('[W2] is encoded once for each way of seeing it', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put({ clientMemberIds: [client.id], assignments: [assign(associate)] })
    const [ofPartner, ofAssignee, ofAssociate, ofClerk, ofClient, ofAdmin] = await openAll([partner2, associate, associate2, clerk, client, admin], open)
    await firm.commit(partner, classify(id, 'RESTRICTED'))
    await rest()
    expect(ofAssignee!.buffers[0]).toBe(ofPartner!.buffers[0])
    expect(ofAssociate!.buffers[0]).toBe(ofPartner!.buffers[0])
    expect(ofClerk!.news).toMatchObject([{ matters: [], deleted: [id], members: null }])
    expect(ofClient!.news).toMatchObject([{ matters: [{ op: 'set', id, fields: { confidentiality: 'RESTRICTED' } }], deleted: [], members: expect.any(Array) }])
    expect(ofAdmin!.frames).toMatchObject([{ t: 'welcome' }])
  })
  it('[P5] [W3] that a reader may not know of moves nothing but where the board was for them', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const socket = await open(associate)
    await firm.commit(partner, retitle(id, 'Secret'))
    await rest()
    expect(socket.frames).toMatchObject([{ t: 'welcome' }])
    expect(socket.place).toEqual({ epoch: 'epoch-1', version: 0, head: 1 })
  })
  it('[P5] of one\'s own moves one\'s version, even out of sight', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put({ assignments: [assign(associate)] })
    await firm.commit(partner, { kind: 'edit', id, args: { set: { confidentiality: 'SEALED' } } })
    const socket = await open(partner)
    await firm.boards.commitBatch(partner, BOARD_ID, async batch => batch.update({ ...(await batch.stores.matters.find(id))!, title: 'Imported' }))
    await rest()
    expect(socket.news).toMatchObject([{ from: 1, version: 2, matters: [], deleted: [] }])
  })
  it('[R1] [R2] [R3] is told by a socket as by a poll, to everybody', async () => {
    const { firm, open, read, rest, calm } = await openBoard()
    const one = await firm.put({ clientMemberIds: [client.id], commentCount: 2 })
    const two = await firm.put({ assignments: [assign(associate)], confidentiality: 'RESTRICTED' })
    const three = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const sockets = await openAll([partner, partner2, associate, clerk, client, admin], open)
    const courses: Mutation[][] = [
      [retitle(one.id, 'A'), retitle(one.id, 'B')],
      [{ kind: 'comment', id: one.id, args: { action: 'add', commentId: buildId(0xC1), body: 'Note' } }],
      [classify(two.id, 'SEALED'), retitle(three.id, 'C')],
      [classify(three.id, 'NORMAL'), { kind: 'edit', id: one.id, args: { set: { clientMemberIds: [] } } }],
      [{ kind: 'delete', id: three.id, args: {} }, { kind: 'edit', id: one.id, args: { set: { clientMemberIds: [client.id] } } }],
      [classify(one.id, 'SEALED'), { kind: 'create', id: buildId(0x50), args: { columnId: 'intake', title: 'New', clientName: '', assignments: [assign(associate)] } }],
    ]
    for (const [index, course] of courses.entries()) {
      // A change after a quiet while is told at once; those that follow within the window come as one.
      await firm.commit(partner, retitle(one.id, `Course ${index}`))
      await calm()
      const before = sockets.map(({ board, news }) => ({ version: board.version, told: news.length }))
      for (const mutation of course)
        await firm.commit(partner, mutation)
      await rest()
      for (const [at, { version, told }] of before.entries()) {
        const socket = sockets[at]!
        const result = await firm.reader.updates(socket.member, { board: BOARD_ID, epoch: 'epoch-1', version, wait: 0, includeDeleted: true })
        expect(socket.news.slice(told)).toEqual(result.kind === 'news' ? [{ t: 'd', ...result.answer }] : [])
      }
    }
    for (const socket of sockets)
      expect(socket.board).toEqual(await read(socket.member))
  })
  it('[W3] tells a client of nobody whom only another client\'s matters name', async () => {
    const { firm, open, read, rest } = await openBoard()
    const other = buildMember({ id: buildId(0xA9), name: 'Other Client', role: 'CLIENT' })
    await firm.repository.accounts.insertMember({ ...other, email: 'other@firm.example', locale: null, transport: null, createdAt: NOW })
    await firm.put({ clientMemberIds: [client.id], assignments: [assign(associate)] })
    await firm.put({ clientMemberIds: [other.id], assignments: [assign(associate2)], createdBy: partner2.id, updatedBy: partner2.id })
    const sockets = await openAll([client, other], open)
    await firm.boards.commitBatch(partner, BOARD_ID, async batch => batch.updateColumn({ ...batch.columns[0]!, name: { en: 'Door', ja: '受付' } }))
    await rest()
    for (const socket of sockets) {
      expect(socket.news[0]!.members).not.toBeNull()
      expect(socket.board.members).toEqual((await read(socket.member)).members)
    }
  })
  it('[M4] comes with the acks of who made it, to them alone', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put()
    const [writer, other, thief] = [await open(associate, { cid: 'outbox' }), await open(associate2), await open(partner2, { cid: 'outbox' })]
    await firm.send(associate, 'outbox', { n: 1, ...retitle(id, 'Mine') })
    await rest()
    expect([writer, other, thief].map(({ news }) => news.map(({ acks }) => acks))).toEqual([[{ outbox: 1 }], [{}], [{}]])
    expect(writer.buffers[0]).not.toBe(other.buffers[0])
    expect(thief.buffers[0]).toBe(other.buffers[0])
  })
  it('[B2] after a quiet while is told at once, and those within 40 ms come as one', async () => {
    const { firm, open, clock, calm } = await openBoard()
    const { id } = await firm.put()
    const socket = await open(associate)
    await firm.commit(partner, retitle(id, 'At once'))
    await calm()
    expect(socket.news).toMatchObject([{ from: 0, version: 1 }])
    for (const title of ['Two', 'Three', 'Four'])
      await firm.commit(partner, retitle(id, title))
    await clock.advance(39)
    expect(socket.news).toHaveLength(1)
    await clock.advance(1)
    await calm()
    expect(socket.news).toMatchObject([{}, { from: 1, version: 4, matters: [{ op: 'set', fields: { title: 'Four' } }] }])
    expect(clock.timers).toBe(0)
  })
  it('[B2] that comes while the board is read is told by the next pull', async () => {
    const { firm, open, rest } = await openBoard()
    const { id } = await firm.put()
    const socket = await open(associate)
    await Promise.all(['One', 'Two', 'Three'].map(title => firm.commit(partner, retitle(id, title))))
    await rest()
    expect(socket.board).toMatchObject({ version: 3 })
  })
  it('[R3] of more than 500 matters is a reset, but not to who sees few of them', async () => {
    const { firm, open, read, rest } = await openBoard()
    const known = await firm.put()
    const [lawyer, aClerk] = [await open(associate), await open(clerk)]
    await firm.boards.commitBatch(partner, BOARD_ID, async (batch) => {
      for (let index = 0; index < 501; index++)
        batch.create({ ...known, id: buildId(0x70000 + index), caseNumber: `R-${index}`, confidentiality: index < 2 ? 'NORMAL' : 'RESTRICTED' })
    })
    await rest()
    expect(lawyer.frames.at(-1)).toEqual({ t: 'reset', why: 'large' })
    expect(lawyer.place).toBeNull()
    expect(aClerk.board).toEqual(await read(clerk))
  })
  it('[R3] of more than 256 KB is a reset', async () => {
    const { firm, open, rest } = await openBoard()
    const known = await firm.put()
    const socket = await open(associate)
    await firm.boards.commitBatch(partner, BOARD_ID, async (batch) => {
      for (let index = 0; index < 30; index++)
        batch.create({ ...known, id: buildId(0x70000 + index), caseNumber: `R-${index}`, description: 'x'.repeat(10_000) })
    })
    await rest()
    expect(socket.frames.at(-1)).toEqual({ t: 'reset', why: 'large' })
  })
  it('[R2] of columns and of members is told to everybody', async () => {
    const { firm, open, rest } = await openBoard()
    const sockets = await openAll([associate, clerk, client, admin], open)
    await firm.boards.commitBatch(partner, BOARD_ID, async batch => batch.updateColumn({ ...batch.columns[0]!, name: { en: 'Door', ja: '受付' } }))
    await rest()
    expect(sockets.map(({ board }) => board.columns[0]?.name.en)).toEqual(sockets.map(() => 'Door'))
    expect(sockets[0]!.buffers[0]).toBe(sockets[1]!.buffers[0])
  })
})
