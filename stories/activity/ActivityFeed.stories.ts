import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { computed, h, shallowRef } from 'vue'
import type { Activity } from '#shared/kanban/activity.ts'
import type { BoardActivityAnswer } from '#shared/protocol/activity.ts'
import ActivityFeed from '~/components/activity/ActivityFeed.vue'
import { BOARD_ID, buildId, buildMatter, NOW, PEOPLE } from '../../tests/helpers/builders.ts'
import { createFakePresence, person } from '../../tests/helpers/fake-presence.ts'
import { find } from '../support/find.ts'
import type { OnBoardOptions } from '../support/on-board.ts'
import { onBoard } from '../support/on-board.ts'
import type { Route } from '../support/server.ts'
import { keepWaiting, refuse } from '../support/server.ts'

const HOUR_MS = 3_600_000
const matters = [
  buildMatter({ title: 'Lease of the east wing' }),
  buildMatter({ title: 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers' }),
]
const { partner, partner2, associate, paralegal } = PEOPLE
const STEPS: Pick<Activity, 'kind' | 'fields' | 'actorId' | 'reason'>[] = [
  { kind: 'moved', fields: { columnId: { old: 'in-progress', new: 'review' } }, actorId: partner2.id, reason: 'The draft is ready' },
  { kind: 'edited', fields: { title: { old: 'Lease', new: 'Lease of the east wing' } }, actorId: partner.id, reason: null },
  { kind: 'edited', fields: { priority: { old: 'LOW', new: 'URGENT' } }, actorId: associate.id, reason: null },
  { kind: 'commentAdded', fields: {}, actorId: paralegal.id, reason: null },
  { kind: 'created', fields: {}, actorId: partner2.id, reason: null },
]
const step = (version: number): Activity => ({
  id: buildId(0x900 + version), matterId: matters[version % 2]!.id, version, at: NOW - (30 - version) * HOUR_MS,
  commentId: null, undo: false, ...STEPS[version % STEPS.length]!,
})
const steps = Array.from({ length: 24 }, (_, place) => step(24 - place))

const answer = (part: Partial<BoardActivityAnswer> = {}): BoardActivityAnswer => ({ activity: steps, before: null, lastVisit: null, away: null, ...part })
const feed = (route: Route, options: Omit<OnBoardOptions, 'routes'> = {}): StoryObj => ({
  render: () => onBoard({ render: () => h('aside', { 'class': 'flex h-[44rem] max-w-md flex-col bg-default', 'aria-label': 'Activity' }, h(ActivityFeed)) }, {
    matters, routes: { [`GET /api/boards/${BOARD_ID}/activity`]: route, [`POST /api/boards/${BOARD_ID}/visit`]: () => ({ lastVisit: null }) }, ...options,
  }),
})

export default { title: 'activity/ActivityFeed' } satisfies Meta

export const Full = feed(() => answer({ before: '1.x' }), { presence: createFakePresence([person(partner2), person(associate), person(paralegal)]) })
export const SinceYouWereAway = feed(() => answer({ away: { since: NOW - 10 * HOUR_MS, changes: 8, people: 3, more: true } }))
export const NothingSinceYouWereAway = feed(() => answer({ away: { since: NOW - HOUR_MS, changes: 0, people: 0, more: false } }))
export const Empty = feed(() => answer({ activity: [] }))
export const Loading = feed(keepWaiting)
export const Failed = feed(refuse(503, 'UNAVAILABLE'))
/** Who has scrolled reads: what comes meanwhile waits above. */
export const NewOnesWait: StoryObj = (() => {
  const version = shallowRef(1)
  let known = steps
  return {
    ...feed(() => answer({ activity: known === steps ? steps : [step(26), step(25)] }), {
      prepare: (kanban) => {
        known = steps
        kanban.version = computed(() => version.value)
      },
    }),
    play: async ({ canvasElement }) => {
      const list = (await find('[data-step]', canvasElement)).closest('[role="region"]')!
      list.scrollTop = 400
      await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
      known = []
      version.value++
      await find('[data-activity-new]', canvasElement)
    },
  }
})()
