import type { IDBPTransaction } from 'idb'
import { openDB, unwrap } from 'idb'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { DeviceDatabase, DeviceSchema, StoreName } from './schema.ts'
import { DATABASE_VERSION, upgradeDatabase } from './schema.ts'

/** A browser that doesn't open its database in this time is taken for one that can't, until it does. */
const PATIENCE_MS = 3_000

const LEFT = 'The device was left'

export type DeviceTransaction = IDBPTransaction<DeviceSchema, StoreName[], 'readwrite'>

type Durability = 'strict' | 'relaxed'

/** A member's database, opened when it is first needed and again when the browser has closed it. */
export interface Connection {
  /** Rejects where there is none to be had. */
  use: () => Promise<DeviceDatabase>
  /** One transaction: all that `run` asks for, or nothing. `strict` waits until it is on the disk. */
  change: <Result>(stores: StoreName[], durability: Durability, run: (tx: DeviceTransaction) => Promise<Result>) => Promise<Result>
  /** The same for what needs no reading: it is out of the page's hands in this very tick, if the database is open. */
  send: (stores: StoreName[], durability: Durability, run: (tx: DeviceTransaction) => void) => Promise<void>
  /** It is opened no more. */
  close: () => void
}

export interface ConnectionOptions {
  /** Called each time it was opened, before anybody uses it. */
  onOpened?: (database: DeviceDatabase) => Promise<void>
  /** @default the machine's */
  clock?: Clock
}

/** Prepares a connection to the database of this name. */
export function createConnection(name: string, { onOpened = async () => {}, clock = systemClock }: ConnectionOptions = {}): Connection {
  let current: DeviceDatabase | null = null
  let opening: Promise<DeviceDatabase> | null = null
  let isClosed = false

  async function open(): Promise<DeviceDatabase> {
    const database: DeviceDatabase = await openDB<DeviceSchema>(name, DATABASE_VERSION, {
      upgrade: upgradeDatabase,
      // Another tab deletes the database or brings it to a version that this page doesn't know.
      blocking: close,
      terminated() {
        current = null
        opening = null
      },
    })
    try {
      await onOpened(database)
      if (isClosed)
        throw new Error(LEFT)
    }
    catch (error) {
      database.close()
      throw error
    }
    current = database
    return database
  }

  async function use(): Promise<DeviceDatabase> {
    if (current)
      return current
    if (isClosed)
      throw new Error(LEFT)
    if (!opening) {
      opening = open()
      opening.catch(() => opening = null)
    }
    return await withPatience(opening)
  }

  function withPatience<Result>(promise: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = clock.setTimer(() => reject(new Error('The browser does not open its database')), PATIENCE_MS)
      promise.then(resolve, reject).finally(() => clock.clearTimer(timer))
    })
  }

  async function change<Result>(stores: StoreName[], durability: Durability, run: (tx: DeviceTransaction) => Promise<Result>): Promise<Result> {
    const tx = begin(await use(), stores, durability)
    try {
      const result = await run(tx)
      await tx.done
      return result
    }
    catch (error) {
      abort(tx)
      throw error
    }
  }

  async function send(stores: StoreName[], durability: Durability, run: (tx: DeviceTransaction) => void): Promise<void> {
    // Nothing is awaited where it is open.
    const tx = begin(current ?? await use(), stores, durability)
    try {
      run(tx)
      // A tab that closes now would give up a transaction that waits for more.
      tx.commit()
      await tx.done
    }
    catch (error) {
      abort(tx)
      throw error
    }
  }

  function close(): void {
    isClosed = true
    current?.close()
    current = null
    opening = null
  }

  return { use, change, send, close }
}

/** A store to write to without waiting for each request: the transaction tells whether all went in. */
export function writerOf(tx: DeviceTransaction, store: StoreName): IDBObjectStore {
  return unwrap(tx.objectStore(store)) as unknown as IDBObjectStore
}

function begin(database: DeviceDatabase, stores: StoreName[], durability: Durability): DeviceTransaction {
  const tx = database.transaction(stores, 'readwrite', { durability })
  // How it ends is told by the call that began it.
  tx.done.catch(() => {})
  return tx
}

/** Half of a transaction is never kept. */
function abort(tx: DeviceTransaction): void {
  try {
    tx.abort()
  }
  catch {
    // It is over already.
  }
}
