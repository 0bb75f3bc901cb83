import process from 'node:process'
import { ensureBuilt, ensureInstalled, ensurePrepared, loadDotEnv, run, runTool, Stop } from './env.mjs'

/*
 * Runs a tool or a script of the project with the pinned Node:
 * `node scripts/with-node.mjs eslint/bin/eslint.js .`, `node scripts/with-node.mjs scripts/seed.ts`.
 * What the tool builds upon is brought up to date first.
 */

/** Tools that read what `nuxt prepare` writes. */
const NEED_PREPARE = ['eslint/', 'vitest/', 'knip/']
/** Tools that start the built server. */
const NEED_BUILD = ['@playwright/', 'tests/crash/', 'bench/fanout.ts']

await run(async () => {
  const [file, ...args] = process.argv.slice(2)
  if (!file)
    throw new Stop('Say which tool to run: node scripts/with-node.mjs <file> [arguments]')
  await ensureInstalled()
  if (NEED_PREPARE.some(start => file.startsWith(start)))
    await ensurePrepared()
  if (NEED_BUILD.some(start => file.startsWith(start)))
    await ensureBuilt()
  // Tests must not depend on the settings of whoever runs them.
  if (file.startsWith('scripts/') || file.startsWith('nuxt/'))
    loadDotEnv()
  return runTool(file, args)
})
