import type { BoardHead } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { readScene } from './board-scene.ts'
import type { DeliverOptions, HeldSockets } from './deliver-news.ts'
import { deliverNews, startIn } from './deliver-news.ts'
import type { BoardSocket } from './socket-registry.ts'

/** From the beginning of one pull to that of the next (rule B2). */
const WINDOW_MS = 40
/** After a failure, when no hint comes before. */
const RETRY_MS = 2_000
/** A socket that is further behind is read for by itself. */
const MAX_BEHIND = 500
/** One for those behind, and one for who turns out to need all that was held back of them. */
const MAX_ROUNDS = 2

/** Reads one board for all its sockets and tells them (rule B2). */
export interface BoardPuller {
  readonly sockets: Set<BoardSocket>
  /** The board stands here now. */
  hint: (head: BoardHead) => void
  /** Looks whether a socket that was just told where it stands has missed something since. */
  placed: (socket: BoardSocket) => void
  /** Looks whether what was held back of a socket is urgent to it by now. */
  refocus: (socket: BoardSocket) => void
  /** Pulls as soon as may be. */
  want: () => void
  /** The same, when the database could be itself again. */
  wantLater: () => void
  leave: (socket: BoardSocket) => void
  stop: () => void
}

export interface BoardPullerOptions extends Omit<DeliverOptions, 'held'> {
  boardId: string
  repository: Repository
  clock: Clock
  /** The board is there no more. */
  onGone: () => void
  /** Where the board was found. */
  onRead: (head: BoardHead) => void
  onFault: (error: unknown) => void
}

export function createBoardPuller(options: BoardPullerOptions): BoardPuller {
  const { boardId, repository, clock, isBusy, isDirty, catchUp, onGone, onRead, onFault } = options
  const sockets = new Set<BoardSocket>()
  const held: HeldSockets = new Map()
  /** The newest state that is known of. */
  let target: Pick<BoardHead, 'epoch' | 'version'> | null = null
  /** Two epochs were heard of: which is the newer one, only the database can tell. */
  let isDoubtful = false
  /** Where the sockets that keep up stand. */
  let front = 0
  let isRunning = false
  let isWanted = false
  let isStopped = false
  let startedAt = -Infinity
  let timer: Timer | undefined
  let retry: Timer | undefined

  function want(): void {
    if (isStopped)
      return
    isWanted = true
    if (isRunning || timer !== undefined)
      return
    const waitMs = startedAt + WINDOW_MS - clock.now()
    if (waitMs <= 0)
      void run()
    else
      timer = clock.setTimer(() => void run(), waitMs)
  }

  function wantLater(): void {
    if (!isStopped)
      retry ??= clock.setTimer(() => { retry = undefined; want() }, RETRY_MS)
  }

  async function run(): Promise<void> {
    timer = undefined
    isWanted = false
    isRunning = true
    startedAt = clock.now()
    const { tally } = options
    try {
      await pull()
      tally.onPull?.(clock.now() - startedAt)
    }
    catch (error) {
      if (!isStopped)
        onFault(error)
      isDoubtful = true
      wantLater()
    }
    isRunning = false
    if (isWanted)
      want()
  }

  const startOf = (socket: BoardSocket) => startIn(held, socket)

  function isBehind(socket: BoardSocket): boolean {
    const { place } = socket
    return place !== null && target !== null && (place.epoch !== target.epoch || startOf(socket) < target.version)
  }

  /** Those who keep up are read for together. Then those who don't: theirs is a longer stretch of the log. */
  async function pull(): Promise<void> {
    const doubtful = isDoubtful
    isDoubtful = false
    const behind = [...sockets].filter(socket => socket.place && !isBusy(socket) && (doubtful || isBehind(socket)) && !isDirty(socket))
    const abreast = behind.filter(socket => startOf(socket) >= front)
    let late = abreast.length > 0 ? await tell(abreast) : behind
    for (let round = 0; late.length > 0; round++) {
      const isNear = (socket: BoardSocket) => round < MAX_ROUNDS && target!.version - socket.place!.head <= MAX_BEHIND
      late.filter(socket => !isNear(socket)).forEach(catchUp)
      const near = late.filter(isNear)
      late = near.length > 0 ? await tell(near) : []
    }
  }

  /** Reads what these don't know and tells everybody whom that helps. Answers who needs more than was read. */
  async function tell(behind: readonly BoardSocket[]): Promise<BoardSocket[]> {
    const base = behind.reduce((lowest, socket) => Math.min(lowest, startOf(socket)), Infinity)
    const scene = await readScene(repository, boardId, base, {
      clients: [...sockets].filter(({ member }) => member.role === 'CLIENT').map(({ member }) => member),
      isUrgency: behind.some(({ urgent }) => urgent),
    })
    if (isStopped)
      return []
    if (!scene) {
      onGone()
      return []
    }
    const { id, epoch, version } = scene.board
    clock.clearTimer(retry)
    retry = undefined
    target = target?.epoch === epoch && target.version > version ? target : { epoch, version }
    front = version
    onRead({ id, epoch, version })
    return deliverNews(scene, sockets, { ...options, held })
  }

  return {
    sockets,
    hint({ epoch, version }) {
      if (target?.epoch === epoch && target.version >= version)
        return
      isDoubtful ||= target !== null && target.epoch !== epoch
      target = { epoch, version }
      want()
    },
    placed(socket) {
      held.delete(socket)
      if (isBehind(socket))
        want()
    },
    refocus(socket) {
      if (held.has(socket))
        want()
    },
    want,
    wantLater,
    leave(socket) {
      sockets.delete(socket)
      held.delete(socket)
    },
    stop() {
      isStopped = true
      sockets.clear()
      held.clear()
      clock.clearTimer(timer)
      clock.clearTimer(retry)
    },
  }
}
