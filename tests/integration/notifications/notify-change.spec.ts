import { describe, expect, it } from 'vitest'
import { mentionOf } from '#shared/kanban/mentions.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { NotificationBench } from '../../helpers/notification-bench.ts'
import { openNotificationBench } from '../../helpers/notification-bench.ts'
import { assign, BOARD_ID, buildDeadline, buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import { countDatabase } from '../../helpers/count-database.ts'
import { POSTGRES_URL } from '../../helpers/postgres.ts'
import { openOnPostgres, openOnSqlite } from '../../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, paralegal, clerk, client, admin } = PEOPLE
const EVERYBODY = Object.values(PEOPLE)

describe.each([['SQLite', openOnSqlite], ['PostgreSQL', POSTGRES_URL ? openOnPostgres : null]] as const)('who is told of a change, on %s', (_name, open) => {
  const test = it.skipIf(!open)
  const openBench = () => openNotificationBench({ open: open! })

  /** Whom anything was told, with what, in short. */
  async function all(bench: NotificationBench): Promise<Record<string, string[]>> {
    const told: Record<string, string[]> = {}
    for (const { id, name } of EVERYBODY) {
      const news = await bench.told(id)
      if (news.length > 0)
        told[name] = news
    }
    return told
  }

  test('[N4] an assignment is told to who got it, in the role that they got', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.edit(partner, id, { assignments: { put: [assign(paralegal, 'PARALEGAL'), assign(partner, 'CONSULTANT')] } })
    await bench.edit(partner2, id, { assignments: { put: [assign(associate2)] } })
    expect(await all(bench)).toEqual({
      [paralegal.name]: ['assigned PARALEGAL'], [associate2.name]: ['assigned PRIMARY_LAWYER'], [associate.name]: ['assigned SECONDARY_LAWYER'],
    })
    await bench.edit(partner, id, { assignments: { remove: [paralegal.id] }, set: { title: 'Another' } })
    expect(await bench.told(paralegal.id)).toEqual(['assigned PARALEGAL'])
    expect(await bench.unread(paralegal.id)).toMatchObject([{ by: partner.id, at: NOW + 1_000, matter: { id, boardId: BOARD_ID, title: 'Another' } }])
  })

  test('[N4] a new matter tells its people of their assignment, and of nothing else', async () => {
    const bench = await openBench()
    const id = buildId(0x7001)
    await bench.commit(partner, {
      kind: 'create', id,
      args: { columnId: 'intake', title: 'New', clientName: '', assignments: [assign(associate), assign(partner, 'CONSULTANT')], deadlines: [buildDeadline()] },
    })
    expect(await all(bench)).toEqual({ [associate.name]: ['assigned PRIMARY_LAWYER'] })
  })

  test('[N4] a mention is told to active staff who see the matter, the first time that a comment makes it', async () => {
    const bench = await openBench()
    const { id } = await bench.put({ confidentiality: 'RESTRICTED', clientMemberIds: [client.id] })
    await bench.repository.accounts.updateMember(associate2.id, { active: false })
    const body = EVERYBODY.map(mentionOf).join(', ')
    const commentId = await bench.comment(partner, id, body)
    expect(await all(bench)).toEqual({ [partner2.name]: ['mentioned'], [associate.name]: ['mentioned'] })
    expect(await bench.unread(partner2.id)).toMatchObject([{ commentId, by: partner.id }])
    for (const edited of ['nobody', `${mentionOf(partner2)} again`])
      await bench.commit(partner, { kind: 'comment', id, args: { action: 'edit', commentId, body: edited } })
    expect(await bench.told(partner2.id)).toEqual(['mentioned'])
    const second = await bench.comment(partner, id, `\`${mentionOf(partner2)}\``)
    expect(await bench.told(partner2.id)).toEqual(['mentioned'])
    await bench.commit(partner, { kind: 'comment', id, args: { action: 'edit', commentId: second, body: mentionOf(partner2) } })
    expect(await bench.told(partner2.id)).toEqual(['mentioned', 'mentioned'])
  })

  test('[N4] a deadline is told to the assigned and the followers, of several the first', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    const [one, two] = [buildDeadline({ date: '2026-12-01' }), buildDeadline({ id: buildId(0xD2), date: '2026-11-30', kind: 'HEARING' })]
    const steps = [
      { deadlines: { put: [one, two] }, set: { title: 'Two more' } },
      { deadlines: { put: [{ ...one, date: '2026-12-05' }] } },
      { deadlines: { put: [{ ...one, date: '2026-12-05', doneAt: NOW }] } },
      { deadlines: { put: [{ ...one, date: '2026-12-05' }] } },
      { deadlines: { remove: [one.id] } },
      { deadlines: { put: [{ ...two, title: 'Only its name' }] } },
    ]
    for (const step of steps)
      await bench.edit(partner, id, step)
    const deadlines = [
      'deadlineChanged - 2026-11-30', 'deadlineChanged 2026-12-01 2026-12-05', 'deadlineChanged 2026-12-05 2026-12-05 true',
      'deadlineChanged 2026-12-05 2026-12-05 false', 'deadlineChanged 2026-12-05 -',
    ]
    expect(await all(bench)).toEqual({ [associate.name]: deadlines, [clerk.name]: [...deadlines, 'followed edited 1'] })
  })

  test('[N4] [N5] a followed matter counts its changes up until they are read, and begins anew then', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    await bench.move(partner, id, 'review')
    await bench.edit(partner2, id, { set: { priority: 'HIGH' } })
    await bench.comment(associate, id, 'Agreed.')
    expect(await bench.told(clerk.id)).toEqual(['followed commented 3'])
    const [first] = await bench.unread(clerk.id)
    expect(first).toMatchObject({ by: associate.id, at: bench.clock.now })
    await bench.notifications.mark(clerk, { ids: [first!.id], read: true })
    const deleted = await bench.remove(partner, id)
    expect(await bench.told(clerk.id)).toEqual(['followed deleted 1'])
    await bench.undo(partner, id, deleted)
    expect(await bench.told(clerk.id)).toEqual(['followed restored 2'])
    await bench.notifications.mark(clerk, { ids: [first!.id], read: false })
    await bench.move(partner, id, 'in-progress')
    expect((await bench.told(clerk.id)).sort()).toEqual(['followed commented 3', 'followed moved 3'])
    await bench.notifications.clear(clerk, (await bench.unread(clerk.id)).map(item => item.id))
    await bench.move(partner, id, 'review')
    expect(await bench.told(clerk.id)).toEqual(['followed moved 1'])
  })

  test('[N5] what came after the newest that its reader had seen stays unread, whether they read or clear one or read all', async () => {
    const bench = await openBench()
    const [one, two] = [await bench.put(), await bench.put()]
    for (const { id } of [one, two])
      await bench.notifications.follow(clerk, id)
    await bench.move(partner, one.id, 'review')
    const [seen] = await bench.unread(clerk.id)
    // Meanwhile one counts up and another comes, of which the page hasn't heard.
    await bench.move(partner, one.id, 'in-progress')
    await bench.move(partner, two.id, 'review')
    await bench.notifications.mark(clerk, { ids: [seen!.id], read: true, upTo: seen!.at })
    await bench.notifications.clear(clerk, [seen!.id], seen!.at)
    await bench.notifications.mark(clerk, { all: true, read: true, upTo: seen!.at })
    expect(await bench.told(clerk.id)).toEqual(['followed moved 2', 'followed moved 1'])
    const [newest] = await bench.unread(clerk.id)
    await bench.notifications.mark(clerk, { all: true, read: true, upTo: newest!.at })
    expect(await bench.told(clerk.id)).toEqual([])
  })

  test('[N4] what is marked unread goes on counting where nothing else does', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    await bench.move(partner, id, 'review')
    const ids = (await bench.unread(clerk.id)).map(item => item.id)
    await bench.notifications.mark(clerk, { all: true, read: true })
    await bench.notifications.mark(clerk, { ids, read: false })
    await bench.move(partner, id, 'in-progress')
    expect(await bench.told(clerk.id)).toEqual(['followed moved 2'])
  })

  test('[N4] a place within a column and a removed comment are no news', async () => {
    const bench = await openBench()
    const [one] = [await bench.put({ rank: 'a0', assignments: [assign(clerk, 'CLERK')] }), await bench.put({ rank: 'a1' })]
    await bench.notifications.follow(clerk, one.id)
    await bench.notifications.follow(paralegal, one.id)
    const count = bench.moved.get(clerk.id)
    await bench.move(partner, one.id, 'in-progress')
    const commentId = await bench.comment(clerk, one.id, 'Mine')
    expect(await all(bench)).toEqual({ [paralegal.name]: ['followed commented 1'] })
    await bench.commit(partner2, { kind: 'comment', id: one.id, args: { action: 'remove', commentId } })
    expect(await all(bench)).toEqual({ [paralegal.name]: ['followed commented 1'] })
    expect(bench.moved.get(clerk.id)).toBe(count)
  })

  test('[N4] an import and its undo tell nobody', async () => {
    const bench = await openBench()
    const known = await bench.put()
    await bench.notifications.follow(clerk, known.id)
    const fresh = buildMatter({ assignments: [assign(associate2)], deadlines: [buildDeadline()] })
    await bench.boards.commitBatch(partner, BOARD_ID, async (batch) => {
      batch.create(fresh)
      batch.update({ ...(await batch.stores.matters.find(known.id))!, title: 'Imported', assignments: [assign(associate2)] })
    })
    await bench.boards.commitBatch(partner, BOARD_ID, async batch => batch.remove(fresh.id))
    expect(await all(bench)).toEqual({})
  })

  test('[N4] nobody is told what they did themselves, and one change tells one thing', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    for (const member of [partner, associate, paralegal])
      await bench.notifications.follow(member, id)
    await bench.edit(partner, id, {
      assignments: { put: [assign(paralegal, 'PARALEGAL'), assign(partner, 'CONSULTANT')] }, deadlines: { put: [buildDeadline()] }, set: { title: 'All at once' },
    })
    expect(await all(bench)).toEqual({ [associate.name]: ['deadlineChanged - 2026-11-21'], [paralegal.name]: ['assigned PARALEGAL'] })
    await bench.comment(partner, id, mentionOf(paralegal))
    expect((await bench.told(paralegal.id)).sort()).toEqual(['assigned PARALEGAL', 'mentioned'])
  })

  test('[N5] the same numbered mutation sent twice tells once, and a refused one tells nothing', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    const mutation: Mutation = { kind: 'move', id, args: { columnId: 'review', placement: { end: true } } }
    for (let times = 0; times < 3; times++)
      expect(await bench.send(partner, 'outbox', { n: 1, ...mutation })).toMatchObject({ status: 'ok' })
    expect(await bench.told(clerk.id)).toEqual(['followed moved 1'])
    const count = bench.moved.get(clerk.id)
    const closing: Mutation = { kind: 'move', id, args: { columnId: 'closed', placement: { end: true } } }
    expect(await bench.send(associate, 'other', { n: 1, ...closing })).toMatchObject({ status: 'rejected' })
    expect(await bench.told(clerk.id)).toEqual(['followed moved 1'])
    expect(bench.moved.get(clerk.id)).toBe(count)
    const back: Mutation = { kind: 'move', id, args: { columnId: 'in-progress', placement: { end: true } } }
    const once = { actor: partner, target: { matterId: id }, build: () => back, idempotency: { key: 'k', hash: 'h' } }
    await bench.boards.commit(once)
    await bench.boards.commit(once)
    expect(await bench.told(clerk.id)).toEqual(['followed moved 2'])
  })

  test('[N5] what is rolled back was never told', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    const heads = await bench.repository.personal.heads()
    const { transaction } = bench.repository
    bench.repository.transaction = work => transaction(async (stores) => {
      await work(stores)
      throw new Error('the disk is full')
    })
    await expect(bench.move(partner, id, 'review')).rejects.toThrow('the disk is full')
    bench.repository.transaction = transaction
    expect(await bench.told(clerk.id)).toEqual([])
    expect(await bench.repository.personal.heads()).toEqual(heads)
    expect(bench.moved.get(clerk.id)).toBe(heads.find(head => head.memberId === clerk.id)!.version)
  })

  test('[N6] who muted the type, the board or the matter has no row, and has one again after that', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    for (const muted of [{ mutedTypes: ['followed' as const] }, { mutedBoards: [BOARD_ID] }, { mutedMatters: [id] }]) {
      await bench.prefer(clerk.id, { mutedTypes: [], mutedBoards: [], mutedMatters: [], ...muted })
      await bench.edit(partner, id, { set: { title: JSON.stringify(muted) } })
      expect(await bench.repository.notifications.list(clerk.id, { limit: 10 })).toEqual([])
    }
    await bench.prefer(clerk.id, { mutedTypes: ['followed'], mutedMatters: [buildId(0xBAD)] })
    await bench.comment(partner, id, mentionOf(clerk))
    expect(await bench.told(clerk.id)).toEqual(['mentioned'])
    await bench.prefer(clerk.id, { mutedTypes: [] })
    await bench.edit(partner, id, { set: { title: 'Heard again' } })
    expect(await bench.told(clerk.id)).toEqual(['mentioned', 'followed edited 1'])
  })

  test('[N6] who muted deadlines isn\'t told of them as of a followed matter', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    await bench.prefer(clerk.id, { mutedTypes: ['deadlineChanged'] })
    await bench.edit(partner, id, { deadlines: { put: [buildDeadline()] } })
    expect(await bench.told(clerk.id)).toEqual([])
  })

  test('[N7] who doesn\'t see the matter after the change is told nothing of it, of a deletion who saw it before', async () => {
    const bench = await openBench()
    const { id } = await bench.put({ clientMemberIds: [client.id] })
    for (const member of [clerk, paralegal, partner2])
      await bench.notifications.follow(member, id)
    await bench.edit(partner, id, { set: { confidentiality: 'RESTRICTED', title: 'Secret' } })
    expect(await all(bench)).toEqual({ [partner2.name]: ['followed edited 1'] })
    await bench.remove(partner, id)
    expect(await all(bench)).toEqual({ [partner2.name]: ['followed deleted 2'] })
    expect(await bench.repository.notifications.list(clerk.id, { limit: 10 })).toEqual([])
  })

  test('[N7] clients, administrators and closed accounts are told nothing, whatever they follow', async () => {
    const bench = await openBench()
    const { id } = await bench.put({ clientMemberIds: [client.id] })
    await bench.repository.accounts.updateMember(associate2.id, { active: false })
    for (const member of [client, admin, associate2])
      await bench.repository.notifications.follow(member.id, id, NOW)
    await bench.comment(partner, id, [client, admin, associate2].map(mentionOf).join(' '))
    await bench.move(partner, id, 'review')
    for (const member of [client, admin, associate2])
      expect(await bench.repository.notifications.list(member.id, { limit: 10 })).toEqual([])
  })

  test('[N5] two boards that tell the same people at once don\'t wait for each other for ever', async () => {
    const bench = await openBench()
    const other = { id: buildId(0xB2), columns: bench.board.columns.map(column => ({ ...column, id: `other-${column.key}`, allowedTargets: null })) }
    await bench.repository.boards.insert({ id: other.id, name: 'Other', epoch: 'e', isDefault: false, position: 1, createdAt: NOW }, other.columns)
    const [one, two] = [await bench.put(), await bench.put({ boardId: other.id, columnId: 'other-in-progress' })]
    const people = [partner2, associate, associate2, paralegal, clerk]
    for (const { id } of people) {
      await bench.repository.notifications.follow(id, one.id, NOW)
      await bench.repository.notifications.follow(id, two.id, NOW)
    }
    const move = (id: string, columnId: string) => bench.boards.commit({
      actor: partner, target: { matterId: id }, build: () => ({ kind: 'move', id, args: { columnId, placement: { end: true } } }),
    })
    const rounds = 15
    await Promise.all(['', 'other-'].map(async (prefix, index) => {
      for (let round = 0; round < rounds; round++)
        await move([one, two][index]!.id, `${prefix}${round % 2 === 0 ? 'review' : 'in-progress'}`)
    }).concat(people.map(async (person) => {
      for (let round = 0; round < 5; round++)
        await bench.notifications.mark(person, { all: true, read: true })
    })))
    for (const { id } of people) {
      const items = (await bench.read(id)).items
      const counted = (matterId: string) => items.filter(item => item.matter?.id === matterId).reduce((sum, item) => sum + (item.type === 'followed' ? item.changes : 0), 0)
      expect([counted(one.id), counted(two.id)]).toEqual([rounds, rounds])
    }
  })

  test('[N5] nobody\'s delta misses what was told', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    await bench.notifications.follow(clerk, id)
    const known = new Map<string, string>()
    let since: number | null = null
    for (const step of ['review', 'read', 'in-progress', 'review', 'clear', 'in-progress', 'mention']) {
      if (step === 'read')
        await bench.notifications.mark(clerk, { all: true, read: true })
      else if (step === 'clear')
        await bench.notifications.clear(clerk)
      else if (step === 'mention')
        await bench.comment(partner, id, mentionOf(clerk))
      else
        await bench.move(partner, id, step)
      const news = await bench.read(clerk.id, since)
      if (news.full)
        known.clear()
      news.gone.forEach(gone => known.delete(gone))
      news.items.forEach(item => known.set(item.id, JSON.stringify(item)))
      since = await bench.repository.personal.head(clerk.id)
      expect(bench.moved.get(clerk.id)).toBe(since)
      const whole = await bench.read(clerk.id)
      expect([...known.values()].sort()).toEqual(whole.items.map(item => JSON.stringify(item)).sort())
      expect(news.unread).toBe(whole.items.filter(item => !item.read).length)
    }
  })
})

