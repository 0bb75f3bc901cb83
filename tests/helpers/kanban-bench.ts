import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, vi } from 'vitest'
import type { EffectScope, Ref } from 'vue'
import { effectScope } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import type { MutationResult, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { PullOutcome, RealTimeTransport } from '#shared/realtime/transport.ts'
import type { KanbanView } from '~/composables/useKanban.ts'
import { useKanbanRealTime } from '~/composables/useKanbanRealTime.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { assign, BOARD_ID, buildMatters, NOW, PEOPLE } from './builders.ts'
import type { FakeDisk } from './fake-device.ts'
import type { FakePage } from './fake-page.ts'
import { createFakePage } from './fake-page.ts'
import type { FakeTransport } from './fake-transport.ts'
import { createFakeTransport } from './fake-transport.ts'
import { buildSnapshot, buildUpdates } from './wire-builders.ts'

/** To the end of a column that a matter can go to. */
export const toReview = { columnId: 'review', placement: { end: true } } as const

/** A page with one board open, whose server, link and device a test plays. */
export interface KanbanBench {
  readonly scope: EffectScope
  readonly page: FakePage
  readonly transport: FakeTransport
  /** The matters that the first read brings. */
  first: Matter
  second: Matter
  /** A page that nothing was done on. */
  newPage: () => void
  /** Has the page use another transport. */
  turn: (kind: RealTimeTransport['kind']) => void
  advance: (ms: number) => Promise<unknown>
  /** What the next request brings. */
  answer: (outcome: PullOutcome) => void
  /** How the server takes the next changes: each number with this result. */
  results: (result: Omit<MutationResult, 'n'>) => void
  snapshot: (parts: Partial<SnapshotAnswer>) => PullOutcome
  news: (parts: Partial<UpdatesAnswer>) => PullOutcome
  /** The board, before anything was read. */
  openBoard: (boardId?: string | Ref<string>) => KanbanView
  /** The board as it is after its first read. */
  opened: (boardId?: string | Ref<string>) => Promise<KanbanView>
}

/**
 * Opens a page before each test from here on, and closes it after it. `device` is what the test has in place of this
 * machine's: a mock of a module can't come from a helper.
 */
export function setUpKanban(device: { disk: FakeDisk, fails: boolean }): KanbanBench {
  const [first, second] = buildMatters(2, { assignments: [assign(PEOPLE.partner)] }) as [Matter, Matter]
  let scope: EffectScope
  let page: FakePage
  let transport: FakeTransport

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    vi.stubGlobal('window', new EventTarget())
    // What a page of the test before told its other tabs would arrive here, about an outbox of the same name.
    vi.stubGlobal('BroadcastChannel', undefined)
    device.disk = new Map()
    device.fails = false
    newPage()
  })

  function newPage(): void {
    setActivePinia(createPinia())
    scope = effectScope()
    page = createFakePage()
    turn('polling')
    void useRealtimeStore().transport.connect()
    const session = useSessionStore()
    session.member = { ...PEOPLE.partner, email: '', locale: null, transport: null }
    session.lastMember = PEOPLE.partner
  }

  function turn(kind: RealTimeTransport['kind']): void {
    transport = createFakeTransport(kind)
    useRealtimeStore().switchTo(kind, () => transport)
  }

  afterEach(() => {
    scope.stop()
    useKanbanStore().forget()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  const answer = (outcome: PullOutcome): void => void transport.pull.mockResolvedValueOnce(outcome)
  const snapshot = (parts: Partial<SnapshotAnswer>): PullOutcome => ({ kind: 'snapshot', answer: buildSnapshot(parts) })
  const openBoard = (boardId: string | Ref<string> = BOARD_ID): KanbanView => scope.run(() => useKanbanRealTime(boardId, { window: page.window }))!

  function results(result: Omit<MutationResult, 'n'>): void {
    transport.send.mockImplementationOnce(async (_, cid, items) => ({ protocol: PROTOCOL_VERSION, cid, results: items.map(({ n }) => ({ n, ...result })) }))
  }

  async function opened(boardId?: string | Ref<string>): Promise<KanbanView> {
    answer(snapshot({ matters: [first, second] }))
    const kanban = openBoard(boardId)
    await advance(0)
    return kanban
  }

  return {
    first, second, newPage, turn, advance, answer, results, snapshot, openBoard, opened,
    news: parts => ({ kind: 'updates', answer: buildUpdates(parts) }),
    get scope() { return scope },
    get page() { return page },
    get transport() { return transport },
  }
}
