import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BoardRecord, MemberRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { assign, buildBoard, buildComment, buildDeadline, buildId, buildMatter, buildTask, NOW, PEOPLE } from '../helpers/builders.ts'

let counter = 0

/** Fresh ids for each test: the database is shared by the whole suite. */
function nextId(): string {
  return buildId(0x100000 + ++counter)
}

function member(changes: Partial<MemberRecord> = {}): MemberRecord {
  const id = nextId()
  return { ...PEOPLE.associate, id, email: `${id}@firm.example`, locale: null, createdAt: NOW, ...changes }
}

function matter(boardId: string, columnId: string, changes: Partial<Matter> = {}): Matter {
  const id = nextId()
  return buildMatter({ id, boardId, columnId, caseNumber: `C-${id}`, ...changes })
}

/** What every database behind the repository promises. */
export function repositoryContract(open: () => Promise<{ repository: Repository, remove: () => Promise<void> }>): void {
  let repository: Repository
  let remove: () => Promise<void>

  beforeAll(async () => {
    ({ repository, remove } = await open())
  })
  afterAll(async () => {
    await repository.close()
    await remove()
  })

  async function newBoard(changes: Partial<BoardRecord> = {}) {
    const id = nextId()
    const columns = buildBoard().columns.map(column => ({ ...column, id: `${id}/${column.key}` }))
    await repository.boards.insert({ id, name: 'Matters', epoch: 'e1', isDefault: false, position: counter, createdAt: NOW, ...changes }, columns)
    return { id, columns, first: columns[0]!.id }
  }

  describe('settings', () => {
    it('are null in a new database, then what was written', async () => {
      expect(await repository.firm.get()).toBeNull()
      const settings = { name: '星野法律事務所', timeZone: 'Asia/Tokyo', caseNumberTemplate: '{year}-{seq:4}', demo: true, createdAt: NOW }
      await repository.firm.create(settings)
      expect(await repository.firm.get()).toEqual(settings)
    })
  })

  describe('accounts', () => {
    it('finds a member however the address is written', async () => {
      const ana = member({ email: 'Ana.Sato@Firm.example' })
      await repository.accounts.insertMember(ana)
      expect(await repository.accounts.findMemberByEmail('  ａna.sato@firm.EXAMPLE ')).toEqual(ana)
      expect(await repository.accounts.findMember(ana.id)).toEqual(ana)
    })
    it('refuses an address that is taken', async () => {
      await repository.accounts.insertMember(member({ email: 'taken@firm.example' }))
      await expect(repository.accounts.insertMember(member({ email: 'TAKEN@firm.example' }))).rejects.toBeInstanceOf(UniqueViolation)
    })
    it('changes what a patch names and leaves the rest', async () => {
      const ana = member()
      await repository.accounts.insertMember(ana)
      await repository.accounts.updateMember(ana.id, { active: false, locale: 'ja' })
      await repository.accounts.updateMember(ana.id, {})
      expect(await repository.accounts.findMember(ana.id)).toEqual({ ...ana, active: false, locale: 'ja' })
    })
    it('keeps one password hash a member', async () => {
      const ana = member()
      await repository.accounts.insertMember(ana)
      expect(await repository.accounts.findPasswordHash(ana.id)).toBeNull()
      await repository.accounts.setPasswordHash(ana.id, 'one', NOW)
      await repository.accounts.setPasswordHash(ana.id, 'two', NOW + 1)
      expect(await repository.accounts.findPasswordHash(ana.id)).toBe('two')
    })
    it('revokes one session, all of a member, and forgets those that ended', async () => {
      const ana = member()
      await repository.accounts.insertMember(ana)
      const [one, two] = [nextId(), nextId()]
      for (const id of [one, two])
        await repository.accounts.insertSession({ id, memberId: ana.id, createdAt: NOW, lastSeenAt: NOW, expiresAt: NOW + 1_000, revokedAt: null })
      await repository.accounts.touchSession(one, { lastSeenAt: NOW + 5, expiresAt: NOW + 2_000 })
      await repository.accounts.revokeSession(one, NOW + 6)
      await repository.accounts.revokeSessionsOf(ana.id, NOW + 7)
      expect(await repository.accounts.findSession(one)).toMatchObject({ lastSeenAt: NOW + 5, expiresAt: NOW + 2_000, revokedAt: NOW + 6 })
      expect(await repository.accounts.findSession(two)).toMatchObject({ revokedAt: NOW + 7 })
      await repository.accounts.deleteEndedSessions(NOW + 7)
      expect(await repository.accounts.findSession(one)).toBeNull()
      expect(await repository.accounts.findSession(two)).not.toBeNull()
    })
  })

  describe('boards', () => {
    it('come back with their columns as they were', async () => {
      const { id, columns } = await newBoard({ external: { source: 'trello', id: 'b-1' } })
      expect(await repository.boards.columns(id)).toEqual(columns)
      expect(await repository.boards.findByExternal('trello', 'b-1')).toMatchObject({ id, version: 0, floor: 0 })
      expect(await repository.boards.findByExternal('trello', 'b-2')).toBeNull()
    })
    it('give the default board, else the first', async () => {
      const { id } = await newBoard({ isDefault: true, position: 0 })
      expect((await repository.boards.findDefault())?.id).toBe(id)
    })
    it('change and add columns', async () => {
      const { id, columns } = await newBoard()
      const changed = { ...columns[1]!, name: { en: 'Later', ja: '後で' }, wip: { limit: 3, hard: true }, allowedTargets: null, archived: true, position: 9 }
      const added = { ...columns[2]!, id: nextId(), key: 'more', external: { source: 'trello', id: 'l-1' }, position: 10 }
      await repository.boards.updateColumn(id, changed)
      await repository.boards.insertColumns(id, [added])
      expect(await repository.boards.columns(id)).toEqual([columns[0], ...columns.slice(2), changed, added])
    })
    it('[P1] take another epoch and stay where they are', async () => {
      const { id } = await newBoard()
      const other = await newBoard()
      await repository.boards.takeVersion(id)
      await repository.boards.setEpoch(id, 'e2')
      expect(await repository.boards.find(id)).toMatchObject({ epoch: 'e2', version: 1, floor: 0 })
      expect(await repository.boards.find(other.id)).toMatchObject({ epoch: 'e1' })
    })
    it('[P2] give each transaction the next version, in the order in which they commit', async () => {
      const { id } = await newBoard()
      const seen: number[] = []
      await Promise.all(Array.from({ length: 8 }, () => repository.transaction(async (stores) => {
        const board = await stores.boards.takeVersion(id)
        await stores.boards.find(id)
        seen.push(board!.version)
      })))
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      expect(await repository.boards.takeVersion(nextId())).toBeNull()
    })
    it('[P2] are locked by who takes no version, too', async () => {
      const { id } = await newBoard()
      const seen: number[] = []
      await Promise.all(Array.from({ length: 6 }, (_, index) => repository.transaction(async (stores) => {
        const board = await stores.boards.lock(id)
        await stores.boards.find(id)
        seen.push(board!.version)
        if (index % 2 === 0)
          await stores.boards.takeVersion(id)
      })))
      expect(seen.toSorted((a, b) => a - b)).toEqual(seen)
      expect(await repository.boards.find(id)).toMatchObject({ version: 3 })
      expect(await repository.boards.lock(nextId())).toBeNull()
    })
    it('[P2] give a version back when the transaction fails', async () => {
      const { id } = await newBoard()
      await expect(repository.transaction(async (stores) => {
        await stores.boards.takeVersion(id)
        throw new Error('refused')
      })).rejects.toThrow('refused')
      expect(await repository.boards.find(id)).toMatchObject({ version: 0 })
    })
  })

  describe('matters', () => {
    it('come back whole, with text of every kind', async () => {
      const { id, first } = await newBoard()
      const whole = matter(id, first, {
        title: '賃貸借契約 — “Ω” 👩‍⚖️ \'; DROP TABLE matters; --',
        description: 'a\n\tb\\c "d"',
        hold: { since: NOW, reason: 'waits' },
        closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'WON', reason: 'done' },
        deadlines: [buildDeadline()],
        tasks: [buildTask()],
        tags: ['急ぎ', 'a'],
        clientMemberIds: [PEOPLE.client.id],
        externalRefs: [{ source: 'trello', id: 'c-1' }],
        archived: true,
        fieldVersions: { title: { v: 3, cid: 'c', n: 1, by: PEOPLE.partner.id, at: NOW } },
      })
      await repository.matters.insertMany([whole], 3)
      expect(await repository.matters.find(whole.id)).toEqual({ ...whole, createdVersion: 3, deletedVersion: null, gaps: [] })
      expect(await repository.matters.findBoardId(whole.id)).toBe(id)
      const changed = { ...whole, title: 'Another', closeRequest: null, version: 4 }
      await repository.matters.update(changed)
      expect(await repository.matters.findMany([whole.id, nextId()])).toEqual([{ ...changed, createdVersion: 3, deletedVersion: null, gaps: [] }])
    })
    it('hold a case number once in the firm, however it is written, until its matter is deleted', async () => {
      const { id, first } = await newBoard()
      const one = matter(id, first, { caseNumber: 'CV-１' })
      const two = matter(id, first, { caseNumber: 'cv-1 ' })
      await repository.matters.insertMany([one], 1)
      expect(await repository.matters.takenCaseNumbers(['Cv-1', 'CV-2'])).toEqual(new Map([['cv-1', one.id]]))
      await expect(repository.matters.insertMany([two], 2)).rejects.toBeInstanceOf(UniqueViolation)
      await repository.matters.markDeleted(one.id, 2, PEOPLE.partner.id, NOW + 9)
      await repository.matters.insertMany([two], 3)
      expect(await repository.matters.find(one.id)).toMatchObject({ version: 2, deletedVersion: 2, updatedBy: PEOPLE.partner.id, updatedAt: NOW + 9 })
    })
    it('never give an id away twice', async () => {
      const { id, first } = await newBoard()
      const one = matter(id, first)
      await repository.matters.insertMany([one], 1)
      await repository.matters.markDeleted(one.id, 2, PEOPLE.partner.id, NOW)
      await expect(repository.matters.insertMany([{ ...one, caseNumber: 'other' }], 3)).rejects.toBeInstanceOf(UniqueViolation)
    })
    it('come back whole in a version after their end, remember when they were away, and have their case number again', async () => {
      const { id, first } = await newBoard()
      const one = matter(id, first, { caseNumber: 'CV-back' })
      await repository.matters.insertMany([one], 1)
      for (const deleted of [3, 8]) {
        await repository.matters.markDeleted(one.id, deleted, PEOPLE.partner.id, NOW)
        await repository.matters.restore(one.id, deleted + 2, PEOPLE.partner2.id, NOW + deleted)
      }
      const gaps = [{ deleted: 3, restored: 5 }, { deleted: 8, restored: 10 }]
      expect(await repository.matters.find(one.id)).toEqual({
        ...one, version: 10, updatedBy: PEOPLE.partner2.id, updatedAt: NOW + 8, createdVersion: 1, deletedVersion: null, gaps,
      })
      expect(await repository.matters.accessOf([one.id])).toMatchObject([{ createdVersion: 1, deletedVersion: null, gaps }])
      expect((await repository.matters.takenCaseNumbers(['cv-back'])).get('cv-back')).toBe(one.id)
      expect(await repository.matters.countByBoard(id)).toBe(1)
      // What is there, or never was, stays what it is.
      await repository.matters.restore(one.id, 11, PEOPLE.partner.id, NOW)
      await repository.matters.restore(nextId(), 11, PEOPLE.partner.id, NOW)
      expect(await repository.matters.find(one.id)).toMatchObject({ version: 10, gaps })
    })
    it('do not come back while their case number is another\'s', async () => {
      const { id, first } = await newBoard()
      const [one, two] = ['CV-same', 'cv-SAME'].map(caseNumber => matter(id, first, { caseNumber })) as [Matter, Matter]
      await repository.matters.insertMany([one], 1)
      await repository.matters.markDeleted(one.id, 2, PEOPLE.partner.id, NOW)
      await repository.matters.insertMany([two], 3)
      await expect(repository.matters.restore(one.id, 4, PEOPLE.partner.id, NOW)).rejects.toBeInstanceOf(UniqueViolation)
      expect(await repository.matters.find(one.id)).toMatchObject({ deletedVersion: 2, gaps: [] })
    })
    it('stand in their column by code unit, then id, without deleted ones', async () => {
      const { id, first } = await newBoard()
      const [a, b, c, d, gone] = ['a0', 'Zz', 'a0V', 'a0', 'a'].map(rank => matter(id, first, { rank }))
      await repository.matters.insertMany([a!, b!, c!, d!, gone!], 1)
      await repository.matters.markDeleted(gone!.id, 2, PEOPLE.partner.id, NOW)
      expect((await repository.matters.ranksIn(first)).map(matter => matter.id)).toEqual([b!.id, a!.id, d!.id, c!.id])
      expect(await repository.matters.countByBoard(id)).toBe(4)
      expect((await repository.matters.listByBoard(id)).map(matter => matter.id).sort()).toEqual([a!, b!, c!, d!].map(matter => matter.id).sort())
    })
    it('tell who may see them, after their end, too', async () => {
      const { id, first } = await newBoard()
      const sealed = matter(id, first, { confidentiality: 'SEALED', assignments: [assign(PEOPLE.partner)] })
      await repository.matters.insertMany([sealed], 4)
      await repository.matters.markDeleted(sealed.id, 7, PEOPLE.partner.id, NOW)
      expect(await repository.matters.accessOf([sealed.id])).toEqual([{
        id: sealed.id, boardId: id, version: 7, createdVersion: 4, deletedVersion: 7, gaps: [],
        confidentiality: 'SEALED', assignments: [assign(PEOPLE.partner)], clientMemberIds: [],
      }])
      expect(await repository.matters.accessOnBoard(id, 6)).toMatchObject([{ id: sealed.id, deletedVersion: 7 }])
      expect(await repository.matters.accessOnBoard(id, 7)).toEqual([])
    })
    it('are written by the thousand', async () => {
      const { id, first } = await newBoard()
      await repository.matters.insertMany(Array.from({ length: 1_201 }, () => matter(id, first)), 1)
      expect(await repository.matters.countByBoard(id)).toBe(1_201)
    })
    it('are numbered without gaps or repeats', async () => {
      const scope = nextId()
      expect(await repository.matters.takeNumbers(scope)).toBe(1)
      expect(await repository.matters.takeNumbers(scope, 3)).toBe(2)
      const rest = await Promise.all(Array.from({ length: 5 }, () => repository.matters.takeNumbers(scope)))
      expect(rest.sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9])
    })
  })

  describe('comments', () => {
    it('are listed oldest first, changed and removed', async () => {
      const { id, first } = await newBoard()
      const [one, two] = [matter(id, first), matter(id, first)]
      await repository.matters.insertMany([one, two], 1)
      const late = buildComment({ id: nextId(), matterId: one.id, createdAt: NOW })
      const early = buildComment({ id: nextId(), matterId: one.id, createdAt: NOW - 1, authorId: null, authorName: 'K. Mori' })
      const other = buildComment({ id: nextId(), matterId: two.id })
      await repository.comments.insertMany([late, early, other])
      expect(await repository.comments.listByMatter(one.id)).toEqual([early, late])
      expect(await repository.comments.listByMatter(two.id)).toEqual([other])
      await repository.comments.update(late.id, 'changed', NOW + 1)
      expect(await repository.comments.find(late.id)).toEqual({ ...late, body: 'changed', editedAt: NOW + 1 })
      await repository.comments.remove(late.id)
      expect(await repository.comments.find(late.id)).toBeNull()
      await expect(repository.comments.insertMany([early])).rejects.toBeInstanceOf(UniqueViolation)
    })
  })

  describe('logs', () => {
    const entry = (matterId: string | null, at = NOW) => ({ matterId, cid: null, n: null, by: PEOPLE.partner.id, at })

    it('[P4] give back what was written, from either end', async () => {
      const { id } = await newBoard()
      await repository.log.appendChanges(id, 1, [entry(null), entry('a')])
      await repository.log.appendChanges(id, 2, [entry('b')])
      expect(await repository.log.changesAfter(id, 0)).toEqual([
        { version: 1, matterId: null, by: PEOPLE.partner.id }, { version: 1, matterId: 'a', by: PEOPLE.partner.id }, { version: 2, matterId: 'b', by: PEOPLE.partner.id },
      ])
      expect(await repository.log.newestChanges(id, 0, { offset: 1, limit: 1 })).toEqual([{ version: 1, matterId: 'a', by: PEOPLE.partner.id }])
      await repository.log.appendAccess(id, 1, [{ memberId: 'm', matterId: 'a', visible: true }, { memberId: 'x', matterId: 'a', visible: true }])
      await repository.log.appendAccess(id, 2, [{ memberId: 'm', matterId: 'a', visible: false }])
      expect(await repository.log.accessAfter(id, 'm', 1)).toEqual([{ version: 2, memberId: 'm', matterId: 'a', visible: false }])
    })
    it('[P4] are pruned by age and by number, never splitting a version', async () => {
      const { id } = await newBoard()
      for (const [version, size, at] of [[1, 1, NOW - 100], [2, 3, NOW], [3, 1, NOW]] as const) {
        await repository.boards.takeVersion(id)
        await repository.log.appendChanges(id, version, Array.from({ length: size }, () => entry('a', at)))
        await repository.log.appendAccess(id, version, [{ memberId: 'm', matterId: 'a', visible: version % 2 === 0 }])
      }
      expect(await repository.log.prune(id, { before: NOW - 200, keep: 10 })).toBe(0)
      expect(await repository.log.prune(id, { before: NOW - 50, keep: 10 })).toBe(1)
      // Keeping three would cut version 2 in two: it goes whole.
      expect(await repository.log.prune(id, { before: NOW - 50, keep: 3 })).toBe(2)
      expect(await repository.boards.find(id)).toMatchObject({ floor: 2, version: 3 })
      expect(await repository.log.changesAfter(id, 0)).toEqual([{ version: 3, matterId: 'a', by: PEOPLE.partner.id }])
      expect(await repository.log.accessAfter(id, 'm', 0)).toHaveLength(1)
    })
  })

  describe('history', () => {
    it('is newest first and finds a step by its version', async () => {
      const { id, first } = await newBoard()
      const one = matter(id, first)
      await repository.matters.insertMany([one], 1)
      const step = {
        boardId: id, matterId: one.id, actorId: PEOPLE.partner.id, at: NOW, reason: null, fields: {}, before: null, after: null,
        commentId: null, undo: false, cid: null, n: null,
      }
      const created = { ...step, id: nextId(), version: 1, kind: 'created' as const }
      const before = { columnId: first, rank: 'a0', stageEnteredAt: NOW, closedOn: null, closeOutcome: null, closeRequest: null, archived: false }
      const moved = { ...step, id: nextId(), version: 2, kind: 'moved' as const, reason: 'why', fields: { columnId: { old: 'a', new: 'b' } }, before, after: { ...before, rank: 'a1' }, undo: true, cid: 'c', n: 3 }
      await repository.activity.append([created, moved])
      expect(await repository.activity.listByMatter(one.id, 10)).toEqual([moved, created])
      expect(await repository.activity.listByMatter(one.id, 1)).toEqual([moved])
      expect(await repository.activity.findByVersion(one.id, 2)).toEqual(moved)
      expect(await repository.activity.findByVersion(one.id, 1)).toEqual(created)
      expect(await repository.activity.findByVersion(one.id, 3)).toBeNull()
    })
  })

  describe('answered requests', () => {
    it('are found by member and key, and forgotten by age', async () => {
      const record = { memberId: nextId(), key: 'k', requestHash: 'h', status: 200, matterId: null, version: 5, createdAt: NOW }
      await repository.idempotency.insert(record)
      expect(await repository.idempotency.find(record.memberId, 'k')).toEqual(record)
      expect(await repository.idempotency.find(nextId(), 'k')).toBeNull()
      await expect(repository.idempotency.insert(record)).rejects.toBeInstanceOf(UniqueViolation)
      await repository.idempotency.deleteBefore(NOW + 1)
      expect(await repository.idempotency.find(record.memberId, 'k')).toBeNull()
    })
  })

  describe('numbered mutations', () => {
    const client = (boardId: string, cid = nextId()) =>
      ({ boardId, cid, memberId: PEOPLE.partner.id, last: 0, createdAt: NOW, lastSeenAt: NOW })
    const result = (boardId: string, cid: string, n: number) => ({
      boardId, cid, n, status: 'ok' as const, version: 7, matterId: nextId(), code: null, field: null, allowed: null, conflicts: null, others: null, createdAt: NOW,
    })

    it('[M1] keep one line of numbers an outbox, each board for itself', async () => {
      const [one, two] = [await newBoard(), await newBoard()]
      const outbox = client(one.id)
      await repository.mutations.insertClient(outbox)
      await expect(repository.mutations.insertClient(outbox)).rejects.toBeInstanceOf(UniqueViolation)
      await repository.mutations.insertClient({ ...outbox, boardId: two.id })
      await repository.mutations.advance(one.id, outbox.cid, 3, NOW + 5)
      expect(await repository.mutations.findClient(one.id, outbox.cid)).toEqual({ ...outbox, last: 3, lastSeenAt: NOW + 5 })
      expect(await repository.mutations.findClient(two.id, outbox.cid)).toMatchObject({ last: 0 })
      expect(await repository.mutations.findClient(one.id, nextId())).toBeNull()
      const { memberId, createdAt } = outbox
      const begun = (member: string, since: number) => repository.mutations.countClients(one.id, member, since)
      expect([await begun(memberId, createdAt), await begun(memberId, createdAt + 1), await begun(nextId(), createdAt)]).toEqual([1, 0, 0])
    })
    it('[M2] keep one result a number, whole', async () => {
      const { id } = await newBoard()
      const { cid } = client(id)
      const done = { ...result(id, cid, 1), status: 'merged' as const, others: [{ field: 'title' as const, version: 4, by: PEOPLE.partner.id, at: NOW }] }
      const refused = { ...result(id, cid, 2), status: 'rejected' as const, version: 0, matterId: null, code: 'WIP_LIMIT' as const, field: 'columnId', allowed: ['intake'] }
      const met = { ...result(id, cid, 3), status: 'conflict' as const, version: 0, conflicts: ['title' as const, 'tasks/a' as const] }
      for (const record of [done, refused, met]) {
        await repository.mutations.insertResult(record)
        expect(await repository.mutations.findResult(id, cid, record.n)).toEqual(record)
      }
      await expect(repository.mutations.insertResult(done)).rejects.toBeInstanceOf(UniqueViolation)
      expect(await repository.mutations.findResult(id, cid, 4)).toBeNull()
    })
    it('are forgotten by age, results before their outbox', async () => {
      const { id } = await newBoard()
      const outbox = { ...client(id), last: 1 }
      await repository.mutations.insertClient(outbox)
      await repository.mutations.insertResult(result(id, outbox.cid, 1))
      await repository.mutations.prune({ results: NOW, clients: NOW })
      expect(await repository.mutations.findResult(id, outbox.cid, 1)).not.toBeNull()
      await repository.mutations.prune({ results: NOW + 1, clients: NOW })
      expect(await repository.mutations.findResult(id, outbox.cid, 1)).toBeNull()
      expect(await repository.mutations.findClient(id, outbox.cid)).toEqual(outbox)
      await repository.mutations.prune({ results: NOW + 1, clients: NOW + 1 })
      expect(await repository.mutations.findClient(id, outbox.cid)).toBeNull()
    })
  })

  describe('imports', () => {
    it('keep their state, their rows and what they replaced', async () => {
      const record = {
        id: nextId(), boardId: null, memberId: nextId(), fileName: '案件.csv', format: 'csv', state: 'preview' as const,
        done: 0, total: 2, plan: null, report: { counts: {} }, createdAt: NOW, finishedAt: null,
      }
      await repository.imports.insert(record)
      await repository.imports.update(record.id, { state: 'done', done: 2, finishedAt: NOW + 1 })
      expect(await repository.imports.find(record.id)).toEqual({ ...record, state: 'done', done: 2, finishedAt: NOW + 1 })
      expect((await repository.imports.list(1))[0]?.id).toBe(record.id)
      const row = { line: 2, result: 'created' as const, matterId: 'm', reason: null, label: 'A' }
      await repository.imports.insertRows(record.id, [row])
      await repository.imports.insertRows(record.id, [{ ...row, line: 1, result: 'failed', matterId: null, reason: 'BAD' }])
      expect((await repository.imports.listRows(record.id, { offset: 0, limit: 5 })).map(({ line }) => line)).toEqual([1, 2])
      const before = buildMatter()
      await repository.imports.insertChanges(record.id, [{ matterId: 'm', kind: 'updated', before, version: 3 }])
      expect(await repository.imports.listChanges(record.id)).toEqual([{ matterId: 'm', kind: 'updated', before, version: 3 }])
      await repository.imports.remove(record.id)
      expect(await repository.imports.listChanges(record.id)).toEqual([])
    })

    const newImport = async () => {
      const id = nextId()
      await repository.imports.insert({
        id, boardId: null, memberId: nextId(), fileName: 'a.csv', format: 'csv', state: 'preview', done: 0, total: 0, plan: null, report: null, createdAt: NOW, finishedAt: null,
      })
      return id
    }

    it('list rows of one result, and changes by pieces', async () => {
      const id = await newImport()
      const row = { line: 1, result: 'created' as const, matterId: 'm1', reason: null, label: 'A' }
      await repository.imports.insertRows(id, [row, { ...row, line: 2, result: 'skipped', reason: 'UNCHANGED' }])
      expect((await repository.imports.listRows(id, { offset: 0, limit: 9, result: 'skipped' })).map(({ line }) => line)).toEqual([2])
      await repository.imports.insertChanges(id, ['m1', 'm2', 'm3'].map(matterId => ({ matterId, kind: 'created', before: null, version: 1 })))
      expect((await repository.imports.listChanges(id, 2)).map(({ matterId }) => matterId)).toEqual(['m1', 'm2'])
      await repository.imports.removeChanges(id, ['m1', 'm2'])
      expect((await repository.imports.listChanges(id)).map(({ matterId }) => matterId)).toEqual(['m3'])
    })

    it('keep a file\'s rows in order until they are dropped, a piece at a time', async () => {
      const id = await newImport()
      await repository.imports.insertSources(id, Array.from({ length: 600 }, (_, index) => ({ line: 600 - index, source: { cells: [`案件 ${index}`] } })))
      await repository.imports.insertSources(id, [{ line: 9, source: 'last' }])
      expect(await repository.imports.listSources(id, { offset: 599, limit: 5 })).toEqual([{ line: 1, source: { cells: ['案件 599'] } }, { line: 9, source: 'last' }])
      let pieces = 0
      while (!await repository.imports.removeSources(id))
        pieces++
      expect(pieces).toBe(2)
      expect(await repository.imports.listSources(id, { offset: 0, limit: 5 })).toEqual([])
    })

    it('tell what the newest import left of a thing, on its board only', async () => {
      const board = await newBoard()
      const other = await newBoard()
      const [first, second] = [await newImport(), await newImport()]
      const external = { source: 'trello', id: 'card' }
      await repository.imports.insertBaselines(first, board.id, [{ external, matterId: 'm1', draft: { title: 'old' } }, { external: { source: 'csv', id: 'card' }, matterId: 'm2', draft: {} }])
      await repository.imports.insertBaselines(second, board.id, [{ external, matterId: 'm1', draft: { title: 'new' } }])
      expect(await repository.imports.findBaselines(board.id, [external])).toEqual([{ external, matterId: 'm1', draft: { title: 'new' } }])
      expect(await repository.imports.findBaselines(board.id, [external], second)).toEqual([{ external, matterId: 'm1', draft: { title: 'old' } }])
      expect(await repository.imports.findBaselines(other.id, [external])).toEqual([])
      expect((await repository.imports.listBaselines(first, ['m1', 'm2'])).map(({ matterId }) => matterId).sort()).toEqual(['m1', 'm2'])
      await repository.imports.removeBaselines(second, ['m1'])
      expect(await repository.imports.findBaselines(board.id, [external])).toMatchObject([{ draft: { title: 'old' } }])
    })

    it('forget a board that is empty again, and keep one that is not', async () => {
      const board = await newBoard()
      const kept = matter(board.id, board.first)
      await repository.matters.insertMany([kept], 1)
      await repository.comments.insertMany([buildComment({ id: nextId(), matterId: kept.id })])
      await repository.log.appendChanges(board.id, 1, [{ matterId: kept.id, cid: null, n: null, by: 'm', at: NOW }])
      await repository.mutations.insertClient({ boardId: board.id, cid: 'c', memberId: 'm', last: 1, createdAt: NOW, lastSeenAt: NOW })
      await repository.mutations.insertResult({
        boardId: board.id, cid: 'c', n: 1, status: 'ok', version: 1, matterId: kept.id, code: null, field: null, allowed: null, conflicts: null, others: null, createdAt: NOW,
      })
      expect(await repository.boards.removeEmpty(board.id)).toBe(true)
      expect(await repository.boards.find(board.id)).not.toBeNull()
      await repository.matters.markDeleted(kept.id, 2, 'm', NOW)
      while (!await repository.boards.removeEmpty(board.id))
        continue
      expect(await repository.boards.find(board.id)).toBeNull()
      expect(await repository.matters.find(kept.id)).toBeNull()
      expect(await repository.log.changesAfter(board.id, 0)).toEqual([])
      expect(await repository.mutations.findClient(board.id, 'c')).toBeNull()
    })
  })

  describe('transactions', () => {
    it('leave nothing behind when they fail', async () => {
      const ana = member()
      await expect(repository.transaction(async (stores) => {
        await stores.accounts.insertMember(ana)
        throw new Error('no')
      })).rejects.toThrow('no')
      expect(await repository.accounts.findMember(ana.id)).toBeNull()
    })
    it('[R1] read one and the same state, whatever commits meanwhile', async () => {
      const { id } = await newBoard()
      let writing: Promise<unknown> | undefined
      const versions = await repository.consistentRead(async (stores) => {
        const before = await stores.boards.find(id)
        writing = repository.transaction(other => other.boards.takeVersion(id))
        await new Promise(resolve => setImmediate(resolve))
        const after = await stores.boards.find(id)
        return [before?.version, after?.version]
      })
      await writing
      expect(versions).toEqual([0, 0])
      expect(await repository.boards.find(id)).toMatchObject({ version: 1 })
    })
  })
}
