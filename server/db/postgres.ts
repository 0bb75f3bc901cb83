import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { createRepository } from './kysely-repository.ts'
import { migrate } from './migrator.ts'
import type { Repository } from './repository.ts'
import { DatabaseHeld, StartupError } from './repository.ts'
import type { Database } from './schema.ts'

/** An advisory lock of our own: whoever holds it is the firm's one server. */
const SERVER_LOCK = 4_117_202_602
const BIGINT_OID = 20
const UNIQUE_VIOLATION = '23505'
/** Serialisation failure, deadlock, shutdown by an administrator: the transaction left nothing behind and may run again. */
const RETRYABLE = new Set(['40001', '40P01', '57P01', '57P02', '57P03'])

/** Opens the database behind a connection string and holds it against a second process until it is closed. */
export async function openPostgres(url: string, log: (line: string) => void): Promise<Repository> {
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
  const holder = await hold(url, pool)
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
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
  return createRepository(db, { dialect: 'postgres', isUniqueViolation: error => codeOf(error) === UNIQUE_VIOLATION, isRetryable, close })
}

/**
 * A connection of its own that holds the server's lock. When the database drops it, it is taken
 * again; meanwhile a second server could start, which the board's row lock makes slow, not wrong.
 */
async function hold(url: string, pool: pg.Pool): Promise<{ end: () => Promise<void> }> {
  let ended = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  async function take(): Promise<boolean> {
    const next = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 })
    next.on('error', () => {})
    await next.connect()
    const { rows } = await next.query<{ held: boolean }>(`SELECT pg_try_advisory_lock(${SERVER_LOCK}) AS held`)
    if (!rows[0]?.held || ended) {
      await next.end()
      return false
    }
    next.once('end', retry)
    client = next
    return true
  }
  function retry(): void {
    if (ended)
      return
    timer = setTimeout(() => void take().then(held => held || retry(), retry), 2_000)
    timer.unref()
  }

  try {
    if (!await take())
      throw new DatabaseHeld('The database of DATABASE_URL is in use by another server. Stop it first.')
  }
  catch (error) {
    await pool.end()
    throw error instanceof StartupError ? error : new StartupError(`The database of DATABASE_URL can't be reached (${codeOf(error)}).`, { cause: error })
  }
  return {
    async end() {
      ended = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}

/** Our 64-bit numbers are versions and milliseconds, both well below 2^53. */
function getTypeParser(oid: number, format?: string): (value: string) => unknown {
  return oid === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format as 'text')
}

function isRetryable(error: unknown): boolean {
  const code = codeOf(error)
  return RETRYABLE.has(code) || code.startsWith('08')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
