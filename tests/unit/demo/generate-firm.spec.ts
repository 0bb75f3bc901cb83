import { describe, expect, it } from 'vitest'
import type { BuiltMatter } from '#server/services/demo/build-matter.ts'
import type { GeneratedBoard } from '#server/services/demo/generate-firm.ts'
import { generateBigBoard } from '#server/services/demo/generate-big-board.ts'
import { emailOf, generateFirm, memberIdsByKey } from '#server/services/demo/generate-firm.ts'
import { createRandom, seedFor } from '#server/services/demo/random.ts'
import { DEMO_ACCOUNTS } from '#shared/config/demo.ts'
import { findColumn } from '#shared/kanban/board.ts'
import { dateInZone, nextDeadline, openBindingDeadlines, urgencyOf } from '#shared/kanban/deadline.ts'
import { LIMITS } from '#shared/kanban/matter.ts'
import { isLawyer, ROLES } from '#shared/kanban/member.ts'
import { compareRank } from '#shared/kanban/rank.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { isTransitionAllowed } from '#shared/kanban/workflow.ts'
import { commentRequestSchema, createRequestSchema, editRequestSchema } from '#shared/protocol/messages.ts'
import { NOW, TIME_ZONE } from '../../helpers/builders.ts'

const DAY_MS = 24 * 3_600_000
const firm = generateFirm({ now: NOW, timeZone: TIME_ZONE })
const [general, litigation] = firm.boards as [GeneratedBoard, GeneratedBoard]
const members = new Map(firm.members.map(member => [member.id, member]))
const memberIds = memberIdsByKey(firm.members)
const big = generateBigBoard({ name: 'Big board', count: 400, seed: 7, now: NOW, timeZone: TIME_ZONE, memberIds })
const boards = [general, litigation, big]

/** Everything that must hold of a matter that people made by the rules. */
function expectByTheRules({ matter, comments, activity }: BuiltMatter, board: GeneratedBoard) {
  const column = findColumn(board, matter.columnId)!
  const { title, clientName, assignments, deadlines, tasks, tags } = matter
  const parsed = createRequestSchema.safeParse({ id: matter.id, title, clientName, assignments, deadlines, tasks, tags, board: board.id, column: column.key })
  expect(parsed.error?.issues).toBeUndefined()
  const { courtCaseNumber, courtName, description, opposingParty, practiceArea, waitingOn, priority, confidentiality } = matter
  expect(editRequestSchema.safeParse({
    courtCaseNumber, courtName, description, opposingParty, practiceArea, waitingOn, priority, confidentiality,
    clientMemberIds: matter.clientMemberIds,
    openedOn: matter.openedOn,
    filedOn: matter.filedOn,
    hold: matter.hold && { reason: matter.hold.reason },
    closeRequest: matter.closeRequest && { outcome: matter.closeRequest.outcome, reason: matter.closeRequest.reason },
  }).error?.issues).toBeUndefined()
  for (const { body } of comments)
    expect(commentRequestSchema.safeParse({ body }).success).toBe(true)

  // People: one primary lawyer, or none on what just came in, nobody twice, nobody who left or only looks.
  const assigned = assignments.map(({ memberId }) => members.get(memberId)!)
  expect(new Set(assigned).size).toBe(assigned.length)
  const primary = assignments.filter(({ role }) => role === 'PRIMARY_LAWYER')
  expect(primary.length === 1 || (primary.length === 0 && column.kind === 'PENDING')).toBe(true)
  expect(primary.every(({ memberId }) => isLawyer(members.get(memberId)!))).toBe(true)
  expect(assigned.every(({ role, active }) => active && role !== 'CLIENT' && role !== 'ADMIN')).toBe(true)
  expect(matter.clientMemberIds.every(id => members.get(id)!.role === 'CLIENT')).toBe(true)

  // Time: nothing in the future, nothing before the matter was there.
  for (const at of [matter.stageEnteredAt, matter.updatedAt, ...activity.map(step => step.at), ...comments.map(({ createdAt }) => createdAt)]) {
    expect(at).toBeGreaterThanOrEqual(matter.createdAt)
    expect(at).toBeLessThanOrEqual(NOW)
  }
  for (const { doneAt } of [...deadlines, ...tasks])
    expect(doneAt ?? 0).toBeLessThanOrEqual(NOW)
  expect(matter.openedOn).toBe(dateInZone(matter.createdAt, TIME_ZONE))
  expect(matter.commentCount).toBe(comments.length)

  // Stage: what is closed says so, and asks no more.
  expect(matter.closedOn).toBe(column.kind === 'CLOSED' ? dateInZone(matter.stageEnteredAt, TIME_ZONE) : null)
  expect(matter.closeOutcome !== null).toBe(column.kind === 'CLOSED')
  if (column.kind === 'CLOSED') {
    expect(openBindingDeadlines(matter)).toEqual([])
    expect(matter.stageEnteredAt - matter.createdAt).toBeGreaterThanOrEqual(DAY_MS)
    expect(matter.closeRequest).toBeNull()
  }
  expect(tags.length).toBeLessThanOrEqual(LIMITS.tags)

  expectHistoryByTheRules({ matter, comments, activity }, board)
}

