import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { computed, effectScope, shallowRef } from 'vue'
import { useRequestFetch } from '#imports'
import type { Activity } from '#shared/kanban/activity.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { cursorOf } from '#shared/protocol/activity.ts'
import type { ActivityFilters } from '~/composables/useBoardActivity.ts'
import { ALL_ACTIVITY, useBoardActivity } from '~/composables/useBoardActivity.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { BOARD_ID, buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import { createFakePage } from '../../helpers/fake-page.ts'

const matter = buildMatter()
const matters = shallowRef<Matter[]>([])
const version = shallowRef(1)
const heard = new Map<string, () => void>()

vi.mock('~/composables/useKanban.ts', () => ({
  useKanban: () => ({
    boardId: computed(() => BOARD_ID),
    matterById: (id: string) => matters.value.find(row => row.id === id),
    version: computed(() => version.value),
  }),
}))
vi.mock('~/composables/useRealTimeTransport.ts', () => ({
  useRealTimeTransport: () => ({ subscribe: (event: string, listener: () => void) => heard.set(event, listener) }),
}))

const step = (version: number, part: Partial<Activity> = {}): Activity => ({
  id: buildId(version), matterId: matter.id, version, kind: 'edited', actorId: PEOPLE.partner.id, at: NOW + version, reason: null, fields: {}, commentId: null, undo: false, ...part,
})

/** What the server knows, newest first; it answers `page` of them at once. */
let stored: Activity[] = []
let page = 50
const asked: Record<string, unknown>[] = []
async function answer(_path: string, { query }: { query: Record<string, string | number | undefined> }) {
  asked.push(query)
  const [before, since] = [query.before, query.since].map(cursor => stored.findIndex(found => cursorOf(found) === cursor))
  const all = stored.slice(before === -1 ? 0 : before! + 1, since === -1 ? undefined : since)
  const activity = all.slice(0, page)
  return { activity, before: all.length > page ? cursorOf(activity.at(-1)!) : null, lastVisit: null, away: null }
}
const request = vi.fn(answer)
const window = createFakePage()
const filters = shallowRef<ActivityFilters>({ ...ALL_ACTIVITY })
const settle = () => vi.advanceTimersByTimeAsync(100)
let scope: EffectScope
const open = () => scope.run(() => useBoardActivity({ filters, window: window.window }))!
const versions = (feed: ReturnType<typeof open>) => feed.steps.value.map(({ version }) => version)

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.clearAllMocks()
  setActivePinia(createPinia())
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  request.mockImplementation(answer)
  scope = effectScope()
  matters.value = [matter]
  version.value = 1
  filters.value = { ...ALL_ACTIVITY }
  stored = [3, 2, 1].map(number => step(number))
  page = 50
  asked.length = 0
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

/** Somebody does something, and the board hears of it. */
async function happen(...steps: Activity[]): Promise<void> {
  stored = [...steps, ...stored]
  version.value += 1
  await settle()
}

describe('the activity of the open board', () => {
  it('is there newest first, and asks for what is newer whenever the board moves on', async () => {
    const feed = open()
    expect([feed.loading.value, versions(feed)]).toEqual([true, []])
    await settle()
    expect([feed.loading.value, versions(feed)]).toEqual([false, [3, 2, 1]])
    await happen(step(4))
    expect(versions(feed)).toEqual([4, 3, 2, 1])
    expect(asked.at(-1)).toMatchObject({ since: cursorOf(step(3)) })
  })

  it('begins anew when more is new than fits in a page', async () => {
    page = 3
    const feed = open()
    await settle()
    await happen(step(8), step(7), step(6), step(5), step(4))
    expect(versions(feed)).toEqual([8, 7, 6])
    await feed.loadOlder()
    expect(versions(feed)).toEqual([8, 7, 6, 5, 4, 3])
    expect(feed.hasOlder.value).toBe(true)
    await feed.loadOlder()
    expect([versions(feed), feed.hasOlder.value]).toEqual([[8, 7, 6, 5, 4, 3, 2, 1], false])
  })

  it('keeps older pages while new steps come in on top', async () => {
    page = 2
    const feed = open()
    await settle()
    await feed.loadOlder()
    await happen(step(4))
    expect(versions(feed)).toEqual([4, 3, 2, 1])
  })

  it('[C6] loses a matter with the board, at once and without asking', async () => {
    const other = buildMatter()
    matters.value = [matter, other]
    stored = [step(5, { matterId: other.id }), ...stored]
    const feed = open()
    await settle()
    expect(versions(feed)).toEqual([5, 3, 2, 1])
    matters.value = [matter]
    expect(versions(feed)).toEqual([3, 2, 1])
  })

  it('reads all of it again when a matter comes into sight, since its steps may be old', async () => {
    const feed = open()
    await settle()
    const other = buildMatter()
    stored = [step(3), step(2), step(1, { id: buildId(0x55), matterId: other.id }), step(1)]
    matters.value = [matter, other]
    heard.get('matter:created')!()
    version.value += 1
    await settle()
    expect(feed.steps.value.map(({ matterId }) => matterId)).toEqual([matter.id, matter.id, other.id, matter.id])
  })

  it('asks anew for what else is wanted, and shows nothing of what was', async () => {
    const feed = open()
    await settle()
    filters.value = { actor: PEOPLE.clerk.id, group: 'comments', matter: matter.id }
    expect([feed.loading.value, versions(feed)]).toEqual([true, []])
    await settle()
    expect(asked.at(-1)).toMatchObject({ actor: PEOPLE.clerk.id, kind: 'commentAdded,commentEdited,commentRemoved', matter: matter.id })
    expect(asked.at(-1)).not.toHaveProperty('since')
    expect(feed.loading.value).toBe(false)
  })

  it('says when nothing could be read, and goes on when it can', async () => {
    request.mockRejectedValue(new Error('away'))
    const feed = open()
    await settle()
    expect([feed.loading.value, feed.error.value === null]).toEqual([false, false])
    request.mockImplementation(answer)
    await feed.refresh()
    expect([versions(feed), feed.error.value]).toEqual([[3, 2, 1], null])
    request.mockRejectedValueOnce(new Error('away'))
    page = 0
    await happen(step(4))
    expect(await feed.loadOlder()).toBe(true)
  })

  it('asks once for what happens at once, and nothing while nobody looks', async () => {
    open()
    await settle()
    const before = asked.length
    version.value += 1
    await vi.advanceTimersByTimeAsync(50)
    version.value += 1
    await settle()
    expect(asked.length).toBe(before + 1)
    window.hide()
    await happen(step(4))
    expect(asked.length).toBe(before + 1)
    window.show()
    await settle()
    expect(asked.length).toBe(before + 2)
  })

  it('asks once, and then nothing by itself, where live updates are off', async () => {
    useRealtimeStore().kind = 'off'
    const feed = open()
    await vi.advanceTimersByTimeAsync(300_000)
    expect(asked).toHaveLength(1)
    expect(versions(feed)).toEqual([3, 2, 1])
  })
})
