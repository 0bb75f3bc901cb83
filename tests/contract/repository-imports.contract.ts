import { describe, expect, it } from 'vitest'
import type { Repository } from '#server/db/repository.ts'
import { buildComment, buildMatter, NOW } from '../helpers/builders.ts'
import { insertBoard, matter, nextId } from './repository-builders.ts'

/** What every database promises of imports, whose jobs are repeated and taken back. */
export function repositoryImportsContract(repository: () => Repository): void {
  describe('imports', () => {
    it('keep their state, their rows and what they replaced', async () => {
      const record = {
        id: nextId(), boardId: null, memberId: nextId(), fileName: '案件.csv', format: 'csv', state: 'preview' as const,
        done: 0, total: 2, plan: null, report: { counts: {} }, createdAt: NOW, finishedAt: null,
      }
      await repository().imports.insert(record)
      await repository().imports.update(record.id, { state: 'done', done: 2, finishedAt: NOW + 1 })
      expect(await repository().imports.find(record.id)).toEqual({ ...record, state: 'done', done: 2, finishedAt: NOW + 1 })
      expect((await repository().imports.list(1))[0]?.id).toBe(record.id)
      const row = { line: 2, result: 'created' as const, matterId: 'm', reason: null, label: 'A' }
      await repository().imports.insertRows(record.id, [row])
      await repository().imports.insertRows(record.id, [{ ...row, line: 1, result: 'failed', matterId: null, reason: 'BAD' }])
      expect((await repository().imports.listRows(record.id, { offset: 0, limit: 5 })).map(({ line }) => line)).toEqual([1, 2])
      const before = buildMatter()
      await repository().imports.insertChanges(record.id, [{ matterId: 'm', kind: 'updated', before, version: 3 }])
      expect(await repository().imports.listChanges(record.id)).toEqual([{ matterId: 'm', kind: 'updated', before, version: 3 }])
      await repository().imports.remove(record.id)
      expect(await repository().imports.listChanges(record.id)).toEqual([])
    })

    const newImport = async () => {
      const id = nextId()
      await repository().imports.insert({
        id, boardId: null, memberId: nextId(), fileName: 'a.csv', format: 'csv', state: 'preview', done: 0, total: 0, plan: null, report: null, createdAt: NOW, finishedAt: null,
      })
      return id
    }

    it('list rows of one result, and changes by pieces', async () => {
      const id = await newImport()
      const row = { line: 1, result: 'created' as const, matterId: 'm1', reason: null, label: 'A' }
      await repository().imports.insertRows(id, [row, { ...row, line: 2, result: 'skipped', reason: 'UNCHANGED' }])
      expect((await repository().imports.listRows(id, { offset: 0, limit: 9, result: 'skipped' })).map(({ line }) => line)).toEqual([2])
      await repository().imports.insertChanges(id, ['m1', 'm2', 'm3'].map(matterId => ({ matterId, kind: 'created', before: null, version: 1 })))
      expect((await repository().imports.listChanges(id, 2)).map(({ matterId }) => matterId)).toEqual(['m1', 'm2'])
      await repository().imports.removeChanges(id, ['m1', 'm2'])
      expect((await repository().imports.listChanges(id)).map(({ matterId }) => matterId)).toEqual(['m3'])
    })

    it('keep a file\'s rows in order until they are dropped, a piece at a time', async () => {
      const id = await newImport()
      await repository().imports.insertSources(id, Array.from({ length: 600 }, (_, index) => ({ line: 600 - index, source: { cells: [`案件 ${index}`] } })))
      await repository().imports.insertSources(id, [{ line: 9, source: 'last' }])
      expect(await repository().imports.listSources(id, { offset: 599, limit: 5 })).toEqual([{ line: 1, source: { cells: ['案件 599'] } }, { line: 9, source: 'last' }])
      let pieces = 0
      while (!await repository().imports.removeSources(id))
        pieces++
      expect(pieces).toBe(2)
      expect(await repository().imports.listSources(id, { offset: 0, limit: 5 })).toEqual([])
    })

    it('tell what the newest import left of a thing, on its board only', async () => {
      const board = await insertBoard(repository())
      const other = await insertBoard(repository())
      const [first, second] = [await newImport(), await newImport()]
      const external = { source: 'trello', id: 'card' }
      await repository().imports.insertBaselines(first, board.id, [{ external, matterId: 'm1', draft: { title: 'old' } }, { external: { source: 'csv', id: 'card' }, matterId: 'm2', draft: {} }])
      await repository().imports.insertBaselines(second, board.id, [{ external, matterId: 'm1', draft: { title: 'new' } }])
      expect(await repository().imports.findBaselines(board.id, [external])).toEqual([{ external, matterId: 'm1', draft: { title: 'new' } }])
      expect(await repository().imports.findBaselines(board.id, [external], second)).toEqual([{ external, matterId: 'm1', draft: { title: 'old' } }])
      expect(await repository().imports.findBaselines(other.id, [external])).toEqual([])
      expect((await repository().imports.listBaselines(first, ['m1', 'm2'])).map(({ matterId }) => matterId).sort()).toEqual(['m1', 'm2'])
      await repository().imports.removeBaselines(second, ['m1'])
      expect(await repository().imports.findBaselines(board.id, [external])).toMatchObject([{ draft: { title: 'old' } }])
    })

    it('forget a board that is empty again, and keep one that is not', async () => {
      const board = await insertBoard(repository())
      const kept = matter(board.id, board.first)
      await repository().matters.insertMany([kept], 1)
      await repository().comments.insertMany([buildComment({ id: nextId(), matterId: kept.id })])
      await repository().log.appendChanges(board.id, 1, [{ matterId: kept.id, cid: null, n: null, by: 'm', at: NOW }])
      await repository().mutations.insertClient({ boardId: board.id, cid: 'c', memberId: 'm', last: 1, createdAt: NOW, lastSeenAt: NOW })
      await repository().mutations.insertResult({
        boardId: board.id, cid: 'c', n: 1, changeKey: null, status: 'ok', version: 1, matterId: kept.id, code: null, field: null, allowed: null, conflicts: null, others: null, createdAt: NOW,
      })
      expect(await repository().boards.removeEmpty(board.id)).toBe(true)
      expect(await repository().boards.find(board.id)).not.toBeNull()
      await repository().matters.markDeleted(kept.id, 2, 'm', NOW)
      while (!await repository().boards.removeEmpty(board.id))
        continue
      expect(await repository().boards.find(board.id)).toBeNull()
      expect(await repository().matters.find(kept.id)).toBeNull()
      expect(await repository().log.changesAfter(board.id, 0)).toEqual([])
      expect(await repository().mutations.findClient(board.id, 'c')).toBeNull()
    })
  })
}
