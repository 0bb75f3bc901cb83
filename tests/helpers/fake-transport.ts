import type { Mock } from 'vitest'
import { vi } from 'vitest'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import type { RealTimeTransport } from '#shared/realtime/transport.ts'
import { createTransportEvents } from '#shared/realtime/transport.ts'

/** A transport that says what a test tells it to. */
export type FakeTransport = Omit<RealTimeTransport, 'pull' | 'send' | 'compare' | 'connect' | 'disconnect'> & {
  pull: Mock<RealTimeTransport['pull']>
  send: Mock<RealTimeTransport['send']>
  compare: Mock<RealTimeTransport['compare']>
  connect: Mock<() => void>
  disconnect: Mock<() => void>
}

/** By default every pull finds nothing new, every change is taken in a version of its own, and nobody can say whether rows are the same. */
export function createFakeTransport(): FakeTransport {
  let connection: Connection = { state: 'connecting' }
  let version = 1_000
  return {
    ...createTransportEvents(),
    get connection() { return connection },
    get isConnected() { return connection.state === 'live' },
    connect: vi.fn(() => {
      connection = { state: 'live', since: 0 }
    }),
    disconnect: vi.fn(() => {
      connection = { state: 'paused', reason: 'manual' }
    }),
    pull: vi.fn<RealTimeTransport['pull']>(async () => ({ kind: 'unchanged' })),
    send: vi.fn<RealTimeTransport['send']>(async (_, cid, items) =>
      ({ protocol: PROTOCOL_VERSION, cid, results: items.map(({ n }) => ({ n, status: 'ok', version: ++version })) })),
    compare: vi.fn<RealTimeTransport['compare']>(async () => ({ same: null })),
  }
}
