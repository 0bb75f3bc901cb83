import { mockNuxtImport, mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VNode } from 'vue'
import { defineComponent, nextTick } from 'vue'
import type { NotificationBody } from '#shared/protocol/notifications.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import BoardWorkLines from '~/components/notifications/BoardWorkLines.vue'
import { useBoardChanges } from '~/composables/useBoardChanges.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { useNotificationsStore } from '~/stores/notifications.ts'
import { BOARD_ID, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import type { FakePersonal } from '../../helpers/fake-personal.ts'
import { buildNotification } from '../../helpers/notification-builders.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

interface Shown { 'title': () => VNode, 'type': string, 'onUpdate:open': (open: boolean) => void }

const holder = vi.hoisted(() => ({ personal: null as unknown, route: { params: {} as Record<string, string>, query: {} }, report: null as unknown }))
vi.mock('~/stores/personal.ts', async () => {
  const { createFakePersonal } = await import('../../helpers/fake-personal.ts')
  holder.personal ??= createFakePersonal()
  return { usePersonalStore: () => holder.personal }
})
vi.mock('~/composables/useAwayReport.ts', () => ({ useAwayReport: () => ({ report: { get value() { return holder.report } } }), isToldLater: () => false }))
const personal = () => holder.personal as FakePersonal
const { shown } = vi.hoisted(() => ({ shown: new Map<string, unknown>() }))
mockNuxtImport('useToast', () => () => ({ add: (toast: { id: string }) => shown.set(toast.id, toast), remove: (id: string) => shown.delete(id) }))
mockNuxtImport('useRoute', () => () => holder.route)
let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const BEN = PEOPLE.partner2
const matters = Array.from({ length: 30 }, (_, index) => buildMatter({ caseNumber: `2026-CV-${index}`, title: `Matter ${index}`, columnId: 'review' }))
const did = (index: number, kind: RemoteChange['kind'] = 'moved', by: string | null = BEN.id): RemoteChange => ({ matterId: matters[index]!.id, kind, by, matter: matters[index]! })

const mounted: { unmount: () => void }[] = []
let clock: VirtualClock
let visibility: DocumentVisibilityState

beforeEach(async () => {
  personal()?.reset()
  shown.clear()
  holder.route.params = {}
  holder.report = null
  clock = createVirtualClock()
  look('visible')
  kanban = fakeKanban({ matters: [...matters], me: PEOPLE.partner })
  mounted.push(await mountSuspended(defineComponent(() => {
    useBoardChanges(provideKanban('b'), { lines: BoardWorkLines, clock })
    return () => null
  })))
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  vi.restoreAllMocks()
})

function look(state: DocumentVisibilityState): void {
  visibility = state
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
  document.dispatchEvent(new Event('visibilitychange'))
}

const notice = () => shown.entries().find(([id]) => id.startsWith('board-changes'))?.[1] as Shown | undefined

/** What the notice says, a line each, and where it leads. */
async function said(): Promise<{ lines: string[], links: string[] }> {
  if (!notice())
    return { lines: [], links: [] }
  const drawn = await mountSuspended(defineComponent(() => () => notice()!.title()))
  const result = {
    lines: drawn.findAll('p:not(.sr-only)').map(line => line.text()),
    links: drawn.findAll('a').map(link => `${link.text()} → ${link.attributes('href')}`),
  }
  drawn.unmount()
  return result
}

async function pass(ms: number): Promise<void> {
  await clock.advance(ms)
  await nextTick()
}

describe('what others do on the open board', () => {
  it('is told together by person, with the way there, and silently, as the board says it itself', async () => {
    kanban.tellRemote([did(0), did(1)])
    await pass(3_000)
    kanban.tellRemote([did(2), did(3), did(4, 'edited', PEOPLE.associate.id)])
    await pass(3_999)
    expect(notice()).toBeUndefined()
    await pass(1)
    const { lines, links } = await said()
    expect(lines).toEqual([`${BEN.name} moved 4 matters`, `${PEOPLE.associate.name} changed one matter`])
    expect(links[0]).toBe(`2026-CV-0 · Matter 0 → /boards/${BOARD_ID}/matters/${matters[0]!.id}`)
    expect(links).toHaveLength(4)
    expect(notice()!.type).toBe('background')
    expect(notice()!.title().props).toHaveProperty('data-reka-toast-announce-exclude')
    expect(useNotificationsStore().hasBoardNotice).toBe(true)
    notice()!['onUpdate:open'](false)
    expect(useNotificationsStore().hasBoardNotice).toBe(false)
  })

  it.each([
    ['one move, with its column', [did(0)], [`${BEN.name} moved a matter to Review`]],
    ['what was added', [did(0, 'created'), did(1, 'created')], [`${BEN.name} added 2 matters`]],
    ['several things', [did(0, 'created'), did(1), did(2)], [`${BEN.name} worked on 3 matters: one added, 2 moved`]],
    ['what went away, without a name', [did(0, 'deleted', null), did(1, 'deleted', null)], ['2 matters left the board']],
    ['a catch-up as a number', Array.from({ length: 21 }, (_, index) => did(index)), ['The board was brought up to date: 21 changes']],
  ] as [string, RemoteChange[], string[]][])('says %s', async (_, changes, lines) => {
    kanban.tellRemote(changes)
    await pass(4_000)
    expect((await said()).lines).toEqual(lines)
  })

  it('is told of three people by name, and of others in a line', async () => {
    kanban.tellRemote([did(0), did(1, 'moved', PEOPLE.associate.id), did(2, 'moved', PEOPLE.clerk.id), did(3, 'moved', PEOPLE.paralegal.id)])
    await pass(4_000)
    expect((await said()).lines).toHaveLength(4)
    expect((await said()).lines[3]).toBe('Others worked here, too')
  })

  it('[C6] names nothing that went away in the meantime', async () => {
    kanban.tellRemote([did(0), did(1)])
    kanban.rows.value = kanban.rows.value.filter(({ id }) => id !== matters[0]!.id)
    await pass(4_000)
    expect(await said()).toMatchObject({ lines: [`${BEN.name} moved a matter to Review`] })
    kanban.rows.value = []
    expect((await said()).links).toEqual([])
  })

  it('is told afterwards while a card is held, or the page isn\'t on the screen', async () => {
    kanban.interacting.value = true
    kanban.tellRemote([did(0)])
    await pass(20_000)
    expect(notice()).toBeUndefined()
    kanban.interacting.value = false
    await nextTick()
    await pass(0)
    expect(notice()).toBeDefined()
    shown.clear()
    look('hidden')
    kanban.tellRemote([did(1)])
    await pass(20_000)
    expect(notice()).toBeUndefined()
    look('visible')
    await nextTick()
    await pass(0)
    expect(notice()).toBeDefined()
  })

  it('after a time without the server is one number, unless the report of the absence tells it', async () => {
    kanban.lastSync.value = NOW - 61_000
    await nextTick()
    kanban.tellRemote([did(0), did(1)])
    await pass(4_000)
    expect((await said()).lines).toEqual(['The board was brought up to date: 2 changes'])
    shown.clear()
    holder.report = { others: [{ matterId: matters[2]!.id }] }
    kanban.tellRemote([did(2)])
    await pass(4_000)
    expect(notice()).toBeUndefined()
  })

  it.each([
    ['is open', () => { holder.route.params = { matterId: matters[0]!.id } }],
    ['is muted', () => personal().setPreferences({ mutedMatters: [matters[0]!.id] })],
    ['is on a muted board', () => personal().setPreferences({ mutedBoards: [BOARD_ID] })],
    ['happens on boards that nobody wants to hear of', () => personal().setPreferences({ mutedTypes: ['board'] })],
    ['comes in quiet hours', () => personal().setPreferences({ quietHours: { from: '11:00', to: '13:00' } })],
    ['an administrator has paused', () => personal().setFirm({ notices: 'personal' })],
  ])('isn\'t told where it %s', async (_, prepare) => {
    await prepare()
    kanban.tellRemote([did(0)])
    await pass(20_000)
    expect(notice()).toBeUndefined()
  })

  it('isn\'t told where a notification tells it', async () => {
    const { id, boardId, caseNumber, title } = matters[0]!
    personal().tell({ full: true, items: [buildNotification({ matter: { id, boardId, caseNumber, title } } as Partial<NotificationBody>)] })
    kanban.tellRemote([did(0, 'edited'), did(1, 'edited')])
    await pass(4_000)
    expect((await said()).links).toEqual([expect.stringContaining('2026-CV-1')])
    personal().tell({ full: true, items: [] })
  })

  it('isn\'t told where this member did it', async () => {
    kanban.tellRemote([did(0, 'moved', PEOPLE.partner.id)])
    await pass(20_000)
    expect(notice()).toBeUndefined()
  })
})
