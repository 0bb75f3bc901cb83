import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { SessionMember } from '#server/services/account-service.ts'
import type { ServerTally } from '#server/services/metrics/tally.ts'
import { processTally } from '#server/services/metrics/tally.ts'
import { isUnavailable } from '#server/db/faults.ts'
import type { TransportKind } from '#shared/config/features.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { HelloFrame, ReadClientFrame, ServerFrame } from '#shared/protocol/frames.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { CLOSE, SOCKET_LIMITS, SOCKET_TIMES } from '#shared/protocol/socket.ts'
import { findUnstorable } from '#shared/protocol/storable.ts'
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import type { BoardEvents, FanOut, Tickets } from './ports.ts'
import { readFrame } from './read-frame.ts'
import type { BoardSocket, SocketRegistry } from './socket-registry.ts'

/** What all connections of a door share. */
export interface ConnectionParts {
  registry: SocketRegistry
  fanOut: FanOut
  events: Pick<BoardEvents, 'say'>
  tickets: Pick<Tickets, 'take'>
  clock: Clock
  /** @default the process's */
  tally?: Pick<ServerTally, 'framesSent' | 'bytesSent' | 'framesReceived'>
  /** Notes what went wrong and was nobody's fault outside. */
  report: (what: string, error: unknown) => void
}

/** Both ends of a socket on this side: the one that speaks the protocol, and the connection that it writes to. */
export interface Line {
  ws: Pick<WebSocket, 'readyState' | 'OPEN' | 'send' | 'pong' | 'close' | 'terminate'>
  wire: Pick<Duplex, 'write' | 'writableLength'>
}

/** Who was let in. */
export interface Entrant {
  id: string
  sessionId: string
  member: SessionMember
  /** The way that this member is to use. */
  way: TransportKind
}

type WaitingFrame = Exclude<ReadClientFrame, { t: 'ping' | 'pong' }>

const NOTHING: ReadonlySet<MatterId> = new Set()
const TEXT = { binary: false }
const BURST = 2 * SOCKET_LIMITS.framesPerSecond
/** Frames that wait for the one before. The rate keeps a healthy server far below. */
const MAX_WAITING = 2 * BURST
/** With more unsent bytes than this, for more than so many beats, a peer is given up. */
const FULL_BYTES = 256 * 1024
const MAX_FULL_BEATS = 10

/**
 * One open socket. There are thousands: everything that can be shared is, and what is in flight is forgotten
 * with the frame that it belongs to.
 */
export class SocketConnection implements BoardSocket {
  readonly id: string
  readonly sessionId: string
  member: SessionMember
  way: TransportKind
  boardId = ''
  cid = ''
  urgent = false
  focus = NOTHING
  cursors = false
  place: BoardSocket['place'] = null
  /** When its session was last looked at (rule W5); it was let in by what was remembered. */
  lookedAt: EpochMs = Number.NEGATIVE_INFINITY
  #stage: 'new' | 'greeting' | 'joined' | 'over' = 'new'
  #ws: Line['ws']
  #wire: Line['wire']
  #parts: ConnectionParts
  #tally: NonNullable<ConnectionParts['tally']>
  #openedAt: EpochMs
  #heardAt: EpochMs
  #pingAt: EpochMs
  #pings = 0
  #fullBeats = 0
  #tokens = BURST
  /** Frames that wait; null when none is being handled. */
  #waiting: WaitingFrame[] | null = null

  constructor({ ws, wire }: Line, { id, sessionId, member, way }: Entrant, parts: ConnectionParts) {
    this.id = id
    this.sessionId = sessionId
    this.member = member
    this.way = way
    this.#ws = ws
    this.#wire = wire
    this.#parts = parts
    this.#tally = parts.tally ?? processTally
    const now = parts.clock.now()
    this.#openedAt = now
    this.#heardAt = now
    this.#pingAt = now + pingDelay(parts.clock)
  }

