import { describe, expect, it } from 'vitest'
import type { ActivityRecord } from '#server/db/records.ts'
import { noteVisit, readBoardActivity } from '#server/services/activity/board-activity.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { boardActivityQuerySchema } from '#shared/protocol/activity-requests.ts'
import { retitle } from '../helpers/board-news.ts'
import { assign, BOARD_ID, buildId, buildMove, NOW, PEOPLE } from '../helpers/builders.ts'
import { countDatabase } from '../helpers/count-database.ts'
import type { TestFirm } from '../helpers/test-firm.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, partner2, associate, paralegal, clerk, client, admin } = PEOPLE

const read = (firm: TestFirm, reader: Actor, query: object = {}) => readBoardActivity(firm.repository, reader, BOARD_ID, boardActivityQuerySchema.parse(query))
const seal = (id: string): Mutation => ({ kind: 'edit', id, args: { set: { confidentiality: 'SEALED' } } })

describe('the activity of a board', () => {
  it('is told newest first, with what was and what is, and comments without their words', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.commit(associate, retitle(id, 'Renewed'))
    await firm.commit(partner, { kind: 'comment', id, args: { action: 'add', commentId: buildId(0xC0), body: 'Only in the matter' } })
    const answer = await read(firm, paralegal)
    expect(answer.activity).toMatchObject([
      { kind: 'commentAdded', actorId: partner.id, matterId: id, version: 2 },
      { kind: 'edited', actorId: associate.id, matterId: id, version: 1, fields: { title: { old: 'Lease renewal dispute', new: 'Renewed' } } },
    ])
    expect(JSON.stringify(answer)).not.toContain('Only in the matter')
    expect(answer.before).toBeNull()
  })

  it('comes in pages, and from a place on only what is newer', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    for (const title of ['One', 'Two', 'Three', 'Four', 'Five'])
      await firm.commit(partner, retitle(id, title))
    const versionsOf = (answer: Awaited<ReturnType<typeof read>>) => answer.activity.map(({ version }) => version)
    const first = await read(firm, associate, { limit: 2 })
    expect(versionsOf(first)).toEqual([5, 4])
    const second = await read(firm, associate, { limit: 2, before: first.before })
    expect(versionsOf(second)).toEqual([3, 2])
    const third = await read(firm, associate, { limit: 2, before: second.before })
    expect([versionsOf(third), third.before]).toEqual([[1], null])
    const since = `${second.activity[0]!.version}.${second.activity[0]!.id}`
    expect(versionsOf(await read(firm, associate, { since }))).toEqual([5, 4])
  })

  it('can be asked for by person, kind and matter', async () => {
    const firm = await openTestFirm()
    const [one, two] = [await firm.put(), await firm.put()]
    await firm.commit(partner, retitle(one.id, 'Renamed'))
    await firm.commit(partner, buildMove(two, 'review'))
    await firm.commit(associate, retitle(two.id, 'Renamed too'))
    const versionsFor = async (query: object) => (await read(firm, partner, query)).activity.map(({ version }) => version)
    expect(await versionsFor({ actor: partner.id })).toEqual([2, 1])
    expect(await versionsFor({ kind: 'moved' })).toEqual([2])
    expect(await versionsFor({ kind: 'moved,edited', matter: two.id })).toEqual([3, 2])
    expect(boardActivityQuerySchema.safeParse({ kind: 'moved,eaten' }).success).toBe(false)
    expect(boardActivityQuerySchema.safeParse({ before: 'x' }).success).toBe(false)
  })

  it('[W3] names no matter that the reader doesn\'t see now, whatever it was then, in no page, place or count', async () => {
    const firm = await openTestFirm()
    const open = await firm.put()
    const walled = await firm.put({ assignments: [assign(partner)] })
    await noteVisit(firm.repository, paralegal, BOARD_ID, NOW - 1)
    await firm.commit(partner, retitle(open.id, 'Seen by all'))
    await firm.commit(partner, retitle(walled.id, 'Seen by all for now'))
    expect((await read(firm, paralegal)).activity.map(({ matterId }) => matterId)).toEqual([walled.id, open.id])
    await firm.commit(partner, seal(walled.id))
    const behind = await read(firm, paralegal)
    expect(behind.activity.map(({ matterId }) => matterId)).toEqual([open.id])
    expect(behind.away).toEqual({ since: NOW - 1, changes: 1, people: 1, more: false })
    expect((await read(firm, paralegal, { limit: 1 })).before).toBeNull()
    expect((await read(firm, paralegal, { matter: walled.id })).activity).toEqual([])
    expect(JSON.stringify(behind)).not.toContain(walled.id)
    expect((await read(firm, partner)).activity).toHaveLength(3)
  })

  it('names no matter that was deleted', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.commit(partner, retitle(id, 'Soon gone'))
    await firm.commit(partner, { kind: 'delete', id, args: {} })
    expect((await read(firm, partner)).activity).toEqual([])
  })

  it('finds what can be seen behind more hidden steps than are read at once', async () => {
    const firm = await openTestFirm()
    const open = await firm.put()
    const hidden = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    await firm.commit(partner, retitle(open.id, 'First'))
    for (let number = 0; number < 210; number++)
      await firm.commit(partner, retitle(hidden.id, `Hidden ${number}`))
    expect((await read(firm, paralegal, { limit: 1 })).activity).toMatchObject([{ matterId: open.id }])
  })

  it('is for those who work at the firm, and of a board that is there', async () => {
    const firm = await openTestFirm()
    for (const reader of [client, admin]) {
      await expect(read(firm, reader)).rejects.toMatchObject({ code: 'FORBIDDEN' })
      await expect(noteVisit(firm.repository, reader, BOARD_ID, NOW)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    }
    await expect(readBoardActivity(firm.repository, partner, buildId(0xBAD), boardActivityQuerySchema.parse({}))).rejects.toMatchObject({ code: 'BOARD_GONE' })
    await expect(noteVisit(firm.repository, partner, buildId(0xBAD), NOW)).rejects.toMatchObject({ code: 'BOARD_GONE' })
  })
})

