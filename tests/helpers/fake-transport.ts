import type { Mock } from 'vitest'
import { vi } from 'vitest'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Connection } from '#shared/realtime/connection.ts'
import type { Delivers, RealTimeTransport } from '#shared/realtime/transport.ts'
import type { TransportEmitter } from '#shared/realtime/transport-events.ts'
import { createTransportEmitter } from '#shared/realtime/transport-events.ts'

type Faked = 'pull' | 'send' | 'compare' | 'presence' | 'connect' | 'disconnect' | 'reconnect' | 'join' | 'focus' | 'want' | 'attend' | 'emit' | 'setReconnectOptions' | 'enableHeartbeat'

/** A transport that says what a test tells it to. */
export type FakeTransport = Omit<RealTimeTransport, Faked | 'connection' | 'kind' | 'delivers'> & { [Name in Faked]: Mock<RealTimeTransport[Name]> } & Pick<TransportEmitter, 'tell'> & {
  kind: RealTimeTransport['kind']
  connection: Connection
  delivers: Delivers
  /** The boards that are joined and not left. */
  readonly joined: readonly string[]
}

/** By default every pull finds nothing new, every change is taken in a version of its own, and nobody can say whether rows are the same. */
export function createFakeTransport(kind: RealTimeTransport['kind'] = 'polling'): FakeTransport {
  const { on, off, tell } = createTransportEmitter()
  const joined: string[] = []
  let version = 1_000

  const transport: FakeTransport = {
    on, off, tell, kind, joined,
    connection: { state: 'connecting' },
    delivers: 'nothing',
    get lastConnected() { return transport.connection.state === 'live' ? transport.connection.since : null },
    isConnected: () => transport.connection.state === 'live',
    connect: vi.fn<RealTimeTransport['connect']>(async () => {
      transport.connection = { state: 'live', since: 0, via: 'polling' }
    }),
    disconnect: vi.fn<RealTimeTransport['disconnect']>(() => {
      transport.connection = { state: 'closed' }
    }),
    reconnect: vi.fn<RealTimeTransport['reconnect']>(async () => {}),
    join: vi.fn<RealTimeTransport['join']>((boardId) => {
      joined.push(boardId)
      let isJoined = true
      return () => {
        if (isJoined)
          joined.splice(joined.indexOf(boardId), 1)
        isJoined = false
      }
    }),
    focus: vi.fn<RealTimeTransport['focus']>(),
    want: vi.fn<RealTimeTransport['want']>(),
    attend: vi.fn<RealTimeTransport['attend']>(),
    emit: vi.fn<RealTimeTransport['emit']>(async () => {}),
    setReconnectOptions: vi.fn<RealTimeTransport['setReconnectOptions']>(),
    enableHeartbeat: vi.fn<RealTimeTransport['enableHeartbeat']>(),
    pull: vi.fn<RealTimeTransport['pull']>(async () => ({ kind: 'unchanged' })),
    send: vi.fn<RealTimeTransport['send']>(async (_, cid, items) =>
      ({ protocol: PROTOCOL_VERSION, cid, results: items.map(({ n }) => ({ n, status: 'ok', version: ++version })) })),
    presence: vi.fn<RealTimeTransport['presence']>(async boardId => ({ boardId, enabled: true, members: [] })),
    compare: vi.fn<RealTimeTransport['compare']>(async () => ({ same: null })),
  }
  return transport
}