/** The history begins with the creation, goes along the workflow, and ends where the matter is. */
function expectHistoryByTheRules({ matter, activity }: BuiltMatter, board: GeneratedBoard) {
  expect(activity[0]).toMatchObject({ kind: 'created', at: matter.createdAt, actorId: matter.createdBy })
  expect(activity.map(({ at }) => at)).toEqual(activity.map(({ at }) => at).toSorted((a, b) => a - b))
  expect(activity.at(-1)).toMatchObject({ at: matter.updatedAt, actorId: matter.updatedBy })
  const moves = activity.filter(({ kind }) => kind === 'moved')
  let at = moves.length > 0 ? moves[0]!.fields.columnId!.old : matter.columnId
  for (const move of moves) {
    const { old: from, new: to } = move.fields.columnId as { old: string, new: string }
    const [source, target, actor] = [findColumn(board, from)!, findColumn(board, to)!, members.get(move.actorId)!]
    expect(from).toBe(at)
    expect(isTransitionAllowed(source, target)).toBe(true)
    expect(actor.role === 'PARTNER' || matter.assignments.some(({ memberId }) => memberId === actor.id)).toBe(true)
    if (target.critical) {
      expect(move.reason).not.toBeNull()
      expect(isLawyer(actor)).toBe(true)
    }
    if (target.kind === 'CLOSED') {
      expect(actor.role).toBe('PARTNER')
      expect(matter.closeOutcome === 'DECLINED' ? source.kind : 'PENDING').toBe('PENDING')
    }
    at = to
  }
  expect(at).toBe(matter.columnId)
  if (moves.length > 0)
    expect(moves.at(-1)!.at).toBe(matter.stageEnteredAt)
}

describe('the demo firm', () => {
  it('has matters on each of its boards that wait for a lawyer', () => {
    for (const { matters } of [general, litigation])
      expect(matters.some(({ matter }) => !matter.assignments.some(({ role }) => role === 'PRIMARY_LAWYER'))).toBe(true)
  })

  it('is the same for the same seed and moment, and another for another', () => {
    expect(generateFirm({ now: NOW, timeZone: TIME_ZONE })).toEqual(firm)
    expect(generateFirm({ now: NOW, timeZone: TIME_ZONE, seed: 2 })).not.toEqual(firm)
  })

  it('has the accounts to sign in with, at least one of each role, and colleagues with names in two scripts', () => {
    const accounts = firm.members.map(({ email, role }) => ({ email, role }))
    expect(accounts).toEqual(expect.arrayContaining([...DEMO_ACCOUNTS]))
    expect(DEMO_ACCOUNTS.map(({ email }) => email)).toEqual(
      ['partner', 'partner2', 'associate', 'paralegal', 'clerk', 'client', 'admin'].map(name => `${name}@demo.test`))
    expect(new Set(firm.members.map(({ role }) => role))).toEqual(new Set(ROLES))
    expect(new Set(firm.members.map(({ email }) => email)).size).toBe(firm.members.length)
    expect(firm.members.some(({ name }) => /\p{Script=Han}/u.test(name))).toBe(true)
    expect(firm.members.some(({ name }) => /^[A-Z]/.test(name))).toBe(true)
    expect(members.get(memberIds.partner2)).toMatchObject({ email: emailOf('partner2'), role: 'PARTNER' })
  })

  it('finds no id for people who are not there', () => {
    expect(memberIdsByKey([])).toEqual({})
  })

  it('works on some 60 matters in two boards, in each column some', () => {
    expect(firm.boards.map(({ isDefault }) => isDefault)).toEqual([true, false])
    expect(general.matters.length + litigation.matters.length).toBeGreaterThanOrEqual(55)
    for (const board of firm.boards) {
      for (const column of board.columns)
        expect(board.matters.filter(({ matter }) => matter.columnId === column.id).length).toBeGreaterThan(0)
    }
  })

  it.each(boards.map(board => ({ board, name: board.name })))('keeps the rules of the domain on the board $name', ({ board }) => {
    for (const built of board.matters)
      expectByTheRules(built, board)
  })

  it.each(boards.map(board => ({ board, name: board.name })))('gives everything on the board $name an id of its own, and matters a place', ({ board }) => {
    const ids = [board.id, ...board.columns.map(({ id }) => id), ...board.matters.flatMap(({ matter, comments, activity }) =>
      [matter.id, ...comments.map(({ id }) => id), ...activity.map(({ id }) => id), ...matter.tasks.map(({ id }) => id)])]
    expect(new Set(ids).size).toBe(ids.length)
    for (const column of board.columns) {
      const matters = board.matters.map(({ matter }) => matter).filter(({ columnId }) => columnId === column.id)
      expect(matters.toSorted(compareRank)).toEqual(matters)
      if (column.wip?.hard)
        expect(matters.length).toBeLessThanOrEqual(column.wip.limit)
    }
  })

  it('has something new this morning, and nothing else that is too young to close', () => {
    const young = firm.boards.flatMap(({ matters }) => matters).filter(({ matter }) => NOW - matter.createdAt < DAY_MS)
    expect(young).toHaveLength(1)
    expect(findColumn(general, young[0]!.matter.columnId)?.key).toBe('intake')
  })

  it('presses: deadlines missed, due today, tomorrow, this week and later', () => {
    const open = firm.boards.flatMap(({ matters }) => matters).filter(({ matter }) => matter.closedOn === null)
    const urgencies = open.flatMap(({ matter }) => {
      const deadline = nextDeadline(matter, TIME_ZONE)
      return deadline ? [urgencyOf(deadline, NOW, TIME_ZONE)] : []
    })
    for (const urgency of ['overdue', 'day', 'three-days', 'week', 'none'])
      expect(urgencies.filter(each => each === urgency).length).toBeGreaterThanOrEqual(3)
  })

  it('has holds, waits, requests to close, secrets and clients of its own', () => {
    const matters = firm.boards.flatMap(board => board.matters.map(({ matter }) => matter))
    for (const some of [
      matters.filter(({ hold }) => hold), matters.filter(({ waitingOn }) => waitingOn), matters.filter(({ closeRequest }) => closeRequest),
      matters.filter(({ confidentiality }) => confidentiality === 'RESTRICTED'), matters.filter(({ confidentiality }) => confidentiality === 'SEALED'),
      matters.filter(matter => canSee(members.get(memberIds.client)!, matter)),
    ])
      expect(some.length).toBeGreaterThanOrEqual(2)
    expect(new Set(matters.flatMap(({ closeOutcome }) => closeOutcome ?? [])).size).toBe(6)
  })

  it('gives the demo accounts work that they may do', () => {
    const inProgress = general.matters.map(({ matter }) => matter).filter(({ columnId }) => findColumn(general, columnId)?.key === 'in-progress')
    for (const [key, least] of [['paralegal', 6], ['associate', 3], ['clerk', 2]] as const)
      expect(inProgress.filter(({ assignments }) => assignments.some(({ memberId }) => memberId === memberIds[key])).length).toBeGreaterThanOrEqual(least)
    expect(inProgress.some(({ assignments, priority }) => priority === 'MEDIUM' && assignments.some(({ memberId }) => memberId === memberIds.paralegal))).toBe(true)
  })

  it('counts court numbers by the year of filing', () => {
    const later = generateFirm({ now: NOW + 400 * DAY_MS, timeZone: TIME_ZONE })
    const numbers = later.boards.flatMap(({ matters }) => matters).map(({ matter }) => matter).filter(({ courtCaseNumber }) => courtCaseNumber)
    for (const { courtCaseNumber, filedOn } of numbers) {
      const year = Number(filedOn!.slice(0, 4))
      expect(courtCaseNumber).toMatch(new RegExp(`^令和${year - 2018}年|:${year % 100}-cv`))
    }
  })
})

