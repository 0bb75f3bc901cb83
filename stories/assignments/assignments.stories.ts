import type { Meta, StoryObj } from '@storybook/vue3-vite'
import type { Component } from 'vue'
import { h } from 'vue'
import { overviewFrom } from '#shared/assignments/overview.ts'
import { addDays } from '#shared/kanban/deadline.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import AssignConflictDialog from '~/components/assignments/AssignConflictDialog.vue'
import AssignmentDrawer from '~/components/assignments/AssignmentDrawer.vue'
import OverviewFreshness from '~/components/assignments/OverviewFreshness.vue'
import WaitingList from '~/components/assignments/WaitingList.vue'
import WorkloadBoard from '~/components/assignments/WorkloadBoard.vue'
import { buildOverview } from '../../tests/helpers/build-overview.ts'
import { assign, BOARD_ID, buildDeadline, buildId, buildMatter, NOW, PEOPLE, TIME_ZONE, TODAY } from '../../tests/helpers/builders.ts'
import { asMember } from '../support/as-member.ts'

const DAY_MS = 86_400_000
const LONG = 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers'
const { partner, partner2, associate, associate2, clerk } = PEOPLE
const PRIORITIES = ['URGENT', 'HIGH', 'MEDIUM', 'LOW'] as const

const waiting = Array.from({ length: 12 }, (_, place) => buildMatter({
  title: place % 3 === 0 ? LONG : 'Lease that came in', assignments: [], createdAt: NOW - place * DAY_MS, priority: PRIORITIES[place % 4]!,
  ...place % 4 === 0 && { deadlines: [buildDeadline({ date: addDays(TODAY, place - 2) })] },
}))
const shared = Array.from({ length: 20 }, (_, place) => buildMatter({
  title: 'Trial of the year',
  assignments: [assign([partner, partner2, associate, associate2][place % 4]!), assign(clerk, 'CLERK')],
  deadlines: [buildDeadline({
    id: buildId(0xD00 + place), kind: place % 3 === 0 ? 'TRIAL' : 'COURT_FILING', date: addDays(TODAY, place % 9), ...place % 3 === 0 && { time: '10:00', timeZone: TIME_ZONE },
  })],
}))
const overview = (matters: Matter[]) => overviewFrom(buildOverview(matters))
const all = overview([...waiting, ...shared])
const none = overview([])

const page = (content: () => ReturnType<typeof h>): StoryObj => {
  const Page: Component = { render: () => h('div', { class: 'relative flex h-[44rem] overflow-hidden' }, [content()]) }
  return { render: () => asMember(Page) }
}
const list = (from: typeof all, selectedId: string | null = null) => page(() => h(WaitingList, {
  class: 'w-88 max-w-full', matters: Object.values(from.unassigned), now: NOW, timeZone: TIME_ZONE, selectedId, heldId: null, pending: new Set<string>(), canLift: () => true,
}))
const board = (from: typeof all, days: number) => page(() => h(WorkloadBoard, { class: 'min-w-0 grow flex', overview: from, days, now: NOW, selectedId: null, overId: null, isHolding: false }))
const drawer = (matter: Matter, part: Partial<InstanceType<typeof AssignmentDrawer>['$props']> = {}) => page(() => h(AssignmentDrawer, {
  matterId: matter.id, matter, problem: null, overview: all, boardId: BOARD_ID, now: NOW, mayAssign: true, pending: false, ...part,
}))
const freshness = (state: 'fresh' | 'offline' | 'off' | 'failing', asOf: number | null = NOW): StoryObj => ({
  render: () => asMember({ render: () => h(OverviewFreshness, { state, asOf, timeZone: TIME_ZONE, loading: false }) }),
})

export default { title: 'assignments/assignments' } satisfies Meta

export const WaitingFull = list(all, waiting[0]!.id)
export const WaitingEmpty = list(none)
export const WorkloadOfTwoWeeks = board(all, 14)
export const WorkloadOfNobody = board(none, 14)
export const Drawer = drawer(waiting[0]!)
export const DrawerOfAnAssigned = drawer(shared[0]!)
export const DrawerIsLoading = drawer(waiting[1]!, { matter: null })
export const DrawerFailed = drawer(waiting[1]!, { matter: null, problem: 'NETWORK' })
export const DrawerOfWhoMayNotAssign = drawer(shared[1]!, { mayAssign: false })
export const Fresh = freshness('fresh')
export const Offline = freshness('offline')
export const Off = freshness('off')
export const Failing = freshness('failing', null)
export const Conflict: StoryObj = {
  render: () => asMember({
    render: () => h(AssignConflictDialog, {
      conflict: { matter: waiting[0]!, mine: { memberId: associate.id, role: 'PRIMARY_LAWYER' }, lead: associate2.id, by: partner2.id, at: NOW }, members: all.members, timeZone: TIME_ZONE,
    }),
  }),
}
