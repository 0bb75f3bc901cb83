import { createHash } from 'node:crypto'
import { DATE_FIELDS } from '#shared/import/import-fields.ts'
import type { ImportField, NoteCode } from '#shared/import/import-fields.ts'
import { LIMITS } from '#shared/kanban/matter.ts'
import type { DateOnly } from '#shared/kanban/matter.ts'
import { readDate } from './detect-dates.ts'
import { fitDraft } from './draft.ts'
import type { DraftDeadline, DraftResult, DraftTask } from './draft.ts'
import { assign } from './draft-context.ts'
import type { DraftContext, NamedPerson } from './draft-context.ts'
import { oneLine, shorten } from './fit-text.ts'
import { plain, readPracticeArea, readPriority } from './guess-values.ts'
import type { SourceExtra } from './source.ts'
import { personKeyOf, splitPeople, splitTags, statusKeyOf } from './split-cells.ts'

/** An identifier longer than this is kept by its hash. */
const MAX_REF = 200

/** A line of a table as a matter, or why it is none. */
export function draftFromRow(cells: readonly string[], context: DraftContext): DraftResult {
  const notes = new Set<NoteCode>()
  const extras: SourceExtra[] = []
  const values = new Map<ImportField, { header: string, value: string, index: number }[]>()
  for (const [index, field] of context.fields.entries()) {
    const value = cells[index] ?? ''
    if (value === '' || field === 'ignore')
      continue
    const entry = { header: context.head.headers[index] ?? '', value, index }
    values.set(field, [...values.get(field) ?? [], entry])
    if (field === 'extra')
      extras.push({ name: entry.header, value })
  }
  const first = (field: ImportField) => values.get(field)?.[0]?.value ?? null
  const all = (field: ImportField) => values.get(field) ?? []
  const keep = (field: ImportField) => extras.push(...all(field).map(({ header, value }) => ({ name: header, value })))

  const title = oneLine(first('title') ?? '')
  const caseNumber = first('caseNumber')
  const label = shorten(title || caseNumber || '', LIMITS.title)
  if (title === '')
    return { ok: false, reason: 'TITLE_MISSING', label }
  if (caseNumber !== null && caseNumber.length > LIMITS.caseNumber)
    return { ok: false, reason: 'CASE_NUMBER_TOO_LONG', label }

  const dates = new Map<number, DateOnly>()
  for (const { value, index } of DATE_FIELDS.flatMap(all)) {
    const date = readDate(value, context.dateOrders.get(index) ?? 'ymd')
    if (date === null)
      return { ok: false, reason: 'DATE_INVALID', label }
    dates.set(index, date)
  }
  const dateOf = (field: ImportField) => dates.get(all(field)[0]?.index ?? -1) ?? null

  const clientName = clientNameOf(first)
  const ref = { source: context.head.format === 'clio' ? 'clio' : 'csv', id: identify(first('externalId') ?? caseNumber, [title, clientName], context) }
  if (context.isRepeated(ref, caseNumber))
    return { ok: false, reason: 'DUPLICATE_IN_FILE', label }

  const columnKey = statusKeyOf(first('status') ?? '')
  const closes = context.kindOf(columnKey) === 'CLOSED'
  if (!closes && first('closedOn') !== null) {
    keep('closedOn')
    notes.add('CLOSE_DATE_MOVED')
  }
  if (closes && first('closedOn') === null)
    notes.add('CLOSE_DATE_UNKNOWN')
  const priority = known('priority', 'PRIORITY_UNKNOWN', readPriority)
  const practiceArea = known('practiceArea', 'PRACTICE_AREA_UNKNOWN', readPracticeArea)

  const { assignments, strangers } = assign(peopleOf(all), context, notes)
  for (const { header, names } of strangersByHeader(strangers))
    extras.push({ name: header, value: names.join(', ') })

  const draft = fitDraft({
    ref,
    fields: {
      caseNumber: caseNumber === null ? null : oneLine(caseNumber),
      columnKey,
      title,
      description: first('description') ?? '',
      clientName,
      courtCaseNumber: first('courtCaseNumber'),
      courtName: first('courtName'),
      opposingParty: first('opposingParty'),
      practiceArea,
      priority: priority ?? 'MEDIUM',
      waitingOn: first('waitingOn'),
      openedOn: dateOf('openedOn'),
      filedOn: dateOf('filedOn'),
      closedOn: closes ? dateOf('closedOn') : null,
      archived: false,
      assignments,
    },
    deadlines: all('dueDate').map(({ header, value, index }, nth, { length }): DraftDeadline => {
      return { key: `due/${nth}`, title: length > 1 ? header : '', date: dates.get(index)!, time: timeIn(value), done: false }
    }),
    tasks: all('task').flatMap(({ value }, column) => tasksIn(value, column)),
    tags: all('tags').flatMap(({ value }) => splitTags(value, context.splitOnBlank)),
    comments: all('comment').map(({ header, value }, nth) => {
      return { key: `note/${nth}`, body: value, at: null, authorId: null, authorName: header }
    }),
    extras,
  }, notes)
  return { ok: true, draft, notes: [...notes] }

  /** A word that has to be one of ours; any other is kept as text. */
  function known<Value>(field: ImportField, note: NoteCode, read: (value: string) => Value | null): Value | null {
    const value = first(field)
    const found = value === null ? null : read(value)
    if (value !== null && found === null) {
      keep(field)
      notes.add(note)
    }
    return found
  }

  function peopleOf(fieldValues: typeof all): (NamedPerson & { header: string })[] {
    return (['responsible', 'people'] as const).flatMap(field => fieldValues(field).flatMap(({ header, value }) =>
      splitPeople(value, field, context.splitOnBlank).map(name => ({ key: personKeyOf(name), name, header }))))
  }
}

