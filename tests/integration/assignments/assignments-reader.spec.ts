import { describe, expect, it, vi } from 'vitest'
import { createAssignmentsReader } from '#server/services/assignments/assignments-reader.ts'
import { changeMember } from '#server/services/member-changes.ts'
import { addDays } from '#shared/kanban/deadline.ts'
import type { Assignment, Deadline, Matter } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { ScheduleDays } from '#shared/protocol/assignments.ts'
import { retitle } from '../../helpers/board-news.ts'
import { assign, BOARD_ID, buildDeadline, buildId, NOW, PEOPLE, TIME_ZONE, TODAY } from '../../helpers/builders.ts'
import { POSTGRES_URL } from '../../helpers/postgres.ts'
import type { OpenDatabase, TestFirm } from '../../helpers/test-firm.ts'
import { openOnPostgres, openOnSqlite, openTestFirm } from '../../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, paralegal, clerk, client, admin } = PEOPLE
const databases: [string, OpenDatabase][] = [['SQLite', openOnSqlite], ...POSTGRES_URL ? [['PostgreSQL', openOnPostgres] as [string, OpenDatabase]] : []]

const hearing = (date: string, changes: Partial<Deadline> = {}) => buildDeadline({ id: buildId(Number(date.slice(8)) + 0xD00), kind: 'HEARING', date, ...changes })

