import { openPostgres } from '#server/db/postgres.ts'
import type { Repository } from '#server/db/repository.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import type { FirmConfig } from './config.ts'

export interface OpenRepositoryOptions {
  /** Refuses to work beside a server, as a command must that changes what a server remembers. @default false */
  alone?: boolean
  /** @default writes to stderr */
  log?: (line: string) => void
}

/**
 * The firm's database: PostgreSQL where an address is configured, beside other servers if there are any, else SQLite in
 * the data folder, where nobody else may be.
 */
export async function openRepository(
  { dataDir, databaseUrl }: Pick<FirmConfig, 'dataDir' | 'databaseUrl'>,
  { alone = false, log = line => process.stderr.write(`${line}\n`) }: OpenRepositoryOptions = {},
): Promise<Repository> {
  return databaseUrl === null ? await openSqlite(dataDir) : await openPostgres(databaseUrl, log, { alone })
}
