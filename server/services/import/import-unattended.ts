import { z } from 'zod'
import type { Firm } from '#server/services/firm.ts'
import { DATE_ORDERS, IMPORT_FIELDS } from '#shared/import/import-fields.ts'
import type { DateOrder, ImportField } from '#shared/import/import-fields.ts'
import { can } from '#shared/kanban/permissions.ts'
import type { ImportAnswer, ImportCounts, ImportMapping, ImportRowView, ResultCounts } from '#shared/protocol/imports.ts'
import { Problem } from '#shared/protocol/problems.ts'

const text = z.string().refine(value => value.isWellFormed() && !value.includes('\0'))
const pair = z.tuple([text, text])

/** What the command line says about an import. Members are named by their address, the board by name or id. */
export const unattendedOptionsSchema = z.strictObject({
  fileName: text,
  /** Absent, the file's own board, else one named like the file. */
  board: text.optional(),
  /** Who imports; absent, the first partner. */
  as: text.optional(),
  /** The lawyer of matters that name none; absent, who imports. */
  lawyer: text.optional(),
  /** Header and field. */
  fields: z.array(pair),
  /** Name in the file and address. */
  people: z.array(pair),
  /** How dates are read that read both ways. */
  dates: text.optional(),
  /** Label of the encoding; absent, the bytes tell. */
  encoding: text.refine(isEncoding).optional(),
  /** Says what would happen and writes nothing. */
  dryRun: z.boolean(),
})
export type UnattendedOptions = z.infer<typeof unattendedOptionsSchema>

/** What the command prints. */
export interface ImportReport extends ImportCounts, ResultCounts {
  file: string
  format: string
  board: string | null
  dryRun: boolean
  reasons: Record<string, number>
  rows: { line: number, result: string, reason: string | null, notes: string[] }[]
}

/** How an import ended. */
export interface ImportOutcome {
  report: ImportReport
  /** Why it didn't come to its end, in one sentence; null when it did. */
  stopped: string | null
}

/** Imports a file without asking anybody: the guesses hold where no option says otherwise. */
export async function importUnattended(
  { repository, imports }: Pick<Firm, 'repository' | 'imports'>,
  bytes: Uint8Array,
  { fileName, board, as, lawyer, fields, people, dates, encoding, dryRun }: UnattendedOptions,
): Promise<ImportOutcome> {
  const members = await repository.accounts.listMembers()
  const memberByEmail = (email: string) => {
    const member = members.find(known => known.email.toLowerCase() === email.trim().toLowerCase())
    if (!member)
      throw refusal(`There is no member with the address ${email}`)
    return member
  }
  const actor = as === undefined
    ? members.find(({ active, role }) => active && role === 'PARTNER') ?? members.find(member => member.active && can(member, 'import'))
    : memberByEmail(as)
  if (!actor || !can(actor, 'import'))
    throw refusal(actor ? 'Only a partner or an administrator may import' : 'The firm has nobody who may import')

  const first = await imports.analyse(actor, { fileName, bytes, encoding, boardName: board })
  const { id } = first.job
  try {
    const mapping = changeMapping(first.mapping, first.preview!.columns.map(({ header }) => header), {
      fields,
      people: people.map(([name, email]) => [name, memberByEmail(email).id]),
      responsibleId: lawyer === undefined ? null : memberByEmail(lawyer).id,
    })
    const mapped = await imports.map(actor, id, withDates(mapping, await imports.map(actor, id, mapping), dates))
    const preview = mapped.preview!
    const rows: ImportRowView[] = []
    let job = mapped.job
    if (!dryRun) {
      await imports.commit(actor, id)
      await imports.settled(id)
      job = (await imports.find(actor, id)).job
      for (let offset = 0; offset < job.progress.done; offset += 200)
        rows.push(...(await imports.rows(actor, id, { offset, limit: 200 })).rows)
    }
    const { target } = mapped.mapping
    const report: ImportReport = {
      file: fileName,
      format: job.format,
      board: job.boardName ?? ('name' in target ? target.name : (await repository.boards.find(target.id))?.name ?? null),
      dryRun,
      ...preview.counts,
      ...dryRun ? preview.forecast : job.results,
      reasons: dryRun ? preview.reasons : job.reasons,
      rows: dryRun
        ? preview.failures.map(({ line, reason }) => ({ line, result: 'failed', reason, notes: [] }))
        : rows.filter(({ result }) => result === 'skipped' || result === 'failed').map(({ line, result, reason, notes }) => ({ line, result, reason, notes })),
    }
    return { report, stopped: whyStopped(job) }
  }
  finally {
    if ((await imports.find(actor, id)).job.state === 'preview')
      await imports.remove(actor, id)
  }
}

function whyStopped({ state, progress: { done, total } }: ImportAnswer['job']): string | null {
  if (state === 'failed')
    return `The import stopped after ${done} of ${total} rows; what is written can be taken back in the browser`
  if (state === 'running')
    return `The server was stopped after ${done} of ${total} rows; it goes on with the rest when it starts again`
  return null
}

/** A mistake of whoever calls, in one sentence. */
function refusal(message: string): Problem {
  return new Problem('VALIDATION', message)
}

/** The guessed mapping with what the options say. */
function changeMapping(
  mapping: ImportMapping,
  headers: string[],
  changes: { fields: [string, string][], people: [string, string][], responsibleId: string | null },
): ImportMapping {
  const fields: ImportField[] = [...mapping.fields]
  for (const [header, field] of changes.fields) {
    const index = headers.findIndex(known => known.toLowerCase() === header.toLowerCase())
    if (index === -1)
      throw refusal(`The file has no column "${header}"`)
    if (!(IMPORT_FIELDS as readonly string[]).includes(field))
      throw refusal(`There is no field "${field}"; --help lists them`)
    // The column that was guessed to be this field steps back.
    const before = fields.indexOf(field as ImportField)
    if (before !== -1 && before !== index)
      fields[before] = 'extra'
    fields[index] = field as ImportField
  }
  const people = changes.people.map(([name, memberId]) => [name.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' '), memberId])
  return {
    ...mapping,
    fields,
    people: { ...mapping.people, ...Object.fromEntries(people) },
    responsibleId: changes.responsibleId ?? mapping.responsibleId,
  }
}

/** Dates that read both ways need a word; nobody is asked here, so the option must say it. */
function withDates(mapping: ImportMapping, { preview }: ImportAnswer, order: string | undefined): ImportMapping {
  const unclear = preview!.columns.flatMap(({ header, dates }, index) => dates?.ambiguous ? [{ header, index }] : [])
  if (unclear.length === 0)
    return mapping
  if (order === undefined)
    throw refusal(`The dates in "${unclear[0]!.header}" read both ways: say --dates dmy or --dates mdy`)
  if (!(DATE_ORDERS as readonly string[]).includes(order))
    throw refusal('--dates is ymd, mdy or dmy')
  return { ...mapping, dateOrders: Object.fromEntries(unclear.map(({ index }) => [String(index), order as DateOrder])) }
}

/** Whether there is an encoding of this name. */
export function isEncoding(label: string): boolean {
  try {
    return Boolean(new TextDecoder(label))
  }
  catch {
    return false
  }
}
