import type { Meta, StoryObj } from '@storybook/vue3-vite'
import { h } from 'vue'
import { TOO_LARGE_REASONS, UNREADABLE_REASONS } from '#shared/import/import-fields.ts'
import type { ImportView } from '#shared/protocol/imports.ts'
import ImportDrop from '~/components/import/ImportDrop.vue'
import ImportHistory from '~/components/import/ImportHistory.vue'
import ImportProgress from '~/components/import/ImportProgress.vue'
import ImportRefusal from '~/components/import/ImportRefusal.vue'
import ImportReport from '~/components/import/ImportReport.vue'
import ImportResults from '~/components/import/ImportResults.vue'
import ImportSection from '~/components/import/ImportSection.vue'
import { BOARD_ID, buildId, NOW, TIME_ZONE } from '../../tests/helpers/builders.ts'
import { asMember } from '../support/as-member.ts'
import type { Route } from '../support/server.ts'
import { refuse } from '../support/server.ts'

const LONG = 'Wolfeschlegelsteinhausenbergerdorff-Versicherungsgesellschaft_2026-11-21_版の最終版(修正済み).csv'
const job = (part: Partial<ImportView> = {}): ImportView => ({
  id: buildId(0x700), fileName: 'clio-export.csv', format: 'csv', state: 'done', boardId: BOARD_ID, boardName: 'Litigation', createdAt: NOW, finishedAt: NOW,
  progress: { done: 120, total: 120 }, results: { created: 96, updated: 12, skipped: 8, failed: 4 }, reasons: {}, left: 0, ...part,
})
const section = (content: () => ReturnType<typeof h>): StoryObj => ({
  render: () => asMember({ render: () => h('div', { class: 'mx-auto max-w-4xl' }, h(ImportSection, { title: 'clio-export.csv' }, { default: content })) }),
})
const progress = (part: Partial<ImportView>) => section(() => h(ImportProgress, { job: job(part) }))
const report = (part: Partial<ImportView>) => section(() => h(ImportReport, { job: job(part) }))
const refusal = (reason: string): StoryObj => ({ render: () => asMember({ render: () => h(ImportRefusal, { problem: { code: 'IMPORT_UNREADABLE', reason }, fileName: LONG }) }) })
const results = (route: Route): StoryObj => ({
  render: () => asMember({
    render: () => h('div', { class: 'mx-auto max-w-4xl' }, h(ImportSection, { title: 'Rows' }, { default: () => h(ImportResults, { job: job() }) })),
  }, { routes: { [`GET /api/imports/${buildId(0x700)}/rows`]: route } }),
})

export default { title: 'import/import' } satisfies Meta

export const Drop: StoryObj = { render: () => asMember({ render: () => h(ImportDrop) }) }
export const Reading: StoryObj = { render: () => asMember({ render: () => h(ImportDrop, { reading: LONG }) }) }
export const EveryRefusal: StoryObj = {
  render: () => asMember({
    render: () => h('div', { class: 'grid gap-3' }, [...UNREADABLE_REASONS, ...TOO_LARGE_REASONS].map(reason =>
      h(ImportRefusal, { key: reason, problem: { code: 'IMPORT_UNREADABLE', reason }, fileName: 'clio-export.csv' }))),
  }),
}
export const RefusedLongName = refusal(UNREADABLE_REASONS[0])
export const Begins = progress({ state: 'running', progress: { done: 0, total: 120 } })
export const HalfWay = progress({ state: 'running', progress: { done: 64, total: 120 } })
export const Undoing = progress({ state: 'undoing' })
export const Done = report({})
export const DoneAndNothingChanged = report({ results: { created: 0, updated: 0, skipped: 120, failed: 0 } })
export const Failed = report({ state: 'failed', progress: { done: 64, total: 120 } })
export const Undone = report({ state: 'undone', left: 3 })
export const Rows = results(() => ({
  total: 240,
  rows: [
    { line: 2, result: 'created', reason: null, notes: [], label: 'Lease of the office', matterId: buildId(0x701), left: false },
    { line: 3, result: 'updated', reason: null, notes: [], label: LONG, matterId: buildId(0x702), left: true },
    { line: 4, result: 'failed', reason: null, notes: [], label: null, matterId: null, left: false },
  ],
}))
export const NoRows = results(() => ({ total: 0, rows: [] }))
export const RowsFail = results(refuse(503, 'UNAVAILABLE'))
export const NoHistory = section(() => h(ImportHistory, { imports: [], timeZone: TIME_ZONE }))
export const History = section(() => h(ImportHistory, {
  imports: [job({ id: 'a', fileName: LONG }), job({ id: 'b', state: 'undone' }), job({ id: 'c', state: 'failed' }), job({ id: 'd', state: 'preview', boardName: null })], timeZone: TIME_ZONE,
}))