function strangersByHeader(strangers: NamedPerson[]): { header: string, names: string[] }[] {
  const groups = new Map<string, string[]>()
  for (const stranger of strangers as (NamedPerson & { header: string })[])
    groups.set(stranger.header, [...groups.get(stranger.header) ?? [], stranger.name])
  return [...groups].map(([header, names]) => ({ header, names }))
}

/** A company first, with the person in brackets; Japanese and Korean names put the family first. */
function clientNameOf(first: (field: ImportField) => string | null): string {
  const [given, family] = [first('clientFirstName') ?? '', first('clientLastName') ?? '']
  const familyFirst = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(given + family)
  const person = (familyFirst ? [family, given] : [given, family]).filter(Boolean).join(' ')
  const organisation = first('clientName') ?? first('clientCompany') ?? ''
  return oneLine(organisation && person ? `${organisation} (${person})` : organisation || person)
}

/** The row's identity from run to run: its own number, else what it says. */
function identify(id: string | null, content: string[], context: DraftContext): string {
  if (id !== null && id.length <= MAX_REF)
    return id
  const hash = createHash('sha256').update(JSON.stringify(id === null ? content.map(plain) : [id])).digest('hex').slice(0, 32)
  const nth = id === null ? context.occurrence(hash) : 0
  return nth === 0 ? hash : `${hash}/${nth + 1}`
}

/** The time of day that stands behind a date, unless it is only the midnight that programs add. */
function timeIn(value: string): string | null {
  const match = /[T\s](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([ap]m)?/i.exec(value)
  if (!match)
    return null
  const half = match[3]?.toLowerCase()
  const hour = half ? Number(match[1]) % 12 + (half === 'pm' ? 12 : 0) : Number(match[1])
  const time = `${String(hour).padStart(2, '0')}:${match[2]}`
  return hour > 23 || Number(match[2]) > 59 || time === '00:00' ? null : time
}

function tasksIn(value: string, column: number): DraftTask[] {
  return value.split(/[\n;]/).map(line => line.trim()).filter(Boolean).map((line, index) => {
    const done = /^(?:[-*]\s*)?(?:\[x\]|☑|✓|✔)\s*/i
    const title = line.replace(done, '').replace(/^(?:[-*]\s*)?(?:\[ ?\]|☐)\s*/, '').trim() || line
    return { key: `task/${column}/${index}`, title, done: done.test(line) }
  })
}