describe.each(databases)('what has to be shared out, on %s,', (_, open) => {
  it('[W3] is a matter that no active lawyer leads', async () => {
    const { firm, read } = await openReader(open)
    const untaken = await firm.put({ columnId: 'intake', assignments: [assign(clerk, 'CLERK')], priority: 'HIGH' })
    const [led, closed, away] = [await firm.put(), await firm.put({ columnId: 'closed', assignments: [] }), await firm.put({ archived: true, assignments: [] })]
    const left = await firm.put({ assignments: [assign(associate2), assign(associate, 'SECONDARY_LAWYER')] })
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { active: false }, at: NOW })
    const { unassigned, members } = (await read(partner))!
    expect(unassigned.map(({ id }) => id).sort()).toEqual([untaken.id, left.id].sort())
    expect(unassigned.map(({ id }) => id)).not.toEqual(expect.arrayContaining([led.id, closed.id, away.id]))
    expect(unassigned.find(({ id }) => id === untaken.id)).toMatchObject({ priority: 'HIGH', column: { en: 'Intake' }, waitingSince: untaken.createdAt, version: untaken.version })
    expect(unassigned.find(({ id }) => id === left.id)).toMatchObject({ waitingSince: null })
    // Who led it is named, and gets no more work.
    expect(members).toContainEqual(expect.objectContaining({ id: associate2.id, active: false }))
  })

  it('[W3] counts for each colleague what the reader sees, by role, and nothing that is closed', async () => {
    const { firm, read } = await openReader(open)
    await firm.put()
    await firm.put({ assignments: [assign(partner2), assign(associate, 'SECONDARY_LAWYER'), assign(paralegal, 'PARALEGAL')] })
    await firm.put({ columnId: 'closed' })
    await firm.put({ confidentiality: 'SEALED', deadlines: [hearing(addDays(TODAY, 3))] })
    await firm.put({ confidentiality: 'RESTRICTED', assignments: [assign(associate)], deadlines: [hearing(addDays(TODAY, 4))] })
    const countsFor = async (reader: Actor) => (await read(reader))!.workload.find(({ memberId }) => memberId === associate.id)!
    expect((await countsFor(associate)).matters).toEqual({ PRIMARY_LAWYER: 3, SECONDARY_LAWYER: 1 })
    expect((await countsFor(partner)).matters).toEqual({ PRIMARY_LAWYER: 2, SECONDARY_LAWYER: 1 })
    expect((await countsFor(clerk)).matters).toEqual({ PRIMARY_LAWYER: 1, SECONDARY_LAWYER: 1 })
    // Neither dates nor hearings of what is hidden.
    expect((await countsFor(associate)).nextHearing).toMatchObject({ deadline: { date: addDays(TODAY, 3) } })
    expect((await countsFor(partner)).nextHearing).toMatchObject({ deadline: { date: addDays(TODAY, 4) } })
    expect((await countsFor(clerk)).nextHearing).toBeNull()
  })

  it('has every active colleague in it, and nobody who is a client, administers or left', async () => {
    const { read } = await openReader(open)
    expect((await read(partner))!.workload.map(({ memberId }) => memberId).sort())
      .toEqual([partner, partner2, associate, associate2, paralegal, clerk].map(({ id }) => id).sort())
  })

  it('lists open dates of the days asked for, by the firm\'s day', async () => {
    const { firm, read } = await openReader(open)
    const days = [-3, -2, 0, 13, 14, 29].map(offset => addDays(TODAY, offset))
    const matter = await firm.put({
      deadlines: [
        ...days.map(day => hearing(day)),
        buildDeadline({ id: buildId(0xDFF), date: TODAY, doneAt: NOW }),
        // It is the next day in Tokyo by then.
        buildDeadline({ id: buildId(0xDFE), date: days[0]!, time: '20:00', timeZone: 'America/New_York' }),
      ],
    })
    const answer = (await read(partner))!
    expect(answer).toMatchObject({ today: TODAY, from: addDays(TODAY, -2), to: addDays(TODAY, 13), timeZone: TIME_ZONE, now: NOW })
    expect(answer.schedule.map(({ deadline }) => deadline.date)).toEqual([days[0], days[1], days[2], days[3]])
    expect(answer.schedule[0]).toMatchObject({ matterId: matter.id, memberIds: [associate.id] })
    expect((await read(partner, 30))!.schedule).toHaveLength(6)
    expect(answer.matters).toEqual([{ id: matter.id, caseNumber: matter.caseNumber, title: matter.title, clientName: matter.clientName }])
  })

  it('[R4] [R8] is read once, and without the database as long as nothing moves that the reader sees', async () => {
    const { firm, read } = await openReader(open)
    const [matter, sealed] = [await firm.put(), await firm.put({ confidentiality: 'SEALED' })]
    const { tag } = (await read(partner))!
    const reads = vi.spyOn(firm.repository, 'consistentRead')
    expect(await read(partner, 14, tag)).toBeNull()
    expect(reads).not.toHaveBeenCalled()
    await firm.commit(associate, retitle(sealed.id, 'hidden'))
    expect(await read(partner, 14, tag)).toBeNull()
    expect(await read(partner, 30, tag)).not.toBeNull()
    await firm.commit(partner, retitle(matter.id, 'seen'))
    expect((await read(partner, 14, tag))!.tag).not.toBe(tag)
  })

  it('is another on the next day, and for another role', async () => {
    const { firm, read } = await openReader(open)
    await firm.put({ confidentiality: 'RESTRICTED' })
    const { tag } = (await read(associate2))!
    firm.clock.now += 24 * 3_600_000
    const { tag: tomorrow, today } = (await read(associate2, 14, tag))!
    expect(today).toBe(addDays(TODAY, 1))
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { role: 'CLERK' }, at: NOW })
    const asClerk = (await read({ ...associate2, role: 'CLERK' }, 14, tomorrow))!
    expect(asClerk.workload.find(({ memberId }) => memberId === associate.id)!.matters).toEqual({})
  })

  it('[W1] is for those who work on matters, by the role of the state that is read', async () => {
    const { firm, read } = await openReader(open)
    for (const nobody of [client, admin])
      await expect(read(nobody)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { role: 'CLIENT' }, at: NOW })
    await expect(read(associate2)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(read(partner, 14, undefined, buildId(0xDEAD))).rejects.toMatchObject({ code: 'BOARD_GONE' })
  })

  it('lets who assigned the first lawyer take that back', async () => {
    const { firm, read } = await openReader(open)
    const { id } = await firm.put({ assignments: [] })
    const put: Assignment[] = [assign(associate)]
    const { version } = await firm.commit(partner, { kind: 'edit', id, args: { assignments: { put } } })
    expect((await read(partner))!.unassigned).toEqual([])
    await firm.commit(partner, { kind: 'undo', id, args: { version } })
    expect((await read(partner))!.unassigned.map((matter: Pick<Matter, 'id'>) => matter.id)).toEqual([id])
  })
})

async function openReader(open: OpenDatabase) {
  const firm: TestFirm = await openTestFirm({ open })
  const reader = createAssignmentsReader({ repository: firm.repository, hub: firm.hub, firm: { timeZone: TIME_ZONE }, now: () => firm.clock.now })
  const read = (asker: Actor, days: ScheduleDays = 14, tag?: string, boardId = BOARD_ID) => reader.read(asker, boardId, days, tag)
  return { firm, read }
}
