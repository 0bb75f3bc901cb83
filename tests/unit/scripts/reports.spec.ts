import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeFailures, readPlaywright, readVitest } from '../../../scripts/reports.mjs'

const folder = mkdtempSync(join(tmpdir(), 'aster-reports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function written(content: object): string {
  const file = join(folder, `${crypto.randomUUID()}.json`)
  writeFileSync(file, JSON.stringify(content))
  return file
}

describe('what Vitest wrote down', () => {
  it('names each test that failed, and a file that could not be loaded', () => {
    const report = readVitest(written({
      numPassedTests: 7,
      numFailedTests: 1,
      testResults: [
        {
          name: 'tests/a.spec.ts', status: 'failed', message: '', assertionResults: [
            { fullName: 'the reader reads', status: 'passed', failureMessages: [] },
            { fullName: 'the reader stops', status: 'failed', failureMessages: ['expected 1 to be 2'] },
          ],
        },
        { name: 'tests/b.spec.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
      ],
    }))
    expect(report).toEqual({
      passed: 7, failed: 1, failures: [
        { name: 'tests/a.spec.ts › the reader stops', message: 'expected 1 to be 2' },
        { name: 'tests/b.spec.ts', message: 'Cannot find module' },
      ],
    })
  })

  it('has nothing that passed when it wrote nothing', () => {
    expect(readVitest(join(folder, 'nowhere.json'))).toEqual({ passed: 0, failed: 0, failures: [] })
  })
})

describe('what Playwright wrote down', () => {
  const spec = (title: string, status: string, messages: string[]) => ({
    title, line: 12, tests: [{ projectName: 'polling', status, results: [{ errors: messages.map(message => ({ message })) }] }],
  })

  it('names each test that failed by its project and the blocks around it', () => {
    const report = readPlaywright(written({
      stats: { expected: 3, flaky: 0, unexpected: 1 },
      errors: [],
      suites: [{ title: 'board.spec.ts', specs: [spec('a move is seen', 'expected', [])], suites: [{ title: 'on a phone', specs: [spec('a swipe scrolls', 'unexpected', ['Timed out', 'and the page closed'])] }] }],
    }))
    expect(report).toEqual({ passed: 3, failed: 1, failures: [{ name: '[polling] board.spec.ts › on a phone:12 › a swipe scrolls', message: 'Timed out\nand the page closed' }] })
  })

  it('tells of a server that did not start', () => {
    expect(readPlaywright(written({ stats: { expected: 0 }, suites: [], errors: [{ message: 'Process exited early' }] })).failures)
      .toEqual([{ name: 'Before or after the tests', message: 'Process exited early' }])
  })
})

describe('what is told at the end', () => {
  it('gives a long reason by its beginning, without colours and empty lines', () => {
    const message = `\u001B[31mwrong\u001B[39m\n\n${Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n')}`
    const lines = describeFailures([{ name: 'a test', message }]).split('\n')
    expect(lines.slice(0, 3)).toEqual(['✗ a test', '    wrong', '    line 0'])
    expect(lines.at(-1)).toBe('    …')
    expect(lines).toHaveLength(26)
  })

  it('leaves out the lines of a stack that lead into packages', () => {
    expect(describeFailures([{ name: 'a test', message: 'wrong\n    at tests/a.spec.ts:2:29\n    at run (file:///node_modules/vitest/run.js:1:2)\n    at node:internal/process/task_queues:1:5' }]))
      .toBe('✗ a test\n    wrong\n        at tests/a.spec.ts:2:29')
  })

  it('counts those that it has no room for', () => {
    const told = describeFailures(Array.from({ length: 11 }, (_, index) => ({ name: `test ${index}`, message: 'wrong' })))
    expect(told.match(/^✗/gm)).toHaveLength(8)
    expect(told).toMatch(/… and 3 more\.$/)
  })
})
