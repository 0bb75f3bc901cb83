import { onTestFinished } from 'vitest'
import type { BoardEventsOptions } from '#server/services/realtime/board-events.ts'
import { createBoardEvents } from '#server/services/realtime/board-events.ts'
import type { BoardEvents } from '#server/services/realtime/ports.ts'
import type { SocketRegistry } from '#server/services/realtime/socket-registry.ts'
import { createSocketRegistry } from '#server/services/realtime/socket-registry.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { FakeBus } from './fake-bus.ts'
import { createFakeBusMedium } from './fake-bus.ts'
import type { ListeningSocket } from './listening-socket.ts'
import { buildSocket } from './listening-socket.ts'
import type { TestFirm } from './test-firm.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualClock } from './virtual-clock.ts'
import { watchReads } from './watch-reads.ts'

export interface EventsBenchOptions extends Pick<BoardEventsOptions, 'choices' | 'isShared' | 'tag'> {
  /** @default one of its own */
  bus?: FakeBus
  /** @default one of its own */
  clock?: VirtualClock
}

/** What is said on the boards of a firm, in one process of it, and the sockets that hear it. */
export interface EventsBench {
  clock: VirtualClock
  bus: FakeBus
  events: BoardEvents
  sockets: SocketRegistry
  /** A member's socket that stands on the board. */
  open: (member: Member, changes?: Partial<ListeningSocket>) => ListeningSocket
  close: (socket: ListeningSocket) => void
  /** Lets everything that was said go out, after so long. @default 50 */
  deliver: (afterMs?: number) => Promise<void>
}

/** Ends with the test. */
export function openEventsBench(firm: TestFirm, options: EventsBenchOptions = {}): EventsBench {
  const { bus = createFakeBusMedium().join(), clock = createVirtualClock(), ...rest } = options
  const sockets = createSocketRegistry()
  const { repository, settled } = watchReads(firm.repository)
  const headOf = (boardId: string) => String(firm.hub.heads().get(boardId)?.version ?? '') || null
  const events = createBoardEvents({ repository, sockets, bus, clock, headOf, ...rest })
  bus.subscribe(message => message.kind === 'event' && events.heard(message.boardId, message.event))
  onTestFinished(() => events.close())

  return {
    clock, bus, events, sockets,
    open(member, changes = {}) {
      const socket = buildSocket(member, changes)
      sockets.add(socket)
      return socket
    },
    close: socket => sockets.remove(socket),
    async deliver(afterMs = 50) {
      await clock.advance(afterMs)
      await settled()
    },
  }
}
