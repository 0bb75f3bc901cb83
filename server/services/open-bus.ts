import { createHash } from 'node:crypto'
import type { Bus } from '#server/bus/bus.ts'
import { createRedisBus } from '#server/bus/redis-bus.ts'
import { createSingleProcessBus } from '#server/bus/single-process-bus.ts'
import type { FirmSettings } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { FirmConfig } from './config.ts'

/** Where the processes of the firm hear of each other: Redis where an address is configured, else nowhere. */
export async function openBus(
  { databaseUrl, redisUrl }: Pick<FirmConfig, 'databaseUrl' | 'redisUrl'>,
  repository: Pick<Repository, 'accounts'>,
  firm: Pick<FirmSettings, 'createdAt'>,
  log: (line: string) => void = line => process.stderr.write(`${line}\n`),
): Promise<Bus> {
  if (redisUrl === null)
    return createSingleProcessBus()
  return createRedisBus({ url: redisUrl, channel: await channelOf(databaseUrl, repository, firm), log })
}

/**
 * A name that all processes on one database come to, however they reach it, and that no other firm's do: the
 * database's own name, when the firm began, and its first member, whose id is random.
 */
async function channelOf(databaseUrl: string | null, { accounts }: Pick<Repository, 'accounts'>, { createdAt }: Pick<FirmSettings, 'createdAt'>): Promise<string> {
  const database = databaseUrl === null ? '' : new URL(databaseUrl).pathname
  const [first] = (await accounts.listMembers()).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  const name = createHash('sha256').update(`${database} ${createdAt} ${first?.id}`).digest('base64url')
  return `aster:${name.slice(0, 22)}`
}
