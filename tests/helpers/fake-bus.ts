import type { Bus, BusMessage } from '#server/bus/bus.ts'

/** One process's end of a bus that the test holds in its hands. */
export interface FakeBus extends Bus {
  /** What this end said, lost or not. */
  readonly said: readonly BusMessage[]
  /** Says something to this end, as another process would. */
  hear: (message: BusMessage) => void
  /** Tells this end that it may have missed something. */
  gap: () => void
}

/** Where several ends meet. */
export interface FakeBusMedium {
  join: () => FakeBus
  /** While true everything that is said gets lost. */
  isCut: boolean
}

export function createFakeBusMedium(): FakeBusMedium {
  const ends = new Set<FakeBus>()
  const medium: FakeBusMedium = {
    isCut: false,
    join() {
      const listeners = new Set<(message: BusMessage) => void>()
      const gaps = new Set<() => void>()
      const said: BusMessage[] = []
      const end: FakeBus = {
        said,
        hear: message => listeners.forEach(listener => listener(message)),
        gap: () => gaps.forEach(listener => listener()),
        publish(message) {
          said.push(message)
          for (const other of medium.isCut ? [] : ends) {
            if (other !== end)
              other.hear(message)
          }
        },
        subscribe(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        onGap(listener) {
          gaps.add(listener)
          return () => gaps.delete(listener)
        },
        isConnected: () => !medium.isCut,
        close() {
          ends.delete(end)
          return Promise.resolve()
        },
      }
      ends.add(end)
      return end
    },
  }
  return medium
}
