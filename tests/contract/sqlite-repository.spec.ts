import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqlite } from '#server/db/sqlite.ts'
import { repositoryContract } from './repository.contract.ts'

describe('the SQLite repository', () => {
  repositoryContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aster-contract-'))
    return { repository: await openSqlite(join(folder, 'data')), remove: () => rm(folder, { recursive: true }) }
  })
})

describe('a data folder', () => {
  it('is private, and held by one at a time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aster-contract-'))
    const dataDir = join(folder, 'data')
    const first = await openSqlite(dataDir)
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
    await expect(openSqlite(dataDir)).rejects.toThrow(/in use by another process/)
    await first.close()
    const second = await openSqlite(dataDir)
    await second.close()
    expect(await readdir(dataDir)).toContain('aster.db')
    await rm(folder, { recursive: true })
  })
  it('that is a file is refused in one line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aster-contract-'))
    await expect(openSqlite('/dev/null')).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining('DATA_DIR') })
    await rm(folder, { recursive: true })
  })
})
