import { describe, expect, it, onTestFinished } from 'vitest'
import type { DeadlineWatch } from '#server/services/notifications/deadline-watch.ts'
import { startDeadlineWatch } from '#server/services/notifications/deadline-watch.ts'
import type { NotificationBench } from '../../helpers/notification-bench.ts'
import { openNotificationBench } from '../../helpers/notification-bench.ts'
import { assign, buildDeadline, buildId, buildMatters, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import { POSTGRES_URL } from '../../helpers/postgres.ts'
import { openOnPostgres, openOnSqlite } from '../../helpers/test-firm.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const { partner, associate, associate2, paralegal, clerk, client } = PEOPLE
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** At four in the afternoon of Monday: two days and four hours after `NOW`. */
const MONDAY = buildDeadline({ id: buildId(0xD5), kind: 'HEARING', date: '2026-11-23', time: '16:00', timeZone: TIME_ZONE })
const DUE_AT = NOW + 52 * HOUR_MS

describe.each([['SQLite', openOnSqlite], ['PostgreSQL', POSTGRES_URL ? openOnPostgres : null]] as const)('[N8] deadlines that are near, on %s', (_name, open) => {
  const test = it.skipIf(!open)

  async function openWatch() {
    const bench = await openNotificationBench({ open: open! })
    const clock = createVirtualClock()
    const errors: unknown[] = []
    const start = (): DeadlineWatch => {
      const watch = startDeadlineWatch({
        repository: bench.repository,
        firm: { timeZone: TIME_ZONE },
        heads: { moved: heads => heads.forEach((version, id) => bench.moved.set(id, version)) },
        clock,
        onError: error => errors.push(error),
      })
      onTestFinished(() => watch.stop())
      return watch
    }
    return { bench, clock, errors, start, watch: start() }
  }
  /** Moves on without the rounds in between, which would run beside ours. */
  const at = (clock: VirtualClock, time: number) => clock.sleep(time - clock.now())
  const nobody = async (bench: NotificationBench) => {
    for (const { id } of Object.values(PEOPLE))
      expect(await bench.repository.notifications.list(id, { limit: 5 })).toEqual([])
  }

  test('are told to the assigned and the followers who see the matter, once within three days and once within one', async () => {
    const { bench, clock, watch } = await openWatch()
    const { id } = await bench.put({
      confidentiality: 'RESTRICTED', deadlines: [MONDAY, buildDeadline({ date: '2026-12-24' })], clientMemberIds: [client.id],
      assignments: [assign(associate), assign(paralegal, 'PARALEGAL')],
    })
    await bench.notifications.follow(partner, id)
    for (const member of [associate, clerk, client])
      await bench.repository.notifications.follow(member.id, id, NOW)
    expect(await watch.look()).toBe(3)
    for (const member of [associate, paralegal, partner]) {
      expect(await bench.unread(member.id)).toMatchObject([{
        type: 'deadlineNear', by: null, at: NOW, days: 3, matter: { id }, deadline: { id: MONDAY.id, kind: 'HEARING' }, due: { date: '2026-11-23', time: '16:00', timeZone: TIME_ZONE },
      }])
      expect(bench.moved.get(member.id)).toBe(await bench.repository.personal.head(member.id))
    }
    expect(await watch.look()).toBe(0)
    at(clock, DUE_AT - DAY_MS - 1)
    expect(await watch.look()).toBe(0)
    at(clock, DUE_AT - DAY_MS)
    expect(await watch.look()).toBe(3)
    at(clock, DUE_AT - 1)
    expect(await watch.look()).toBe(0)
    at(clock, DUE_AT)
    expect(await watch.look()).toBe(0)
    expect(await bench.told(associate.id)).toEqual(['deadlineNear 3', 'deadlineNear 1'])
    for (const member of [clerk, client])
      expect(await bench.repository.notifications.list(member.id, { limit: 5 })).toEqual([])
  })

  test('are told once by all processes, also by one that has just started', async () => {
    const { bench, start, watch } = await openWatch()
    await bench.put({ deadlines: [MONDAY] })
    const counts = await Promise.all([watch, start(), start()].map(one => one.look()))
    expect(counts.reduce((sum, count) => sum + count)).toBe(1)
    expect(await start().look()).toBe(0)
    const head = await bench.repository.personal.head(associate.id)
    expect(await watch.look()).toBe(0)
    expect(await bench.repository.personal.head(associate.id)).toBe(head)
    expect(await bench.told(associate.id)).toEqual(['deadlineNear 3'])
  })

  test('that come to be late are told by the nearer threshold only', async () => {
    const { bench, watch } = await openWatch()
    await bench.put({ deadlines: [buildDeadline()] })
    expect(await watch.look()).toBe(1)
    expect(await bench.told(associate.id)).toEqual(['deadlineNear 1'])
  })

  test('that are moved are told again for the time to which they moved', async () => {
    const { bench, watch } = await openWatch()
    const { id } = await bench.put({ deadlines: [MONDAY] })
    await watch.look()
    await bench.edit(associate, id, { deadlines: { put: [{ ...MONDAY, time: '17:00' }] } })
    expect(await watch.look()).toBe(1)
    await bench.edit(associate, id, { deadlines: { put: [MONDAY] } })
    expect(await watch.look()).toBe(0)
  })

  test.each([
    ['are done', { deadlines: [{ ...MONDAY, doneAt: NOW }] }],
    ['are past', { deadlines: [{ ...MONDAY, date: '2026-11-20' }] }],
    ['are further off', { deadlines: [{ ...MONDAY, date: '2026-11-25' }] }],
    ['are of a closed matter', { columnId: 'closed', deadlines: [MONDAY] }],
    ['are of an archived matter', { archived: true, deadlines: [MONDAY] }],
  ])('that %s aren\'t told', async (_what, matter) => {
    const { bench, watch } = await openWatch()
    await bench.put(matter)
    expect(await watch.look()).toBe(0)
    await nobody(bench)
  })

  test('of deleted matters, to closed accounts and to who muted them aren\'t told', async () => {
    const { bench, watch } = await openWatch()
    const gone = await bench.put({ deadlines: [MONDAY] })
    await bench.remove(partner, gone.id)
    const { id } = await bench.put({ deadlines: [MONDAY], assignments: [assign(associate), assign(associate2, 'CONSULTANT')] })
    await bench.repository.accounts.updateMember(associate2.id, { active: false })
    await bench.prefer(associate.id, { mutedMatters: [id] })
    expect(await watch.look()).toBe(0)
    await nobody(bench)
    await bench.prefer(associate.id, { mutedMatters: [], mutedTypes: ['deadlineNear'] })
    expect(await watch.look()).toBe(0)
    await bench.prefer(associate.id, { mutedTypes: [] })
    expect(await watch.look()).toBe(1)
  })

  test.each<[string, (bench: NotificationBench, id: string) => Promise<unknown>, (bench: NotificationBench, id: string) => Promise<unknown>]>([
    ['are walled off', (bench, id) => bench.edit(partner, id, { set: { confidentiality: 'RESTRICTED' } }), (bench, id) => bench.edit(partner, id, { set: { confidentiality: 'NORMAL' } })],
    ['are ticked off', (bench, id) => bench.edit(partner, id, { deadlines: { put: [{ ...MONDAY, doneAt: NOW }] } }), (bench, id) => bench.edit(partner, id, { deadlines: { put: [MONDAY] } })],
    ['are muted', (bench, id) => bench.prefer(paralegal.id, { mutedMatters: [id] }), bench => bench.prefer(paralegal.id, { mutedMatters: [] })],
    ['aren\'t followed any more', (bench, id) => bench.notifications.unfollow(paralegal, id), (bench, id) => bench.notifications.follow(paralegal, id)],
  ])('that %s between the look and the writing aren\'t told, and are when it is taken back', async (_what, meanwhile, back) => {
    const { bench, watch } = await openWatch()
    const { id } = await bench.put({ deadlines: [MONDAY], assignments: [] })
    await bench.notifications.follow(paralegal, id)
    const { notifications } = bench.repository
    const { toldKeys } = notifications
    let head = 0
    notifications.toldKeys = async (...asked) => {
      notifications.toldKeys = toldKeys
      await meanwhile(bench, id)
      head = await bench.repository.personal.head(paralegal.id)
      return await toldKeys(...asked)
    }
    expect(await watch.look()).toBe(0)
    // Nothing tells that there was something to tell of, not even the counter.
    expect(await notifications.list(paralegal.id, { type: 'deadlineNear', limit: 5 })).toEqual([])
    expect(await bench.repository.personal.head(paralegal.id)).toBe(head)
    await back(bench, id)
    expect(await watch.look()).toBe(1)
    expect(await bench.told(paralegal.id)).toContain('deadlineNear 3')
  })

  test('are looked for every ten minutes, whatever failed in between, until it is stopped', async () => {
    const { bench, clock, errors, watch } = await openWatch()
    const { notifications } = bench.repository
    const { openDeadlines } = notifications
    let looks = 0
    let waiting: (() => void)[] = []
    const looked = () => new Promise<void>(resolve => waiting.push(resolve))
    notifications.openDeadlines = async () => {
      looks++
      waiting.forEach(resolve => resolve())
      waiting = []
      if (looks === 2)
        throw new Error('away')
      return await openDeadlines()
    }
    for (let round = 1; round <= 3; round++) {
      const done = looked()
      await clock.advance(10 * 60_000)
      await done
      expect(looks).toBe(round)
      // The next round is set once this one is over.
      await expect.poll(() => clock.timers).toBe(1)
    }
    expect(errors).toEqual([new Error('away')])
    await watch.stop()
    expect(clock.timers).toBe(0)
  })
})

it('[N8] are found from one end of the world to the other', async () => {
  const bench = await openNotificationBench()
  // On the island it is the 23rd already, and the 21st isn't over where the deadline is due.
  const clock = createVirtualClock()
  clock.sleep(Date.UTC(2026, 10, 22, 10, 30) - clock.now())
  await bench.put({ deadlines: [buildDeadline({ date: '2026-11-21', time: '23:00', timeZone: 'Etc/GMT+12' })] })
  const watch = startDeadlineWatch({ repository: bench.repository, firm: { timeZone: 'Pacific/Kiritimati' }, heads: { moved: () => {} }, clock, onError: () => {} })
  expect(await watch.look()).toBe(1)
  await watch.stop()
})

it('[N8] of five thousand matters are found without loading them', async () => {
  const bench = await openNotificationBench()
  const far = [buildDeadline({ date: '2026-12-24' }), buildDeadline({ id: buildId(0xD9), date: '2026-11-30' })]
  const matters = buildMatters(5_000, { description: 'x'.repeat(2_000), deadlines: far })
  matters[7] = { ...matters[7]!, deadlines: [...far, MONDAY] }
  await bench.repository.matters.insertMany(matters, 0)
  const watch = startDeadlineWatch({
    repository: bench.repository, firm: { timeZone: TIME_ZONE }, heads: { moved: () => {} }, clock: createVirtualClock(), onError: () => {},
  })
  bench.repository.matters.findMany = bench.repository.matters.listByBoard = () => Promise.reject(new Error('whole matters'))
  expect(await watch.look()).toBe(1)
  await watch.stop()
})