describe('a visit', () => {
  it('says when the one before was, and counts what others did since then', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    expect(await read(firm, associate)).toMatchObject({ lastVisit: null, away: null })
    expect(await noteVisit(firm.repository, associate, BOARD_ID, NOW)).toBeNull()
    for (const [at, actor] of [[1_000, partner], [2_000, associate], [3_000, PEOPLE.partner2], [4_000, partner]] as const) {
      firm.clock.now = NOW + at
      await firm.commit(actor, retitle(id, `At ${at}`))
    }
    expect(await read(firm, associate)).toMatchObject({ lastVisit: NOW, away: { since: NOW, changes: 3, people: 2, more: false } })
    expect((await read(firm, associate, { seen: NOW + 3_000 })).away).toEqual({ since: NOW + 3_000, changes: 1, people: 1, more: false })
    expect(await noteVisit(firm.repository, associate, BOARD_ID, NOW + 5_000)).toBe(NOW)
    expect((await read(firm, associate)).away).toEqual({ since: NOW + 5_000, changes: 0, people: 0, more: false })
    expect((await read(firm, partner)).away).toBeNull()
  })

  it('a long time ago is counted in as few statements as yesterday, whoever did how much meanwhile', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    const hidden = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    const step = (number: number, matterId: string, actorId: string): ActivityRecord => ({
      id: buildId(0x50_000 + number), boardId: BOARD_ID, matterId, version: number, kind: 'edited', actorId, at: NOW + number,
      reason: null, fields: {}, before: null, after: null, commentId: null, undo: false, cid: null, n: null,
    })
    const steps = Array.from({ length: 2_400 }, (_, index) => step(index + 1, index % 3 === 0 ? hidden.id : id, index % 3 === 0 ? partner.id : associate.id))
    await firm.repository.activity.append([step(0, id, clerk.id), ...steps, step(2_500, id, paralegal.id), step(2_501, hidden.id, clerk.id)])
    const count = countDatabase(firm.repository)
    const awaySince = async (seen: number) => {
      const before = count.statements
      const { away } = await read(firm, associate, { seen })
      return { away, statements: count.statements - before }
    }
    const lately = await awaySince(NOW + 2_450)
    expect(lately.away).toEqual({ since: NOW + 2_450, changes: 1, people: 1, more: false })
    expect(await awaySince(0)).toEqual({ away: { since: 0, changes: 2, people: 2, more: false }, statements: lately.statements })
    expect((await read(firm, partner2, { seen: 0 })).away).toEqual({ since: 0, changes: 500, people: 3, more: true })
  })
})
