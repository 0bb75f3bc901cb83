import { describe, expect, it } from 'vitest'
import type { Actor } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { UpdatesQuery } from '#shared/protocol/messages.ts'
import { newsFor, newsQuery, retitle } from '../helpers/board-news.ts'
import { assign, BOARD_ID, buildId, NOW, PEOPLE } from '../helpers/builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, associate, associate2, clerk, client, admin } = PEOPLE

const seal = (id: string): Mutation => ({ kind: 'edit', id, args: { set: { confidentiality: 'SEALED' } } })

describe('a snapshot', () => {
  it('[P1] carries epoch, version, columns, people, clock and zone', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    await firm.commit(partner, retitle(matter.id, 'Other'))
    const snapshot = await firm.reader.snapshot(associate, BOARD_ID)
    expect(snapshot).toMatchObject({ protocol: 2, epoch: 'epoch-1', version: 1, now: NOW, timeZone: 'Asia/Tokyo', acks: {} })
    expect(snapshot.board).toEqual({ id: BOARD_ID, name: 'Matters' })
    expect(snapshot.columns).toEqual(firm.board.columns)
    expect(snapshot.members.map(member => Object.keys(member).sort())).toEqual(snapshot.members.map(() => ['active', 'id', 'name', 'role']))
    expect(snapshot.matters).toMatchObject([{ id: matter.id, title: 'Other', version: 1 }])
  })
  it('[W3] shows each person what they may see', async () => {
    const firm = await openTestFirm()
    const open = await firm.put({ clientMemberIds: [client.id] })
    const restricted = await firm.put({ confidentiality: 'RESTRICTED' })
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const idsFor = async (actor: Actor) => (await firm.reader.snapshot(actor, BOARD_ID)).matters.map(({ id }) => id).sort()
    expect(await idsFor(partner)).toEqual([open.id, restricted.id, sealed.id])
    expect(await idsFor(associate)).toEqual([open.id, restricted.id])
    expect(await idsFor(clerk)).toEqual([open.id])
    expect(await idsFor(client)).toEqual([open.id])
    expect(await idsFor(admin)).toEqual([])
  })
  it('[W3] tells no client how many comments there are, however the matter comes to them', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ clientMemberIds: [client.id], commentCount: 3 })
    await firm.commit(partner, { kind: 'comment', id, args: { action: 'add', commentId: buildId(0xC0), body: 'Not for the client' } })
    const countsFor = async (actor: Actor) => {
      const [snapshot] = (await firm.reader.snapshot(actor, BOARD_ID)).matters
      const [change] = (await newsFor(firm, actor)).matters
      const [whole] = (await newsFor(firm, actor, { epoch: undefined })).matters
      const single = await firm.reader.matter(actor, id)
      return [snapshot, change?.op === 'set' && change.fields, whole?.op === 'put' && whole.matter, single].map(matter => matter && matter.commentCount)
    }
    expect(await countsFor(client)).toEqual([0, undefined, 0, 0])
    const versionsFor = async (actor: Actor) => Object.keys((await firm.reader.matter(actor, id)).fieldVersions)
    expect([await versionsFor(client), await versionsFor(clerk)]).toEqual([[], ['commentCount']])
    expect(await countsFor(clerk)).toEqual([4, 4, 4, 4])
  })
  it('[R6] without a board is of the default one; of no board is refused', async () => {
    const firm = await openTestFirm()
    expect((await firm.reader.snapshot(partner)).board.id).toBe(BOARD_ID)
    await expect(firm.reader.snapshot(partner, buildId(0xBAD))).rejects.toMatchObject({ code: 'BOARD_GONE' })
    await expect(firm.reader.updates(partner, newsQuery({ board: buildId(0xBAD) }))).rejects.toMatchObject({ code: 'BOARD_GONE' })
  })
})

describe('a reader\'s version', () => {
  it('[P5] isn\'t moved by what the reader doesn\'t see', async () => {
    const firm = await openTestFirm()
    const open = await firm.put()
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    await firm.commit(partner, retitle(open.id, 'One'))
    for (const title of ['a', 'b', 'c'])
      await firm.commit(partner, retitle(sealed.id, title))
    expect((await firm.reader.snapshot(partner, BOARD_ID)).version).toBe(4)
    expect((await firm.reader.snapshot(associate, BOARD_ID)).version).toBe(1)
    expect(await firm.reader.updates(associate, newsQuery({ version: 1 }))).toEqual({ kind: 'unchanged', epoch: 'epoch-1', version: 1 })
    expect(await firm.reader.updates(associate, newsQuery({ version: 4 }))).toEqual({ kind: 'reset', reason: 'ahead' })
  })
  it('[P5] counts the step that hides a matter, and not those after it', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ assignments: [assign(partner)] })
    await firm.commit(partner, seal(matter.id))
    await firm.commit(partner, retitle(matter.id, 'Secret'))
    expect(await newsFor(firm, associate)).toMatchObject({ from: 0, version: 1, matters: [], deleted: [matter.id] })
  })
  it('[P5] is found beyond a long stretch of what is hidden', async () => {
    const firm = await openTestFirm()
    const open = await firm.put()
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    await firm.commit(partner, retitle(open.id, 'One'))
    const hidden = Array.from({ length: 700 }, (_, index) => ({ ...sealed, id: buildId(0x70000 + index), caseNumber: `S-${index}` }))
    await firm.boards.commitBatch(partner, BOARD_ID, async batch => hidden.forEach(matter => batch.create(matter)))
    expect((await firm.reader.snapshot(associate, BOARD_ID)).version).toBe(1)
    expect((await firm.reader.snapshot(partner, BOARD_ID)).version).toBe(2)
  })
})

