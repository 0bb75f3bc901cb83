import { DATE_FIELDS } from '#shared/import/import-fields.ts'
import type { ImportField } from '#shared/import/import-fields.ts'
import type { ImportPersonView, ImportStatusView } from '#shared/protocol/imports.ts'
import type { Breather } from './breather.ts'
import { detectDates } from './detect-dates.ts'
import type { DateFinding } from './detect-dates.ts'
import type { SourceHead, SourceRow } from './source.ts'
import { personKeyOf, splitPeople, statusKeyOf } from './split-cells.ts'

/** What the rows of a file hold, as far as a person has to decide about it. */
export interface Survey {
  /** In the order in which columns are made of them. */
  statuses: ImportStatusView[]
  people: ImportPersonView[]
  /** By index of each column that is mapped to a date. */
  dates: Map<number, DateFinding>
}

/** Looks through all rows once. `rows` come by pieces, as they are stored. */
export async function surveyRows(
  head: SourceHead,
  mapping: { fields: readonly ImportField[], splitOnBlank: boolean },
  rows: AsyncIterable<SourceRow>,
  breathe: Breather,
): Promise<Survey> {
  const statuses = new Map<string, ImportStatusView>(head.columns.map(({ key, name, archived }) => [key, { key, label: name, count: 0, archived }]))
  const people = new Map<string, ImportPersonView>(head.people.map(({ key, name, count }) => [key, { key, label: name, count }]))
  const columnsOf = (...wanted: ImportField[]) => mapping.fields.flatMap((field, index) => wanted.includes(field) ? [index] : [])
  const [statusColumn] = columnsOf('status')
  const dateColumns = columnsOf(...DATE_FIELDS)
  const dateValues = new Map<number, string[]>(dateColumns.map(index => [index, []]))

  for await (const { item } of rows) {
    if (item.kind === 'card') {
      const status = statuses.get(item.columnKey)
      if (status)
        status.count++
    }
    if (item.kind === 'cells') {
      const label = statusColumn === undefined ? '' : item.cells[statusColumn] ?? ''
      count(statuses, statusKeyOf(label), key => ({ key, label, count: 0, archived: false }))
      for (const field of ['responsible', 'people'] as const) {
        for (const index of columnsOf(field)) {
          for (const name of splitPeople(item.cells[index] ?? '', field, mapping.splitOnBlank))
            count(people, personKeyOf(name), key => ({ key, label: name, count: 0 }))
        }
      }
      for (const index of dateColumns) {
        if (item.cells[index])
          dateValues.get(index)!.push(item.cells[index])
      }
    }
    await breathe()
  }
  return {
    statuses: head.format === 'trello' ? [...statuses.values()] : inNaturalOrder([...statuses.values()]),
    people: [...people.values()],
    dates: await findDates(head, dateValues, breathe),
  }
}

/** Clio says how it writes its dates; other columns that settle nothing follow the one that does, and are asked about. */
async function findDates(head: SourceHead, values: Map<number, string[]>, breathe: Breather): Promise<Map<number, DateFinding>> {
  const findings = new Map<number, DateFinding>()
  for (const [index, column] of values) {
    const finding = detectDates(column)
    if (finding)
      findings.set(index, head.format === 'clio' && finding.ambiguous ? { order: 'mdy', ambiguous: false } : finding)
    await breathe()
  }
  const settled = [...findings.values()].find(({ order, ambiguous }) => !ambiguous && order !== 'ymd')
  for (const [index, finding] of findings) {
    if (finding.ambiguous && settled)
      findings.set(index, { ...finding, order: settled.order })
  }
  return findings
}

function count<View extends { count: number }>(views: Map<string, View>, key: string, make: (key: string) => View): void {
  const view = views.get(key) ?? make(key)
  view.count++
  views.set(key, view)
}

/** Numbered stages by their number; other statuses as the file first names them. */
function inNaturalOrder(statuses: ImportStatusView[]): ImportStatusView[] {
  const [first, ...rest] = statuses.map(status => ({ status, stem: stemOf(status.label) }))
  const numbered = first && [first, ...rest].every(({ status, stem }) => stem === first.stem && stem !== status.label)
  const numberOf = ({ label }: ImportStatusView) => Number(label.slice(first!.stem.length))
  return numbered ? statuses.toSorted((a, b) => numberOf(a) - numberOf(b)) : statuses
}

/** The label without the number at its end; told by hand, because `/\d+$/` begins anew at each of a long cell's digits. */
function stemOf(label: string): string {
  let end = label.length
  while (end > 0 && label[end - 1]! >= '0' && label[end - 1]! <= '9')
    end--
  return label.slice(0, end)
}
