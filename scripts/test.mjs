import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { provideChromium } from './browser.mjs'
import { ensureBuilt, ensureInstalled, ensurePrepared, run, runTool, seconds, Stop } from './env.mjs'
import { describeFailures, readPlaywright, readVitest } from './reports.mjs'

/*
 * Everything that must hold, one step after another. A step that fails doesn't keep the next from running:
 * whoever mends things wants to see all of it. What failed is told once more at the end, with its reason.
 */

const HELP = `npm test                       everything but the long lanes
npm test -- --all              those, too
npm test -- --only lint,unit   some steps: `

const VITEST_PROJECTS = ['unit', 'nuxt', 'contract', 'simulation', 'integration']

const reports = mkdtempSync(join(tmpdir(), 'aster-test-'))

/** What a tool said last, which tells why it failed. */
const LAST_LINES = 24

/**
 * A step answers whether it passed, what failed, and how many tests it ran when it runs tests.
 *
 * @typedef {import('./reports.mjs').Failure} Failure
 * @typedef {{ passed: number, failed: number }} Counts
 * @typedef {{ ok: boolean, counts?: Counts, failures?: Failure[] }} Outcome
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
  const failed = []
  /** @type {Failure[]} */
  const reasons = []
  const totals = { passed: 0, failed: 0 }
  for (const name of steps) {
    const { title, work } = STEPS[name]
    console.log(`\n── ${name}: ${title}`)
    const started = Date.now()
    const { ok, counts, failures = [] } = await attempt(() => work(projects))
    totals.passed += counts?.passed ?? 0
    totals.failed += counts?.failed ?? 0
    if (!ok) {
      failed.push(name)
      reasons.push(...failures.map(failure => ({ ...failure, name: `${name}: ${failure.name}` })))
    }
    lines.push(`${ok ? '✓' : '✗'} ${name.padEnd(14)}${seconds(started).padStart(9)}${counts ? `   ${counts.passed} passed, ${counts.failed} failed` : ''}`)
    console.log(`── ${name} ${ok ? 'passed' : 'FAILED'} in ${seconds(started)}`)
  }
  rmSync(reports, { recursive: true, force: true })
  if (reasons.length > 0)
    console.log(`\n── What failed\n${describeFailures(reasons)}`)
  console.log(`\n${lines.join('\n')}\n\n${totals.passed} passed, ${totals.failed} failed`)
  console.log(failed.length === 0
    ? `All ${steps.length} steps passed in ${seconds(from)}.`
    : `${failed.length} of ${steps.length} steps failed (${failed.join(', ')}) in ${seconds(from)}.`)
  return failed.length === 0 ? 0 : 1
})

/** @param {() => Promise<Outcome>} work */
async function attempt(work) {
  try {
    return await work()
  }
  catch (error) {
    console.error(error instanceof Stop ? error.message : error)
    return { ok: false, failures: [{ name: 'the step itself', message: error.message }] }
  }
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<Outcome>}
 */
async function tool(file, args, env = {}) {
  let said = ''
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const ok = await runTool(file, args, { env: { ...colour, ...env }, hear: output => said += output }) === 0
  return { ok, failures: ok ? [] : [{ name: file, message: said.trimEnd().split('\n').slice(-LAST_LINES).join('\n') }] }
}

/**
 * What came of tests by their runner's report; a runner that failed without one that failed (coverage, a server that
 * didn't start) is told by its last words.
 *
 * @param {Outcome} outcome of the runner
 * @param {import('./reports.mjs').Report} report
 * @returns {Outcome}
 */
function tested({ ok, failures }, { failures: told, ...counts }) {
  return { ok: ok && counts.passed > 0, counts, failures: told.length > 0 ? told : failures }
}

/**
 * @param {string[]} projects all of them when none is named, and then coverage is held too
 * @returns {Promise<Outcome>}
 */
async function vitest(projects) {
  const report = join(reports, 'vitest.json')
  const outcome = await tool('vitest/vitest.mjs', [
    'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
    ...projects.flatMap(project => ['--project', project]),
    ...(projects.length === 0 ? ['--coverage'] : []),
  ])
  return tested(outcome, readVitest(report))
}

/** @returns {Promise<Outcome>} */
async function crash() {
  await ensureBuilt()
  const { ok, failures } = await tool('tests/crash/run.ts', ['--rounds', '8'])
  return { ok, failures, counts: { passed: ok ? 1 : 0, failed: ok ? 0 : 1 } }
}

/** @returns {Promise<Outcome>} */
async function stories() {
  const folder = join(reports, 'stories')
  const built = await tool('storybook/dist/bin/dispatcher.js', ['build', '--config-dir', 'stories/config', '--output-dir', folder, '--quiet'])
  if (!built.ok)
    return built
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
  rmSync(report, { force: true })
  const outcome = await tool('@playwright/test/cli.js', ['test', ...projects.map(project => `--project=${project}`)], { CHROMIUM: await provideChromium(), E2E_REPORT: report, ...env })
  return tested(outcome, readPlaywright(report))
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
