import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope, nextTick, reactive, ref } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import type { AssignmentsAnswer, ScheduleDays } from '#shared/protocol/assignments.ts'
import type { UseAssignmentsReturn } from '~/composables/useAssignments.ts'
import { useAssignments } from '~/composables/useAssignments.ts'
import { buildOverview } from '../../helpers/build-overview.ts'
import { BOARD_ID, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const stores = vi.hoisted(() => ({ realtime: {} as { kind: string }, session: {} as { member: unknown, me: unknown, expire: () => void } }))
vi.mock('~/stores/realtime.ts', () => ({ useRealtimeStore: () => stores.realtime }))
vi.mock('~/stores/session.ts', () => ({ useSessionStore: () => stores.session }))

let scope: EffectScope
let page: FakePage
let clock: VirtualClock
let matters: Matter[]
let version: number
/** A round is the interval, and a backoff is nothing, unless a test says otherwise. */
let chance: number
/** What the server says instead of an answer. */
let trouble: { status: number, body?: unknown } | 'network' | null
const asked: { path: string, tag: string | undefined }[] = []
const days = ref<ScheduleDays>(14)

const fetch = vi.fn(async (path: string, { headers }: { headers: Record<string, string> }) => {
  asked.push({ path, tag: headers['if-none-match'] })
  if (trouble === 'network')
    throw new TypeError('Failed to fetch')
  const answer = buildOverview(matters, { version, days: Number(path.split('days=')[1]) as ScheduleDays })
  const problem = trouble
  const status = problem?.status ?? (headers['if-none-match'] === `"${answer.tag}"` ? 304 : 200)
  return { status, headers: { get: () => null }, json: async () => JSON.parse(JSON.stringify(problem ? problem.body ?? {} : answer)) as unknown }
})

function use(initial: AssignmentsAnswer | null = null): UseAssignmentsReturn {
  return scope.run(() => useAssignments(BOARD_ID, { initial, days, fetch, clock, window: page.window }))!
}

beforeEach(() => {
  scope = effectScope()
  page = createFakePage()
  clock = createVirtualClock({ random: () => chance })
  matters = [buildMatter({ assignments: [] }), buildMatter()]
  version = 1
  chance = 0
  trouble = null
  asked.length = 0
  days.value = 14
  stores.realtime = reactive({ kind: 'polling' })
  stores.session = reactive({ member: PEOPLE.partner, me: PEOPLE.partner, expire: vi.fn() })
})

afterEach(() => {
  scope.stop()
  expect(clock.timers).toBe(0)
})

describe('who has room', () => {
  it('is asked for at once, then every ten seconds, by its tag', async () => {
    const { overview, lastSync, status } = use()
    await clock.advance(0)
    expect([Object.keys(overview.value!.unassigned), lastSync.value, status.value]).toEqual([[matters[0]!.id], NOW, 'success'])
    await clock.advance(10_000)
    expect(asked.map(({ tag }) => tag)).toEqual([undefined, `"${overview.value!.tag}"`])
    expect(lastSync.value).toBe(NOW + 10_000)
  })

  it('goes on from what came with the page, a round later', async () => {
    const { overview } = use(buildOverview(matters))
    expect(overview.value!.version).toBe(1)
    await clock.advance(9_999)
    expect(asked).toEqual([])
    await clock.advance(1)
    expect(asked).toHaveLength(1)
  })

  it('keeps the identity of every row that is as it was, wherever it came to stand', async () => {
    const others = Array.from({ length: 3 }, () => buildMatter({ assignments: [] }))
    matters = [...matters, ...others]
    const { overview } = use()
    await clock.advance(0)
    const before = overview.value!
    matters = matters.slice(1)
    version = 2
    await clock.advance(10_000)
    const after = overview.value!
    expect(after).not.toBe(before)
    for (const { id } of others)
      expect(after.unassigned[id]).toBe(before.unassigned[id])
    expect(after.workload).toBe(before.workload)
    expect(after.members).toBe(before.members)
  })

  it('shows a colleague\'s assignment within ten seconds', async () => {
    const { overview } = use()
    await clock.advance(0)
    matters = [buildMatter({ ...matters[0]!, assignments: [{ memberId: PEOPLE.associate2.id, role: 'PRIMARY_LAWYER' }] }), matters[1]!]
    version = 2
    await clock.advance(10_000)
    expect(overview.value!.unassigned).toEqual({})
    expect(overview.value!.workload[PEOPLE.associate2.id]!.matters).toEqual({ PRIMARY_LAWYER: 1 })
  })

  it('is asked for within half a second when the window gets the focus, unless it is fresh', async () => {
    use()
    await clock.advance(4_000)
    page.focus()
    await clock.advance(500)
    expect(asked).toHaveLength(1)
    await clock.advance(1_500)
    page.focus()
    await clock.advance(500)
    expect(asked).toHaveLength(2)
  })

  it('rests while nobody looks, and stays as it was while offline', async () => {
    const { overview, isOnline, lastSync } = use()
    await clock.advance(0)
    page.hide()
    await clock.advance(60_000)
    expect(asked).toHaveLength(1)
    page.show()
    await clock.advance(500)
    page.goOffline()
    await clock.advance(60_000)
    expect(asked).toHaveLength(2)
    expect([isOnline.value, overview.value !== null, lastSync.value]).toEqual([false, true, NOW + 60_050])
  })

  it('[T3] makes no request where live updates are off, but when somebody asks', async () => {
    stores.realtime.kind = 'off'
    const { isOff, reload } = use(buildOverview(matters))
    await clock.advance(60_000)
    page.focus()
    await clock.advance(60_000)
    expect([asked.length, isOff.value]).toEqual([0, true])
    reload()
    await clock.advance(0)
    expect(asked).toHaveLength(1)
    days.value = 30
    await nextTick()
    await clock.advance(0)
    expect(asked).toHaveLength(2)
  })
})

describe('another span of days', () => {
  it('is asked for at once, while what is there stays', async () => {
    const { overview } = use()
    await clock.advance(1_000)
    const before = overview.value!
    days.value = 90
    await nextTick()
    expect(overview.value).toBe(before)
    await clock.advance(0)
    expect(overview.value!.to > before.to).toBe(true)
    expect(asked.at(-1)!.path).toMatch(/days=90$/)
    await clock.advance(10_000)
    expect(asked).toHaveLength(3)
  })
})

describe('trouble', () => {
  it('is tried again, said after three retries, and takes nothing off the screen', async () => {
    const { overview, status, retryCount } = use()
    await clock.advance(0)
    trouble = 'network'
    chance = 0.9
    await clock.advance(10_000)
    expect([status.value, retryCount.value]).toEqual(['retrying', 1])
    await clock.advance(30_000)
    expect(status.value).toBe('error')
    expect(overview.value).not.toBeNull()
    trouble = null
    await clock.advance(60_000)
    expect([status.value, retryCount.value]).toEqual(['success', 0])
  })

  it('[C6] that is the server\'s no leaves nothing on the screen, until it says yes', async () => {
    const { overview, refusal, reload } = use()
    await clock.advance(0)
    trouble = { status: 403, body: { code: 'FORBIDDEN', message: '' } }
    await clock.advance(10_000)
    expect([refusal.value, overview.value]).toEqual(['FORBIDDEN', null])
    await clock.advance(120_000)
    expect(asked).toHaveLength(2)
    trouble = null
    reload()
    await clock.advance(0)
    expect([refusal.value, overview.value !== null]).toEqual([null, true])
  })

  it('of a session that is over asks to sign in again, and waits for it', async () => {
    use()
    await clock.advance(0)
    trouble = { status: 401 }
    await clock.advance(10_000)
    expect(stores.session.expire).toHaveBeenCalledOnce()
    await clock.advance(60_000)
    expect(asked).toHaveLength(2)
    trouble = null
    stores.session.member = null
    stores.session.member = PEOPLE.partner
    await clock.advance(500)
    expect(asked).toHaveLength(3)
  })
})
