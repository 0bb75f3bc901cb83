import type { Meta, StoryObj } from '@storybook/vue3-vite'
import type { Component } from 'vue'
import { h } from 'vue'
import LivePreferences from '~/components/preferences/LivePreferences.vue'
import LooksPreferences from '~/components/preferences/LooksPreferences.vue'
import NoticePreferences from '~/components/preferences/NoticePreferences.vue'
import PresencePreferences from '~/components/preferences/PresencePreferences.vue'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildId } from '../../tests/helpers/builders.ts'
import type { AsMemberOptions } from '../support/as-member.ts'
import { asMember } from '../support/as-member.ts'
import { find } from '../support/find.ts'
import type { Routes } from '../support/server.ts'
import { keepWaiting, refuse } from '../support/server.ts'

const LONG = 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers'
const MUTED = 'GET /api/preferences/muted'
const saves: Routes = { 'PATCH /api/preferences': () => useSessionStore().preferences, [MUTED]: () => ({ matters: [] }) }
const section = (content: Component, options: AsMemberOptions = {}): StoryObj => ({
  render: () => asMember({ render: () => h('div', { class: 'mx-auto max-w-3xl' }, h(content)) }, { routes: saves, ...options }),
})
/** Something of it was changed. */
const changed = (story: StoryObj, outcome: string): StoryObj => ({
  ...story,
  play: async ({ canvasElement, userEvent }) => {
    await userEvent.click(await find('[role="switch"]', canvasElement))
    await find(outcome, canvasElement)
  },
})
const mutes = { mutedBoards: [BOARD_ID], mutedMatters: [buildId(0x801), buildId(0x802)] }

export default { title: 'preferences/preferences' } satisfies Meta

export const Live = section(LivePreferences)
export const Presence = section(PresencePreferences)
export const PresenceIsOffForAll = section(PresencePreferences, { firm: { presence: false } })
export const Saved = changed(Presence, '[role="status"] span')
export const NotSaved = changed(section(PresencePreferences, { routes: { 'PATCH /api/preferences': refuse(503, 'UNAVAILABLE') } }), '[role="alert"]')
export const IsBeingSaved = changed(section(PresencePreferences, { routes: { 'PATCH /api/preferences': keepWaiting } }), '[aria-checked="true"]')
export const Notices = section(NoticePreferences)
export const NoticesInQuietHours = section(NoticePreferences, { preferences: { quietHours: { from: '19:00', to: '08:00' }, desktop: true, mutedTypes: ['followed', 'board'] } })
export const QuietHoursAreNone = section(NoticePreferences, { preferences: { quietHours: { from: '19:00', to: '19:00' } } })
export const NoticesPausedByTheFirm = section(NoticePreferences, { firm: { notices: 'system' } })
export const Muted = section(NoticePreferences, {
  preferences: mutes, routes: { [MUTED]: () => ({ matters: [{ id: buildId(0x801), boardId: BOARD_ID, caseNumber: '2026-CV-0042', title: LONG }] }) },
})
export const MutedFail = section(NoticePreferences, { preferences: mutes, routes: { [MUTED]: refuse(503, 'UNAVAILABLE') } })
export const Looks = section(LooksPreferences)
