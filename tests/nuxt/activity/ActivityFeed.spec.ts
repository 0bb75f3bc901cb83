import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { getQuery, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Activity } from '#shared/kanban/activity.ts'
import type { BoardActivityAnswer } from '#shared/protocol/activity.ts'
import { cursorOf } from '#shared/protocol/activity.ts'
import ActivityFeed from '~/components/activity/ActivityFeed.vue'
import { provideBoardVisits } from '~/composables/useBoardVisits.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { BOARD_ID, buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

const { partner, partner2, associate } = PEOPLE
let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const matter = buildMatter({ title: 'Lease of the east wing' })
const step = (version: number, part: Partial<Activity> = {}): Activity => ({
  id: buildId(version), matterId: matter.id, version, kind: 'edited', actorId: partner2.id, at: NOW - 3_600_000 + version, reason: null,
  fields: { title: { old: 'Lease', new: `Lease ${version}` } }, commentId: null, undo: false, ...part,
})
let stored: Activity[] = []
let more: Partial<BoardActivityAnswer> = {}
let status = 200
const asked = vi.fn<(query: Record<string, unknown>) => void>()
registerEndpoint(`/api/boards/${BOARD_ID}/activity`, (event) => {
  const query = getQuery(event)
  asked(query)
  setResponseStatus(event, status)
  if (status !== 200)
    return { code: 'UNAVAILABLE', message: '' }
  const known = stored.findIndex(found => cursorOf(found) === query.since)
  return { activity: known === -1 ? stored : stored.slice(0, known), before: null, lastVisit: null, away: null, ...more }
})
registerEndpoint(`/api/boards/${BOARD_ID}/visit`, { method: 'POST', handler: () => ({ lastVisit: NOW }) })

const closed = vi.fn()
let page: Awaited<ReturnType<typeof mount>>
async function mount() {
  const Page = defineComponent(() => {
    const view = provideKanban(BOARD_ID)
    provideBoardVisits(view)
    return () => h(ActivityFeed, { onClose: closed })
  })
  return mountSuspended(Page, { attachTo: document.body })
}
async function open(): Promise<void> {
  page = await mount()
  await vi.waitFor(() => expect(page.find('[role="status"]').text()).toBe(''))
  await flushPromises()
}
const lines = () => page.findAll('[data-step]').map(line => line.text().replace(/\s+/g, ' '))

beforeEach(() => {
  vi.clearAllMocks()
  kanban = fakeKanban({ matters: [matter], me: partner })
  stored = [step(2, { kind: 'moved', fields: { columnId: { old: 'in-progress', new: 'review' } }, reason: 'Draft is ready' }), step(1, { actorId: partner.id })]
  more = {}
  status = 200
})
afterEach(() => page.unmount())

describe('the feed of a board', () => {
  it('says who did what, to which matter, what it was before and why', async () => {
    await open()
    expect(lines()).toHaveLength(2)
    expect(lines()[0]).toContain('Robert Chen')
    expect(lines()[0]).toContain('moved it from In progress to Review')
    expect(lines()[0]).toContain('Draft is ready')
    expect(lines()[0]).toContain(`${matter.caseNumber} Lease of the east wing`)
    expect(lines()[1]).toContain('You')
    expect(page.get('[data-step] a').attributes('href')).toBe(`/boards/${BOARD_ID}/matters/${matter.id}`)
    expect(page.find('[data-activity-away]').exists()).toBe(false)
  })

  it('says what others did since the reader was away, and where that ends', async () => {
    more = { away: { since: NOW - 3_600_000 + 1, changes: 1, people: 1, more: false } }
    await open()
    expect(page.get('[data-activity-away]').text()).toContain('One change by one person since 11:00')
    expect(page.get('[data-activity-divider]').element.previousElementSibling?.getAttribute('data-step')).toBe(buildId(2))
  })

  it('says that nothing happened to who was away, and not to who left a moment ago', async () => {
    more = { away: { since: NOW - 3_600_000, changes: 0, people: 0, more: false } }
    await open()
    expect(page.get('[data-activity-away]').text()).toContain('Nobody else changed anything since')
    page.unmount()
    more = { away: { since: NOW - 60_000, changes: 0, people: 0, more: false } }
    await open()
    expect(lines()).toHaveLength(2)
    expect(page.find('[data-activity-away]').exists()).toBe(false)
  })

  it('[C6] loses what is hidden from the reader at once', async () => {
    await open()
    kanban.rows.value = []
    await flushPromises()
    expect(lines()).toEqual([])
  })

  it('is empty with a word, and says when nothing can be read', async () => {
    stored = []
    await open()
    expect(page.text()).toContain('Nothing has happened here yet')
    page.unmount()
    status = 503
    page = await mount()
    await vi.waitFor(() => expect(page.text()).toContain('The activity couldn\'t be loaded'))
    status = 200
    stored = [step(1)]
    await page.findAll('button').find(button => button.text() === 'Try again')!.trigger('click')
    await vi.waitFor(() => expect(lines()).toHaveLength(1))
  })

  it('shows one matter alone, and all again', async () => {
    await open()
    await page.get(`button[aria-label="Only ${matter.caseNumber}"]`).trigger('click')
    await vi.waitFor(() => expect(asked.mock.lastCall![0]).toMatchObject({ matter: matter.id }))
    await page.get('button[aria-label*="All matters again"]').trigger('click')
    await vi.waitFor(() => expect(asked.mock.lastCall![0]).not.toHaveProperty('matter'))
  })

  it('names who else did it by the name of now, and nobody who isn\'t known', async () => {
    stored = [step(2, { actorId: associate.id }), step(1, { actorId: buildId(0xDEAD) })]
    await open()
    expect(lines()[0]).toContain('Kenji Sato')
    expect(lines()[1]).toContain('someone')
  })
})
