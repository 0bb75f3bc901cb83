import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { StartupError } from '#server/db/repository.ts'
import { readConfig } from '#server/services/config.ts'
import { openFirm } from '#server/services/firm.ts'
import type { Firm } from '#server/services/firm.ts'
import { DATE_ORDERS, IMPORT_FIELDS } from '#shared/import/import-fields.ts'
import type { DateOrder, ImportField } from '#shared/import/import-fields.ts'
import { can } from '#shared/kanban/permissions.ts'
import type { ImportAnswer, ImportCounts, ImportMapping, ImportRowView, ResultCounts } from '#shared/protocol/imports.ts'
import { Problem } from '#shared/protocol/problems.ts'

/*
 * Imports a file from the command line: `npm run import -- FILE [options]`. The same reading, mapping
 * and writing as in the browser, with the guesses taken where no option says otherwise.
 */

const USAGE = `Usage: npm run import -- FILE [options]

  FILE                    a Trello board (JSON), a Clio matters CSV, or any other CSV
  --board NAME            the board to import to, by name or id; made when it is missing
                          (without it: the file's own board, else one named like the file)
  --dry-run               show what would happen and write nothing
  --json                  print the result as JSON
  --as EMAIL              the partner or administrator who imports (without it: the first partner)
  --lawyer EMAIL          the lawyer of matters that name none (without it: who imports)
  --map HEADER=FIELD      what a column of a CSV means; may be repeated
  --person NAME=EMAIL     which member a name in the file is; may be repeated
  --dates ORDER           how the file writes dates where that is unclear: ymd, mdy or dmy
  --encoding LABEL        how the file is encoded, like shift_jis

Fields for --map: ${IMPORT_FIELDS.join(', ')}`

/** A mistake of whoever calls: one line, and exit code 1. */
class UsageError extends Error {}

try {
  await main()
}
catch (error) {
  process.exitCode = 1
  if (error instanceof UsageError || error instanceof Problem)
    console.error(error.message.replace(/^./, first => first.toUpperCase()).replace(/([^.])$/, '$1.'))
  else if (error instanceof StartupError)
    console.error(isHeld(error) ? `${error.message} A running board takes the file in the browser, at /import.` : error.message)
  else
    throw error
}

async function main(): Promise<void> {
  const { file, options } = readArguments()
  if (options.help) {
    console.log(USAGE)
    return
  }
  if (file === undefined)
    throw new UsageError('Say which file to import: npm run import -- FILE (--help shows the options)')
  const bytes = readBytes(resolve(process.env.INIT_CWD ?? process.cwd(), file))
  const firm = await openFirm(readConfig(process.env))
  try {
    await importFile(firm, bytes, basename(file), options)
  }
  finally {
    await firm.close()
  }
}

type Options = ReturnType<typeof readArguments>['options']

async function importFile({ repository, imports }: Firm, bytes: Uint8Array, fileName: string, options: Options): Promise<void> {
  const members = await repository.accounts.listMembers()
  const memberByEmail = (email: string) => {
    const member = members.find(known => known.email.toLowerCase() === email.trim().toLowerCase())
    if (!member)
      throw new UsageError(`There is no member with the address ${email}`)
    return member
  }
  const actor = options.as === undefined
    ? members.find(({ active, role }) => active && role === 'PARTNER') ?? members.find(member => member.active && can(member, 'import'))
    : memberByEmail(options.as)
  if (!actor || !can(actor, 'import'))
    throw new UsageError(actor ? 'Only a partner or an administrator may import' : 'The firm has nobody who may import')

  const first = await imports.analyse(actor, { fileName, bytes, encoding: options.encoding, boardName: options.board })
  const { id } = first.job
  try {
    const headers = first.preview!.columns.map(({ header }) => header)
    const mapping = changeMapping(first.mapping, headers, {
      fields: pairs(options.map, '--map'),
      people: pairs(options.person, '--person').map(([name, email]) => [name, memberByEmail(email).id]),
      responsibleId: options.lawyer === undefined ? null : memberByEmail(options.lawyer).id,
    })
    const mapped = await imports.map(actor, id, withDates(mapping, await imports.map(actor, id, mapping), options.dates))
    const preview = mapped.preview!
    const rows: ImportRowView[] = []
    let job = mapped.job
    if (!options['dry-run']) {
      await imports.commit(actor, id)
      await imports.settled(id)
      job = (await imports.find(actor, id)).job
      for (let offset = 0; offset < job.progress.done; offset += 200)
        rows.push(...(await imports.rows(actor, id, { offset, limit: 200 })).rows)
    }
    const results = options['dry-run'] ? preview.forecast : job.results
    const report = {
      file: fileName,
      format: job.format,
      board: job.boardName ?? ('name' in mapped.mapping.target ? mapped.mapping.target.name : (await repository.boards.find(mapped.mapping.target.id))?.name ?? null),
      dryRun: options['dry-run'] ?? false,
      ...preview.counts,
      ...results,
      reasons: options['dry-run'] ? preview.reasons : job.reasons,
      rows: options['dry-run']
        ? preview.failures.map(({ line, reason }) => ({ line, result: 'failed', reason, notes: [] as string[] }))
        : rows.filter(({ result }) => result === 'skipped' || result === 'failed').map(({ line, result, reason, notes }) => ({ line, result, reason, notes })),
    }
    console.log(options.json ? JSON.stringify(report, null, 2) : describe(report))
    if (job.state === 'failed')
      throw new UsageError(`The import stopped after ${job.progress.done} of ${job.progress.total} rows; what is written can be taken back in the browser`)
  }
  finally {
    if ((await imports.find(actor, id)).job.state === 'preview')
      await imports.remove(actor, id)
  }
}

