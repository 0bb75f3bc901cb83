import type { Mock } from 'vitest'
import { vi } from 'vitest'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { ChannelState, SocketChannel, SocketChannelOptions } from '#shared/realtime/socket-channel.ts'
import { createSocketChannel } from '#shared/realtime/socket-channel.ts'
import type { DropCause } from '#shared/realtime/socket-end.ts'
import type { BoardPosition } from '#shared/realtime/transport.ts'
import { BOARD_ID } from './builders.ts'
import type { FakeSocket } from './fake-socket.ts'
import { createFakeSocket } from './fake-socket.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualClock, settle } from './virtual-clock.ts'

/** One channel whose tickets, sockets and reader a test plays. */
export interface ChannelBench {
  channel: SocketChannel
  clock: VirtualClock
  /** Every socket that was opened, in order. */
  sockets: FakeSocket[]
  /** The newest socket. */
  readonly socket: FakeSocket
  ticket: Mock<SocketChannelOptions['ticket']>
  openSocket: Mock<SocketChannelOptions['openSocket']>
  /** Where the reader stands; a test moves it. */
  position: BoardPosition
  states: ChannelState[]
  answers: UpdatesAnswer[]
  drops: DropCause[]
  on: { [Name in 'onSaid' | 'onMode' | 'onMaintenance' | 'onError' | 'onRoundTrip']: Mock<NonNullable<SocketChannelOptions[Name]>> }
  /** Wants the board and its socket. */
  begin: () => Promise<void>
  /** Wants the board, and lets its socket come to `live`, at the reader's place. */
  goLive: () => Promise<FakeSocket>
  /** The newest socket comes to `live`. */
  welcome: (roundTripMs?: number) => Promise<FakeSocket>
}

export function createChannelBench(options: Partial<SocketChannelOptions> = {}, random?: () => number): ChannelBench {
  const clock = createVirtualClock({ random })
  const sockets: FakeSocket[] = []
  const position: BoardPosition = { boardId: BOARD_ID, epoch: 'e1', version: 5, cid: 'c' }
  const states: ChannelState[] = []
  const answers: UpdatesAnswer[] = []
  const drops: DropCause[] = []
  const ticket = vi.fn<SocketChannelOptions['ticket']>(async () => `ticket-${sockets.length + 1}`)
  const openSocket = vi.fn<SocketChannelOptions['openSocket']>((path) => {
    const socket = createFakeSocket(path)
    sockets.push(socket)
    return socket
  })
  const on: ChannelBench['on'] = { onSaid: vi.fn(), onMode: vi.fn(), onMaintenance: vi.fn(), onError: vi.fn(), onRoundTrip: vi.fn() }
  const channel = createSocketChannel({
    openSocket, ticket, clock, ...on,
    onState: state => void states.push(state),
    onAnswer: (_, answer) => void answers.push(answer),
    onOwn: () => {},
    onDrop: cause => void drops.push(cause),
    ...options,
  })

  async function welcome(roundTripMs = 0): Promise<FakeSocket> {
    const socket = sockets.at(-1)!
    socket.accept()
    const { epoch, version } = socket.last('hello')
    socket.say({ t: 'welcome', sid: 's', epoch, version, now: clock.now() })
    await clock.advance(roundTripMs)
    socket.say({ t: 'pong', i: socket.last('ping').i, epoch, version })
    return socket
  }

  async function begin(): Promise<void> {
    channel.join(BOARD_ID, () => position)
    void channel.open()
    await settle()
  }

  async function goLive(): Promise<FakeSocket> {
    await begin()
    const socket = await welcome()
    // The first answer was a sign of life.
    answers.length = 0
    return socket
  }

  return { channel, clock, sockets, get socket() { return sockets.at(-1)! }, ticket, openSocket, position, states, answers, drops, on, begin, goLive, welcome }
}
