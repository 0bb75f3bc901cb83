import process from 'node:process'
import { parseArgs } from 'node:util'
import { StartupError } from '#server/db/repository.ts'
import { readConfig } from '#server/services/config.ts'
import { PEOPLE } from '#server/services/demo/content/people.ts'
import { generateBigBoard } from '#server/services/demo/generate-big-board.ts'
import { memberIdsByKey } from '#server/services/demo/generate-firm.ts'
import { writeBoard } from '#server/services/demo/write-board.ts'
import type { Firm } from '#server/services/firm.ts'
import { openFirm } from '#server/services/firm.ts'

/*
 * Adds a big board to the demo firm: `npm run seed -- --matters 5000 --seed 7`. The board is written
 * whole or not at all.
 */

const USAGE = `Usage: npm run seed -- [options]

  --matters COUNT         how many matters, 1 to 100000 (without it: 5000)
  --seed NUMBER           the same number gives the same board, 0 to 4294967295 (without it: 1)
  --board NAME            what the board is called (without it: Big board)`

/** A mistake of whoever calls: one line, and exit code 1. */
class UsageError extends Error {}

try {
  await main()
}
catch (error) {
  if (!(error instanceof UsageError || error instanceof StartupError))
    throw error
  console.error(error.message)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { help, ...options } = readArguments()
  if (help) {
    console.log(USAGE)
    return
  }
  const config = readConfig(process.env)
  if (config.demo === false)
    throw new UsageError('DEMO is false, and generated matters belong in a demo firm only. Take DEMO away, or set DATA_DIR to another folder.')
  const firm = await openFirm(config, { alone: true })
  try {
    await addBoard(firm, options)
  }
  finally {
    await firm.close()
  }
}

async function addBoard({ repository, settings }: Firm, { count, seed, name }: { count: number, seed: number, name: string }): Promise<void> {
  if (!settings.demo)
    throw new UsageError('The database holds a real firm, and generated matters belong in a demo firm only. Set DATA_DIR to another folder.')
  const boards = await repository.boards.list()
  if (boards.some(board => board.name === name))
    throw new UsageError(`There is a board named "${name}" already. Give another name with --board.`)
  const memberIds = memberIdsByKey(await repository.accounts.listMembers())
  const missing = Object.keys(PEOPLE).filter(key => !(key in memberIds))
  if (missing.length > 0)
    throw new UsageError(`The demo firm lacks ${missing.length} of its members (${missing.join(', ')}), who were to work on the matters.`)

  console.log(`Making up ${format(count)} matters …`)
  const board = generateBigBoard({ name, count, seed, memberIds, now: Date.now(), timeZone: settings.timeZone })
  const position = Math.max(-1, ...boards.map(known => known.position)) + 1
  await repository.transaction(stores => writeBoard(stores, settings, board, position, (written) => {
    if (isMilestone(written, count))
      console.log(`${format(written)} of ${format(count)} matters`)
  }))

  const comments = board.matters.reduce((sum, matter) => sum + matter.comments.length, 0)
  console.log(`Board "${name}": ${format(count)} matters, ${format(comments)} comments.`)
  for (const column of board.columns)
    console.log(`  ${column.name.en}: ${format(board.matters.filter(({ matter }) => matter.columnId === column.id).length)}`)
}

/** Ten lines or so, however many matters there are. */
function isMilestone(written: number, count: number): boolean {
  const step = Math.max(500, Math.ceil(count / 10 / 500) * 500)
  return written % step === 0 || written === count
}

function readArguments(): { help: boolean, count: number, seed: number, name: string } {
  const { help, matters, seed, board } = parseOptions()
  const name = board.trim()
  if (name === '' || name.length > 255)
    throw new UsageError('--board takes a name of 1 to 255 characters.')
  return {
    help,
    count: wholeNumber('--matters', matters, 1, 100_000),
    seed: wholeNumber('--seed', seed, 0, 2 ** 32 - 1),
    name,
  }
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        matters: { type: 'string', default: '5000' },
        seed: { type: 'string', default: '1' },
        board: { type: 'string', default: 'Big board' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  }
  catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]} (--help shows the options).`)
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= min && number <= max))
    throw new UsageError(`${option} takes a whole number from ${min} to ${max}, not "${text}".`)
  return number
}

function format(number: number): string {
  return number.toLocaleString('en')
}