describe('updates', () => {
  it('[R1] answer from the version that was asked', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    for (const title of ['a', 'b', 'c'])
      await firm.commit(partner, retitle(matter.id, title))
    expect(await newsFor(firm, associate, { version: 1 })).toMatchObject({ from: 1, version: 3, columns: null, next: 5_000 })
  })
  it('[R2] set the fields that are newer on a matter the reader has', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    await firm.commit(partner, retitle(matter.id, 'a'))
    await firm.commit(partner, { kind: 'edit', id: matter.id, args: { tags: { add: ['x'] } } })
    const { matters } = await newsFor(firm, associate, { version: 1 })
    expect(matters).toMatchObject([{ op: 'set', id: matter.id, fields: { tags: ['x'], version: 2, updatedBy: partner.id } }])
    expect(matters[0]).not.toHaveProperty('fields.title')
  })
  it('[R2] put the whole row of a matter that the reader gains, and name one that is lost', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate)] })
    await firm.commit(associate, { kind: 'edit', id: matter.id, args: { assignments: { put: [assign(clerk, 'CLERK')] } } })
    expect(await newsFor(firm, clerk)).toMatchObject({ version: 1, matters: [{ op: 'put', id: matter.id, matter: { title: matter.title } }], deleted: [] })
    await firm.commit(associate, { kind: 'edit', id: matter.id, args: { assignments: { remove: [clerk.id] } } })
    expect(await newsFor(firm, clerk, { version: 1 })).toMatchObject({ version: 2, matters: [], deleted: [matter.id] })
  })
  it('[R2] don\'t name what the reader never saw, and what came and went in between', async () => {
    const firm = await openTestFirm()
    const hidden = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    await firm.commit(partner, retitle(hidden.id, 'x'))
    const { matter: brief } = await firm.commit(partner, {
      kind: 'create', id: buildId(0x9001), args: { columnId: 'intake', title: 'Brief', clientName: '', assignments: [assign(partner)] },
    })
    await firm.commit(partner, { kind: 'delete', id: brief!.id, args: {} })
    expect(await newsFor(firm, associate)).toMatchObject({ version: 3, matters: [], deleted: [] })
  })
  it('[R3] are what is, not what happened: many edits of a matter are one op', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    for (let count = 1; count <= 40; count++)
      await firm.commit(partner, retitle(matter.id, `Title ${count}`))
    expect(await newsFor(firm, associate)).toMatchObject({ version: 40, matters: [{ op: 'set', fields: { title: 'Title 40' } }] })
  })
  it('[R3] beyond 500 ops or 256 KB send the reader to a snapshot', async () => {
    const firm = await openTestFirm()
    const sample = await firm.put()
    const ids = Array.from({ length: 501 }, (_, index) => buildId(0x50000 + index))
    const createAll = (wanted: string[], description = '') => firm.boards.commitBatch(partner, BOARD_ID, async batch =>
      wanted.forEach(id => batch.create({ ...sample, id, caseNumber: `N-${id}`, description })))
    await createAll(ids)
    await firm.boards.commitBatch(partner, BOARD_ID, async batch => ids.slice(1).forEach(id => batch.remove(id)))
    expect((await newsFor(firm, associate, { version: 1 })).deleted).toHaveLength(500)
    await firm.commit(partner, { kind: 'delete', id: ids[0]!, args: {} })
    expect(await firm.reader.updates(associate, newsQuery({ version: 1 }))).toEqual({ kind: 'reset', reason: 'large' })
    await createAll(Array.from({ length: 14 }, (_, index) => buildId(0x61000 + index)), 'x'.repeat(20_000))
    expect(await firm.reader.updates(associate, newsQuery({ version: 3 }))).toEqual({ kind: 'reset', reason: 'large' })
  })
  it('[R3] count for that only what the reader sees', async () => {
    const firm = await openTestFirm()
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const open = await firm.put()
    await firm.boards.commitBatch(partner, BOARD_ID, async batch =>
      Array.from({ length: 600 }, (_, index) => batch.create({ ...sealed, id: buildId(0x50000 + index), caseNumber: `N-${index}` })))
    await firm.commit(partner, retitle(open.id, 'Seen'))
    expect(await newsFor(firm, associate)).toMatchObject({ version: 2, matters: [{ id: open.id }] })
  })
  it('reset who comes from another epoch, from below the floor, or from ahead', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    for (const title of ['a', 'b', 'c'])
      await firm.commit(partner, retitle(matter.id, title))
    await firm.repository.log.prune(BOARD_ID, { before: 0, keep: 1 })
    const reset = async (changes: Partial<UpdatesQuery>) => firm.reader.updates(associate, newsQuery(changes))
    expect(await reset({ epoch: 'epoch-0', version: 2 })).toEqual({ kind: 'reset', reason: 'epoch' })
    expect(await reset({ version: 1 })).toEqual({ kind: 'reset', reason: 'pruned' })
    expect(await reset({ version: 2 })).toMatchObject({ kind: 'news' })
    expect(await reset({ version: 4 })).toEqual({ kind: 'reset', reason: 'ahead' })
  })
  it('[P4] go on for a reader who saw nothing of what was pruned', async () => {
    const firm = await openTestFirm()
    const hidden = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    for (const title of ['a', 'b', 'c'])
      await firm.commit(partner, retitle(hidden.id, title))
    await firm.repository.log.prune(BOARD_ID, { before: 0, keep: 0 })
    const { version } = await firm.reader.snapshot(associate, BOARD_ID)
    expect(await firm.reader.updates(associate, newsQuery({ version }))).toMatchObject({ kind: 'unchanged' })
  })
  it('carry the columns whole when one of them changed', async () => {
    const firm = await openTestFirm()
    await firm.boards.commitBatch(partner, BOARD_ID, async batch => batch.updateColumn({ ...batch.columns[0]!, wip: { limit: 5, hard: false } }))
    const { columns, version } = await newsFor(firm, client)
    expect(version).toBe(1)
    expect(columns?.[0]?.wip).toEqual({ limit: 5, hard: false })
    expect(columns).toHaveLength(7)
  })
  it('[R6] without an epoch, from 0, are the whole board in the same shape', async () => {
    const firm = await openTestFirm()
    const [one, two] = [await firm.put(), await firm.put()]
    await firm.commit(partner, retitle(one.id, 'x'))
    const result = await firm.reader.updates(associate, { version: 0, wait: 0, includeDeleted: true })
    expect(result).toMatchObject({ kind: 'news', answer: { from: 0, version: 1, deleted: [], epoch: 'epoch-1' } })
    if (result.kind !== 'news')
      return
    expect(result.answer.matters.map(({ op, id }) => `${op} ${id}`).sort()).toEqual([`put ${one.id}`, `put ${two.id}`].sort())
    expect(result.answer.columns).toHaveLength(7)
    const again = await firm.reader.updates(associate, { version: 0, wait: 0, includeDeleted: true }, { etag: 'epoch-1.1' })
    expect(again).toMatchObject({ kind: 'unchanged' })
    expect(await firm.reader.updates(associate, { version: 1, wait: 0, includeDeleted: true })).toMatchObject({ kind: 'unchanged' })
  })
  it('leave deletions out for who doesn\'t want them', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    await firm.commit(partner, { kind: 'delete', id: matter.id, args: {} })
    expect(await newsFor(firm, associate, { includeDeleted: false })).toMatchObject({ version: 1, deleted: [] })
  })
  it('[R4] that bring nothing don\'t touch the database', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    await firm.commit(partner, retitle(matter.id, 'x'))
    await firm.reader.updates(associate, newsQuery({ version: 1 }))
    await firm.repository.close()
    expect(await firm.reader.updates(associate, newsQuery({ version: 1 }))).toEqual({ kind: 'unchanged', epoch: 'epoch-1', version: 1 })
  })
  it('[R4] [R6] nor do those that name no board', async () => {
    const firm = await openTestFirm()
    await firm.commit(partner, retitle((await firm.put()).id, 'x'))
    await firm.reader.updates(associate, newsQuery({ board: undefined, version: 1 }))
    await firm.repository.close()
    expect(await firm.reader.updates(associate, newsQuery({ board: undefined, version: 1 }))).toEqual({ kind: 'unchanged', epoch: 'epoch-1', version: 1 })
  })
  it('[R6] find the default board again after the database was away', async () => {
    const firm = await openTestFirm()
    const { findDefault } = firm.repository.boards
    firm.repository.boards.findDefault = () => Promise.reject(new Error('away'))
    await expect(firm.reader.resolveBoardId()).rejects.toThrow('away')
    firm.repository.boards.findDefault = () => Promise.resolve(null)
    await expect(firm.reader.resolveBoardId()).rejects.toMatchObject({ code: 'BOARD_GONE' })
    firm.repository.boards.findDefault = findDefault
    expect(await firm.reader.resolveBoardId()).toBe(BOARD_ID)
  })
  it('[W1] forget what they knew of a reader whose role is another', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ confidentiality: 'RESTRICTED' })
    await firm.commit(partner, retitle(matter.id, 'x'))
    expect((await firm.reader.snapshot(associate2, BOARD_ID)).matters).toHaveLength(1)
    await firm.repository.accounts.updateMember(associate2.id, { role: 'CLERK' })
    expect((await firm.reader.snapshot({ ...associate2, role: 'CLERK' }, BOARD_ID)).matters).toHaveLength(0)
  })
})
