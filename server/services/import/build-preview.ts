import type { MemberRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { DATE_FIELDS } from '#shared/import/import-fields.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { ImportColumnView, ImportMapping, ImportPreview } from '#shared/protocol/imports.ts'
import { createBreather } from './breather.ts'
import { createDraftContext } from './draft-context.ts'
import { draftRow, evaluateRows } from './evaluate-rows.ts'
import { emptyCounts, eyesOf } from './import-job.ts'
import { checkMapping, completeMapping, dateOrdersOf, findTarget } from './import-mapping.ts'
import { planColumns } from './plan-columns.ts'
import { addOutcomes, createContentCounter } from './row-counts.ts'
import { readPages, readRows } from './source-rows.ts'
import type { SourceHead, SourceItem } from './source.ts'
import { surveyRows } from './survey.ts'

/** Rows that a preview shows as they are. */
const SHOWN_ROWS = 5
/** Values that a preview shows of a column, each in at most this many characters. */
/** Failing rows that a preview names. */
const SHOWN_FAILURES = 100
const SHOWN_SAMPLES = 3
const SHOWN_CHARS = 160

export interface PreviewOptions {
  repository: Repository
  importId: string
  head: SourceHead
  mapping: ImportMapping
  actor: Actor
  members: readonly MemberRecord[]
  timeZone: string
  at: EpochMs
}

/** The mapping made whole, and what running it now would come to. Writes nothing. */
export async function buildPreview(options: PreviewOptions): Promise<{ mapping: ImportMapping, preview: ImportPreview }> {
  const { repository, importId, head, actor, members, timeZone, at } = options
  const breathe = createBreather()
  checkMapping(options.mapping, head, members)
  const target = await findTarget(repository, options.mapping.target)
  const survey = await surveyRows(head, options.mapping, readRows(repository, importId), breathe)
  const mapping = completeMapping(options.mapping, head, survey, target, members)

  const plan = planColumns(head, survey.statuses, new Map(Object.entries(mapping.statuses)), target.columns)
  const columnFor = (key: string) => plan.columns.get(key) ?? [...plan.columns.values()][0]!
  const context = createDraftContext({
    head,
    mapping,
    dateOrders: dateOrdersOf(mapping, survey),
    members: new Map(members.map(member => [member.id, member])),
    responsibleId: mapping.responsibleId ?? '',
    timeZone,
    kindOf: key => columnFor(key).kind,
  })
  const columns = [...new Map([...plan.columns.values()].map(column => [column.id, column])).values()]
  const content = createContentCounter({ total: columns.length, archived: columns.filter(({ archived }) => archived).length }, survey.people.length)
  let sum = { results: emptyCounts(), reasons: {} as Record<string, number> }
  const rows: ImportPreview['rows'] = []
  const failures: ImportPreview['failures'] = []
  const samples: string[][] = head.headers.map(() => [])
  for await (const page of readPages(repository, importId)) {
    const drafted = page.map(({ line, item }) => ({ line, result: draftRow(item, context) }))
    for (const { result } of drafted) {
      if (result.ok)
        content.add(result.draft)
    }
    const options = { boardId: target.board?.id ?? null, eyes: eyesOf(actor), columnFor, rankIn: () => '', at, timeZone }
    const outcomes = await evaluateRows(repository, drafted, options)
    sum = addOutcomes(sum, outcomes)
    for (const outcome of outcomes) {
      if (outcome.kind === 'fail' && failures.length < SHOWN_FAILURES)
        failures.push({ line: outcome.line, reason: outcome.reason })
    }
    for (const { line, item } of page) {
      if (rows.length < SHOWN_ROWS && item.kind !== 'malformed')
        rows.push({ line, cells: cellsOf(item, head).map(shown) })
      if (item.kind === 'cells')
        collectSamples(samples, item.cells)
    }
    await breathe()
  }
  const preview: ImportPreview = {
    counts: content.counts(),
    columns: head.headers.map((header, index): ImportColumnView => {
      const isDate = DATE_FIELDS.includes(mapping.fields[index]!)
      const chosen = mapping.dateOrders[String(index)]
      const finding = survey.dates.get(index)
      return {
        header,
        samples: samples[index]!,
        dates: isDate ? { order: chosen ?? finding?.order ?? 'ymd', ambiguous: chosen === undefined && (finding?.ambiguous ?? false) } : null,
      }
    }),
    statuses: survey.statuses,
    people: survey.people,
    rows,
    forecast: sum.results,
    reasons: sum.reasons,
    failures,
    preambleLines: head.preambleLines,
    encoding: head.encoding,
    delimiter: head.delimiter,
    contentVisible: true,
  }
  return { mapping, preview }
}

function cellsOf(item: Exclude<SourceItem, { kind: 'malformed' }>, head: SourceHead): string[] {
  return item.kind === 'cells' ? item.cells : [item.title, head.columns.find(({ key }) => key === item.columnKey)?.name ?? '']
}

function collectSamples(samples: string[][], cells: readonly string[]): void {
  for (const [index, column] of samples.entries()) {
    const value = cells[index]
    if (value && column.length < SHOWN_SAMPLES && !column.includes(shown(value)))
      column.push(shown(value))
  }
}

function shown(value: string): string {
  return value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS).toWellFormed()}…` : value
}
