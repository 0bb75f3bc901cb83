import type { Repository } from '#server/db/repository.ts'
import type { BoardHub } from '#server/services/board-hub.ts'
import type { ServerTally } from '#server/services/metrics/tally.ts'
import { countIn, processTally } from '#server/services/metrics/tally.ts'
import type { BoardReader, CaughtUp } from '#server/services/board-reader.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { ResetReason } from '#shared/protocol/messages.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { createBackPressure } from './back-pressure.ts'
import type { BoardPuller } from './board-puller.ts'
import { createBoardPuller } from './board-puller.ts'
import { createCatchUps } from './catch-ups.ts'
import type { FanOut } from './ports.ts'
import type { BoardSocket } from './socket-registry.ts'

export interface FanOutOptions {
  repository: Repository
  hub: BoardHub
  reader: Pick<BoardReader, 'catchUp'>
  /** The server's wish for the next poll, in milliseconds. @default () => 5000 */
  next?: () => number
  /** Measures and waits. @default the machine's, that nobody can set */
  clock?: Clock
  /** What time it is. @default Date.now */
  now?: () => EpochMs
  /** Takes a line for the log. @default to standard error */
  log?: (line: string) => void
  /** @default the process's */
  tally?: ServerTally
}

const STEADY_CLOCK: Clock = { ...systemClock, now: () => performance.now() }

/** When a reader who was too slow may come back, in milliseconds. */
const SLOW_AFTER_MS = 1_000

/**
 * Brings each board's news to its sockets. What a socket was told is one position, its `place`; it moves in the same
 * turn in which the frame that says so is sent, so that whoever looks next goes on from there, and nothing comes twice.
 */
export function createFanOut(options: FanOutOptions): FanOut {
  const { repository, hub, reader, next = () => 5_000, clock = STEADY_CLOCK, now = Date.now, tally = processTally } = options
  const { log = line => process.stderr.write(`${line}\n`) } = options
  const pullers = new Map<string, BoardPuller>()
  const catchUps = createCatchUps()
  const pressure = createBackPressure({
    clock,
    onDrained: ({ boardId }) => pullers.get(boardId)?.want(),
    onSlow: socket => end(socket, CLOSE.SLOW, 'slow', SLOW_AFTER_MS),
  })
  /** Boards that can't be read, each told of once. */
  const failing = new Set<string>()

  function pullerOf(boardId: string): BoardPuller {
    let puller = pullers.get(boardId)
    if (!puller) {
      puller = createBoardPuller({
        boardId,
        repository,
        clock,
        next,
        tally,
        isBusy: catchUps.isBusy,
        isDirty: pressure.isDirty,
        catchUp: socket => void catchUp(socket),
        reset,
        dismiss,
        onGone: () => sendAllAway(boardId),
        onRead(head) {
          failing.delete(boardId)
          hub.seen(head)
        },
        onFault: error => tellFault(boardId, error),
      })
      pullers.set(boardId, puller)
    }
    return puller
  }

  function isHere(socket: BoardSocket): boolean {
    return pullers.get(socket.boardId)?.sockets.has(socket) ?? false
  }

  function reset(socket: BoardSocket, why: ResetReason, ref?: number): void {
    socket.place = null
    socket.send({ t: 'reset', why, ...(ref !== undefined && { ref }) })
  }

  /** Tells a socket what was read for it alone, and where it stands from now on. */
  function tell(socket: BoardSocket, { result, epoch, head, role }: CaughtUp, ref?: number): void {
    tally.catchUps++
    if (role !== socket.member.role)
      return dismiss(socket, { active: true })
    switch (result.kind) {
      case 'reset':
        return reset(socket, result.reason, ref)
      case 'unchanged':
        socket.place = { epoch, version: result.version, head }
        if (ref !== undefined)
          socket.send({ t: 'same', ref, epoch, version: result.version })
        return
      case 'news':
        socket.place = { epoch, version: result.answer.version, head }
        return socket.send({ t: 'd', ...(ref !== undefined && { ref }), ...result.answer })
      default:
        return result satisfies never
    }
  }

  /** Brings a socket that is far behind up to date, once more if it can't be done now. */
  async function catchUp(socket: BoardSocket): Promise<void> {
    try {
      await catchUps.runInLine(socket, async () => {
        if (!isHere(socket) || !socket.place)
          return
        const { epoch, version } = socket.place
        const found = await reader.catchUp(socket.member, socket.boardId, { epoch, version, cid: socket.cid })
        if (isHere(socket) && !pressure.isDirty(socket))
          tell(socket, found)
      })
      if (isHere(socket))
        pullers.get(socket.boardId)?.placed(socket)
    }
    catch (error) {
      if (error instanceof Problem)
        return dismiss(socket, undefined)
      tellFault(socket.boardId, error)
      pullers.get(socket.boardId)?.wantLater()
    }
  }

  /** Another role sees another board: the reader begins anew. A closed account has no board. */
  function dismiss(socket: BoardSocket, member: { active: boolean } | undefined): void {
    if (member?.active)
      end(socket, CLOSE.RESYNC, 'role', 0)
    else
      end(socket, CLOSE.TICKET, 'auth', 0)
  }

  function end(socket: BoardSocket, code: number, why: 'slow' | 'auth' | 'role', after: number): void {
    leave(socket)
    socket.end(code, { t: 'bye', code: why, after })
  }

  /** The board is there no more: coming back, its readers hear so. */
  function sendAllAway(boardId: string): void {
    for (const socket of [...pullers.get(boardId)?.sockets ?? []]) {
      leave(socket)
      socket.end(CLOSE.RESYNC)
    }
  }

  function leave(socket: BoardSocket): void {
    socket.place = null
    pressure.forget(socket)
    const puller = pullers.get(socket.boardId)
    puller?.leave(socket)
    if (puller?.sockets.size === 0) {
      puller.stop()
      pullers.delete(socket.boardId)
    }
  }

  function tellFault(boardId: string, error: unknown): void {
    countIn(tally.databaseErrors, 'fan-out')
    if (failing.has(boardId))
      return
    failing.add(boardId)
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    log(`fan-out: board ${boardId} can't be read (${code}); trying on`)
  }

  const stopListening = hub.onMoved(head => pullers.get(head.id)?.hint(head))

  return {
    async join(socket, { epoch, version, cid }) {
      const puller = pullerOf(socket.boardId)
      puller.sockets.add(socket)
      try {
        await catchUps.run(socket, async () => {
          const found = await reader.catchUp(socket.member, socket.boardId, { epoch, version, cid })
          if (!isHere(socket))
            return
          socket.send({ t: 'welcome', sid: socket.id, epoch: found.epoch, version: found.version, now: now() })
          tell(socket, found)
        })
      }
      catch (error) {
        leave(socket)
        throw error
      }
      puller.placed(socket)
    },
    async sync(socket, { ref, epoch, version, cid }) {
      try {
        await catchUps.run(socket, async () => {
          // As long as it doesn't take what it was sent, it gets no answer either.
          await pressure.drained(socket)
          if (!isHere(socket))
            return
          const found = await reader.catchUp(socket.member, socket.boardId, { epoch, version, cid })
          if (!isHere(socket))
            return
          // A device may have begun another outbox.
          socket.cid = cid
          tell(socket, found, ref)
        })
      }
      finally {
        pullers.get(socket.boardId)?.placed(socket)
      }
    },
    refocus: socket => pullers.get(socket.boardId)?.refocus(socket),
    leave,
    close() {
      stopListening()
      pressure.close()
      for (const puller of pullers.values())
        puller.stop()
      pullers.clear()
    },
  }
}
