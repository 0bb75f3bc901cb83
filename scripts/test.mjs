import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { provideChromium } from './browser.mjs'
import { ensureBuilt, ensureInstalled, ensurePrepared, run, runTool, seconds, Stop } from './env.mjs'

/*
 * Everything that must hold, one step after another. A step that fails doesn't keep the next from running:
 * whoever mends things wants to see all of it.
 */

const HELP = `npm test                       everything but the long lanes
npm test -- --all              those, too
npm test -- --only lint,unit   some steps: `

const VITEST_PROJECTS = ['unit', 'nuxt', 'contract', 'simulation', 'integration']

const reports = mkdtempSync(join(tmpdir(), 'aster-test-'))

/**
 * A step answers whether it passed, and how many tests it ran when it runs tests.
 *
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{ ok: boolean, counts?: Counts }} Outcome
 * @type {Record<string, { title: string, work: (projects: string[]) => Promise<Outcome> }>}
 */
const STEPS = {
  'lint': { title: 'Style and direction of imports', work: () => tool('eslint/bin/eslint.js', ['.', '--max-warnings', '0']) },
  'types': { title: 'Types', work: () => tool('nuxt/bin/nuxt.mjs', ['typecheck']) },
  'dead-code': { title: 'Dead code', work: () => tool('knip/bin/knip.js', ['--no-progress', '--treat-config-hints-as-errors']) },
  'vitest': { title: 'Unit, component, contract, simulation and integration tests', work: vitest },
  'mutants': { title: 'Planted bugs, each of which the simulation must find', work: () => tool('tests/simulation/mutants.ts', []) },
  'build': { title: 'Build', work: async () => { await ensureBuilt(); return { ok: true } } },
  'crash': { title: 'Killed in the middle of writes', work: crash },
  'e2e': { title: 'Two people, two browsers', work: () => endToEnd('hybrid') },
  'e2e-transports': { title: 'The same over the other transports', work: () => endToEnd('websocket', 'polling') },
  'e2e-servers': { title: 'Servers that start, stop and fail', work: servers },
  'stories': { title: 'Every state of the screen, without a server', work: stories },
}

/** Steps that take too long for every change; `--all` takes them along. */
const LONG = ['e2e-transports', 'e2e-servers', 'stories']

await run(async () => {
  const { steps, projects } = readArguments(process.argv.slice(2))
  const from = Date.now()
  await ensureInstalled()
  await ensurePrepared({ always: true })
  /** @type {string[]} */
  const lines = []
  const failures = []
  const totals = { passed: 0, failed: 0 }
  for (const name of steps) {
    const { title, work } = STEPS[name]
    console.log(`\n── ${name}: ${title}`)
    const started = Date.now()
    const { ok, counts } = await attempt(() => work(projects))
    totals.passed += counts?.passed ?? 0
    totals.failed += counts?.failed ?? 0
    if (!ok)
      failures.push(name)
    lines.push(`${ok ? '✓' : '✗'} ${name.padEnd(14)}${seconds(started).padStart(9)}${counts ? `   ${counts.passed} passed, ${counts.failed} failed` : ''}`)
    console.log(`── ${name} ${ok ? 'passed' : 'FAILED'} in ${seconds(started)}`)
  }
  rmSync(reports, { recursive: true, force: true })
  console.log(`\n${lines.join('\n')}\n\n${totals.passed} passed, ${totals.failed} failed`)
  console.log(failures.length === 0
    ? `All ${steps.length} steps passed in ${seconds(from)}.`
    : `${failures.length} of ${steps.length} steps failed (${failures.join(', ')}) in ${seconds(from)}.`)
  return failures.length === 0 ? 0 : 1
})

/** @param {() => Promise<Outcome>} work */
async function attempt(work) {
  try {
    return await work()
  }
  catch (error) {
    console.error(error instanceof Stop ? error.message : error)
    return { ok: false }
  }
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Promise<Outcome>}
 */
async function tool(file, args) {
  return { ok: await runTool(file, args) === 0 }
}

/**
 * @param {string[]} projects all of them when none is named, and then coverage is held too
 * @returns {Promise<Outcome>}
 */
async function vitest(projects) {
  const report = join(reports, 'vitest.json')
  const code = await runTool('vitest/vitest.mjs', [
    'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
    ...projects.flatMap(project => ['--project', project]),
    ...(projects.length === 0 ? ['--coverage'] : []),
  ])
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = readReport(report)
  return { ok: code === 0 && passed > 0, counts: { passed, failed } }
}

/** @returns {Promise<Outcome>} */
async function crash() {
  await ensureBuilt()
  const ok = await runTool('tests/crash/run.ts', ['--rounds', '8']) === 0
  return { ok, counts: { passed: ok ? 1 : 0, failed: ok ? 0 : 1 } }
}

/** @returns {Promise<Outcome>} */
async function stories() {
  const folder = join(reports, 'stories')
  if (await runTool('storybook/dist/bin/dispatcher.js', ['build', '--config-dir', 'stories/config', '--output-dir', folder, '--quiet']) !== 0)
    return { ok: false }
  return await playwright(['stories'], { E2E_STORIES: folder, E2E_TRANSPORTS: '' })
}

/**
 * @param {...string} transports on which the tests of the board run
 * @returns {Promise<Outcome>}
 */
async function endToEnd(...transports) {
  await ensureBuilt()
  return await playwright(transports, { E2E_TRANSPORTS: transports.join() })
}

/** @returns {Promise<Outcome>} */
async function servers() {
  await ensureBuilt()
  return await playwright(['servers'], { E2E_TRANSPORTS: '' })
}

/**
 * @param {string[]} projects of playwright.config.ts
 * @param {Record<string, string>} env
 * @returns {Promise<Outcome>}
 */
async function playwright(projects, env) {
  const report = join(reports, 'playwright.json')
  const code = await runTool('@playwright/test/cli.js', ['test', ...projects.map(project => `--project=${project}`)], { env: { CHROMIUM: await provideChromium(), E2E_REPORT: report, ...env } })
  const { expected = 0, flaky = 0, unexpected = 0 } = readReport(report).stats ?? {}
  return { ok: code === 0 && expected > 0, counts: { passed: expected + flaky, failed: unexpected } }
}

/** @param {string} file */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/**
 * @param {string[]} args
 * @returns {{ steps: string[], projects: string[] }}
 */
function readArguments(args) {
  const names = [...Object.keys(STEPS), ...VITEST_PROJECTS]
  if (args.includes('--help')) {
    console.log(HELP + names.join(', '))
    process.exit(0)
  }
  if (args.length === 0)
    return { steps: Object.keys(STEPS).filter(name => !LONG.includes(name)), projects: [] }
  if (args.length === 1 && args[0] === '--all')
    return { steps: Object.keys(STEPS), projects: [] }
  const only = args[0] === '--only' ? args[1] : args[0].startsWith('--only=') ? args[0].slice('--only='.length) : undefined
  const wanted = only?.split(',').map(name => name.trim()).filter(Boolean) ?? []
  const unknown = wanted.find(name => !names.includes(name))
  if (wanted.length === 0 || unknown !== undefined)
    throw new Stop(`${unknown === undefined ? 'Say' : `There is no step ${unknown}: say`} --only with some of ${names.join(', ')}.`)
  const projects = wanted.filter(name => VITEST_PROJECTS.includes(name))
  return {
    steps: Object.keys(STEPS).filter(name => wanted.includes(name) || (name === 'vitest' && projects.length > 0)),
    projects: wanted.includes('vitest') ? [] : projects,
  }
}
