import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
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
    const file = join(folder, 'file')
    await writeFile(file, 'text', { mode: 0o644 })
    await expect(openSqlite(file)).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining('DATA_DIR') })
    expect((await stat(file)).mode & 0o777).toBe(0o644)
    await rm(folder, { recursive: true })
  })
  it('that was there keeps its mode; the database in it is private all the same', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aster-contract-'))
    await chmod(folder, 0o755)
    await (await openSqlite(folder)).close()
    expect((await stat(folder)).mode & 0o777).toBe(0o755)
    expect((await stat(join(folder, 'aster.db'))).mode & 0o777).toBe(0o600)
    await rm(folder, { recursive: true })
  })
})
