import type { Kysely } from 'kysely'
import type { Repository, Stores } from './repository.ts'
import { UniqueViolation } from './repository.ts'
import type { Database } from './schema.ts'
import { accountStore } from './stores/accounts.ts'
import { activityStore } from './stores/activity.ts'
import { boardStore } from './stores/boards.ts'
import { commentStore } from './stores/comments.ts'
import { firmStore } from './stores/firm.ts'
import { idempotencyStore } from './stores/idempotency.ts'
import { importStore } from './stores/imports.ts'
import { logStore } from './stores/log.ts'
import { matterStore } from './stores/matters.ts'
import { mutationStore } from './stores/mutations.ts'
import { notificationStore } from './stores/notifications.ts'
import { personalStore } from './stores/personal.ts'

/** What differs from one database to the other. */
export interface RepositoryBackend {
  dialect: 'sqlite' | 'postgres'
  isUniqueViolation: (error: unknown) => boolean
  /** Whether the transaction left nothing behind and may run again. */
  isRetryable: (error: unknown) => boolean
  /** Holds a name against other processes, where there can be any. */
  names?: { hold: (name: string) => Promise<boolean>, letGo: (name: string) => Promise<void> }
  close: () => Promise<void>
}

const MAX_TRIES = 4

/** The one implementation of the port. */
export function createRepository(db: Kysely<Database>, backend: RepositoryBackend): Repository {
  const { dialect, close } = backend

  async function transaction<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      let committing = false
      try {
        return await db.transaction().execute(async (connection) => {
          const result = await work(storesOf(connection, backend))
          committing = true
          return result
        })
      }
      catch (error) {
        // A connection that broke while committing doesn't tell whether it did: only who asked can find out.
        if (committing || tries === MAX_TRIES || !backend.isRetryable(error))
          throw error
      }
    }
  }

  async function consistentRead<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result> {
    const builder = dialect === 'postgres'
      ? db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
      : db.transaction()
    return await builder.execute(connection => work(storesOf(connection, backend)))
  }

  const claimed = new Set<string>()
  async function claim(name: string): Promise<(() => Promise<void>) | null> {
    if (claimed.has(name))
      return null
    claimed.add(name)
    let isHeld = false
    try {
      isHeld = await backend.names?.hold(name) ?? true
    }
    finally {
      if (!isHeld)
        claimed.delete(name)
    }
    return isHeld
      ? async () => {
        await backend.names?.letGo(name)
        claimed.delete(name)
      }
      : null
  }

  return { dialect, ...storesOf(db, backend), transaction, consistentRead, claim, close }
}

/** Turns the database's own words for a taken value into ours. */
export type Guard = <Result>(query: Promise<Result>) => Promise<Result>

function storesOf(db: Kysely<Database>, { isUniqueViolation }: RepositoryBackend): Stores {
  const guard: Guard = query => query.catch((error: unknown) => {
    throw isUniqueViolation(error) ? new UniqueViolation(error) : error
  })
  return {
    firm: firmStore(db),
    accounts: accountStore(db, guard),
    boards: boardStore(db),
    matters: matterStore(db, guard),
    comments: commentStore(db, guard),
    log: logStore(db),
    activity: activityStore(db),
    idempotency: idempotencyStore(db, guard),
    mutations: mutationStore(db, guard),
    imports: importStore(db),
    notifications: notificationStore(db),
    personal: personalStore(db),
  }
}
