import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** Where tests may make databases; without it those that want one are skipped. */
export const POSTGRES_URL = process.env.TEST_DATABASE_URL

/** A database of its own, made for one test and dropped after it. */
export async function createDatabase(): Promise<{ url: string, drop: () => Promise<void> }> {
  const name = `aster_test_${randomUUID().replaceAll('-', '')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: POSTGRES_URL })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(POSTGRES_URL!)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`) }
}
