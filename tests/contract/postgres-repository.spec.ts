import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { openPostgres } from '#server/db/postgres.ts'
import { repositoryContract } from './repository.contract.ts'

const adminUrl = process.env.TEST_DATABASE_URL

/** A database of its own, made for one run and dropped after it. */
async function createDatabase(): Promise<{ url: string, drop: () => Promise<void> }> {
  const name = `aster_test_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: adminUrl })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(adminUrl!)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) }
}

describe.skipIf(!adminUrl)('the PostgreSQL repository', () => {
  repositoryContract(async () => {
    const { url, drop } = await createDatabase()
    return { repository: await openPostgres(url, () => {}), remove: drop }
  })

  it('is held by one server at a time', async () => {
    const { url, drop } = await createDatabase()
    const first = await openPostgres(url, () => {})
    await expect(openPostgres(url, () => {})).rejects.toThrow(/in use by another server/)
    await first.close()
    const second = await openPostgres(url, () => {})
    await second.close()
    await drop()
  })

  it('that can\'t be reached is refused in one line', async () => {
    await expect(openPostgres('postgres://nobody@127.0.0.1:1/none', () => {})).rejects.toMatchObject({ name: 'StartupError' })
  })
})
