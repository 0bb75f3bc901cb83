import 'fake-indexeddb/auto'
import { forceCloseDatabase } from 'fake-indexeddb'
import { deleteDB, openDB, unwrap } from 'idb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Connection } from '~/utils/device/connection.ts'
import { createConnection, writerOf } from '~/utils/device/connection.ts'
import { DATABASE_VERSION } from '~/utils/device/schema.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

let name: string
let count = 0
let connection: Connection

const put = (text: string, target = connection) => target.send(['drafts'], 'strict', tx => void writerOf(tx, 'drafts').put({ text }, ['k', 'title']))
const read = async () => (await (await connection.use()).get('drafts', ['k', 'title']))?.text

beforeEach(() => {
  name = `connection-${++count}`
  connection = createConnection(name)
})
afterEach(() => {
  connection.close()
  vi.unstubAllGlobals()
})

it('opens once, however many ask', async () => {
  const open = vi.spyOn(indexedDB, 'open')
  const [one, two] = await Promise.all([connection.use(), connection.use()])
  expect(one).toBe(two)
  expect(open).toHaveBeenCalledOnce()
})

it('[M1] keeps nothing of a transaction whose work breaks off', async () => {
  await put('a')
  await expect(connection.change(['drafts'], 'strict', async (tx) => {
    writerOf(tx, 'drafts').put({ text: 'b' }, ['k', 'title'])
    throw new Error('a bug')
  })).rejects.toThrow('a bug')
  // What can't be stored at all breaks off, too.
  await expect(connection.send(['drafts'], 'strict', (tx) => {
    writerOf(tx, 'drafts').put({ text: 'c' }, ['k', 'title'])
    writerOf(tx, 'drafts').put({ text: () => {} }, ['k', 'other'])
  })).rejects.toThrow()
  expect(await read()).toBe('a')
})

it('[L3] tells of a transaction that the browser gave up', async () => {
  await expect(connection.change(['drafts'], 'strict', async (tx) => {
    await tx.objectStore('drafts').get(['k', 'title'])
    tx.abort()
  })).rejects.toThrow()
})

describe('a browser', () => {
  it('[L3] without databases says so', async () => {
    vi.stubGlobal('indexedDB', undefined)
    await expect(connection.use()).rejects.toThrow()
    await expect(put('a')).rejects.toThrow()
  })

  it('[L3] that refused once may be asked again', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => { throw new DOMException('private', 'SecurityError') })
    await expect(connection.use()).rejects.toThrow('private')
    await put('a')
    expect(await read()).toBe('a')
  })

  it('[L3] that doesn\'t answer is waited for a while, and taken at its word when it does', async () => {
    const clock = createVirtualClock()
    connection = createConnection(name, { clock })
    // A deletion waits for a tab that sleeps, and whoever opens the database waits for the deletion.
    const asleep = await openDB(name, 1)
    const deletion = deleteDB(name)
    for (let tries = 0; tries < 2; tries++) {
      const waiting = expect(connection.use()).rejects.toThrow('does not open')
      await clock.advance(3_000)
      await waiting
    }
    asleep.close()
    await deletion
    await put('a')
    expect([await read(), clock.timers]).toEqual(['a', 0])
  })

  it('[L3] that closes the database under the page is asked to open it again', async () => {
    await put('a')
    const database = await connection.use()
    forceCloseDatabase(unwrap(database) as never)
    await put('b')
    expect(await read()).toBe('b')
    expect(await connection.use()).not.toBe(database)
  })
})

describe('another tab', () => {
  it('[W4] that deletes the database isn\'t held up, and nothing is written after', async () => {
    await put('a')
    await deleteDB(name)
    await expect(put('b')).rejects.toThrow('left')
    expect((await indexedDB.databases()).map(database => database.name)).not.toContain(name)
  })

  it('[L3] with a newer version isn\'t held up', async () => {
    await put('a')
    const newer = await openDB(name, DATABASE_VERSION + 1)
    await expect(connection.use()).rejects.toThrow('left')
    newer.close()
  })

  it('[L3] with a newer version leaves an older page without a database', async () => {
    (await openDB(name, DATABASE_VERSION + 1)).close()
    await expect(connection.use()).rejects.toThrow()
  })
})

describe('what is done at each opening', () => {
  it('comes before anybody reads', async () => {
    connection = createConnection(name, { onOpened: async database => void await database.put('drafts', { text: 'first', board: null }, ['k', 'title']) })
    expect(await read()).toBe('first')
  })

  it('must succeed, else nothing is open', async () => {
    connection = createConnection(name, { onOpened: async () => { throw new Error('broken') } })
    await expect(connection.use()).rejects.toThrow('broken')
    await deleteDB(name)
  })
})

it('[W4] that is left while it opens stays closed', async () => {
  const opening = connection.use()
  connection.close()
  await expect(opening).rejects.toThrow('left')
  await expect(connection.use()).rejects.toThrow('left')
  await deleteDB(name)
})
