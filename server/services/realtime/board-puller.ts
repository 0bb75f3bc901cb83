import type { BoardHead, MemberRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { ResetReason } from '#shared/protocol/messages.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import type { BoardScene } from './board-scene.ts'
import { readScene } from './board-scene.ts'
import type { FrameHead } from './encode-frame.ts'
import { encodeFrame } from './encode-frame.ts'
import type { ClassNews } from './reader-classes.ts'
import { createReaderClasses } from './reader-classes.ts'
import type { BoardSocket } from './socket-registry.ts'
import { isUrgent } from './urgency.ts'

/** From the beginning of one pull to that of the next (rule B2). */
const WINDOW_MS = 40
/** After a failure, when no hint comes before. */
const RETRY_MS = 2_000
/** What isn't urgent is held back for so many versions; a socket that gets none would otherwise miss more and more. */
const MAX_HELD = 200
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

export interface BoardPullerOptions {
  boardId: string
  repository: Repository
  clock: Clock
  next: () => number
  /** Sockets that somebody else is about to tell where they stand. */
  isBusy: (socket: BoardSocket) => boolean
  /** Whether a socket takes nothing at the moment (rule B3). */
  isDirty: (socket: BoardSocket) => boolean
  /** Reads for one socket by itself. */
  catchUp: (socket: BoardSocket) => void
  reset: (socket: BoardSocket, why: ResetReason) => void
  /** Ends a socket whose reader isn't who they were. */
  dismiss: (socket: BoardSocket, member: Pick<MemberRecord, 'active'> | undefined) => void
  /** The board is there no more. */
  onGone: () => void
  /** Where the board was found. */
  onRead: (head: BoardHead) => void
  onFault: (error: unknown) => void
}

/** What a socket that takes only the urgent has been kept from. */
interface Held {
  /** Up to this version nothing was urgent to it. */
  to: number
  /** While it had these open. */
  focus: ReadonlySet<MatterId>
}

export function createBoardPuller(options: BoardPullerOptions): BoardPuller {
  const { boardId, repository, clock, next, isBusy, isDirty, catchUp, reset, dismiss, onGone, onRead, onFault } = options
  const sockets = new Set<BoardSocket>()
  const held = new Map<BoardSocket, Held>()
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
    try {
      await pull()
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

  /** From where on this socket is to be looked at: where it stands, or how far it is known that nothing was urgent. */
  function startOf(socket: BoardSocket): number {
    const hold = held.get(socket)
    return hold && hold.focus === socket.focus ? hold.to : socket.place!.head
  }

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
    return deliver(scene)
  }

  function deliver(scene: BoardScene): BoardSocket[] {
    const { board, base, members } = scene
    const classes = createReaderClasses(scene)
    const memberById = new Map(members?.map(member => [member.id, member]))
    const frames = new Map<string, Buffer>()
    const nextMs = next()
    const late: BoardSocket[] = []

    function send(socket: BoardSocket, news: Extract<ClassNews, { kind: 'news' }>): void {
      const place = socket.place!
      const head: FrameHead = { epoch: board.epoch, from: place.version, version: news.version, next: nextMs }
      const outbox = scene.outboxes.get(socket.cid)
      const hasWritten = outbox?.memberId === socket.member.id && scene.changes.some(({ cid, version }) => cid === socket.cid && version > place.head)
      if (hasWritten)
        return socket.sendEncoded(encodeFrame(head, news.body, { [outbox.cid]: outbox.last }))
      const key = `${head.from} ${head.version} ${news.body.key}`
      let frame = frames.get(key)
      if (!frame) {
        frame = encodeFrame(head, news.body)
        frames.set(key, frame)
      }
      socket.sendEncoded(frame)
    }

    function take(socket: BoardSocket): void {
      const place = socket.place!
      const start = startOf(socket)
      if (start < base)
        return void (isDirty(socket) || late.push(socket))
      if (board.membersVersion > start && !isSame(socket, memberById.get(socket.member.id)))
        return dismiss(socket, memberById.get(socket.member.id))
      const news = classes.newsFor(socket.member, start)
      if (news.kind === 'nothing') {
        if (held.has(socket))
          held.set(socket, { to: board.version, focus: socket.focus })
        else
          place.head = board.version
        return
      }
      const mayWait = socket.urgent && news.kind === 'news' && !isUrgent(news.touched, socket.focus)
      if (mayWait && board.version - place.head < MAX_HELD)
        return void held.set(socket, { to: board.version, focus: socket.focus })
      // What was held goes out with it.
      held.delete(socket)
      if (start !== place.head)
        return take(socket)
      if (isDirty(socket))
        return
      if (news.kind === 'large')
        return reset(socket, 'large')
      if (news.kind === 'alone')
        return catchUp(socket)
      send(socket, news)
      place.version = news.version
      place.head = board.version
    }

    for (const socket of [...sockets]) {
      const { place } = socket
      if (!place || isBusy(socket))
        continue
      if (place.epoch !== board.epoch)
        reset(socket, 'epoch')
      else if (place.head < board.floor)
        reset(socket, 'pruned')
      else if (startOf(socket) < board.version)
        take(socket)
    }
    return late
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

/** Whether the reader is still who they were when they were let in. */
function isSame({ member }: BoardSocket, found: Pick<MemberRecord, 'role' | 'active'> | undefined): boolean {
  return found?.active === true && found.role === member.role
}
