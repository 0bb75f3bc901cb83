import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { DatabaseHeld, StartupError } from '#server/db/repository.ts'
import { readConfig } from '#server/services/config.ts'
import type { FirmConfig } from '#server/services/config.ts'
import { openFirm } from '#server/services/firm.ts'
import { importUnattended, isEncoding } from '#server/services/import/import-unattended.ts'
import type { ImportOutcome, ImportReport, UnattendedOptions } from '#server/services/import/import-unattended.ts'
import { importOverServer } from '#server/services/operator/import-over-server.ts'
import { IMPORT_FIELDS } from '#shared/import/import-fields.ts'
import { Problem } from '#shared/protocol/problems.ts'

/*
 * Imports a file from the command line: `npm run import -- FILE [options]`. The same reading, mapping
 * and writing as in the browser, with the guesses taken where no option says otherwise. Where a server
 * runs, which alone may write, it is the server that imports.
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
    console.error(error.message)
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
  const { report, stopped } = await importFile(readConfig(process.env), bytes, {
    fileName: basename(file),
    board: options.board,
    as: options.as,
    lawyer: options.lawyer,
    fields: pairs(options.map, '--map'),
    people: pairs(options.person, '--person'),
    dates: options.dates,
    encoding: options.encoding,
    dryRun: options['dry-run'] ?? false,
  })
  console.log(options.json ? JSON.stringify(report, null, 2) : describe(report))
  if (stopped !== null)
    throw new UsageError(stopped)
}

/** Imports in this process, or through the server that holds the database. */
async function importFile(config: FirmConfig, bytes: Uint8Array, options: UnattendedOptions): Promise<ImportOutcome> {
  let firm
  try {
    firm = await openFirm(config, { alone: true })
  }
  catch (error) {
    const outcome = error instanceof DatabaseHeld ? await importOverServer(config.dataDir, bytes, options) : null
    if (outcome === null)
      throw error
    return outcome
  }
  try {
    return await importUnattended(firm, bytes, options)
  }
  finally {
    await firm.close()
  }
}

function describe(report: ImportReport): string {
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
    if (values.encoding !== undefined && !isEncoding(values.encoding))
      throw new UsageError(`There is no encoding "${values.encoding}"`)
    return { file: positionals[0], options: values }
  }
  catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message.split(/\.\s/)[0]} (--help shows the options)`)
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
