import { describe, expect, it, vi } from 'vitest'
import { isUnavailable } from '#server/db/faults.ts'
import type { DriverPool } from '#server/db/postgres-pool.ts'
import { codedPool } from '#server/db/postgres-pool.ts'

type Client = Awaited<ReturnType<DriverPool['connect']>>

/** A pool whose one client answers every query by `fail`. */
function poolThatFails(fail: () => Error | null) {
  const client = { query: vi.fn(() => Promise.reject(fail()!)), release: vi.fn() }
  const connect = vi.fn(() => Promise.resolve(client as unknown as Client))
  return { client, connect, pool: codedPool({ options: {}, connect, end: () => Promise.resolve() }) }
}
const caught = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error)

describe('an error of the database\'s driver', () => {
  it.each([
    'Connection terminated unexpectedly', 'Connection terminated', 'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('says that the database can\'t just now: %s', async (message) => {
    const client = await poolThatFails(() => new Error(message)).pool.connect()
    const error = await caught(client.query('select 1', []))
    expect(error).toMatchObject({ message, code: '08006' })
    expect(isUnavailable(error)).toBe(true)
  })
  it('says so of a connection that couldn\'t be had, too', async () => {
    const { pool, connect } = poolThatFails(() => null)
    connect.mockRejectedValue(new Error('timeout exceeded when trying to connect'))
    const error = await caught(pool.connect())
    expect(error).toMatchObject({ code: '08001' })
    expect(isUnavailable(error)).toBe(true)
  })
  it.each([
    ['the database\'s own', Object.assign(new Error('syntax'), { code: '42601' })],
    ['a mistake of ours', new TypeError('not a value')],
  ])('stays what it is when it is %s', async (_, failure) => {
    const client = await poolThatFails(() => failure).pool.connect()
    const error = await caught(client.query('select 1', []))
    expect(error).toBe(failure)
    expect(isUnavailable(error)).toBe(false)
  })
  it('comes from the same client as long as that is in the pool', async () => {
    const { pool, client } = poolThatFails(() => null)
    const first = await pool.connect()
    first.release(true)
    expect(client.release).toHaveBeenCalledExactlyOnceWith(true)
    expect(await pool.connect()).toBe(first)
  })
})
