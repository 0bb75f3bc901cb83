import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { defineComponent, h } from 'vue'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { AwayReport as Report, OwnOutcome } from '#shared/sync/away-report.ts'
import AwayNotice from '~/components/away/AwayNotice.vue'
import AwayReport from '~/components/away/AwayReport.vue'
import { buildMatter, buildMove, NOW, PEOPLE } from '../../tests/helpers/builders.ts'
import type { OnBoardOptions } from '../support/on-board.ts'
import { onBoard } from '../support/on-board.ts'
import { onceShown } from '../support/on-mounted.ts'

const MINUTE_MS = 60_000
const LONG = 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers'
const matter = buildMatter({ caseNumber: '2026-CV-0042', title: 'Lease of the office' })
const other = buildMatter({ caseNumber: '2026-CV-0043', title: LONG })
const gone = buildMatter({ caseNumber: '2026-CV-0044' })
const { partner2, associate } = PEOPLE

const edit = (set: object): Mutation => ({ kind: 'edit', id: matter.id, args: { set } })
const own = (key: string, mutation: Mutation, part: Partial<OwnOutcome> = {}): OwnOutcome => ({
  key, matterId: mutation.id, mutation, at: NOW - 30 * MINUTE_MS, end: 'in', problem: null, conflictId: null, ...part,
})
const mine = [
  own('moved', buildMove(matter, 'review')),
  own('merged', edit({ title: 'Lease' }), { end: 'merged' }),
  own('refused', buildMove(other, 'closed'), { end: 'refused', problem: { code: 'WIP_LIMIT', message: '' } }),
  own('conflict', edit({ description: 'Mine' }), { end: 'conflict', conflictId: 'c.1' }),
  own('gone', { kind: 'edit', id: gone.id, args: { set: { title: LONG } } }, { end: 'gone', problem: { code: 'MATTER_GONE', message: '' } }),
]
const others: Report['others'] = [
  { matterId: other.id, kinds: ['moved', 'edited'], by: [partner2.id, associate.id], last: { caseNumber: '2026-CV-0043', columnId: 'review' } },
  { matterId: gone.id, kinds: ['deleted'], by: [], last: { caseNumber: gone.caseNumber, columnId: 'intake' } },
]

const report = (part: Partial<Report>): StoryObj => ({
  render: () => onBoard({
    render: () => h(AwayReport, { report: { since: NOW - 38 * MINUTE_MS, until: NOW, mine, others, ...part } }),
  }, { matters: [matter, other] }),
})
/** The notice, after an absence in which this happened. */
const back = (happened: NonNullable<OnBoardOptions['prepare']>): StoryObj => ({
  render: () => {
    let come = () => {}
    const Page = defineComponent(() => () => [h(AwayNotice), h(onceShown(() => () => come()))])
    return onBoard(Page, {
      matters: [matter, other],
      prepare(kanban, conflicts) {
        come = () => {
          happened(kanban, conflicts)
          kanban.lastSync.value = Date.now() + 1
        }
        kanban.now.value = Date.now()
      },
    })
  },
})

export default { title: 'away/AwayReport' } satisfies Meta

export const Everything = report({})
export const OwnAlone = report({ others: [] })
export const OthersAlone = report({ mine: [] })
export const NoticeOfARefusal = back(kanban => kanban.tellSettled({
  key: 'k', matterId: matter.id, mutation: edit({ title: '' }), at: Date.now() - 30 * MINUTE_MS, settled: { ok: false, problem: { code: 'VALIDATION', message: '' } },
}))
