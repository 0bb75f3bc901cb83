import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { RepositoryBackend } from './kysely-repository.ts'
import { createRepository } from './kysely-repository.ts'
import { migrate } from './migrator.ts'
import { codedPool, NOT_CONNECTED } from './postgres-pool.ts'
import type { Repository } from './repository.ts'
import { DatabaseHeld, StartupError } from './repository.ts'
import type { Database } from './schema.ts'

/** An advisory lock of our own: servers share it, and a command that wants to be alone has it for itself. */
const SERVER_LOCK = 4_117_202_602
/** The first half of the advisory locks that stand for names. */
const NAME_LOCKS = 41_172
const BIGINT_OID = 20
const UNIQUE_VIOLATION = '23505'
/** Serialisation failure, deadlock, shutdown by an administrator: the transaction left nothing behind and may run again. */
const RETRYABLE = new Set(['40001', '40P01', '57P01', '57P02', '57P03'])

export interface OpenPostgresOptions {
  /** Refuses to work beside anybody else, as commands must; servers work beside one another. @default false */
  alone?: boolean
}

/** Opens the database behind a connection string, and holds it against commands until it is closed. */
export async function openPostgres(url: string, log: (line: string) => void, { alone = false }: OpenPostgresOptions = {}): Promise<Repository> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    types: { getTypeParser },
  })
  // Without listeners, a server that restarts takes this process with it: the pool hears for connections
  // that rest, and each connection for itself between two statements of a transaction, whose next one fails.
  pool.on('connect', client => client.on('error', () => {}))
  pool.on('error', error => log(`database: an idle connection was lost (${codeOf(error)})`))
  const holder = await hold(url, pool, alone)
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: codedPool(pool) }) })
  const close = async () => {
    await db.destroy()
    await holder.end()
  }
  try {
    await migrate(db, 'postgres')
  }
  catch (error) {
    await close()
    throw error
  }
  return createRepository(db, { dialect: 'postgres', isUniqueViolation: error => codeOf(error) === UNIQUE_VIOLATION, isRetryable, names: holder.names, close })
}

/**
 * A connection of its own that holds the server's lock and those of names. When the database drops it, they are
 * taken again; meanwhile a command could start, which the board's row lock makes slow, not wrong.
 */
async function hold(url: string, pool: pg.Pool, alone: boolean): Promise<{ names: NonNullable<RepositoryBackend['names']>, end: () => Promise<void> }> {
  const held = new Set<string>()
  let ended = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  async function take(): Promise<boolean> {
    const next = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 })
    next.on('error', () => {})
    await next.connect()
    const { rows } = await next.query<{ held: boolean }>(`SELECT pg_try_advisory_lock${alone ? '' : '_shared'}(${SERVER_LOCK}) AS held`)
    if (!rows[0]?.held || ended) {
      await next.end()
      return false
    }
    for (const name of held)
      await lockName(next, name)
    next.once('end', retry)
    client = next
    return true
  }
  function retry(): void {
    client = undefined
    if (ended)
      return
    timer = setTimeout(() => void take().then(held => held || retry(), retry), 2_000)
    timer.unref()
  }

  try {
    if (!await take())
      throw new DatabaseHeld(`The database of DATABASE_URL is in use by ${alone ? 'a server' : 'a command'}. ${alone ? 'Stop it first' : 'Let it end first'}.`)
  }
  catch (error) {
    await pool.end()
    throw error instanceof StartupError ? error : new StartupError(`The database of DATABASE_URL can't be reached (${codeOf(error)}).`, { cause: error })
  }
  /** Without the connection nobody can say who holds a name. */
  function connected(): pg.Client {
    if (!client)
      throw Object.assign(new Error('the connection that holds names is away'), { code: '08003' })
    return client
  }
  return {
    names: {
      async hold(name) {
        const isHeld = await lockName(connected(), name)
        if (isHeld)
          held.add(name)
        return isHeld
      },
      async letGo(name) {
        held.delete(name)
        // A lock of a connection that is gone is gone, too.
        await client?.query('SELECT pg_advisory_unlock($1, hashtext($2))', [NAME_LOCKS, name]).catch(() => {})
      },
    },
    async end() {
      ended = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}

async function lockName(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS held', [NAME_LOCKS, name])
  return rows[0]?.held ?? false
}

/** Our 64-bit numbers are versions and milliseconds, both well below 2^53. */
function getTypeParser(oid: number, format?: string): (value: string) => unknown {
  return oid === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format as 'text')
}

function isRetryable(error: unknown): boolean {
  const code = codeOf(error)
  return RETRYABLE.has(code) || (code.startsWith('08') && code !== NOT_CONNECTED)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
