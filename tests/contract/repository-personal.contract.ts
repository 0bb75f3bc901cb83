import { describe, expect, it } from 'vitest'
import type { Repository } from '#server/db/repository.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { NOW } from '../helpers/builders.ts'
import { insertBoard, member, nextId } from './repository-builders.ts'

/** What every database promises of what is a member's own, and of the firm's settings of it. */
export function repositoryPersonalContract(repository: () => Repository): void {
  async function insertMember(): Promise<string> {
    const record = member()
    await repository().accounts.insertMember(record)
    return record.id
  }

  describe('personal counters', () => {
    it('[N1] begin at 0, move on one by one, and are answered as they are then', async () => {
      const [ana, ben] = [await insertMember(), await insertMember()]
      expect(await repository().personal.head(ana)).toBe(0)
      expect(await repository().personal.bump([ben, ana, ben])).toEqual(new Map([[ana, 1], [ben, 1]]))
      expect(await repository().personal.bump([ana])).toEqual(new Map([[ana, 2]]))
      expect(await repository().personal.bump([])).toEqual(new Map())
      expect([await repository().personal.head(ana), await repository().personal.head(ben)]).toEqual([2, 1])
      const heads = await repository().personal.heads()
      expect(heads).toEqual(expect.arrayContaining([{ memberId: ana, version: 2 }, { memberId: ben, version: 1 }]))
    })
    it('[N1] lose nothing to each other, whatever the order in which they are named', async () => {
      const members = await Promise.all(Array.from({ length: 5 }, insertMember))
      await Promise.all(Array.from({ length: 12 }, (_, turn) =>
        repository().transaction(stores => stores.personal.bump(turn % 2 ? members : members.toReversed()))))
      const heads = await repository().personal.heads()
      expect(members.map(id => heads.find(head => head.memberId === id)?.version)).toEqual(members.map(() => 12))
    })
  })

  describe('preferences', () => {
    const compact = { ...DEFAULT_PREFERENCES, density: 'compact' as const, mutedTypes: ['followed' as const], quietHours: { from: '19:00', to: '08:00' } }

    it('are null until a member chooses, then what was written last', async () => {
      const [ana, ben] = [await insertMember(), await insertMember()]
      expect(await repository().personal.preferences(ana)).toBeNull()
      await repository().personal.setPreferences(ana, DEFAULT_PREFERENCES, NOW)
      await repository().personal.setPreferences(ana, compact, NOW + 1)
      expect(await repository().personal.preferences(ana)).toEqual(compact)
      expect(await repository().personal.preferencesOf([ana, ben, nextId()])).toEqual(new Map([[ana, compact]]))
      expect(await repository().personal.preferencesOf([])).toEqual(new Map())
    })
    it('that an earlier version wrote have what came later as it is for everybody', async () => {
      const ana = await insertMember()
      const { cursors, ...older } = compact
      await repository().personal.setPreferences(ana, older as typeof compact, NOW)
      expect(await repository().personal.preferences(ana)).toEqual({ ...compact, cursors: DEFAULT_PREFERENCES.cursors })
      expect(cursors).toBe(false)
    })
  })

  describe('visits', () => {
    it('are kept a member and board, and never go back', async () => {
      const [ana, { id }] = [await insertMember(), await insertBoard(repository())]
      expect(await repository().personal.visit(ana, id)).toBeNull()
      await repository().personal.setVisit(ana, id, NOW)
      await repository().personal.setVisit(ana, id, NOW - 1)
      expect(await repository().personal.visit(ana, id)).toBe(NOW)
      await repository().personal.setVisit(ana, id, NOW + 1)
      expect(await repository().personal.visit(ana, id)).toBe(NOW + 1)
      expect(await repository().personal.visit(await insertMember(), id)).toBeNull()
    })
    it('go with their board', async () => {
      const [ana, { id }] = [await insertMember(), await insertBoard(repository())]
      await repository().personal.setVisit(ana, id, NOW)
      expect(await repository().boards.removeEmpty(id)).toBe(true)
      expect(await repository().personal.visit(ana, id)).toBeNull()
    })
  })
}
