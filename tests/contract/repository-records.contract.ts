import { describe, expect, it } from 'vitest'
import type { Repository } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import { NOW, PEOPLE } from '../helpers/builders.ts'
import { insertBoard, matter, nextId } from './repository-builders.ts'

/** What every database promises of what it keeps about changes: logs, history, answers and numbers. */
export function repositoryRecordsContract(repository: () => Repository): void {
  describe('logs', () => {
    const entry = (matterId: string | null, at = NOW) => ({ matterId, cid: null, n: null, by: PEOPLE.partner.id, at })

    it('[P4] give back what was written, from either end', async () => {
      const { id } = await insertBoard(repository())
      await repository().log.appendChanges(id, 1, [entry(null), entry('a')])
      await repository().log.appendChanges(id, 2, [{ ...entry('b'), cid: 'outbox', n: 1 }])
      expect(await repository().log.changesAfter(id, 0)).toEqual([
        { version: 1, matterId: null, by: PEOPLE.partner.id, cid: null }, { version: 1, matterId: 'a', by: PEOPLE.partner.id, cid: null },
        { version: 2, matterId: 'b', by: PEOPLE.partner.id, cid: 'outbox' },
      ])
      expect(await repository().log.newestChanges(id, 0, { offset: 1, limit: 1 })).toEqual([{ version: 1, matterId: 'a', by: PEOPLE.partner.id, cid: null }])
      await repository().log.appendAccess(id, 1, [{ memberId: 'm', matterId: 'a', visible: true }, { memberId: 'x', matterId: 'a', visible: true }])
      await repository().log.appendAccess(id, 2, [{ memberId: 'm', matterId: 'a', visible: false }])
      expect(await repository().log.accessAfter(id, 'm', 1)).toEqual([{ version: 2, memberId: 'm', matterId: 'a', visible: false }])
    })
    it('[P4] give back everybody\'s transitions on a board, oldest first', async () => {
      const [one, two] = [await insertBoard(repository()), await insertBoard(repository())]
      await repository().log.appendAccess(one.id, 2, [{ memberId: 'm', matterId: 'a', visible: false }])
      await repository().log.appendAccess(one.id, 1, [{ memberId: 'x', matterId: 'a', visible: true }, { memberId: 'm', matterId: 'a', visible: true }])
      await repository().log.appendAccess(two.id, 9, [{ memberId: 'm', matterId: 'z', visible: true }])
      const found = await repository().log.transitionsAfter(one.id, 0)
      expect(found.map(({ version }) => version)).toEqual([1, 1, 2])
      expect(found).toEqual(expect.arrayContaining([
        { version: 1, memberId: 'x', matterId: 'a', visible: true }, { version: 1, memberId: 'm', matterId: 'a', visible: true },
      ]))
      expect(await repository().log.transitionsAfter(one.id, 1)).toEqual([{ version: 2, memberId: 'm', matterId: 'a', visible: false }])
    })
    it('[P4] are pruned by age and by number, never splitting a version', async () => {
      const { id } = await insertBoard(repository())
      for (const [version, size, at] of [[1, 1, NOW - 100], [2, 3, NOW], [3, 1, NOW]] as const) {
        await repository().boards.takeVersion(id)
        await repository().log.appendChanges(id, version, Array.from({ length: size }, () => entry('a', at)))
        await repository().log.appendAccess(id, version, [{ memberId: 'm', matterId: 'a', visible: version % 2 === 0 }])
      }
      expect(await repository().log.prune(id, { before: NOW - 200, keep: 10 })).toBe(0)
      expect(await repository().log.prune(id, { before: NOW - 50, keep: 10 })).toBe(1)
      // Keeping three would cut version 2 in two: it goes whole.
      expect(await repository().log.prune(id, { before: NOW - 50, keep: 3 })).toBe(2)
      expect(await repository().boards.find(id)).toMatchObject({ floor: 2, version: 3 })
      expect(await repository().log.changesAfter(id, 0)).toEqual([{ version: 3, matterId: 'a', by: PEOPLE.partner.id, cid: null }])
      expect(await repository().log.accessAfter(id, 'm', 0)).toHaveLength(1)
    })
  })

  describe('history', () => {
    it('is newest first and finds a step by its version', async () => {
      const { id, first } = await insertBoard(repository())
      const one = matter(id, first)
      await repository().matters.insertMany([one], 1)
      const step = {
        boardId: id, matterId: one.id, actorId: PEOPLE.partner.id, at: NOW, reason: null, fields: {}, before: null, after: null,
        commentId: null, undo: false, cid: null, n: null,
      }
      const created = { ...step, id: nextId(), version: 1, kind: 'created' as const }
      const before = { columnId: first, rank: 'a0', stageEnteredAt: NOW, closedOn: null, closeOutcome: null, closeRequest: null, archived: false }
      const moved = { ...step, id: nextId(), version: 2, kind: 'moved' as const, reason: 'why', fields: { columnId: { old: 'a', new: 'b' } }, before, after: { ...before, rank: 'a1' }, undo: true, cid: 'c', n: 3 }
      await repository().activity.append([created, moved])
      expect(await repository().activity.listByMatter(one.id, 10)).toEqual([moved, created])
      expect(await repository().activity.listByMatter(one.id, 1)).toEqual([moved])
      expect(await repository().activity.findByVersion(one.id, 2)).toEqual(moved)
      expect(await repository().activity.findByVersion(one.id, 1)).toEqual(created)
      expect(await repository().activity.findByVersion(one.id, 3)).toBeNull()
    })

    it('of a board comes in pages, by version and id, and as it is asked for', async () => {
      const { id, first } = await insertBoard(repository())
      const [one, two] = [matter(id, first), matter(id, first)]
      await repository().matters.insertMany([one, two], 1)
      const ids = [nextId(), nextId(), nextId(), nextId()]
      const step = (index: number, version: number, rest: object) => ({
        id: ids[index]!, boardId: id, matterId: one.id, actorId: PEOPLE.partner.id, at: NOW, version, kind: 'edited' as const, reason: null, fields: {}, before: null, after: null,
        commentId: null, undo: false, cid: null, n: null, ...rest,
      })
      const [a, b, c, d] = [step(0, 1, {}), step(1, 2, { matterId: two.id }), step(2, 2, { actorId: PEOPLE.clerk.id }), step(3, 3, { kind: 'commentAdded' })]
      await repository().activity.append([a!, b!, c!, d!])
      const list = (page: object) => repository().activity.listByBoard(id, { limit: 10, ...page })
      expect(await list({})).toEqual([d, c, b, a])
      expect(await list({ limit: 2 })).toEqual([d, c])
      expect(await list({ before: c })).toEqual([b, a])
      expect(await list({ after: b })).toEqual([d, c])
      expect(await list({ before: d, after: a, limit: 1 })).toEqual([c])
      expect(await list({ actorId: PEOPLE.clerk.id })).toEqual([c])
      expect(await list({ kinds: ['commentAdded', 'moved'] })).toEqual([d])
      expect(await list({ matterId: two.id })).toEqual([b])
      expect(await repository().activity.listByBoard(nextId(), { limit: 10 })).toEqual([])
    })
    it('of a board is counted by matter and person from the newest step on that is old enough, but for one\'s own', async () => {
      const { id, first } = await insertBoard(repository())
      const [one, two] = [matter(id, first), matter(id, first)]
      await repository().matters.insertMany([one, two], 1)
      const { partner, clerk } = PEOPLE
      const step = (version: number, at: number, matterId: string, { id: actorId }: { id: string }) => ({
        id: nextId(), boardId: id, matterId, actorId, at: NOW + at, version, kind: 'edited' as const, reason: null, fields: {}, before: null, after: null,
        commentId: null, undo: false, cid: null, n: null,
      })
      const { activity } = repository()
      // A clock that went back doesn't hide what came after it.
      await activity.append([
        step(1, 9, one.id, partner), step(2, 1, one.id, clerk), step(3, 2, one.id, partner), step(3, 2, two.id, partner), step(4, 1, one.id, partner),
      ])
      const since = async (at: number, but = clerk.id) => (await activity.countSince(id, NOW + at, but)).sort((a, b) => b.steps - a.steps)
      expect(await since(0)).toEqual([{ matterId: one.id, actorId: partner.id, steps: 3 }, { matterId: two.id, actorId: partner.id, steps: 1 }])
      expect(await since(0, partner.id)).toEqual([{ matterId: one.id, actorId: clerk.id, steps: 1 }])
      expect(await since(1)).toEqual([])
      expect(await activity.countSince(nextId(), 0, clerk.id)).toEqual([])
    })
  })

  describe('answered requests', () => {
    it('are found by member and key, and forgotten by age', async () => {
      const record = { memberId: nextId(), key: 'k', requestHash: 'h', status: 200, matterId: null, version: 5, createdAt: NOW }
      await repository().idempotency.insert(record)
      expect(await repository().idempotency.find(record.memberId, 'k')).toEqual(record)
      expect(await repository().idempotency.find(nextId(), 'k')).toBeNull()
      await expect(repository().idempotency.insert(record)).rejects.toBeInstanceOf(UniqueViolation)
      await repository().idempotency.deleteBefore(NOW + 1)
      expect(await repository().idempotency.find(record.memberId, 'k')).toBeNull()
    })
  })

  describe('numbered mutations', () => {
    const client = (boardId: string, cid = nextId()) =>
      ({ boardId, cid, memberId: PEOPLE.partner.id, last: 0, createdAt: NOW, lastSeenAt: NOW })
    const result = (boardId: string, cid: string, n: number) => ({
      boardId, cid, n, changeKey: `k${n}`, status: 'ok' as const, version: 7, matterId: nextId(), code: null, field: null, allowed: null, conflicts: null, others: null, createdAt: NOW,
    })

    it('[M1] keep one line of numbers an outbox, each board for itself', async () => {
      const [one, two] = [await insertBoard(repository()), await insertBoard(repository())]
      const outbox = client(one.id)
      await repository().mutations.insertClient(outbox)
      await expect(repository().mutations.insertClient(outbox)).rejects.toBeInstanceOf(UniqueViolation)
      await repository().mutations.insertClient({ ...outbox, boardId: two.id })
      await repository().mutations.advance(one.id, outbox.cid, 3, NOW + 5)
      expect(await repository().mutations.findClient(one.id, outbox.cid)).toEqual({ ...outbox, last: 3, lastSeenAt: NOW + 5 })
      expect(await repository().mutations.findClient(two.id, outbox.cid)).toMatchObject({ last: 0 })
      expect(await repository().mutations.findClient(one.id, nextId())).toBeNull()
      const { memberId, createdAt } = outbox
      const begun = (member: string, since: number) => repository().mutations.countClients(one.id, member, since)
      expect([await begun(memberId, createdAt), await begun(memberId, createdAt + 1), await begun(nextId(), createdAt)]).toEqual([1, 0, 0])
    })
    it('[M2] keep one result a number, whole', async () => {
      const { id } = await insertBoard(repository())
      const { cid } = client(id)
      const done = { ...result(id, cid, 1), status: 'merged' as const, others: [{ field: 'title' as const, version: 4, by: PEOPLE.partner.id, at: NOW }] }
      const refused = { ...result(id, cid, 2), status: 'rejected' as const, version: 0, matterId: null, code: 'WIP_LIMIT' as const, field: 'columnId', allowed: ['intake'] }
      const met = { ...result(id, cid, 3), status: 'conflict' as const, version: 0, conflicts: ['title' as const, 'tasks/a' as const] }
      for (const record of [done, refused, met]) {
        await repository().mutations.insertResult(record)
        expect(await repository().mutations.findResult(id, cid, record.n)).toEqual(record)
      }
      await expect(repository().mutations.insertResult(done)).rejects.toBeInstanceOf(UniqueViolation)
      expect(await repository().mutations.findResult(id, cid, 4)).toBeNull()
    })
    it('are forgotten by age, results before their outbox', async () => {
      const { id } = await insertBoard(repository())
      const outbox = { ...client(id), last: 1 }
      await repository().mutations.insertClient(outbox)
      await repository().mutations.insertResult(result(id, outbox.cid, 1))
      await repository().mutations.prune({ results: NOW, clients: NOW })
      expect(await repository().mutations.findResult(id, outbox.cid, 1)).not.toBeNull()
      await repository().mutations.prune({ results: NOW + 1, clients: NOW })
      expect(await repository().mutations.findResult(id, outbox.cid, 1)).toBeNull()
      expect(await repository().mutations.findClient(id, outbox.cid)).toEqual(outbox)
      await repository().mutations.prune({ results: NOW + 1, clients: NOW + 1 })
      expect(await repository().mutations.findClient(id, outbox.cid)).toBeNull()
    })
  })
}
