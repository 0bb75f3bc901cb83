import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'

/** SQLSTATE of a connection that couldn't be made: nothing has happened, and trying once more at once is no use. */
export const NOT_CONNECTED = '08001'
/** SQLSTATE of a connection that broke. */
const CONNECTION_LOST = '08006'

/** The part of pg's pool that is used. */
export interface DriverPool {
  options: object
  connect: () => Promise<Pick<pg.PoolClient, 'query' | 'release'>>
  end: () => Promise<void>
}

/**
 * The pool with a code on every error of a connection. The database names its errors, and so does the network; pg's own
 * ("Connection terminated unexpectedly", a wait for a connection that took too long) are bare errors, which nobody
 * could tell from a mistake of ours.
 */
export function codedPool(pool: DriverPool): PostgresPool {
  const known = new WeakMap<object, PostgresPoolClient>()

  function wrap(client: Awaited<ReturnType<DriverPool['connect']>>): PostgresPoolClient {
    const wrapped = {
      query: (sql: string, parameters: readonly unknown[]) => client.query(sql, [...parameters]).catch((error: unknown) => {
        throw withCode(error, CONNECTION_LOST)
      }),
      release: (destroy?: boolean) => client.release(destroy),
    // Queries by a cursor, the other form, come only from who was given cursors.
    } as unknown as PostgresPoolClient
    known.set(client, wrapped)
    return wrapped
  }

  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw withCode(error, NOT_CONNECTED)
      })
      return known.get(client) ?? wrap(client)
    },
    end: () => pool.end(),
  }
}

/** The same error; a bare one gets the code. */
function withCode(error: unknown, code: string): unknown {
  return error instanceof Error && error.constructor === Error && !('code' in error) ? Object.assign(error, { code }) : error
}
