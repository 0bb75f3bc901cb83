import process from 'node:process'
import { parseArgs } from 'node:util'
import { StartupError } from '#server/db/repository.ts'
import { readConfig } from '#server/services/config.ts'
import { openRepository } from '#server/services/open-repository.ts'
import { renewEpochs } from '#server/services/renew-epochs.ts'

/*
 * To be run once an older database was restored, before the server starts on it: `npm run renew-epochs`.
 */

const USAGE = `Usage: npm run renew-epochs

  Run it after an older copy of the database was restored, while the server is stopped.
  Every board gets a new epoch, so that browsers which saw newer states take the boards
  anew and send again what the restored database doesn't hold. Notifications and
  preferences are read anew, too. Nothing else changes.`

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
  if (readArguments().help) {
    console.log(USAGE)
    return
  }
  const repository = await openRepository(readConfig(process.env), { alone: true })
  try {
    if (!await repository.firm.get())
      throw new UsageError('There is no firm in this database. Set DATA_DIR or DATABASE_URL to the one that was restored.')
    const { length } = await renewEpochs(repository)
    console.log(`${length} ${length === 1 ? 'board has' : 'boards have'} a new epoch. Browsers take them anew when the server runs.`)
  }
  finally {
    await repository.close()
  }
}

function readArguments() {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } }).values
  }
  catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]} (--help shows what it does).`)
  }
}
