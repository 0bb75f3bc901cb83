import type { MemberRecord } from '#server/db/records.ts'
import type { ServerTally } from '#server/services/metrics/tally.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { ResetReason } from '#shared/protocol/messages.ts'
import type { BoardScene } from './board-scene.ts'
import { encodeFrame } from './encode-frame.ts'
import type { ClassNews } from './reader-classes.ts'
import { createReaderClasses } from './reader-classes.ts'
import type { BoardSocket } from './socket-registry.ts'
import { isUrgent } from './urgency.ts'

/** What isn't urgent is held back for so many versions; a socket that gets none would otherwise miss more and more. */
const MAX_HELD = 200

/** Sockets that take only the urgent, and were kept from something: up to which version nothing was urgent to them, and what they had open then. */
export type HeldSockets = Map<BoardSocket, { to: number, focus: ReadonlySet<MatterId> }>

export interface DeliverOptions {
  held: HeldSockets
  /** The server's wish for the next poll, in milliseconds. */
  next: () => number
  tally: Pick<ServerTally, 'deliveries' | 'onPull'>
  /** Sockets that somebody else is about to tell where they stand. */
  isBusy: (socket: BoardSocket) => boolean
  /** Whether a socket takes nothing at the moment (rule B3). */
  isDirty: (socket: BoardSocket) => boolean
  /** Reads for one socket by itself. */
  catchUp: (socket: BoardSocket) => void
  reset: (socket: BoardSocket, why: ResetReason) => void
  /** Ends a socket whose reader isn't who they were. */
  dismiss: (socket: BoardSocket, member: Pick<MemberRecord, 'active'> | undefined) => void
}

/** From where on a socket is to be looked at: where it stands, or how far it is known that nothing was urgent. */
export function startIn(held: HeldSockets, socket: BoardSocket): number {
  const hold = held.get(socket)
  return hold && hold.focus === socket.focus ? hold.to : socket.place!.head
}

/**
 * Tells each socket what is new to it, and moves it on. Nothing waits in here, so that each is looked at as it is when
 * it is told, and not as it was when the board was read.
 *
 * @returns the sockets that need more than was read
 */
export function deliverNews(scene: BoardScene, sockets: Iterable<BoardSocket>, options: DeliverOptions): BoardSocket[] {
  const { held, tally, isBusy, isDirty, catchUp, reset, dismiss } = options
  const { board, base } = scene
  const classes = createReaderClasses(scene)
  const members = new Map(scene.members?.map(member => [member.id, member]))
  const send = createSender(scene, options.next())
  const late: BoardSocket[] = []

  function take(socket: BoardSocket): void {
    const place = socket.place!
    const start = startIn(held, socket)
    if (start < base)
      return void (isDirty(socket) || late.push(socket))
    if (board.membersVersion > start && !isSame(socket, members.get(socket.member.id)))
      return dismiss(socket, members.get(socket.member.id))
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
    tally.deliveries++
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
    else if (startIn(held, socket) < board.version)
      take(socket)
  }
  return late
}

/** Sends news, encoded once for all who get the same; who wrote gets their acks, too (rules W2, M4). */
function createSender({ board, outboxes, changes }: BoardScene, next: number) {
  type News = Extract<ClassNews, { kind: 'news' }>
  const frames = new Map<string, Buffer>()
  /** Nearly all who get the same news have come from the same place: those need no key. */
  const newest = new Map<News, { from: number, frame: Buffer }>()

  function frameFor(news: News, from: number): Buffer {
    const known = newest.get(news)
    if (known?.from === from)
      return known.frame
    const key = `${from} ${news.version} ${news.body.key}`
    const frame = frames.get(key) ?? encodeFrame({ epoch: board.epoch, from, version: news.version, next }, news.body)
    frames.set(key, frame)
    newest.set(news, { from, frame })
    return frame
  }

  return (socket: BoardSocket, news: News): void => {
    const { version: from, head } = socket.place!
    const outbox = outboxes.get(socket.cid)
    const hasWritten = outbox?.memberId === socket.member.id && changes.some(({ cid, version }) => cid === socket.cid && version > head)
    socket.sendEncoded(hasWritten
      ? encodeFrame({ epoch: board.epoch, from, version: news.version, next }, news.body, { [outbox.cid]: outbox.last })
      : frameFor(news, from))
  }
}

/** Whether the reader is still who they were when they were let in. */
function isSame({ member }: BoardSocket, found: Pick<MemberRecord, 'role' | 'active'> | undefined): boolean {
  return found?.active === true && found.role === member.role
}
