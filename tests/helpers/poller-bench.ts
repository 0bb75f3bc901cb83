import type { Mock } from 'vitest'
import { vi } from 'vitest'
import type { Poller, PollerOptions, PollerState } from '#shared/realtime/poller.ts'
import { createPoller } from '#shared/realtime/poller.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** What pollers of a test ask, and hear. */
export interface PollerBench {
  clock: VirtualClock
  /** What is asked; by default something new comes at once. */
  exchange: Mock<PollerOptions['exchange']>
  /** Every state that was told, in order. */
  states: PollerState[]
  build: (options?: Partial<PollerOptions>) => Poller
  started: (options?: Partial<PollerOptions>) => Poller
}

/** Chance is 0, so a round is the interval and a backoff is 0 unless a test says otherwise. */
export function createPollerBench(random: () => number = () => 0): PollerBench {
  const clock = createVirtualClock({ random })
  const exchange = vi.fn<PollerOptions['exchange']>(async () => false)
  const states: PollerState[] = []

  function build(options: Partial<PollerOptions> = {}): Poller {
    return createPoller({
      exchange, clock, interval: () => 5_000, immediate: true, staleTime: 0, retryAttempts: 3, retryDelay: 1_000, backoffMultiplier: 2,
      maxInterval: 60_000, timeoutMs: 30_000, onState: state => states.push(state), ...options,
    })
  }

  function started(options: Partial<PollerOptions> = {}): Poller {
    const poller = build(options)
    poller.start()
    return poller
  }

  return { clock, exchange, states, build, started }
}
