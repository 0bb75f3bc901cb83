import { openPostgres } from '#server/db/postgres.ts'
import type { Repository } from '#server/db/repository.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import type { FirmConfig } from './config.ts'

/** The firm's database: PostgreSQL where an address is configured, else SQLite in the data folder. */
export async function openRepository(
  { dataDir, databaseUrl }: Pick<FirmConfig, 'dataDir' | 'databaseUrl'>,
  log: (line: string) => void = line => process.stderr.write(`${line}\n`),
): Promise<Repository> {
  return databaseUrl === null ? await openSqlite(dataDir) : await openPostgres(databaseUrl, log)
}
