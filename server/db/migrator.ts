import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { INITIAL } from './migrations/0001-initial.ts'
import { IMPORT_SOURCES } from './migrations/0002-import-sources.ts'
import { NUMBERED_MUTATIONS } from './migrations/0003-numbered-mutations.ts'
import { MATTER_GAPS } from './migrations/0004-matter-gaps.ts'
import { TRANSPORTS } from './migrations/0005-transports.ts'
import { ACCESS_BY_VERSION } from './migrations/0006-access-by-version.ts'
import { AWARENESS } from './migrations/0007-awareness.ts'
import { NOTIFICATIONS_BY_MATTER } from './migrations/0008-notifications-by-matter.ts'
import { PERSONAL_GENERATION } from './migrations/0009-personal-generation.ts'
import { StartupError } from './repository.ts'
import type { Database } from './schema.ts'

export interface Migration {
  name: string
  /** Statements with placeholders, each ending in a semicolon at the end of a line. */
  sql: string
}

/** In the order in which they are applied. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-initial', sql: INITIAL },
  { name: '0002-import-sources', sql: IMPORT_SOURCES },
  { name: '0003-numbered-mutations', sql: NUMBERED_MUTATIONS },
  { name: '0004-matter-gaps', sql: MATTER_GAPS },
  { name: '0005-transports', sql: TRANSPORTS },
  { name: '0006-access-by-version', sql: ACCESS_BY_VERSION },
  { name: '0007-awareness', sql: AWARENESS },
  { name: '0008-notifications-by-matter', sql: NOTIFICATIONS_BY_MATTER },
  { name: '0009-personal-generation', sql: PERSONAL_GENERATION },
]

const PLACEHOLDERS = {
  sqlite: { int: 'INTEGER', key: 'TEXT', strict: 'STRICT' },
  postgres: { int: 'BIGINT', key: 'TEXT COLLATE "C"', strict: '' },
} as const

/** An advisory lock of our own on PostgreSQL; any number does, as long as it stays. */
const MIGRATION_LOCK = 4_117_202_601

/**
 * Brings the tables up to date, each migration in a transaction of its own. A migration that was
 * applied in another wording is refused: nobody could say what the tables then look like.
 */
export async function migrate(
  db: Kysely<Database>,
  dialect: 'sqlite' | 'postgres',
  now: () => number = Date.now,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await db.connection().execute(async (connection) => {
    if (dialect === 'postgres')
      await sql`SELECT pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(connection)
    try {
      await applyAll(connection, dialect, now, migrations)
    }
    finally {
      if (dialect === 'postgres')
        await sql`SELECT pg_advisory_unlock(${sql.lit(MIGRATION_LOCK)})`.execute(connection)
    }
  })
}

async function applyAll(
  db: Kysely<Database>,
  dialect: 'sqlite' | 'postgres',
  now: () => number,
  migrations: readonly Migration[],
): Promise<void> {
  await run(db, dialect, 'CREATE TABLE IF NOT EXISTS schema_migrations (name {key} PRIMARY KEY, sha256 TEXT NOT NULL, applied_at {int} NOT NULL) {strict}')
  const applied = new Map((await db.selectFrom('schema_migrations').selectAll().execute()).map(row => [row.name, row.sha256]))
  for (const migration of migrations) {
    const sha256 = createHash('sha256').update(migration.sql).digest('hex')
    const before = applied.get(migration.name)
    applied.delete(migration.name)
    if (before === sha256)
      continue
    if (before !== undefined)
      throw new StartupError(`The database was made by another wording of migration ${migration.name}. Restore that file, or restore a backup.`)
    await db.transaction().execute(async (transaction) => {
      for (const statement of migration.sql.split(/;\s*\n/).filter(text => text.trim()))
        await run(transaction, dialect, statement)
      await transaction.insertInto('schema_migrations').values({ name: migration.name, sha256, applied_at: now() }).execute()
    })
  }
  const [newer] = applied.keys()
  if (newer !== undefined)
    throw new StartupError(`The database was made by a newer version of the application (it has migration ${newer}).`)
}

async function run(db: Kysely<Database>, dialect: 'sqlite' | 'postgres', statement: string): Promise<void> {
  const text = statement.replace(/\{(int|key|strict)\}/g, (_, name: 'int' | 'key' | 'strict') => PLACEHOLDERS[dialect][name])
  await sql.raw(text).execute(db)
}
