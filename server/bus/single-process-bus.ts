import type { Bus } from './bus.ts'

/** The bus of a process that has no other beside it: what it says reaches nobody. */
export function createSingleProcessBus(): Bus {
  const stop = () => {}
  return { publish: () => {}, subscribe: () => stop, onGap: () => stop, isConnected: () => null, close: () => Promise.resolve() }
}
