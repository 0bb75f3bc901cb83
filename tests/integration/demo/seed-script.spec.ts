import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqlite } from '#server/db/sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'aster-seed-'))
const dataDir = join(folder, 'data')
afterAll(() => rmSync(folder, { recursive: true }))

function seed(args: string[], env: Record<string, string> = {}) {
  const { PATH = '' } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('scripts/seed.ts'), ...args], {
    encoding: 'utf8', env: { PATH, DATA_DIR: dataDir, ...env },
  })
  return { status, stdout, stderr: stderr.trim() }
}

describe('npm run seed', () => {
  it('adds a big board to the demo firm and says what is on it', async () => {
    const { status, stdout, stderr } = seed(['--matters', '60', '--seed', '7'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('60 of 60 matters')
    expect(stdout).toMatch(/Board "Big board": 60 matters, \d+ comments\./)
    const repository = await openSqlite(dataDir)
    try {
      const boards = await repository.boards.list()
      expect(boards.map(({ position }) => position)).toEqual([0, 1, 2])
      expect(await repository.matters.countByBoard(boards[2]!.id)).toBe(60)
    }
    finally {
      await repository.close()
    }
  })

  it('replaces no board: a second one wants another name', () => {
    expect(seed(['--matters', '5'])).toMatchObject({ status: 1, stderr: 'There is a board named "Big board" already. Give another name with --board.' })
    expect(seed(['--matters', '5', '--board', 'Another'])).toMatchObject({ status: 0 })
  })

  it('waits for nobody who holds the data folder', async () => {
    const repository = await openSqlite(dataDir)
    try {
      const { status, stderr } = seed(['--matters', '5', '--board', 'Third'])
      expect(status).toBe(1)
      expect(stderr).toMatch(/^The data folder .* is in use by another process\. [^\n]*$/)
    }
    finally {
      await repository.close()
    }
  })

  it.each([
    [['--matters', '0'], '--matters takes a whole number from 1 to 100000, not "0".'],
    [['--matters', 'many'], '--matters takes a whole number from 1 to 100000, not "many".'],
    [['--seed', '-1'], expect.stringContaining('--seed')],
    [['--board', '  '], '--board takes a name of 1 to 255 characters.'],
    [['--colour', 'red'], 'Unknown option \'--colour\' (--help shows the options).'],
  ])('says in one line what is wrong with %j', (args, message) => {
    const { status, stderr } = seed(args)
    expect(status).toBe(1)
    expect(stderr).toEqual(message)
    expect(stderr).not.toContain('\n')
  })

  it('makes up nothing for a real firm', () => {
    expect(seed([], { DEMO: 'false' })).toMatchObject({ status: 1, stderr: expect.stringMatching(/^DEMO is false, and [^\n]*$/) })
  })
})
