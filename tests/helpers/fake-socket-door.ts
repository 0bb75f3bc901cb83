import type { TransportKind } from '#shared/config/features.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import { isAssigned } from '#shared/kanban/visibility.ts'
import type { BoardEvent, SaidTopic } from '#shared/protocol/events.ts'
import type { ClientFrame, ServerFrame } from '#shared/protocol/frames.ts'
import { clientFrameSchema } from '#shared/protocol/frames.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import { CLOSE, SOCKET_TIMES } from '#shared/protocol/socket.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import type { SocketEvent, SocketLike } from '#shared/realtime/socket-like.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import type { Position } from '../simulation/world/server.ts'
import type { Faults } from './fake-realtime-server.ts'

/** The server's end of an open socket. */
export interface FakeLine {
  readonly member: Member
  /** Every frame that the browser sent, in order. */
  readonly heard: readonly ClientFrame[]
  /** Sends a frame, whatever it is. */
  tell: (frame: ServerFrame | Record<string, unknown>) => void
  close: (code: number) => void
}

/** The socket door of the fake server: rules S1–S5 as far as a browser notices them. */
export interface FakeDoor {
  /** The browser's end of a new socket. */
  open: (memberId: MemberId) => SocketLike
  /** Welcomed and open. */
  readonly sockets: readonly FakeLine[]
  ticketFor: (member: Member) => string
  /** Tells every reader what is new to them. */
  push: () => void
  said: (event: BoardEvent, mayHear: (member: Member, event: BoardEvent) => boolean) => void
  policyChanged: () => void
  /** Tells a member, or (null) everybody, their personal tag. */
  owned: (memberId: MemberId | null) => void
  signedOut: (memberId: MemberId) => void
  /** All sockets break without a word. */
  dropAll: () => void
  /** All sockets carry nothing any more, either way, and nobody says so. */
  muteAll: () => void
  /** All sockets are closed with a word. */
  endAll: (code: 'drain' | 'auth' | 'role') => void
}

export interface FakeDoorOptions {
  clock: Clock
  faults: Faults
  me: (id: MemberId) => Member
  isSignedOut: (id: MemberId) => boolean
  policy: () => TransportKind
  tagOf: (memberId: MemberId) => PersonalTag
  pull: (member: Member, position: Position) => PullOutcome
  rowsOf: (member: Member) => readonly Matter[]
  say: (member: Member, topic: SaidTopic, data: unknown, bySocket: true) => ProblemCode | null
  /** A socket was welcomed, or such a one is over. @default nobody hears */
  onSocket?: (socket: { id: string, cid: string, member: Member }, isOpen: boolean) => void
  /** Writes down what is told to a member. */
  note: (member: Member, text: string) => void
}

const BYE_CODES = { drain: CLOSE.DRAIN, auth: CLOSE.TICKET, role: CLOSE.RESYNC } as const
const NORMAL = 1000
const ABNORMAL = 1006

interface Line extends FakeLine {
  memberId: MemberId
  heard: ClientFrame[]
  place: Position | null
  isWelcome: boolean
  isMute: boolean
  drop: () => void
  pushNews: () => void
  hears: (event: BoardEvent) => void
}

