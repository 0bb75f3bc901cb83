import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { h } from 'vue'
import NotificationPanel from '~/components/notifications/NotificationPanel.vue'
import { BOARD_ID, buildId } from '../../tests/helpers/builders.ts'
import type { AsMemberOptions } from '../support/as-member.ts'
import { asMember } from '../support/as-member.ts'
import { keepWaiting, refuse } from '../support/server.ts'
import { told } from '../support/told.ts'
import { everyType, mentioned } from './notifications-of.ts'

const panel = (options: AsMemberOptions): StoryObj => ({
  render: () => asMember({ render: () => h('div', { class: 'h-[44rem] max-w-104 rounded-lg ring ring-default overflow-hidden' }, h(NotificationPanel, { withClose: true })) }, options),
})
const routes = told(everyType)

export default { title: 'notifications/NotificationPanel' } satisfies Meta

export const EveryType = panel({ routes })
export const SeveralBoards = panel({ routes, boards: [{ id: BOARD_ID, name: 'Litigation', isDefault: true }, { id: buildId(0xB2), name: '特許・商標', isDefault: false }] })
export const AllRead = panel({ routes: told([{ ...mentioned, read: true }]) })
export const Empty = panel({ routes: told([]) })
export const Loading = panel({ routes: { 'GET /api/personal': keepWaiting } })
export const Failed = panel({ routes: { 'GET /api/personal': refuse(503, 'UNAVAILABLE') } })
export const OutOfReach = panel({})
export const Offline = panel({ routes, isOffline: true })
export const PausedByTheFirm = panel({ routes, firm: { notices: 'system' } })
export const AllPausedByTheFirm = panel({ routes: told([]), firm: { notices: 'none' } })
export const Muted = panel({ routes, preferences: { mutedTypes: ['mentioned'], mutedMatters: [buildId(0x501)] } })
