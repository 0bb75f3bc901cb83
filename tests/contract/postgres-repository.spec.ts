import { describe, expect, it } from 'vitest'
import { isUnavailable } from '#server/db/faults.ts'
import { openPostgres } from '#server/db/postgres.ts'
import { createDatabase, POSTGRES_URL } from '../helpers/postgres.ts'
import { openTcpWay } from '../helpers/tcp-way.ts'
import { repositoryContract } from './repository.contract.ts'

describe.skipIf(!POSTGRES_URL)('the PostgreSQL repository', () => {
  repositoryContract(async () => {
    const { url, drop } = await createDatabase()
    return { repository: await openPostgres(url, () => {}), remove: drop }
  })

  it('is shared by servers, and by none of them with a command', async () => {
    const { url, drop } = await createDatabase()
    const servers = [await openPostgres(url, () => {}), await openPostgres(url, () => {})]
    await servers[0]!.close()
    await expect(openPostgres(url, () => {}, { alone: true })).rejects.toThrow(/in use by a server\. Stop it first/)
    await servers[1]!.close()
    const command = await openPostgres(url, () => {}, { alone: true })
    for (const alone of [false, true])
      await expect(openPostgres(url, () => {}, { alone })).rejects.toMatchObject({ name: 'DatabaseHeld' })
    await command.close()
    await (await openPostgres(url, () => {})).close()
    await drop()
  })

  it('gives a name to one process at a time, until it lets go or ends', async () => {
    const { url, drop } = await createDatabase()
    const [one, two] = [await openPostgres(url, () => {}), await openPostgres(url, () => {})]
    const release = await one.claim('import 1')
    expect(await two.claim('import 1')).toBeNull()
    expect(await one.claim('import 1')).toBeNull()
    await (await two.claim('import 2'))!()
    await release!()
    const next = await two.claim('import 1')
    expect(next).not.toBeNull()
    expect(await one.claim('import 1')).toBeNull()
    await Promise.all([one.close(), two.close()])
    const third = await openPostgres(url, () => {})
    expect(await third.claim('import 1')).not.toBeNull()
    await third.close()
    await drop()
  })

  it('that goes away is told from a mistake of ours, and is used again once it is back', async () => {
    const { url, drop } = await createDatabase()
    const way = await openTcpWay(url)
    const repository = await openPostgres(way.url, () => {})
    const under = repository.transaction(async (stores) => {
      await stores.boards.list()
      await way.cut()
      return await stores.boards.list()
    })
    await expect(under).rejects.toSatisfy(isUnavailable)
    await expect(repository.boards.list()).rejects.toSatisfy(isUnavailable)
    await way.restore()
    expect(await repository.boards.list()).toEqual([])
    await repository.close()
    await drop()
  })

  it('that can\'t be reached is refused in one line', async () => {
    await expect(openPostgres('postgres://nobody@127.0.0.1:1/none', () => {})).rejects.toMatchObject({ name: 'StartupError' })
  })
})
