import process from 'node:process'
import { StartupError } from '#server/db/repository.ts'
import { readConfig } from '#server/services/config.ts'

/*
 * Says what is wrong with the settings before a minute is spent on the build.
 */

try {
  readConfig(process.env)
}
catch (error) {
  if (!(error instanceof StartupError))
    throw error
  console.error(error.message)
  process.exitCode = 1
}
