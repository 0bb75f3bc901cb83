import type { Meta, StoryObj } from '@storybook/vue3-vite'
import type { Component } from 'vue'
import { h } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import MatterGone from '~/components/matter/MatterGone.vue'
import MatterPanel from '~/components/matter/MatterPanel.vue'
import MatterPanelSkeleton from '~/components/matter/MatterPanelSkeleton.vue'
import SidePanel from '~/components/matter/SidePanel.vue'
import { assign, buildComment, buildDeadline, buildId, buildMatter, buildTask, NOW, PEOPLE } from '../../tests/helpers/builders.ts'
import { createFakePresence, person } from '../../tests/helpers/fake-presence.ts'
import type { OnBoardOptions } from '../support/on-board.ts'
import { onBoard } from '../support/on-board.ts'
import type { Routes } from '../support/server.ts'

const { partner, partner2, associate, paralegal, clerk, client } = PEOPLE
const full = buildMatter({
  caseNumber: '2026-CV-0042',
  title: 'Lease of the office',
  description: 'The tenant pays **by the fifth**.\n\n- No sublease without the landlord.\n- The deposit is three months.',
  opposingParty: '株式会社ながいなまえのかいしゃホールディングスインターナショナル東日本支社法務部',
  courtName: 'Osaka District Court',
  priority: 'URGENT',
  assignments: [assign(associate), assign(partner2, 'SECONDARY_LAWYER'), assign(paralegal, 'PARALEGAL'), assign(clerk, 'CLERK')],
  clientMemberIds: [client.id],
  deadlines: [
    buildDeadline({ id: buildId(0xD1), kind: 'COURT_FILING', source: 'COURT', date: '2026-11-19', title: 'Answer' }),
    buildDeadline({ id: buildId(0xD2), kind: 'TRIAL', source: 'COURT', date: '2026-12-04', time: '10:00', timeZone: 'Asia/Tokyo' }),
  ],
  tasks: [buildTask({ id: buildId(0xE1) }), buildTask({ id: buildId(0xE2), title: 'Ask for the file', doneAt: NOW })],
  tags: ['lease', '急ぎ'],
  hold: { since: NOW, reason: 'The client is abroad' },
  waitingOn: 'The court of Osaka',
  closeRequest: { by: associate.id, at: NOW, outcome: 'SETTLED', reason: 'Both sides signed.' },
})
const plain = buildMatter({ caseNumber: '2026-CV-0043', assignments: [] })

const comments = (matter: Matter): Routes => ({
  [`GET /api/matters/${matter.id}/comments`]: () => ({
    comments: [
      buildComment({ id: buildId(0xC1), matterId: matter.id }),
      buildComment({ id: buildId(0xC2), matterId: matter.id, authorId: partner.id, body: 'Then let us **file** it.\n\nhttps://example.com/a-very-long-address-that-has-to-break-somewhere-or-it-sticks-out', editedAt: NOW }),
    ],
  }),
  [`GET /api/matters/${matter.id}/activity`]: () => ({ activity: [] }),
})

/** What stands beside the board. */
function panel(content: () => ReturnType<typeof h>, options: OnBoardOptions = {}): StoryObj {
  const Page: Component = { render: () => h('div', { class: 'flex h-[95vh] justify-end' }, h(SidePanel, { label: 'Matter', class: 'shrink-0' }, { default: content })) }
  return { render: () => onBoard(Page, options) }
}
const opened = (matter: Matter, options: OnBoardOptions = {}) => panel(() => h(MatterPanel, { matter }), { matters: [matter], ...options })

export default { title: 'matter/MatterPanel' } satisfies Meta

export const Full = opened(full, {
  routes: comments(full),
  presence: createFakePresence([
    person(partner2, { matterId: full.id, action: 'editing', fields: ['title', 'description'] }),
    person(paralegal, { matterId: full.id, isTyping: true }),
  ]),
})
export const Plain = opened(plain, { routes: { [`GET /api/matters/${plain.id}/comments`]: () => ({ comments: [] }) } })
export const CommentsFail = opened(plain)
export const OfAClient = opened({ ...full, closeRequest: null }, { me: client })
export const MayOnlyLook = opened(full, { me: clerk, routes: comments(full) })
export const PageIsOutdated = opened(full, {
  routes: comments(full),
  prepare: (kanban) => {
    kanban.isOutdatedNow.value = true
  },
})
export const Loading = panel(() => h(MatterPanelSkeleton))
export const Gone = panel(() => h(MatterGone))
