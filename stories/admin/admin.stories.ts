import type { Meta, StoryObj } from '@storybook/vue3-vite'
import type { Component } from 'vue'
import { h } from 'vue'
import type { AdministeredMember, TransportSettingsAnswer } from '#shared/protocol/administration.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import AdminSection from '~/components/admin/AdminSection.vue'
import AwarenessSection from '~/components/admin/AwarenessSection.vue'
import BoardColumnTable from '~/components/admin/BoardColumnTable.vue'
import BoardDialog from '~/components/admin/BoardDialog.vue'
import ColumnDialog from '~/components/admin/ColumnDialog.vue'
import MemberDialog from '~/components/admin/MemberDialog.vue'
import MemberTable from '~/components/admin/MemberTable.vue'
import TransportSettings from '~/components/admin/TransportSettings.vue'
import { ApiProblem } from '~/composables/useApi.ts'
import { buildBoard, PEOPLE } from '../../tests/helpers/builders.ts'
import { asMember } from '../support/as-member.ts'

const LONG = 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH'
const members: AdministeredMember[] = Object.values(PEOPLE).map((member, place) => ({
  ...member, email: `${member.name.toLowerCase().replace(' ', '.')}@aster.example`, ...place === 2 && { active: false }, ...place === 4 && { name: LONG },
}))
const columns = { review: { wip: { limit: 5, hard: true } }, intake: { wip: { limit: 8, hard: false } }, closed: { archived: true } }
const board = { ...buildBoard({ columns }), isDefault: true }
const settings: TransportSettingsAnswer = {
  mode: null, share: 100, flag: 'hybrid', sockets: 42, members: { hybrid: 30, websocket: 0, priority: 0, polling: 12, off: 1 },
}
const problem = (code: ProblemCode, field?: string) => new ApiProblem(422, { code, message: '', ...field && { field } })

const shown = (content: () => ReturnType<typeof h>, firm: Partial<FirmAwareness> = {}): StoryObj => {
  const Page: Component = { render: () => h('div', { class: 'mx-auto max-w-4xl' }, [content()]) }
  return { render: () => asMember(Page, { me: PEOPLE.admin, firm }) }
}
const section = (content: () => ReturnType<typeof h>) => shown(() => h(AdminSection, { title: 'Firm', addLabel: 'Add' }, { default: content }))
const transport = (part: Partial<TransportSettingsAnswer> = {}, code: ProblemCode | null = null) => section(() =>
  h(TransportSettings, { settings: { ...settings, ...part }, busy: false, saved: false, problem: code && problem(code) }))

export default { title: 'admin/admin' } satisfies Meta

export const Members = section(() => h(MemberTable, { members }))
export const NoMembers = section(() => h(MemberTable, { members: [] }))
export const Columns = section(() => h(BoardColumnTable, { board }))
export const NoColumns = section(() => h(BoardColumnTable, { board: { ...board, name: LONG, columns: [], isDefault: false } }))
export const Transport = transport()
export const TransportOfPolling = transport({ mode: 'polling', sockets: 0 })
export const TransportIsRefused = transport({}, 'UNAVAILABLE')
export const Awareness = shown(() => h(AwarenessSection))
export const AwarenessWithMaintenance = shown(() => h(AwarenessSection), { maintenance: { startsAt: Date.now() + 3_600_000, minutes: 45, text: 'The server moves.' } })
export const AwarenessIsOff = shown(() => h(AwarenessSection), { presence: false, notices: 'none' })
export const NewMember = shown(() => h(MemberDialog, { member: null, busy: false, problem: null }))
export const MemberIsRefused = shown(() => h(MemberDialog, { member: members[0]!, busy: false, problem: problem('EMAIL_TAKEN', 'email') }))
export const LastAdministrator = shown(() => h(MemberDialog, { member: members.at(-1)!, busy: false, problem: problem('LAST_ADMIN') }))
export const NewBoard = shown(() => h(BoardDialog, { board: null, busy: false, problem: null }))
export const Column = shown(() => h(ColumnDialog, { column: board.columns[3]!, busy: false, problem: null }))
export const ColumnIsInUse = shown(() => h(ColumnDialog, { column: board.columns[3]!, busy: false, problem: problem('COLUMN_IN_USE') }))