export function createFakeDoor({ clock, faults, me, isSignedOut, policy, tagOf, pull, rowsOf, say, note, onSocket }: FakeDoorOptions): FakeDoor {
  const lines = new Set<Line>()
  const tickets = new Map<string, MemberId>()
  let issued = 0

  const welcomed = () => [...lines].filter(line => line.isWelcome)
  const allows = () => policy() !== 'polling' && policy() !== 'off'

  function open(memberId: MemberId): SocketLike {
    const listeners = new Map<string, Set<(event: SocketEvent) => void>>()
    const heard: ClientFrame[] = []
    let isClosed = false
    let hello: Timer = null
    let pinger: Timer = null
    let silence: Timer = null
    let pings = 0
    let cid = ''
    let isUrgentOnly = false
    let focused: readonly MatterId[] = []
    let wantsCursors = false
    let socketId = ''

    const emit = (event: SocketEvent) => [...listeners.get(event.type) ?? []].forEach(listener => listener(event))
    /** On its way for a while, and in order; lost on a link that only looks open. */
    const travel = (act: () => void) => void clock.setTimer(() => !line.isMute && act(), faults.wayMs + faults.socketDelayMs)

    function end(code: number, isAtOnce = false): void {
      if (isClosed)
        return
      isClosed = true
      lines.delete(line)
      if (line.isWelcome)
        onSocket?.({ id: socketId, cid, member: me(memberId) }, false)
      for (const timer of [hello, pinger, silence])
        clock.clearTimer(timer)
      const tellPage = () => {
        if (code === ABNORMAL)
          emit({ type: 'error' })
        emit({ type: 'close', code })
      }
      if (isAtOnce)
        tellPage()
      else
        travel(tellPage)
    }

    function tell(frame: ServerFrame | Record<string, unknown>): void {
      if (isClosed)
        return
      const text = JSON.stringify(frame)
      note(me(memberId), text)
      travel(() => emit({ type: 'message', data: text }))
    }

    function beat(): void {
      clock.clearTimer(silence)
      silence = clock.setTimer(() => end(ABNORMAL), SOCKET_TIMES.silentMs)
    }

    const standing = () => ({ epoch: line.place?.epoch ?? '', version: line.place?.version ?? 0 })

    function ping(): void {
      tell({ t: 'ping', i: ++pings, ...standing() })
      pinger = clock.setTimer(ping, SOCKET_TIMES.pingMs * (0.9 + clock.random() / 5))
    }

    /** Open or assigned to the reader; what goes away is nobody's to wait for. */
    function isUrgent({ matters, deleted }: UpdatesAnswer): boolean {
      return deleted.length > 0 || matters.some(({ id }) => concerns(id))
    }

    function concerns(id: MatterId): boolean {
      return focused.includes(id) || rowsOf(me(memberId)).some(row => row.id === id && isAssigned(me(memberId), row))
    }

    /** What is new since the reader's place, as the answer to `ref` or unasked. */
    function goOn(ref?: number): void {
      if (!line.place)
        return
      const outcome = pull(me(memberId), line.place)
      const mark = ref === undefined ? {} : { ref }
      switch (outcome.kind) {
        case 'updates':
          if (ref === undefined && isUrgentOnly && !isUrgent(outcome.answer))
            return
          line.place = { ...line.place, version: outcome.answer.version }
          if (ref === undefined && faults.losesPushes > 0)
            return void faults.losesPushes--
          return tell({ t: 'd', ...mark, ...outcome.answer })
        case 'unchanged': return ref === undefined ? undefined : tell({ t: 'same', ref, epoch: line.place.epoch!, version: line.place.version })
        case 'reset':
          line.place = null
          return tell({ t: 'reset', ...mark, why: outcome.why })
        case 'snapshot': throw new Error('a socket is never told a full read')
        default: outcome satisfies never
      }
    }

    function take(frame: ClientFrame): void {
      heard.push(frame)
      beat()
      if (frame.t !== 'hello' && !line.isWelcome)
        return end(CLOSE.BAD_FRAME)
      switch (frame.t) {
        case 'hello': return greet(frame)
        case 'sync':
          line.place = { epoch: frame.epoch, version: frame.version, cid: frame.cid }
          return goOn(frame.ref)
        case 'say': {
          const code = say(me(memberId), frame.topic, frame.data, true)
          if (frame.topic === 'cursor' && !code)
            return
          return tell(code ? { t: 'err', code, ref: frame.ref } : { t: 'ok', ref: frame.ref })
        }
        case 'ping': return tell({ t: 'pong', i: frame.i, ...standing() })
        case 'bye': return end(NORMAL)
        case 'wants': return void (wantsCursors = frame.cursors)
        case 'focus': return void (focused = frame.matters)
        case 'pong': return
        default: frame satisfies never
      }
    }

    function greet(frame: Extract<ClientFrame, { t: 'hello' }>): void {
      clock.clearTimer(hello)
      const owner = tickets.get(frame.ticket)
      tickets.delete(frame.ticket)
      if (frame.protocol < PROTOCOL_VERSION - 1)
        return end(CLOSE.TOO_OLD)
      if (owner !== memberId)
        return end(CLOSE.TICKET)
      cid = frame.cid
      isUrgentOnly = frame.urgent ?? false
      line.isWelcome = true
      line.place = { epoch: frame.epoch, version: frame.version, cid }
      socketId = `s${issued}`
      onSocket?.({ id: socketId, cid, member: me(memberId) }, true)
      tell({ t: 'welcome', sid: socketId, epoch: frame.epoch, version: frame.version, now: clock.now() })
      goOn()
      tell({ t: 'own', tag: tagOf(memberId) })
      pinger = clock.setTimer(ping, SOCKET_TIMES.pingMs)
    }

    const line: Line = {
      memberId, heard, tell,
      get member() { return me(memberId) },
      place: null,
      isWelcome: false,
      isMute: false,
      close: code => end(code),
      drop: () => end(ABNORMAL),
      pushNews: () => goOn(),
      hears(event) {
        if (event.topic === 'cursor')
          return wantsCursors ? tell({ t: 'said', events: [event] }) : undefined
        const matterId = event.topic === 'member:activity' ? event.data.matterId : null
        if (!isUrgentOnly || (matterId !== null && concerns(matterId)))
          tell({ t: 'said', events: [event] })
      },
    }

    clock.setTimer(() => {
      if (isClosed)
        return
      if (faults.isDown || faults.refusesUpgrades || isSignedOut(memberId) || !allows())
        return end(ABNORMAL, true)
      lines.add(line)
      hello = clock.setTimer(() => end(CLOSE.SLOW), SOCKET_TIMES.helloMs)
      emit({ type: 'open' })
    }, faults.wayMs)

    return {
      addEventListener: (type, listener) => void listeners.set(type, (listeners.get(type) ?? new Set()).add(listener)),
      send(text) {
        if (isClosed)
          return
        const frame = clientFrameSchema.safeParse(JSON.parse(text))
        if (!frame.success)
          throw new Error(`the page sent a frame that no server understands: ${text}`)
        travel(() => !isClosed && lines.has(line) && take(frame.data))
      },
      close: (code = NORMAL) => {
        // A browser's own close is told at once; the server hears of it unless the way is broken.
        if (isClosed)
          return
        end(code, true)
      },
    }
  }

  return {
    open,
    get sockets() { return welcomed() },
    ticketFor(member) {
      const ticket = `ticket-${++issued}`
      tickets.set(ticket, member.id)
      return ticket
    },
    push: () => welcomed().forEach(line => line.pushNews()),
    said: (event, mayHear) => welcomed().filter(({ member }) => mayHear(member, event)).forEach(line => line.hears(event)),
    owned: memberId => welcomed().filter(line => memberId === null || line.memberId === memberId)
      .forEach(line => line.tell({ t: 'own', tag: tagOf(line.memberId) })),
    policyChanged() {
      for (const line of welcomed()) {
        line.tell({ t: 'mode', transport: policy() })
        if (!allows())
          line.close(NORMAL)
      }
    },
    signedOut(memberId) {
      for (const line of [...lines].filter(line => line.memberId === memberId)) {
        line.tell({ t: 'bye', code: 'auth', after: 0 })
        line.close(CLOSE.TICKET)
      }
    },
    muteAll: () => lines.forEach((line) => { line.isMute = true }),
    dropAll: () => [...lines].forEach(line => line.drop()),
    endAll(code) {
      for (const line of welcomed()) {
        line.tell({ t: 'bye', code, after: Math.round(clock.random() * 2_000) })
        line.close(BYE_CODES[code])
      }
    },
  }
}
