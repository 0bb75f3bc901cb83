import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { waitFor } from 'storybook/test'
import { defineComponent, h, onMounted } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import MoveDialog from '~/components/board/MoveDialog.vue'
import { useMoveMatter } from '~/composables/useMoveMatter.ts'
import { buildDeadline, buildMatter, NOW, PEOPLE } from '../../tests/helpers/builders.ts'
import { onBoard } from '../support/on-board.ts'

/** Somebody moves a matter, and is asked what has to be asked, or told why not. */
function moved(columnId: string, matter: Matter, me: Member = PEOPLE.partner): StoryObj {
  const Page = defineComponent(() => {
    const moves = useMoveMatter()
    onMounted(() => void moves.move(matter.id, columnId))
    return () => moves.question.value && h(MoveDialog, { question: moves.question.value, columnName: moves.columnName(columnId), onAnswer: moves.answer })
  })
  return { render: () => onBoard(Page, { matters: [matter], me }) }
}
const ready = buildMatter({ columnId: 'ready-filing', caseNumber: '2026-CV-0042' })
const closing = { ...ready, id: 'closing' }

export default { title: 'board/MoveDialog' } satisfies Meta

export const Closing = moved('closed', closing)
export const ClosingInSpiteOfDeadlines = moved('closed', { ...closing, deadlines: [buildDeadline({ kind: 'COURT_FILING', source: 'COURT', date: '2026-11-24' })] })
export const ClosingAsAskedFor = moved('closed', { ...closing, closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'SETTLED', reason: 'Both sides signed.' } as Matter['closeRequest'] })
export const AsksAPartnerToClose = moved('closed', closing, PEOPLE.associate)
export const Reopening = moved('in-progress', { ...closing, columnId: 'closed' })
export const Critical = moved('ready-filing', buildMatter({ columnId: 'review', caseNumber: '2026-CV-0043' }))
export const ReasonIsMissing: StoryObj = {
  ...Closing,
  play: async () => (await waitFor(() => document.querySelector<HTMLElement>('[role="dialog"] [type="submit"]')!)).click(),
}
export const Refused = moved('ready-filing', buildMatter({ columnId: 'intake' }))
export const ClientMayNot = moved('review', { ...ready, clientMemberIds: [PEOPLE.client.id] }, PEOPLE.client)
