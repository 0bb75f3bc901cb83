import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BoardRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { assign, buildComment, buildDeadline, buildTask, NOW, PEOPLE } from '../helpers/builders.ts'
import { insertBoard, matter, member, nextId } from './repository-builders.ts'
import { repositoryImportsContract } from './repository-imports.contract.ts'
import { repositoryNotificationsContract } from './repository-notifications.contract.ts'
import { repositoryPersonalContract } from './repository-personal.contract.ts'
import { repositoryRecordsContract } from './repository-records.contract.ts'

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

  const newBoard = (changes?: Partial<BoardRecord>) => insertBoard(repository, changes)

  describe('settings', () => {
    it('are null in a new database, then what was written', async () => {
      expect(await repository.firm.get()).toBeNull()
      const settings = { name: '星野法律事務所', timeZone: 'Asia/Tokyo', caseNumberTemplate: '{year}-{seq:4}', demo: true, createdAt: NOW }
      await repository.firm.create(settings)
      expect(await repository.firm.get()).toEqual(settings)
    })
    it('let everybody follow the flag until an administrator says otherwise', async () => {
      expect(await repository.firm.transport()).toEqual({ mode: null, share: 100 })
      await repository.firm.setTransport({ mode: 'priority', share: 25 })
      expect(await repository.firm.transport()).toEqual({ mode: 'priority', share: 25 })
      await repository.firm.setTransport({ mode: null, share: 0 })
      expect(await repository.firm.transport()).toEqual({ mode: null, share: 0 })
    })
    it('[N1] say that people see who is here and are told of everything, until somebody sets otherwise, which moves the firm\'s counter', async () => {
      expect(await repository.firm.awareness()).toEqual({ firm: { presence: true, notices: 'all', maintenance: null }, version: 0, generation: null })
      const quiet = { presence: false, notices: 'system' as const, maintenance: { startsAt: NOW, minutes: 30, text: '更新' } }
      expect(await repository.firm.setAwareness(quiet)).toBe(1)
      expect(await repository.firm.awareness()).toEqual({ firm: quiet, version: 1, generation: null })
      await repository.firm.setGeneration('0a1b2c3d')
      expect(await repository.firm.awareness()).toEqual({ firm: quiet, version: 1, generation: '0a1b2c3d' })
      expect(await repository.firm.setAwareness({ ...quiet, maintenance: null })).toBe(2)
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
      await repository.accounts.updateMember(ana.id, { transport: 'off' })
      expect(await repository.accounts.findMember(ana.id)).toEqual({ ...ana, active: false, locale: 'ja', transport: 'off' })
      await repository.accounts.updateMember(ana.id, { transport: null })
      expect(await repository.accounts.findMember(ana.id)).toMatchObject({ transport: null })
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

  describe('names', () => {
    it('are held once, and free again when they are let go of', async () => {
      const release = await repository.claim('a name')
      expect(await repository.claim('a name')).toBeNull()
      expect(await repository.claim('another')).not.toBeNull()
      await release!()
      expect(await repository.claim('a name')).not.toBeNull()
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

  repositoryRecordsContract(() => repository)
  repositoryImportsContract(() => repository)
  repositoryNotificationsContract(() => repository)
  repositoryPersonalContract(() => repository)

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
