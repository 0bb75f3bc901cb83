import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { defineComponent, h, onMounted } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import { LITIGATION_WORKFLOW } from '#shared/kanban/workflow.ts'
import MoveDialog from '~/components/board/MoveDialog.vue'
import { useMoveMatter } from '~/composables/useMoveMatter.ts'
import { buildBoard, buildDeadline, buildMatter, NOW, PEOPLE } from '../../tests/helpers/builders.ts'
import { find } from '../support/find.ts'
import type { OnBoardOptions } from '../support/on-board.ts'
import { onBoard } from '../support/on-board.ts'

/** Somebody moves a matter, and is asked what has to be asked, or told why not. */
function moved(columnId: string, matter: Matter, { me, board }: Pick<OnBoardOptions, 'me' | 'board'> = {}): StoryObj {
  const Page = defineComponent(() => {
    const moves = useMoveMatter()
    onMounted(() => void moves.move(matter.id, columnId))
    return () => moves.question.value && h(MoveDialog, { question: moves.question.value, columnName: moves.columnName(columnId), onAnswer: moves.answer })
  })
  return { render: () => onBoard(Page, { matters: [matter], ...me && { me }, ...board && { board } }) }
}
const ready = buildMatter({ columnId: 'ready-filing', caseNumber: '2026-CV-0042' })
const closing = { ...ready, id: 'closing' }

export default { title: 'board/MoveDialog' } satisfies Meta

export const Closing = moved('closed', closing)
export const ClosingInSpiteOfDeadlines = moved('closed', { ...closing, deadlines: [buildDeadline({ kind: 'COURT_FILING', source: 'COURT', date: '2026-11-24' })] })
export const ClosingAsAskedFor = moved('closed', { ...closing, closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'SETTLED', reason: 'Both sides signed.' } })
export const AsksAPartnerToClose = moved('closed', closing, { me: PEOPLE.associate })
export const Reopening = moved('in-progress', { ...closing, columnId: 'closed' })
export const Critical = moved('trial', buildMatter({ columnId: 'trial-prep', caseNumber: '2026-CV-0043' }), { board: buildBoard({ template: LITIGATION_WORKFLOW }) })
export const ReasonIsMissing: StoryObj = {
  ...Closing,
  play: async () => (await find('[role="dialog"] [type="submit"]')).click(),
}
export const Refused = moved('ready-filing', buildMatter({ columnId: 'intake' }))
export const ClientMayNot = moved('review', { ...ready, clientMemberIds: [PEOPLE.client.id] }, { me: PEOPLE.client })
