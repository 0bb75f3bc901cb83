import { DatabaseSync, StatementSync } from 'node:sqlite'
import { onTestFinished, vi } from 'vitest'
import type { Repository } from '#server/db/repository.ts'

/** What reached a database since counting began. */
export interface DatabaseCount {
  /** Calls of the port: each method of each store, and each transaction. */
  calls: string[]
  /** Statements that SQLite carried out, whoever sent them. */
  statements: number
}

/**
 * Counts from here to the end of the test, at both ends: what is asked of the repository, and what the
 * driver really does. The stores that a transaction hands out are seen by the driver.
 */
export function countDatabase(repository: Repository): DatabaseCount {
  const count: DatabaseCount = { calls: [], statements: 0 }
  const undo: (() => void)[] = []

  function watch(owner: object, path: string): void {
    for (const [name, value] of Object.entries(owner)) {
      if (typeof value === 'object' && value !== null)
        watch(value, `${path}${name}.`)
      if (typeof value !== 'function')
        continue
      const spy = vi.spyOn(owner as Record<string, (...args: unknown[]) => unknown>, name).mockImplementation(function (this: unknown, ...args) {
        count.calls.push(path + name)
        return Reflect.apply(value, this, args)
      })
      undo.push(() => spy.mockRestore())
    }
  }
  watch(repository, '')
  for (const [type, methods] of [[StatementSync, ['all', 'get', 'run', 'iterate']], [DatabaseSync, ['exec']]] as const) {
    const driver = type.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const method of methods) {
      const own = driver[method]!
      const spy = vi.spyOn(driver, method)
      spy.mockImplementation(function (this: unknown, ...args) {
        count.statements++
        return Reflect.apply(own, this, args)
      })
      undo.push(() => spy.mockRestore())
    }
  }
  onTestFinished(() => undo.forEach(restore => restore()))
  return count
}
