import { beforeEach, expect, it, vi } from 'vitest'
import type { LeaderNews } from '#shared/realtime/tab-messages.ts'
import type { TabRole } from '#shared/realtime/tab-leader.ts'
import type { TabPassing } from '#shared/realtime/tab-passing.ts'
import { createTabPassing } from '#shared/realtime/tab-passing.ts'
import type { BoardPosition, PullOutcome } from '#shared/realtime/transport.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const ELSEWHERE = buildId(0xB0)
const source = { pushed: vi.fn(), pulled: vi.fn() }
const tell = vi.fn()
const news = buildUpdates({ deleted: [buildId(1)] })
const sign = buildUpdates({ version: 1 })
const cursor = { boardId: BOARD_ID, from: PEOPLE.associate.id, at: NOW, data: { at: null } }
const note = { boardId: BOARD_ID, from: PEOPLE.associate.id, at: NOW, data: { text: 'Lunch?' } }

let clock: VirtualClock
let link: FakeTransport
let position: BoardPosition | null
let role: TabRole | null
let cursorsWanted: { here: boolean, elsewhere: boolean }
let shared: LeaderNews[]
/** What was told before. */
let told: unknown
let passing: TabPassing

beforeEach(() => {
  vi.resetAllMocks()
  clock = createVirtualClock()
  link = createFakeTransport()
  position = { boardId: BOARD_ID, epoch: 'e1', version: 1, cid: 'mine' }
  role = 'leader'
  cursorsWanted = { here: false, elsewhere: false }
  shared = []
  told = null
  passing = createTabPassing({
    link, clock, tell, source,
    position: () => position,
    election: () => role && { role, share: one => void shared.push(one), wantsCursorsElsewhere: () => cursorsWanted.elsewhere },
    isWanted: event => event !== 'cursor' || cursorsWanted.here,
    isNew: (_, data) => data !== told,
  })
})

async function pulls(outcome: PullOutcome, boardId = BOARD_ID): Promise<void> {
  link.pull.mockResolvedValueOnce(outcome)
  expect(await passing.pull({ ...position!, boardId })).toBe(outcome)
}

it('[L1] tells news of the open board here, and passes them on with the outbox whose acks go along', () => {
  link.tell('updates', { boardId: BOARD_ID, answer: news })
  expect(source.pushed).toHaveBeenCalledExactlyOnceWith(BOARD_ID, news)
  expect(tell).toHaveBeenCalledExactlyOnceWith('updates', { boardId: BOARD_ID, answer: news })
  expect(shared).toEqual([{ kind: 'updates', cid: 'mine', answer: news }])
})

it('[L1] passes on where its place was when the news came, not where they brought it', () => {
  tell.mockImplementation(() => position = { ...position!, version: 2, cid: 'next' })
  link.tell('updates', { boardId: BOARD_ID, answer: news })
  expect([shared, passing.asOf]).toEqual([[{ kind: 'updates', cid: 'mine', answer: news }], clock.now()])
})

it('[T2] keeps an empty answer to itself, and is right as of then', () => {
  link.tell('updates', { boardId: BOARD_ID, answer: sign })
  expect([shared, passing.asOf]).toEqual([[], clock.now()])
})

it('is right as of no answer from elsewhere than where it stands', () => {
  link.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 2, version: 3 }) })
  link.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ epoch: 'e2' }) })
  expect(passing.asOf).toBeNull()
})

it('tells of a board in the background that it has news, not what they are, and passes nothing on', async () => {
  link.tell('updates', { boardId: ELSEWHERE, answer: news })
  link.tell('note', { ...note, boardId: ELSEWHERE })
  await pulls({ kind: 'updates', answer: news }, ELSEWHERE)
  expect([source.pushed, source.pulled].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  expect(tell.mock.calls).toEqual([['updates', { boardId: ELSEWHERE, answer: news }]])
  expect([shared, passing.asOf]).toEqual([[], null])
})

it('[L1] passes on what it asked for and got, as the leader', async () => {
  await pulls({ kind: 'updates', answer: news })
  await pulls({ kind: 'updates', answer: sign })
  await pulls({ kind: 'unchanged' })
  expect(source.pulled).toHaveBeenCalledTimes(3)
  expect(shared).toEqual([{ kind: 'updates', cid: 'mine', answer: news }])
})

it('is right as of every answer to its question but a reset', async () => {
  await pulls({ kind: 'reset' } as PullOutcome)
  expect(passing.asOf).toBeNull()
  await pulls({ kind: 'snapshot', answer: buildSnapshot() })
  expect(passing.asOf).toBe(clock.now())
  passing.begin()
  expect(passing.asOf).toBeNull()
})

it('[L1] passes on nothing that it asked for while it follows or stands alone', async () => {
  for (role of ['follower', 'alone', null] as const)
    await pulls({ kind: 'updates', answer: news })
  expect([shared, passing.asOf]).toEqual([[], null])
})

it('[T1] tells and passes on that the firm wants another way', () => {
  link.tell('policy', { transport: 'polling' })
  expect(tell).toHaveBeenCalledExactlyOnceWith('policy', { transport: 'polling' })
  expect(shared).toEqual([{ kind: 'policy', transport: 'polling' }])
})

it('[A4] tells and passes on what members say, unless it was told before', () => {
  link.tell('note', note)
  told = note
  link.tell('note', note)
  expect(tell.mock.calls).toEqual([['note', note]])
  expect(shared).toEqual([{ kind: 'event', event: 'note', data: note }])
})

it('[A2] tells where others point where this tab shows it, and passes it on where another does', () => {
  link.tell('cursor', cursor)
  expect([tell.mock.calls, shared]).toEqual([[], []])
  cursorsWanted = { here: true, elsewhere: false }
  link.tell('cursor', cursor)
  expect([tell.mock.calls, shared]).toEqual([[['cursor', cursor]], []])
  cursorsWanted = { here: false, elsewhere: true }
  link.tell('cursor', cursor)
  expect([tell.mock.calls.length, shared]).toEqual([1, [{ kind: 'event', event: 'cursor', data: cursor }]])
})
