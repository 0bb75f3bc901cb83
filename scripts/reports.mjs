import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'

/*
 * What the test runners wrote down, in one form: whoever keeps only the end of a long output still learns what
 * failed, and why.
 */

/** More of one failure than this is for the output above. */
const MAX_LINES = 24
/** Together they must fit where an output is cut. */
const MAX_FAILURES = 8
/** A line of a stack that leads into a package, which tells nothing of ours. */
const PACKAGE_FRAME = /^\s+at .*(?:node_modules|node:internal)/

/**
 * One test that failed: its full name, and what it said.
 *
 * @typedef {{ name: string, message: string }} Failure
 * @typedef {{ passed: number, failed: number, failures: Failure[] }} Report
 */

/**
 * @param {string} file the output of Vitest's `json` reporter
 * @returns {Report} nothing passed when the file isn't there
 */
export function readVitest(file) {
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, testResults = [] } = read(file)
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const path = relative(process.cwd(), name)
    const tests = assertionResults
      .filter(test => test.status === 'failed')
      .map(({ fullName, failureMessages }) => ({ name: `${path} › ${fullName}`, message: failureMessages.join('\n') }))
    // A file that couldn't be loaded has no test that failed.
    return tests.length === 0 && status === 'failed' ? [{ name: path, message }] : tests
  })
  return { passed, failed, failures }
}

/**
 * @param {string} file the output of Playwright's `json` reporter
 * @returns {Report} nothing passed when the file isn't there
 */
export function readPlaywright(file) {
  const { stats: { expected = 0, flaky = 0, unexpected = 0 } = {}, suites = [], errors = [] } = read(file)
  const failures = [
    ...errors.map(({ message }) => ({ name: 'Before or after the tests', message })),
    ...suites.flatMap(suite => failuresOf(suite, [])),
  ]
  return { passed: expected + flaky, failed: unexpected, failures }
}

/**
 * @param {Failure[]} failures
 * @returns {string} the first of them, each with the beginning of what it said
 */
export function describeFailures(failures) {
  const told = failures.slice(0, MAX_FAILURES).map(({ name, message }) => {
    const lines = stripVTControlCharacters(message ?? '').split('\n').filter(line => line.trim() !== '' && !PACKAGE_FRAME.test(line))
    const cut = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '…'] : lines
    return [`✗ ${name}`, ...cut.map(line => `    ${line}`)].join('\n')
  })
  const left = failures.length - told.length
  return [...told, ...(left > 0 ? [`… and ${left} more.`] : [])].join('\n\n')
}

/**
 * @param {{ title: string, suites?: any[], specs?: any[] }} suite a file, or a block in it
 * @param {string[]} path the titles around it
 * @returns {Failure[]}
 */
function failuresOf(suite, path) {
  const titles = [...path, suite.title]
  const own = (suite.specs ?? []).flatMap(({ title, line, tests }) => tests
    .filter(({ status }) => status === 'unexpected')
    .map(({ projectName, results }) => ({
      name: `[${projectName}] ${titles.join(' › ')}:${line} › ${title}`,
      message: results.flatMap(({ errors }) => errors).map(({ message }) => message).join('\n'),
    })))
  return [...own, ...(suite.suites ?? []).flatMap(inner => failuresOf(inner, titles))]
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}
