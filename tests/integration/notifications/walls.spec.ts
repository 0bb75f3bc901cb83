import { describe, expect, it } from 'vitest'
import type { Actor } from '#shared/kanban/member.ts'
import { mentionOf } from '#shared/kanban/mentions.ts'
import type { NotificationBench } from '../../helpers/notification-bench.ts'
import { openNotificationBench } from '../../helpers/notification-bench.ts'
import { assign, BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import { POSTGRES_URL } from '../../helpers/postgres.ts'
import { openOnPostgres, openOnSqlite } from '../../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, paralegal, clerk, client, admin } = PEOPLE

describe.each([['SQLite', openOnSqlite], ['PostgreSQL', POSTGRES_URL ? openOnPostgres : null]] as const)('[N7] notifications and walls, on %s', (_name, open) => {
  const test = it.skipIf(!open)

  /** A paralegal who follows two matters and was told of each; both secret words are titles. */
  async function openWalls() {
    const bench = await openNotificationBench({ open: open! })
    const hidden = await bench.put({ title: 'hidden-word' })
    const plain = await bench.put({ title: 'plain-word', columnId: 'review' })
    for (const { id } of [hidden, plain])
      await bench.notifications.follow(paralegal, id)
    await bench.move(partner, hidden.id, 'review')
    await bench.move(partner, plain.id, 'in-progress')
    return { bench, hidden, plain }
  }
  const wall = (bench: NotificationBench, id: string) => bench.edit(partner, id, { set: { confidentiality: 'RESTRICTED' } })
  const open_ = (bench: NotificationBench, id: string) => bench.edit(partner, id, { set: { confidentiality: 'NORMAL' } })
  const history = async (bench: NotificationBench, member: Actor) => (await bench.notifications.history(member, { limit: 50 })).notifications

  test('a wall takes what it hides out of lists, counts and pages, and gives it back when it falls', async () => {
    const { bench, hidden } = await openWalls()
    const [ofPlain, ofHidden] = await bench.unread(paralegal.id)
    const before = await bench.repository.personal.head(paralegal.id)
    await wall(bench, hidden.id)
    expect(bench.moved.get(paralegal.id)).toBe(before + 1)
    expect(await bench.read(paralegal.id, before)).toEqual({ full: false, items: [], gone: [ofHidden!.id], unread: 1 })
    expect(JSON.stringify([await bench.read(paralegal.id), await history(bench, paralegal)])).not.toContain('hidden-word')
    expect(await bench.notifications.history(paralegal, { limit: 1 })).toEqual({ notifications: [ofPlain], before: null })
    // What happens behind the wall moves nothing.
    await bench.edit(partner, hidden.id, { set: { title: 'hidden-word too' } })
    expect(bench.moved.get(paralegal.id)).toBe(before + 1)
    await open_(bench, hidden.id)
    expect(bench.moved.get(paralegal.id)).toBe(before + 2)
    expect(await bench.read(paralegal.id, before + 1)).toMatchObject({ full: false, gone: [], unread: 2, items: [{ id: ofHidden!.id, read: false, type: 'followed', changes: 2 }] })
  })

  test('what is hidden can be neither marked nor cleared, and is as it was when it comes back', async () => {
    const { bench, hidden } = await openWalls()
    const [ofPlain, ofHidden] = await bench.unread(paralegal.id)
    await wall(bench, hidden.id)
    const head = await bench.repository.personal.head(paralegal.id)
    await bench.notifications.mark(paralegal, { ids: [ofHidden!.id], read: true })
    await bench.notifications.clear(paralegal, [ofHidden!.id])
    expect(await bench.repository.personal.head(paralegal.id)).toBe(head)
    await bench.notifications.mark(paralegal, { all: true, read: true })
    await bench.notifications.clear(paralegal)
    expect(await history(bench, paralegal)).toEqual([])
    await open_(bench, hidden.id)
    expect(await bench.unread(paralegal.id)).toMatchObject([{ id: ofHidden!.id }])
    expect(await bench.repository.notifications.find(paralegal.id, [ofPlain!.id])).toMatchObject([{ clearedAt: bench.clock.now - 1_000 }])
    await bench.notifications.mark(paralegal, { ids: [ofHidden!.id], read: true })
    await wall(bench, hidden.id)
    await bench.notifications.mark(paralegal, { ids: [ofHidden!.id], read: false })
    await bench.notifications.clear(paralegal)
    await open_(bench, hidden.id)
    expect(await bench.read(paralegal.id)).toMatchObject({ items: [{ read: false, changes: 1 }, { id: ofHidden!.id, read: true }] })
  })

  test('another role hides and shows like a wall', async () => {
    const bench = await openNotificationBench({ open: open! })
    const { id } = await bench.put({ confidentiality: 'RESTRICTED', clientMemberIds: [associate2.id] })
    await bench.notifications.follow(associate2, id)
    await bench.move(partner, id, 'review')
    const [one] = await bench.unread(associate2.id)
    for (const role of ['CLERK', 'CLIENT', 'ADMIN'] as const) {
      const before = await bench.repository.personal.head(associate2.id)
      await bench.makeRole(associate2.id, role)
      expect(bench.moved.get(associate2.id)).toBeGreaterThan(before)
      expect(await bench.read(associate2.id, before)).toEqual({ full: false, items: [], gone: [one!.id], unread: 0 })
      expect(await history(bench, { id: associate2.id, role: 'ASSOCIATE' })).toEqual([])
      await bench.makeRole(associate2.id, 'ASSOCIATE')
      expect(await bench.unread(associate2.id)).toEqual([one])
    }
  })

  test('another role has only that looked at again which it hides or shows, also of what was deleted long ago', async () => {
    const bench = await openNotificationBench({ open: open! })
    const open_ = await bench.put()
    const [walled, gone] = [await bench.put({ confidentiality: 'RESTRICTED' }), await bench.put({ confidentiality: 'RESTRICTED' })]
    for (const { id } of [open_, walled, gone]) {
      await bench.notifications.follow(associate2, id)
      await bench.move(partner, id, 'review')
    }
    await bench.remove(partner, gone.id)
    await bench.repository.transaction(stores => stores.log.prune(BOARD_ID, { before: bench.clock.now + 1, keep: 0 }))
    const hidden = (await bench.unread(associate2.id)).filter(item => item.matter?.id !== open_.id).map(item => item.id)
    const change = async (role: Actor['role']) => {
      const before = await bench.repository.personal.head(associate2.id)
      await bench.makeRole(associate2.id, role)
      return await bench.read(associate2.id, before)
    }
    expect(await change('CLERK')).toEqual({ full: false, items: [], gone: hidden, unread: 1 })
    expect(await change('PARALEGAL')).toEqual({ full: false, items: [], gone: [], unread: 1 })
    expect((await change('PARTNER')).items.map(item => item.id)).toEqual(hidden)
    expect(await change('ASSOCIATE')).toEqual({ full: false, items: [], gone: [], unread: 3 })
    expect((await change('ADMIN')).gone).toHaveLength(3)
  })

  test('of a deleted matter only that is left, for who saw it, until it comes back', async () => {
    const { bench, hidden, plain } = await openWalls()
    await bench.edit(partner, hidden.id, { assignments: { put: [assign(clerk, 'CLERK')] } })
    const before = await bench.repository.personal.head(clerk.id)
    const deleted = await bench.remove(partner, hidden.id)
    expect(await bench.read(clerk.id, before)).toMatchObject({ items: [], gone: [expect.any(String)], unread: 0 })
    expect(await bench.told(paralegal.id)).toEqual(['followed moved 1', 'followed deleted 3'])
    // What was read of it before goes with it.
    await bench.remove(partner, plain.id)
    await bench.notifications.mark(paralegal, { all: true, read: true })
    expect((await history(bench, paralegal)).map(item => item.matter?.title)).toEqual(['plain-word', 'hidden-word'])
    await bench.makeRole(paralegal.id, 'ADMIN')
    expect(await history(bench, paralegal)).toEqual([])
    await bench.makeRole(paralegal.id, 'PARALEGAL')
    await bench.undo(partner, hidden.id, deleted)
    expect(await bench.unread(clerk.id)).toMatchObject([{ type: 'assigned', matter: { title: 'hidden-word' } }])
  })

  test('what is deleted, brought back or removed by an import behind a wall moves nothing of who doesn\'t see it', async () => {
    const { bench, hidden, plain } = await openWalls()
    await wall(bench, hidden.id)
    const before = await bench.repository.personal.head(paralegal.id)
    const deleted = await bench.remove(partner, hidden.id)
    await bench.undo(partner, hidden.id, deleted)
    await bench.boards.commitBatch(partner, BOARD_ID, async batch => batch.remove(hidden.id))
    expect([await bench.repository.personal.head(paralegal.id), bench.moved.get(paralegal.id)]).toEqual([before, before])
    expect(await bench.read(paralegal.id, before)).toEqual({ full: false, items: [], gone: [], unread: 1 })
    const [ofPlain] = await bench.unread(paralegal.id)
    const other = await bench.put()
    await bench.notifications.follow(paralegal, other.id)
    await bench.boards.commitBatch(partner, BOARD_ID, async batch => batch.remove(plain.id))
    expect(await bench.read(paralegal.id, before)).toEqual({ full: false, items: [], gone: [ofPlain!.id], unread: 0 })
  })

  test('an import that removes or walls a matter has open pages drop it, too', async () => {
    const { bench, hidden, plain } = await openWalls()
    const before = await bench.repository.personal.head(paralegal.id)
    const ids = (await bench.unread(paralegal.id)).map(({ id }) => id)
    await bench.boards.commitBatch(partner, BOARD_ID, async (batch) => {
      batch.update({ ...(await batch.stores.matters.find(hidden.id))!, confidentiality: 'SEALED' })
      batch.remove(plain.id)
    })
    expect(bench.moved.get(paralegal.id)).toBe(before + 1)
    expect(await bench.read(paralegal.id, before)).toEqual({ full: false, items: [], gone: expect.arrayContaining(ids), unread: 0 })
  })

  test('nobody touches what is another\'s, and is told nothing by trying', async () => {
    const { bench } = await openWalls()
    const [one] = await bench.unread(paralegal.id)
    const heads = await bench.repository.personal.heads()
    for (const other of [partner2, clerk, client, admin]) {
      for (const ids of [[one!.id], [buildId(0xBAD)]]) {
        expect(await bench.notifications.mark(other, { ids, read: true })).toBeUndefined()
        expect(await bench.notifications.mark(other, { ids, read: false })).toBeUndefined()
        expect(await bench.notifications.clear(other, ids)).toBeUndefined()
      }
      expect(await history(bench, other)).toEqual([])
    }
    expect(await bench.repository.personal.heads()).toEqual(heads)
    expect(await bench.unread(paralegal.id)).toContainEqual(one)
    await bench.repository.accounts.updateMember(paralegal.id, { active: false })
    await expect(bench.notifications.mark(paralegal, { ids: [one!.id], read: true })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('a hidden matter is followed as little as one that doesn\'t exist', async () => {
    const { bench, hidden } = await openWalls()
    await wall(bench, hidden.id)
    const sealed = await bench.put({ confidentiality: 'SEALED' })
    const gone = await bench.put()
    await bench.remove(partner, gone.id)
    const answers = new Set<string>()
    for (const id of [hidden.id, sealed.id, gone.id, buildId(0xBAD)]) {
      for (const act of [bench.notifications.follow, bench.notifications.unfollow])
        answers.add(await act(paralegal, id).then(() => 'done', ({ code, message, details }) => JSON.stringify([code, message, details])))
    }
    expect([...answers]).toEqual([JSON.stringify(['MATTER_GONE', 'there is no such matter', {}])])
    await expect(bench.notifications.follow(admin, hidden.id)).rejects.toMatchObject({ code: 'MATTER_GONE' })
    for (const id of [hidden.id, buildId(0xBAD)])
      await expect(bench.notifications.follow(client, id)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await bench.repository.notifications.followersOf(sealed.id)).toEqual([])
  })

  test('following and its end move the counter, once each', async () => {
    const bench = await openNotificationBench({ open: open! })
    const { id } = await bench.put()
    for (const [act, head] of [['follow', 1], ['follow', 1], ['unfollow', 2], ['unfollow', 2]] as const) {
      await bench.notifications[act](clerk, id)
      expect([await bench.repository.personal.head(clerk.id), bench.moved.get(clerk.id)]).toEqual([head, head])
    }
    await bench.notifications.follow(clerk, id)
    await bench.edit(partner, id, { set: { confidentiality: 'SEALED' } })
    expect(bench.moved.get(clerk.id)).toBe(4)
  })

  test('pages are full however much of them is hidden, and lose and repeat nothing', async () => {
    const { bench, hidden } = await openWalls()
    const insert = (count: number, matterId: string, from: number) => bench.repository.notifications.insert(Array.from({ length: count }, (_, index) => ({
      id: buildId(0x50000 + from + index), memberId: paralegal.id, dedupeKey: `k${from + index}`, version: 1, type: 'assigned' as const, boardId: BOARD_ID,
      matterId, actorId: null, at: NOW - 1_000_000 - Math.floor((from + index) / 3), data: { role: 'CLERK' }, readAt: null, clearedAt: null,
    })))
    const plain = await bench.put()
    await wall(bench, hidden.id)
    for (let at = 0; at < 60; at += 10)
      await insert(10, at % 20 === 0 ? plain.id : hidden.id, at)
    const seen: string[] = []
    let before: string | null | undefined
    do {
      const page = await bench.notifications.history(paralegal, { limit: 7, type: 'assigned', ...(before && { before }) })
      seen.push(...page.notifications.map(({ id }) => id))
      before = page.before
      expect(before === null || page.notifications.length === 7).toBe(true)
    } while (before)
    expect(seen).toHaveLength(30)
    expect(new Set(seen).size).toBe(30)
    await expect(bench.notifications.history(paralegal, { limit: 7, before: 'nonsense' })).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'before' } })
  })

  test('a page that missed very much begins anew', async () => {
    const bench = await openNotificationBench({ open: open! })
    const { id } = await bench.put()
    await bench.repository.notifications.insert(Array.from({ length: 501 }, (_, index) => ({
      id: buildId(0x50000 + index), memberId: associate.id, dedupeKey: `k${index}`, version: 2, type: 'assigned' as const, boardId: BOARD_ID, matterId: id,
      actorId: null, at: NOW - index, data: { role: 'CLERK' }, readAt: null, clearedAt: null,
    })))
    expect(await bench.read(associate.id, 1)).toMatchObject({ full: true, unread: 501, gone: [] })
    expect((await bench.read(associate.id, 1)).items.map(item => item.at)).toEqual(Array.from({ length: 100 }, (_, index) => NOW - index))
  })

  test('a mention of somebody who doesn\'t see the matter tells nothing later either', async () => {
    const bench = await openNotificationBench({ open: open! })
    const { id } = await bench.put({ confidentiality: 'SEALED' })
    await bench.comment(associate, id, [partner, clerk].map(mentionOf).join(' '))
    await bench.edit(associate, id, { assignments: { put: [assign(partner, 'CONSULTANT')] } })
    expect(await bench.told(partner.id)).toEqual(['assigned CONSULTANT'])
    await bench.edit(partner, id, { set: { confidentiality: 'NORMAL' } })
    expect(await bench.told(clerk.id)).toEqual([])
    expect(await bench.repository.notifications.list(clerk.id, { limit: 5 })).toEqual([])
  })
})
