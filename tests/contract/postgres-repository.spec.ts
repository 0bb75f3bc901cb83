import { describe, expect, it } from 'vitest'
import { openPostgres } from '#server/db/postgres.ts'
import { createDatabase, POSTGRES_URL } from '../helpers/postgres.ts'
import { repositoryContract } from './repository.contract.ts'

describe.skipIf(!POSTGRES_URL)('the PostgreSQL repository', () => {
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
