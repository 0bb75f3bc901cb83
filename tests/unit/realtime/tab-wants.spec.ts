import { beforeEach, expect, it, vi } from 'vitest'
import { SOCKET_LIMITS } from '#shared/protocol/socket.ts'
import type { TabRole } from '#shared/realtime/tab-leader.ts'
import type { TabWants } from '#shared/realtime/tab-wants.ts'
import { createTabWants } from '#shared/realtime/tab-wants.ts'
import { buildId } from '../../helpers/builders.ts'

const [mine, theirs, third] = [buildId(1), buildId(2), buildId(3)]
const link = { focus: vi.fn(), want: vi.fn() }
/** What is known of the other tabs; null for a tab that stands alone. */
let others: { role: TabRole, open: string[], cursors: boolean } | null
let wants: TabWants

beforeEach(() => {
  vi.resetAllMocks()
  others = { role: 'leader', open: [], cursors: false }
  wants = createTabWants({
    link,
    election: () => others && { role: others.role, openElsewhere: () => others!.open, wantsCursorsElsewhere: () => others!.cursors },
  })
})

it('[L1] asks the one link for what is open in any tab, each matter once', () => {
  others!.open = [theirs, mine]
  wants.focus([mine, third])
  expect(link.focus.mock.calls).toEqual([[[mine, third, theirs]]])
})

it('tells the link nothing that it was told already', () => {
  wants.focus([mine])
  wants.want({ cursors: true })
  wants.pass()
  wants.focus([mine])
  wants.want({ cursors: true })
  expect([link.focus.mock.calls, link.want.mock.calls]).toEqual([[[[mine]]], [[{ cursors: true }]]])
})

it('[A2] wants to see where others point as long as any tab shows it', () => {
  others!.cursors = true
  wants.pass()
  wants.want({ cursors: true })
  others!.cursors = false
  wants.pass()
  wants.want({ cursors: false })
  expect(link.want.mock.calls).toEqual([[{ cursors: true }], [{ cursors: false }]])
})

it('[L1] leaves the link of a follower alone, and says all once it leads', () => {
  others!.role = 'follower'
  wants.focus([mine])
  wants.want({ cursors: true })
  expect([link.focus, link.want].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  expect(wants.own).toEqual({ focus: [mine], cursors: true })
  others!.role = 'leader'
  wants.pass()
  expect([link.focus.mock.calls, link.want.mock.calls]).toEqual([[[[mine]]], [[{ cursors: true }]]])
})

it('asks for itself where it stands alone', () => {
  others = null
  wants.focus([mine])
  expect(link.focus.mock.calls).toEqual([[[mine]]])
})

it('asks for no more matters than a socket may, its own first', () => {
  others!.open = Array.from({ length: SOCKET_LIMITS.openMatters }, (_, n) => buildId(100 + n))
  wants.focus([mine])
  expect(link.focus.mock.calls[0]![0]).toEqual([mine, ...others!.open.slice(0, -1)])
})
