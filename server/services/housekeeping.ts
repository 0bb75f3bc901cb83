import type { Repository } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Rule P4. */
const LOG_AGE_MS = 7 * DAY_MS
const LOG_ENTRIES = 20_000
const IDEMPOTENCY_AGE_MS = 2 * DAY_MS
const SESSION_AGE_MS = 30 * DAY_MS
/** Rule M2. */
const RESULT_AGE_MS = 90 * DAY_MS
/** Whoever comes back after this is asked for the numbers from the first on. */
const CLIENT_AGE_MS = 400 * DAY_MS
/** Rule N9. */
const NOTIFICATION_AGES_MS = { read: 90 * DAY_MS, cleared: 30 * DAY_MS, all: 400 * DAY_MS }

/**
 * Forgets what nobody needs any more: old log entries, answered requests, results that were fetched
 * long ago, outboxes that nobody uses, old notifications, sessions that ended.
 */
export async function tidy(repository: Repository, now: EpochMs): Promise<void> {
  for (const { id } of await repository.boards.heads())
    await repository.transaction(stores => stores.log.prune(id, { before: now - LOG_AGE_MS, keep: LOG_ENTRIES }))
  await repository.idempotency.deleteBefore(now - IDEMPOTENCY_AGE_MS)
  await repository.mutations.prune({ results: now - RESULT_AGE_MS, clients: now - CLIENT_AGE_MS })
  await repository.notifications.prune({
    read: now - NOTIFICATION_AGES_MS.read, cleared: now - NOTIFICATION_AGES_MS.cleared, all: now - NOTIFICATION_AGES_MS.all,
  })
  await repository.accounts.deleteEndedSessions(now - SESSION_AGE_MS)
}

/**
 * Tidies each hour until stopped. Stopping waits for a round that runs.
 *
 * @param onError hears of a round that failed; the next one comes all the same
 * @param also is done in each round, too
 */
export function startHousekeeping(
  repository: Repository,
  now: () => EpochMs,
  onError: (error: unknown) => void,
  also: () => Promise<void> = () => Promise.resolve(),
): { stop: () => Promise<void> } {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = tidy(repository, now()).then(also).catch(onError)
  }, HOUR_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
