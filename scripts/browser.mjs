import { dirname, join } from 'node:path'
import process from 'node:process'
import { findChromium, UNPACKED_NOTE } from './chromium.mjs'
import { npm, pinnedNode, ROOT, runProcess, Stop, toolEnv } from './env.mjs'

/**
 * A browser for the end-to-end tests: one that is there, else one that comes as a package. It has a
 * lockfile of its own, so that whoever only starts the board doesn't download a browser.
 *
 * @returns {Promise<string>} its path
 */
export async function provideChromium() {
  const found = findChromium()
  if (found)
    return found
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Stop('No Chromium was found. Install one, or set CHROMIUM to its path.')
  console.log('No Chromium was found; installing one (75 MB) …')
  if (await npm(['ci'], join(dirname(UNPACKED_NOTE), '..')) !== 0)
    throw new Stop('The browser could not be installed; npm says why above.')
  if (await runProcess(pinnedNode(), [join(ROOT, 'scripts', 'unpack-chromium.mjs')], { env: toolEnv(), quiet: true }) !== 0)
    throw new Stop('The browser could not be unpacked; its output is above.')
  const unpacked = findChromium()
  if (!unpacked)
    throw new Stop('The browser was unpacked but can\'t be started.')
  return unpacked
}