interface Report extends ImportCounts, ResultCounts {
  file: string
  board: string | null
  dryRun: boolean
  reasons: Record<string, number>
  rows: { line: number, result: string, reason: string | null }[]
}

function describe(report: Report): string {
  const failed = report.rows.filter(({ result }) => result === 'failed')
  const archived = (count: number) => count > 0 ? ` (${count} archived)` : ''
  return [
    `${report.file} → board "${report.board}"${report.dryRun ? ' (dry run: nothing was written)' : ''}`,
    `  columns   ${report.columns}${archived(report.archivedColumns)}`,
    `  matters   ${report.matters}${archived(report.archivedMatters)}`,
    `  comments  ${report.comments}`,
    `  tasks     ${report.tasks}`,
    `  deadlines ${report.deadlines}`,
    `  members   ${report.members}`,
    `  tags      ${report.tags}`,
    `  created ${report.created}, updated ${report.updated}, skipped ${report.skipped}, failed ${report.failed}`,
    ...Object.entries(report.reasons).map(([code, count]) => `    ${code}: ${count}`),
    ...failed.slice(0, 20).map(({ line, reason }) => `  row at ${line} failed: ${reason}`),
    ...failed.length > 20 ? [`  … and ${failed.length - 20} more (--json lists them all)`] : [],
  ].join('\n')
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
      throw new UsageError(`The file has no column "${header}"`)
    if (!(IMPORT_FIELDS as readonly string[]).includes(field))
      throw new UsageError(`There is no field "${field}"; --help lists them`)
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
    throw new UsageError(`The dates in "${unclear[0]!.header}" read both ways: say --dates dmy or --dates mdy`)
  if (!(DATE_ORDERS as readonly string[]).includes(order))
    throw new UsageError('--dates is ymd, mdy or dmy')
  return { ...mapping, dateOrders: Object.fromEntries(unclear.map(({ index }) => [String(index), order as DateOrder])) }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'board': { type: 'string' },
        'dry-run': { type: 'boolean' },
        'json': { type: 'boolean' },
        'as': { type: 'string' },
        'lawyer': { type: 'string' },
        'map': { type: 'string', multiple: true },
        'person': { type: 'string', multiple: true },
        'dates': { type: 'string' },
        'encoding': { type: 'string' },
        'help': { type: 'boolean' },
      },
    })
    if (positionals.length > 1)
      throw new UsageError('One file at a time')
    checkEncoding(values.encoding)
    return { file: positionals[0], options: values }
  }
  catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message.split(/\.\s/)[0]} (--help shows the options)`)
  }
}

function checkEncoding(label: string | undefined): void {
  try {
    new TextDecoder(label)
  }
  catch {
    throw new UsageError(`There is no encoding "${label}"`)
  }
}

function pairs(values: string[] | undefined, option: string): [string, string][] {
  return (values ?? []).map((value) => {
    const place = value.lastIndexOf('=')
    if (place < 1)
      throw new UsageError(`${option} takes two parts with = between them`)
    return [value.slice(0, place).trim(), value.slice(place + 1).trim()]
  })
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  }
  catch (error) {
    throw new UsageError(`The file ${path} can't be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** Whether another process holds the data folder. */
function isHeld({ cause }: StartupError): boolean {
  return typeof cause === 'object' && cause !== null && 'errcode' in cause && (Number(cause.errcode) & 0xFF) === 5
}