describe('a big board', () => {
  const options = { name: 'Big board', count: 400, seed: 7, now: NOW, timeZone: TIME_ZONE, memberIds }

  it('is the same for the same seed and name', () => {
    expect(generateBigBoard(options)).toEqual(big)
  })

  it('tells the same stories under another name, with ids of their own', () => {
    const other = generateBigBoard({ ...options, name: 'Another' })
    expect(other.matters.map(({ matter }) => matter.title)).toEqual(big.matters.map(({ matter }) => matter.title))
    const ids = new Set(big.matters.map(({ matter }) => matter.id))
    expect(other.matters.some(({ matter }) => ids.has(matter.id))).toBe(false)
    expect(generateBigBoard({ ...options, seed: 8 }).matters.map(({ matter }) => matter.title)).not.toEqual(big.matters.map(({ matter }) => matter.title))
  })

  it('is half closed, and in each column some', () => {
    expect(big.matters).toHaveLength(400)
    const closed = big.matters.filter(({ matter }) => matter.closedOn !== null).length
    expect(closed).toBeGreaterThan(150)
    expect(closed).toBeLessThan(250)
    for (const column of big.columns)
      expect(big.matters.some(({ matter }) => matter.columnId === column.id)).toBe(true)
  })
})

describe('chance with a seed', () => {
  it('keeps to its bounds and weights', () => {
    const random = createRandom(3)
    const numbers = Array.from({ length: 2_000 }, () => random.int(2, 5))
    expect(new Set(numbers)).toEqual(new Set([2, 3, 4, 5]))
    const picks = Array.from({ length: 2_000 }, () => random.weighted({ often: 9, seldom: 1, never: 0 }))
    expect(picks).not.toContain('never')
    expect(picks.filter(pick => pick === 'often').length).toBeGreaterThan(1_600)
    expect(random.sample([1, 2, 3], 9).toSorted()).toEqual([1, 2, 3])
  })

  it('seeds each name differently', () => {
    expect(seedFor(1, 'a')).toBe(seedFor(1, 'a'))
    expect(seedFor(1, 'a')).not.toBe(seedFor(1, 'b'))
    expect(seedFor(1, 'a')).not.toBe(seedFor(2, 'a'))
  })
})
