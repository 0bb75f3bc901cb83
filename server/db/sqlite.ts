import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import type { DatabaseConnection, SqliteStatement } from 'kysely'
import { CompiledQuery, Kysely, SqliteDialect, SqliteDriver } from 'kysely'
import { createRepository } from './kysely-repository.ts'
import { migrate } from './migrator.ts'
import type { Repository } from './repository.ts'
import { DatabaseHeld, StartupError } from './repository.ts'
import type { Database } from './schema.ts'

/** How long a statement waits for another one that writes; only a backup tool can be in the way. */
const BUSY_TIMEOUT_MS = 5_000
const MAX_KEPT_STATEMENTS = 500

/** SQLite's extended result codes for a value that is there already. */
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555
const SQLITE_CONSTRAINT_UNIQUE = 2067
/** SQLite's primary result codes. */
const SQLITE_BUSY = 5

/**
 * Opens the database in a data folder, making both where they are missing, and holds the folder
 * against a second process until it is closed.
 */
export async function openSqlite(dataDir: string): Promise<Repository> {
  makeUsable(dataDir)
  const lock = holdFolder(dataDir)
  try {
    const database = openDatabase(join(dataDir, 'aster.db'))
    const db = new Kysely<Database>({ dialect: new ImmediateSqliteDialect(adapt(database)) })
    try {
      await migrate(db, 'sqlite')
    }
    catch (error) {
      await db.destroy()
      throw error
    }
    return createRepository(db, {
      dialect: 'sqlite',
      isUniqueViolation,
      isRetryable: () => false,
      close: async () => {
        await db.destroy()
        if (lock.isOpen)
          lock.close()
      },
    })
  }
  catch (error) {
    lock.close()
    throw error
  }
}

function makeUsable(dataDir: string): void {
  try {
    makeFolder(dataDir)
    if (!statSync(dataDir).isDirectory())
      throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  }
  catch (error) {
    throw new StartupError(`The data folder ${dataDir} can't be used (${errorCode(error)}). Set DATA_DIR to a folder that can be written.`, { cause: error })
  }
}

/**
 * Makes a folder that only its owner may enter; one that is there keeps its mode, which is its owner's
 * business. Step by step from the top: in a place like /proc, where nothing can be made, Node's own
 * `recursive` never ends.
 */
function makeFolder(path: string): void {
  if (existsSync(path))
    return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/** A transaction that never ends on a file beside the database: the operating system lets go of it however the process dies. */
function holdFolder(dataDir: string): DatabaseSync {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(dataDir, 'lock.db'))
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  }
  catch (error) {
    lock?.close()
    throw resultCode(error) === SQLITE_BUSY
      ? new DatabaseHeld(`The data folder ${dataDir} is in use by another process. Stop it, or set DATA_DIR to another folder.`, { cause: error })
      : new StartupError(`The data folder ${dataDir} can't be written (${errorCode(error)}). Set DATA_DIR to a folder that can be written.`, { cause: error })
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path)
    // Its log and its index take after it.
    chmodSync(path, 0o600)
    database.exec(`
      PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -32000;
    `)
    return database
  }
  catch (error) {
    throw new StartupError(`The database ${path} can't be opened (${errorCode(error)}).`, { cause: error })
  }
}

/** The built-in driver as Kysely knows such drivers, with its statements kept prepared. */
function adapt(database: DatabaseSync) {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(text: string): SqliteStatement {
      let statement = statements.get(text)
      if (!statement) {
        if (statements.size >= MAX_KEPT_STATEMENTS)
          statements.clear()
        statement = adaptStatement(database.prepare(text))
        statements.set(text, statement)
      }
      return statement
    },
  }
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...parameters as SQLInputValue[]),
    run: parameters => statement.run(...parameters as SQLInputValue[]),
    iterate: parameters => statement.iterate(...parameters as SQLInputValue[]),
  }
}

/** Takes the write lock when a transaction begins, so that none finds out half-way that it can't write. */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: ReturnType<typeof adapt>

  constructor(database: ReturnType<typeof adapt>) {
    super({ database })
    this.#database = database
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver({ database: this.#database })
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

function isUniqueViolation(error: unknown): boolean {
  const code = resultCode(error)
  return code === SQLITE_CONSTRAINT_PRIMARYKEY || code === SQLITE_CONSTRAINT_UNIQUE
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'errstr' in error && typeof error.errstr === 'string')
    return error.errstr
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