  get isOver(): boolean {
    return this.#stage === 'over'
  }

  /** Takes a frame in. Signs of life are answered here, the rest one after another (rule S2). */
  receive(data: Buffer, isBinary: boolean): void {
    if (!this.#isHeard())
      return
    this.#tally.framesReceived++
    const frame = isBinary ? 'bad' : readFrame(data.toString())
    if (frame === 'unknown')
      return
    if (frame === 'bad' || (frame.t === 'hello') !== (this.#stage === 'new'))
      return this.#refuse('BAD_REQUEST', CLOSE.BAD_FRAME)
    if (frame.t === 'ping')
      return this.send({ t: 'pong', i: frame.i, ...this.#position() })
    if (frame.t === 'pong')
      return
    if (frame.t === 'hello')
      this.#stage = 'greeting'
    if (this.#waiting === null)
      void this.#work([frame])
    else if (this.#waiting.push(frame) > MAX_WAITING)
      this.#refuse('TOO_MANY_ATTEMPTS', CLOSE.RATE)
  }

  /** Takes a ping or pong of the WebSocket protocol in; browsers send none by themselves. */
  receiveControl(data: Buffer, isPing: boolean): void {
    if (this.#isHeard() && isPing)
      this.#ws.pong(data)
  }

  /** Sends what is due, or gives the peer up (rules S2, S3). Called about once a second. */
  beat(now: EpochMs): void {
    if (this.#stage === 'new' && now - this.#openedAt >= SOCKET_TIMES.helloMs)
      return this.end(CLOSE.SLOW)
    if (now - this.#heardAt >= SOCKET_TIMES.silentMs)
      return this.terminate()
    // Where a board is quiet nobody else looks whether its reader takes what they asked for (rule B3).
    this.#fullBeats = this.unsentBytes() > FULL_BYTES ? this.#fullBeats + 1 : 0
    if (this.#fullBeats > MAX_FULL_BEATS)
      return this.end(CLOSE.SLOW, { t: 'bye', code: 'slow', after: 1_000 })
    if (this.#stage !== 'joined' || now < this.#pingAt)
      return
    this.#pingAt = now + pingDelay(this.#parts.clock)
    this.send({ t: 'ping', i: ++this.#pings, ...this.#position() })
  }

  send(frame: ServerFrame): void {
    if (this.#ws.readyState !== this.#ws.OPEN)
      return
    const text = JSON.stringify(frame)
    this.#tally.framesSent++
    this.#tally.bytesSent += Buffer.byteLength(text)
    this.#ws.send(text, TEXT)
  }

  /** Past `ws`, which would frame it again for each socket. It keeps nothing back itself: nothing is compressed, and nothing comes in pieces. */
  sendEncoded(message: Buffer): void {
    if (this.#ws.readyState !== this.#ws.OPEN)
      return
    this.#tally.framesSent++
    this.#tally.bytesSent += message.length
    this.#wire.write(message)
  }

  unsentBytes(): number {
    return this.#wire.writableLength
  }

  end(code: number, bye?: Extract<ServerFrame, { t: 'bye' }>): void {
    if (this.isOver)
      return
    if (bye)
      this.send(bye)
    this.gone()
    this.#ws.close(code)
  }

  /** Ends it without a word, where nobody is there to hear one. */
  terminate(): void {
    this.gone()
    this.#ws.terminate()
  }

  /** Lets go of everything; called once the socket is closed, too. */
  gone(): void {
    const wasTakenIn = this.#stage === 'joined'
    this.#stage = 'over'
    this.#waiting = null
    if (wasTakenIn)
      this.#leave()
  }

  /** Counts a frame (rule S2); false when it is to be ignored. */
  #isHeard(): boolean {
    if (this.isOver)
      return false
    const now = this.#parts.clock.now()
    this.#tokens = Math.min(BURST, this.#tokens + Math.max(0, now - this.#heardAt) * SOCKET_LIMITS.framesPerSecond / 1_000) - 1
    this.#heardAt = now
    if (this.#tokens >= 0)
      return true
    this.#refuse('TOO_MANY_ATTEMPTS', CLOSE.RATE)
    return false
  }

  async #work(waiting: WaitingFrame[]): Promise<void> {
    this.#waiting = waiting
    for (let frame = waiting.shift(); frame && !this.isOver; frame = waiting.shift()) {
      try {
        await this.#handle(frame)
      }
      catch (error) {
        this.#failed(frame, error)
      }
    }
    if (!this.isOver)
      this.#waiting = null
  }

  async #handle(frame: WaitingFrame): Promise<void> {
    switch (frame.t) {
      case 'hello': return await this.#greet(frame)
      case 'sync': return await this.#parts.fanOut.sync(this, frame)
      case 'say':
        if (findUnstorable(frame.data) !== null)
          throw new Problem('VALIDATION', 'holds a character that is no text')
        await this.#parts.events.say(this.member, this.boardId, frame.topic, frame.data, this.id)
        // Twenty a second, for which nobody waits.
        return frame.topic === 'cursor' ? undefined : this.send({ t: 'ok', ref: frame.ref })
      case 'focus':
        this.focus = frame.matters.length > 0 ? new Set(frame.matters) : NOTHING
        return this.#parts.fanOut.refocus(this)
      case 'wants': return void (this.cursors = frame.cursors)
      case 'bye': return this.end(1000)
      default: frame satisfies never
    }
  }

  async #greet(hello: HelloFrame): Promise<void> {
    if (hello.protocol < OLDEST_PROTOCOL_VERSION || hello.protocol > PROTOCOL_VERSION)
      return this.#refuse('UPGRADE_REQUIRED', CLOSE.TOO_OLD)
    const isGood = await this.#parts.tickets.take(hello.ticket, { sessionId: this.sessionId, memberId: this.member.id })
    if (this.isOver)
      return
    if (!isGood)
      return this.#refuse('UNAUTHENTICATED', CLOSE.TICKET)
    this.boardId = hello.board
    this.cid = hello.cid
    this.urgent = hello.urgent
    this.#stage = 'joined'
    try {
      await this.#parts.fanOut.join(this, hello)
    }
    finally {
      // It may have gone while it was taken in.
      if (this.isOver)
        this.#leave()
    }
    // Nobody is told of a reader whom there is no board for.
    if (!this.isOver)
      this.#parts.registry.add(this)
  }

  #failed(frame: WaitingFrame, error: unknown): void {
    if (this.isOver)
      return
    const code = this.#codeOf(frame, error)
    if (code === 'BOARD_GONE' || (frame.t === 'hello' && error instanceof Problem))
      this.#refuse(code, CLOSE.FORBIDDEN, frame)
    else if (frame.t === 'hello')
      this.#refuse(code, CLOSE.FAILED)
    else
      this.send({ t: 'err', code, ...'ref' in frame && { ref: frame.ref } })
  }

  #codeOf(frame: WaitingFrame, error: unknown): ProblemCode {
    if (error instanceof Problem)
      return error.code
    this.#parts.report(frame.t, error)
    return isUnavailable(error) ? 'UNAVAILABLE' : 'INTERNAL'
  }

  #refuse(code: ProblemCode, closeCode: number, frame?: WaitingFrame): void {
    this.send({ t: 'err', code, ...frame && 'ref' in frame && { ref: frame.ref } })
    this.end(closeCode)
  }

  #position(): { epoch: string, version: number } {
    return this.place ? { epoch: this.place.epoch, version: this.place.version } : { epoch: '', version: 0 }
  }

  #leave(): void {
    this.#parts.registry.remove(this)
    this.#parts.fanOut.leave(this)
  }
}

function pingDelay({ random }: Clock): number {
  return Math.round(SOCKET_TIMES.pingMs * (0.9 + 0.2 * random()))
}
