import { describe, expect, it } from 'vitest'
import type { NotificationRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { NOW } from '../helpers/builders.ts'
import { insertBoard, member, nextId } from './repository-builders.ts'

const AGES = { read: 0, cleared: 0, all: 0 }

/** What every database promises of notifications and of who follows what. */
export function repositoryNotificationsContract(repository: () => Repository): void {
  async function insertMember(): Promise<string> {
    const one = member()
    await repository().accounts.insertMember(one)
    return one.id
  }

  function notification(memberId: string, changes: Partial<NotificationRecord> = {}): NotificationRecord {
    const id = nextId()
    return {
      id, memberId, dedupeKey: id, version: 1, type: 'assigned', boardId: nextId(), matterId: nextId(), actorId: null,
      at: NOW, data: { role: 'CLERK' }, readAt: null, clearedAt: null, ...changes,
    }
  }

  /** Stores them and answers them as they were stored. */
  async function inserted(...records: NotificationRecord[]): Promise<NotificationRecord[]> {
    expect(await repository().notifications.insert(records)).toEqual(records)
    return records
  }

  const idsOf = (records: readonly Pick<NotificationRecord, 'id'>[]) => records.map(({ id }) => id)

  describe('notifications', () => {
    it('[N5] of a key that its member has are not added again', async () => {
      const [ana, ben] = [await insertMember(), await insertMember()]
      const first = notification(ana, { dedupeKey: 'mentioned:1' })
      await inserted(first)
      const again = notification(ana, { dedupeKey: 'mentioned:1' })
      const others = [notification(ben, { dedupeKey: 'mentioned:1' }), notification(ana, { dedupeKey: 'mentioned:2' })]
      expect(await repository().notifications.insert([again, ...others])).toEqual(others)
      expect(await repository().notifications.find(ana, [first.id, again.id])).toEqual([first])
      expect(await repository().notifications.toldKeys([ana, ben, nextId()], ['mentioned:1', 'mentioned:3'])).toEqual(
        expect.arrayContaining([{ memberId: ana, dedupeKey: 'mentioned:1' }, { memberId: ben, dedupeKey: 'mentioned:1' }]))
      expect(await repository().notifications.toldKeys([ana], ['mentioned:3'])).toEqual([])
      expect(await repository().notifications.insert([])).toEqual([])
    })
    it('are found by nobody but their member', async () => {
      const [ana, ben] = [await insertMember(), await insertMember()]
      const [one] = await inserted(notification(ana))
      expect(await repository().notifications.find(ben, [one!.id])).toEqual([])
      await repository().notifications.update({ ...one!, memberId: ben, data: {} })
      expect(await repository().notifications.markRead(ben, NOW, 2, [one!.id])).toBe(0)
      expect(await repository().notifications.clear(ben, NOW, 2, [one!.id])).toBe(0)
      expect(await repository().notifications.find(ana, [one!.id])).toEqual([one])
    })
    it('are newest first, a page after another, by type and by mark', async () => {
      const ana = await insertMember()
      const [old, twin, other, fresh] = await inserted(
        notification(ana, { at: NOW - 5 }), notification(ana, { at: NOW }), notification(ana, { at: NOW, type: 'mentioned' }), notification(ana, { at: NOW + 5, readAt: NOW }),
      )
      const { notifications } = repository()
      expect(await notifications.list(ana, { limit: 10 })).toEqual([fresh, other, twin, old])
      expect(await notifications.list(ana, { limit: 2, before: other! })).toEqual([twin, old])
      expect(await notifications.list(ana, { limit: 1 })).toEqual([fresh])
      expect(await notifications.list(ana, { limit: 10, type: 'mentioned' })).toEqual([other])
      expect(await notifications.list(ana, { limit: 10, unread: true })).toEqual([other, twin, old])
      expect(await notifications.list(ana, { limit: 10, unread: false })).toEqual([fresh])
      await notifications.clear(ana, NOW, 2, [other!.id])
      expect(idsOf(await notifications.list(ana, { limit: 10 }))).toEqual(idsOf([fresh!, twin!, old!]))
    })
    it('are marked once, and those that were cleared not at all', async () => {
      const ana = await insertMember()
      const [one, two, three] = await inserted(notification(ana), notification(ana), notification(ana))
      const { notifications } = repository()
      expect(await notifications.clear(ana, NOW, 2, [three!.id])).toBe(1)
      expect(await notifications.markRead(ana, NOW, 3, [one!.id, three!.id, nextId()])).toBe(1)
      expect(await notifications.unread(ana)).toEqual([{ id: two!.id, matterId: two!.matterId }])
      expect(await notifications.markRead(ana, NOW + 1, 4, [two!.id], NOW - 1)).toBe(0)
      expect(await notifications.markRead(ana, NOW + 1, 4, [two!.id], NOW)).toBe(1)
      expect(await notifications.markRead(ana, NOW + 2, 5)).toBe(0)
      expect(await notifications.unread(ana)).toEqual([])
      expect(await notifications.find(ana, [one!.id])).toEqual([{ ...one, readAt: NOW, version: 3 }])
      expect(await notifications.clear(ana, NOW, 6)).toBe(2)
      expect(await notifications.clear(ana, NOW, 7)).toBe(0)
    })
    it('[N5] that count up keep their key while they are unread, and give it to the next one then', async () => {
      const ana = await insertMember()
      const key = `followed:${nextId()}`
      const { notifications } = repository()
      const [one] = await inserted(notification(ana, { type: 'followed', dedupeKey: key, data: { changes: 1, kind: 'moved' } }))
      expect(await notifications.findUnread(ana, key)).toEqual(one)
      const counted = { ...one!, version: 2, at: NOW + 1, actorId: nextId(), data: { changes: 2, kind: 'edited' } }
      await notifications.update(counted)
      expect(await notifications.findUnread(ana, key)).toEqual(counted)
      await notifications.markRead(ana, NOW, 3)
      expect(await notifications.findUnread(ana, key)).toBeNull()
      const [two] = await inserted(notification(ana, { type: 'followed', dedupeKey: key }))
      await notifications.clear(ana, NOW, 4, [one!.id, two!.id])
      await inserted(notification(ana, { type: 'followed', dedupeKey: key }))
    })
    it('[N5] that are marked unread count on where nothing else does, the newest of a matter first, and stay cleared where they were', async () => {
      const [ana, matterId, otherId] = [await insertMember(), nextId(), nextId()]
      const [key, other] = [`followed:${matterId}`, `followed:${otherId}`]
      const { notifications } = repository()
      const followed = (dedupeKey: string, at: number) => notification(ana, { type: 'followed', matterId: dedupeKey.slice(9), dedupeKey, at, data: { changes: 1, kind: 'moved' } })
      const read: NotificationRecord[] = []
      for (const record of [followed(key, NOW), followed(key, NOW + 1), followed(key, NOW + 2), followed(other, NOW)]) {
        read.push(...await inserted(record))
        await notifications.markRead(ana, NOW, 2)
      }
      const [plain, counting] = await inserted({ ...notification(ana), readAt: NOW }, followed(other, NOW + 1))
      await notifications.clear(ana, NOW, 3, [read[2]!.id])
      await notifications.markUnread(ana, 4, [...read, plain!, counting!].map(({ id }) => id))
      expect(await notifications.findUnread(ana, key)).toEqual({ ...read[1], version: 4 })
      expect(await notifications.findUnread(ana, other)).toEqual(counting)
      const unread = await notifications.list(ana, { limit: 10, unread: true })
      expect(idsOf(unread).sort()).toEqual(idsOf([read[0]!, read[1]!, read[3]!, plain!, counting!]).sort())
      expect(unread.map(({ version }) => version).sort()).toEqual([1, 4, 4, 4, 4])
      expect(await notifications.find(ana, [read[2]!.id])).toMatchObject([{ readAt: NOW, clearedAt: NOW, version: 3 }])
      // What was cleared keeps nobody from being told anew.
      await notifications.clear(ana, NOW, 5, [read[1]!.id])
      await inserted(followed(key, NOW + 3))
    })
    it('that came or changed above a version are found, cleared ones too', async () => {
      const ana = await insertMember()
      const [one, two, three] = await inserted(
        notification(ana, { at: NOW }), notification(ana, { at: NOW + 1, version: 2 }), notification(ana, { at: NOW + 2, version: 3 }),
      )
      const { notifications } = repository()
      await notifications.clear(ana, NOW, 4, [one!.id])
      expect(await notifications.changedSince(ana, 2, 10)).toEqual([three, { ...one, clearedAt: NOW, version: 4 }])
      expect(await notifications.changedSince(ana, 1, 2)).toEqual([three, two])
      expect(await notifications.changedSince(ana, 4, 10)).toEqual([])
    })
    it('are looked at again by all who have any of a matter', async () => {
      const [ana, ben, eva] = [await insertMember(), await insertMember(), await insertMember()]
      const matterId = nextId()
      const [mine, other] = await inserted(
        notification(ana, { matterId }), notification(ana), notification(ben, { matterId, clearedAt: NOW }), notification(ana, { matterId: null }),
      )
      await repository().notifications.follow(eva, matterId, NOW)
      expect(await repository().notifications.toldOf([matterId, nextId()])).toEqual([ana, eva].sort())
      expect(await repository().notifications.toldOf([])).toEqual([])
      await repository().notifications.touch(new Map([[ana, 7], [ben, 8]]), [matterId])
      expect(idsOf(await repository().notifications.changedSince(ana, 1, 10))).toEqual([mine!.id])
      expect(await repository().notifications.changedSince(ben, 1, 10)).toEqual([])
      await repository().notifications.touch(new Map([[ana, 9]]), [])
      expect(await repository().notifications.changedSince(ana, 8, 10)).toEqual([])
      await inserted(notification(ana, { matterId }))
      expect((await repository().notifications.mattersToldTo(ana)).sort()).toEqual([matterId, other!.matterId].sort())
      expect(await repository().notifications.mattersToldTo(ben)).toEqual([])
    })
    it('of a type can be withdrawn from everybody, and told anew', async () => {
      const [ana, ben] = [await insertMember(), await insertMember()]
      const heads = await repository().personal.bump([ana])
      const [one, two] = await inserted(
        notification(ana, { type: 'system', matterId: null, dedupeKey: 'system:1', version: 0 }),
        notification(ben, { type: 'system', matterId: null, dedupeKey: 'system:2' }),
      )
      await repository().notifications.withdraw('system', { above: 'system:', but: 'system:2' }, NOW)
      expect(await repository().notifications.find(ana, [one!.id])).toMatchObject([{ clearedAt: NOW, version: heads.get(ana) }])
      expect(await repository().notifications.find(ben, [two!.id])).toEqual([two])
      const [again] = await inserted(notification(ana, { type: 'system', matterId: null, dedupeKey: 'system:1' }))
      await repository().notifications.withdraw('system', { above: 'system:1', but: null }, NOW)
      expect(await repository().notifications.find(ben, [two!.id])).toMatchObject([{ clearedAt: NOW, version: 1 }])
      expect(await repository().notifications.find(ana, [again!.id])).toEqual([again])
    })
    it('[N9] are forgotten by age: what was read, what was cleared, and everything in the end', async () => {
      const ana = await insertMember()
      const [read, cleared, old, kept] = await inserted(
        notification(ana, { readAt: NOW - 100 }), notification(ana, { clearedAt: NOW - 50 }),
        notification(ana, { at: NOW - 500 }), notification(ana, { readAt: NOW }),
      )
      const all = idsOf([read!, cleared!, old!, kept!])
      await repository().notifications.prune(AGES)
      expect(await repository().notifications.find(ana, all)).toHaveLength(4)
      await repository().notifications.prune({ read: NOW - 99, cleared: NOW - 49, all: NOW - 499 })
      expect(await repository().notifications.find(ana, all)).toEqual([kept])
    })
  })

  describe('followed matters', () => {
    it('are known from both sides, once', async () => {
      const [ana, ben] = [await insertMember(), await insertMember()]
      const matterId = nextId()
      const { notifications } = repository()
      expect(await notifications.follow(ana, matterId, NOW)).toBe(true)
      expect(await notifications.follow(ana, matterId, NOW + 1)).toBe(false)
      expect(await notifications.follow(ben, matterId, NOW)).toBe(true)
      expect(await notifications.followersOf(matterId)).toEqual([ana, ben].sort())
      expect(await notifications.followsOf(ana)).toEqual([matterId])
      expect(await notifications.unfollow(ana, matterId)).toBe(true)
      expect(await notifications.unfollow(ana, matterId)).toBe(false)
      expect(await notifications.followsOf(ana)).toEqual([])
      expect(await notifications.followersOf(matterId)).toEqual([ben])
    })
    it('and what was told of a board go with it', async () => {
      const ana = await insertMember()
      const { id } = await insertBoard(repository())
      const [one] = await inserted(notification(ana, { boardId: id }))
      while (!await repository().boards.removeEmpty(id))
        expect(await repository().boards.find(id)).not.toBeNull()
      expect(await repository().notifications.find(ana, [one!.id])).toEqual([])
    })
  })
}
