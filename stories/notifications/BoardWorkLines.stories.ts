import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { defineComponent, h } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import type { WorkNotice } from '#shared/notifications/board-changes.ts'
import BoardWorkLines from '~/components/notifications/BoardWorkLines.vue'
import { useKanban } from '~/composables/useKanban.ts'
import { useNotifications } from '~/composables/useNotifications.ts'
import { buildMatter, PEOPLE } from '../../tests/helpers/builders.ts'
import { onBoard } from '../support/on-board.ts'
import { onceShown } from '../support/on-mounted.ts'

const matters = Array.from({ length: 6 }, (_, index) => buildMatter({ caseNumber: `2026-CV-000${index}`, columnId: 'review' }))
const named = matters.slice(0, 3).map(({ id }) => id)
const work = (part: Partial<WorkNotice>): WorkNotice => ({
  by: PEOPLE.partner2.id, count: 6, counts: [{ kind: 'moved', count: 6 }], named, isCatchUp: false, ...part,
})

/** What others did, as the notice shows it. */
const noticeOn = (shown: Matter[], ...works: WorkNotice[]): StoryObj => ({
  render: () => onBoard(onceShown(() => {
    const kanban = useKanban()
    const notices = useNotifications()
    return () => notices.info({ title: () => h(BoardWorkLines, { works, kanban }), icon: 'i-lucide-square-kanban', politeness: 'off' })
  }), { matters: shown }),
})
const notice = (...works: WorkNotice[]) => noticeOn(matters, ...works)

export default { title: 'notifications/BoardWorkLines' } satisfies Meta

export const SixWereMoved = notice(work({}))
export const OneWasMoved = notice(work({ count: 1, counts: [{ kind: 'moved', count: 1 }], named: named.slice(0, 1) }))
export const Mixed = notice(work({ counts: [{ kind: 'created', count: 2 }, { kind: 'edited', count: 3 }, { kind: 'deleted', count: 1 }] }))
const people = [PEOPLE.partner2, PEOPLE.associate, PEOPLE.paralegal, PEOPLE.clerk]
export const ManyPeople = notice(...people.map(({ id }, index) => work({ by: id, named: named.slice(index, index + 1) })))
/** What is longer than a phone is wide breaks, and what is more than fits scrolls. */
const long = [
  '特定非営利活動法人国際海上保険再保険仲立業協会アジア太平洋地域統括本部の契約審査に関する損害賠償請求訴訟への共同訴訟参加申立て',
  'Arbitration between the owners of the motor vessel Pacific Commander and her charterers concerning demurrage, detention and hull damage',
].map((title, index) => buildMatter({ caseNumber: `2026-AR-000${index}`, title, columnId: 'review' }))
export const LongTitles = noticeOn([...matters, ...long], ...people.slice(0, 3).map(({ id }) => work({ by: id, named: long.map(matter => matter.id) })))
export const CaughtUp = notice(work({ by: null, count: 40, isCatchUp: true, named: [] }))

/** Outside the notice, as it is drawn into it. */
export const Alone: StoryObj = {
  render: () => onBoard(defineComponent(() => {
    const kanban = useKanban()
    return () => h('div', { class: 'max-w-88 bg-default p-4 text-sm' }, h(BoardWorkLines, { works: [work({})], kanban }))
  }), { matters }),
}
