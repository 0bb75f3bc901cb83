import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { UNPACKED_NOTE } from './chromium.mjs'

/*
 * Unpacks the browser of e2e/browser beside its package. Runs in a process of its own, because the
 * package unpacks to the temporary folder that it finds at its start.
 */

const modules = dirname(UNPACKED_NOTE)
const folder = join(modules, '.unpacked')
const entry = createRequire(join(modules, 'x.js')).resolve('@sparticuz/chromium')

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
process.env.TMPDIR = folder
const { inflate } = await import(pathToFileURL(entry).href)
for (const archive of ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br'])
  await inflate(join(dirname(entry), '..', 'bin', archive))

const binary = join(folder, 'chromium')
const wrapper = join(folder, 'chromium.sh')
const libraries = canStart(binary) ? '' : `export LD_LIBRARY_PATH="${join(folder, 'al2023', 'lib')}"\n`
const fonts = existsSync('/etc/fonts/fonts.conf') ? '' : `export FONTCONFIG_PATH="${join(folder, 'fonts')}"\n`
// It comes without the helper that its sandbox needs.
writeFileSync(wrapper, `#!/bin/sh\n${libraries}${fonts}exec "${binary}" --no-sandbox "$@"\n`, { mode: 0o755 })
// Noted last, and at once: whoever reads it finds a browser that is complete.
writeFileSync(`${UNPACKED_NOTE}.new`, wrapper)
renameSync(`${UNPACKED_NOTE}.new`, UNPACKED_NOTE)

/** @param {string} file whether the machine has the libraries that it asks for */
function canStart(file) {
  try {
    execFileSync(file, ['--version'], { stdio: 'ignore' })
    return true
  }
  catch {
    return false
  }
}
