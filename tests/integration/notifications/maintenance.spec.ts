import { describe, expect, it } from 'vitest'
import { announceMaintenance } from '#server/services/notifications/announce-maintenance.ts'
import { tidy } from '#server/services/housekeeping.ts'
import type { Maintenance } from '#shared/protocol/notifications.ts'
import type { NotificationBench } from '../../helpers/notification-bench.ts'
import { openNotificationBench } from '../../helpers/notification-bench.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import { POSTGRES_URL } from '../../helpers/postgres.ts'
import { openOnPostgres, openOnSqlite } from '../../helpers/test-firm.ts'

const { partner, associate, associate2, client, admin } = PEOPLE
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const EVENING: Maintenance = { startsAt: NOW + 5 * HOUR_MS, minutes: 30, text: 'An update' }

describe.each([['SQLite', openOnSqlite], ['PostgreSQL', POSTGRES_URL ? openOnPostgres : null]] as const)('[N9] what is announced and forgotten, on %s', (_name, open) => {
  const test = it.skipIf(!open)
  const openBench = () => openNotificationBench({ open: open! })
  const announce = (bench: NotificationBench, maintenance: Maintenance | null) =>
    bench.repository.transaction(stores => announceMaintenance(stores, maintenance, admin.id, bench.clock.now))

  test('a maintenance is told to all active members but who announced it, once', async () => {
    const bench = await openBench()
    await bench.repository.accounts.updateMember(associate2.id, { active: false })
    await bench.prefer(partner.id, { mutedTypes: ['system'] })
    const heads = await announce(bench, EVENING)
    expect(heads.get(client.id)).toBe(await bench.repository.personal.head(client.id))
    expect(heads.has(associate2.id)).toBe(false)
    for (const member of [associate, client])
      expect(await bench.unread(member.id)).toMatchObject([{ type: 'system', matter: null, by: admin.id, at: NOW, maintenance: EVENING }])
    for (const member of [associate2, partner, admin])
      expect(await bench.repository.notifications.list(member.id, { limit: 5 })).toEqual([])
    await bench.notifications.mark(client, { all: true, read: true })
    await announce(bench, { ...EVENING })
    expect(await bench.read(client.id)).toMatchObject({ unread: 0, items: [{ read: true }] })
  })

  test('another time takes the place of the first, and nothing is left where it is called off', async () => {
    const bench = await openBench()
    await announce(bench, EVENING)
    const before = await bench.repository.personal.head(associate.id)
    const [first] = await bench.unread(associate.id)
    await announce(bench, { ...EVENING, minutes: 60 })
    expect(await bench.read(associate.id, before)).toMatchObject({ items: [{ maintenance: { minutes: 60 } }], gone: [first!.id], unread: 1 })
    await announce(bench, EVENING)
    expect(await bench.unread(associate.id)).toMatchObject([{ maintenance: EVENING }])
    await announce(bench, null)
    expect(await bench.read(associate.id)).toMatchObject({ items: [], unread: 0 })
  })

  test('what was called off and is announced once more is told once more, also to who had cleared it', async () => {
    const bench = await openBench()
    await announce(bench, EVENING)
    await bench.notifications.clear(associate, (await bench.unread(associate.id)).map(({ id }) => id))
    await announce(bench, { ...EVENING, minutes: 60 })
    await announce(bench, EVENING)
    expect(await bench.unread(associate.id)).toMatchObject([{ maintenance: EVENING }])
    await bench.notifications.clear(associate, (await bench.unread(associate.id)).map(({ id }) => id))
    await announce(bench, { ...EVENING })
    expect(await bench.unread(associate.id)).toEqual([])
    for (const maintenance of [null, EVENING])
      await announce(bench, maintenance)
    expect(await bench.unread(associate.id)).toMatchObject([{ maintenance: EVENING }])
  })

  test('one that is over stays in the history', async () => {
    const bench = await openBench()
    await announce(bench, EVENING)
    bench.clock.now = EVENING.startsAt + 20 * 60_000
    await announce(bench, null)
    expect(await bench.unread(associate.id)).toEqual([])
    await announce(bench, EVENING)
    bench.clock.now = EVENING.startsAt + 30 * 60_000
    await announce(bench, { ...EVENING, startsAt: bench.clock.now + DAY_MS })
    expect(await bench.unread(associate.id)).toHaveLength(2)
  })

  test('old notifications are forgotten with everything else that nobody needs', async () => {
    const bench = await openBench()
    const { id } = await bench.put()
    const ages = [
      {}, { readAt: NOW - 91 * DAY_MS }, { readAt: NOW - 89 * DAY_MS }, { clearedAt: NOW - 31 * DAY_MS }, { clearedAt: NOW - 29 * DAY_MS },
      { at: NOW - 401 * DAY_MS },
    ]
    const records = ages.map((age, index) => ({
      id: buildId(0x60000 + index), memberId: associate.id, dedupeKey: `k${index}`, version: 1, type: 'assigned' as const, boardId: BOARD_ID, matterId: id,
      actorId: null, at: NOW - 399 * DAY_MS, data: { role: 'CLERK' }, readAt: null, clearedAt: null, ...age,
    }))
    await bench.repository.notifications.insert(records)
    await tidy(bench.repository, NOW)
    const kept = await bench.repository.notifications.find(associate.id, records.map(record => record.id))
    expect(kept.map(record => record.id).sort()).toEqual([0, 2, 4].map(index => records[index]!.id))
  })
})