it('[N5] a move that nobody follows costs one read more, and one within its column none', async () => {
  const bench = await openNotificationBench()
  const [one] = [await bench.put({ rank: 'a0' }), await bench.put({ rank: 'a1' })]
  const count = countDatabase(bench.repository)
  async function statementsOf(columnId: string): Promise<number> {
    const before = count.statements
    await bench.move(partner, one.id, columnId)
    return count.statements - before
  }
  const within = await statementsOf('in-progress')
  // Another column also asks where its last matter stands, as the own one did.
  expect(await statementsOf('review')).toBe(within + 1)
})

it('[N5] forty are marked unread with as many statements as two', async () => {
  const bench = await openNotificationBench()
  const count = countDatabase(bench.repository)
  async function statementsOf(matters: number): Promise<number> {
    for (let number = 0; number < matters; number++) {
      const { id } = await bench.put()
      await bench.notifications.follow(clerk, id)
      await bench.move(partner, id, 'review')
    }
    const ids = (await bench.unread(clerk.id)).map(item => item.id)
    await bench.notifications.mark(clerk, { ids, read: true })
    const before = count.statements
    await bench.notifications.mark(clerk, { ids, read: false })
    return count.statements - before
  }
  const ofTwo = await statementsOf(2)
  expect(await statementsOf(38)).toBe(ofTwo)
  expect(await bench.unread(clerk.id)).toHaveLength(40)
})
