import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge']

const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Where `unpackChromium` in scripts/test.mjs notes the browser that came as a package. */
export const UNPACKED_NOTE = join(import.meta.dirname, '..', 'e2e', 'browser', 'node_modules', '.chromium')

/**
 * Finds a Chromium: what CHROMIUM names, then the usual names on the PATH and the usual places, then
 * the one that an earlier test run unpacked.
 *
 * @returns {string | null} its path
 */
export function findChromium() {
  const named = process.env.CHROMIUM
  if (named)
    return named
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const onPath = folders.flatMap(folder => NAMES.map(name => join(folder, name)))
  const unpacked = existsSync(UNPACKED_NOTE) ? [readFileSync(UNPACKED_NOTE, 'utf8').trim()] : []
  return [...onPath, ...PLACES, ...unpacked].find(isExecutable) ?? null
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  }
  catch {
    return false
  }
}
