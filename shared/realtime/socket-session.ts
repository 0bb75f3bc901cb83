import type { TransportKind } from '#shared/config/features.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { BoardEvent, SaidTopic } from '#shared/protocol/events.ts'
import type { ClientFrame, ServerFrame } from '#shared/protocol/frames.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import { PROBLEM_STATUS } from '#shared/protocol/problems.ts'
import { SOCKET_LIMITS } from '#shared/protocol/socket.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Clock } from './clock.ts'
import { Fault, faultOfStatus } from './fault.ts'
import { createPendingAnswers } from './pending-answers.ts'
import type { SocketEnd } from './socket-end.ts'
import { meaningOf } from './socket-end.ts'
import { createSocketHeartbeat } from './socket-heartbeat.ts'
import { openFrameSocket } from './socket-frames.ts'
import type { OpenSocket } from './socket-like.ts'
import type { ReadPosition } from './socket-place.ts'
import { createSocketPlace } from './socket-place.ts'
import type { BoardPosition, HeartbeatOptions, PullOutcome, TransportWishes } from './transport.ts'

/** From the start to the welcome; beyond it something in between swallows it. */
const HANDSHAKE_MS = 10_000
/** A question without an answer is asked by HTTP after so long. */
const ANSWER_MS = 10_000

export interface SocketSessionOptions {
  openSocket: OpenSocket
  clock: Clock
  ticket: string
  urgent: boolean
  heartbeat: HeartbeatOptions | false
  /** Matters that the reader has open. */
  focus: readonly MatterId[]
  wishes: TransportWishes
  /** Where the reader stands just now. */
  position: () => BoardPosition
  /** It was welcomed and has answered. */
  onLive: () => void
  onPlaced: () => void
  onRoundTrip: (tookMs: number) => void
  onAnswer: (answer: UpdatesAnswer) => void
  onSaid: (events: BoardEvent[]) => void
  onOwn: (tag: PersonalTag) => void
  onMode: (transport: TransportKind) => void
  onBye: (frame: Extract<ServerFrame, { t: 'bye' }>) => void
  onError: (code: ProblemCode) => void
  /** It is over; nothing is told after that. Not after `end`. */
  onEnd: (end: SocketEnd) => void
}

/** One socket, from its opening to its end. */
export interface SocketSession {
  readonly isLive: boolean
  readonly isPlaced: boolean
  readonly heardAt: number | null
  /** Asks what is new since a position. Rejects with a `Fault`. */
  sync: (position: BoardPosition, signal?: AbortSignal) => Promise<PullOutcome>
  /** For a live one. Rejects with a `Fault`. */
  say: (topic: SaidTopic, data: unknown) => Promise<void>
  focus: (matterIds: readonly MatterId[]) => void
  want: (wishes: TransportWishes) => void
  /** Says where somebody points, for a live one; nobody waits for an answer. */
  point: (data: CursorData) => void
  /** Tells the server where the reader stands, if that isn't where it goes on from. */
  reposition: () => void
  probe: (deadlineMs?: number) => void
  setHeartbeat: (heartbeat: HeartbeatOptions | false) => void
  /** Ends it, as its user wants. */
  end: () => void
}

export function openSocketSession(options: SocketSessionOptions): SocketSession {
  const { clock, position, urgent } = options
  const syncs = createPendingAnswers<PullOutcome>(clock, ANSWER_MS)
  const says = createPendingAnswers<null>(clock, ANSWER_MS)
  const heartbeat = createSocketHeartbeat({ clock, heartbeat: options.heartbeat, ping, onSilent: () => finish({ kind: 'drop', cause: 'silent' }), onRoundTrip })
  const place = createSocketPlace({ clock, answerMs: ANSWER_MS, urgent, position, ask: mine => sendSync(++lastRef, mine), onAnswer: options.onAnswer })
  let phase: 'opening' | 'greeting' | 'welcomed' | 'live' | 'ended' = 'opening'
  let lastRef = 0
  let heardAt: number | null = null
  let focused = options.focus
  let { wishes } = options
  const socket = openFrameSocket({
    openSocket: options.openSocket,
    onOpen: () => phase === 'opening' && greet(),
    onFrame: frame => phase !== 'ended' && hear(frame),
    onClose: code => finish(meaningOf(code, isWelcomed())),
  })
  const handshake = clock.setTimer(() => finish({ kind: 'drop', cause: 'blocked' }), socket ? HANDSHAKE_MS : 0)

  function send(frame: ClientFrame): void {
    if (phase !== 'ended')
      socket?.send(frame)
  }

  function greet(): void {
    const { boardId, epoch, version, cid } = position()
    if (epoch === null)
      return finish({ kind: 'drop', cause: 'network' })
    phase = 'greeting'
    place.asked(cid)
    send({ t: 'hello', protocol: PROTOCOL_VERSION, board: boardId, epoch, version, cid, ticket: options.ticket, urgent })
  }

  function hear(frame: ServerFrame): void {
    // First of all, while the page has the time (rule S3).
    if (frame.t === 'ping')
      send({ t: 'pong', i: frame.i })
    heardAt = clock.now()
    heartbeat.heard()
    take(frame)
  }

  function take(frame: ServerFrame): void {
    switch (frame.t) {
      case 'welcome': return welcomed(frame.epoch, frame.version)
      case 'd': return news(frame)
      case 'same': return same(frame)
      case 'reset': return reset(frame)
      case 'ping': return place.check(frame.epoch, frame.version, syncs.size > 0)
      case 'pong': {
        heartbeat.answered(frame.i)
        return place.check(frame.epoch, frame.version, syncs.size > 0)
      }
      case 'said': return options.onSaid(frame.events)
      case 'own': return options.onOwn(frame.tag)
      case 'ok': return void says.resolve(frame.ref, null)
      case 'mode': return options.onMode(frame.transport)
      case 'bye': return options.onBye(frame)
      case 'err': return refused(frame.code, frame.ref)
      // Of a newer server (rule S5).
      default: return frame satisfies never
    }
  }

  function welcomed(epoch: string, version: number): void {
    if (phase !== 'greeting')
      return
    phase = 'welcomed'
    clock.clearTimer(handshake)
    place.set(epoch, version)
    heartbeat.start()
    heartbeat.probe()
    if (focused.length > 0)
      focus(focused)
    if (wishes.cursors)
      want(wishes)
  }

  function onRoundTrip(tookMs: number): void {
    options.onRoundTrip(tookMs)
    if (phase !== 'welcomed')
      return
    phase = 'live'
    options.onLive()
  }

  function news({ t: _, ref, ...answer }: Extract<ServerFrame, { t: 'd' }>): void {
    answered(ref)
    setPlace(answer)
    if (ref === undefined || !syncs.resolve(ref, { kind: 'updates', answer }))
      options.onAnswer(answer)
  }

  function same({ ref, epoch, version }: Extract<ServerFrame, { t: 'same' }>): void {
    answered(ref)
    setPlace({ epoch, version })
    if (!syncs.resolve(ref, { kind: 'unchanged' }))
      place.confirm(epoch, version)
  }

  function reset({ ref, why }: Extract<ServerFrame, { t: 'reset' }>): void {
    answered(ref)
    setPlace(null)
    if (ref === undefined || !syncs.resolve(ref, { kind: 'reset', why }))
      place.gap()
  }

  function answered(ref: number | undefined): void {
    if (ref === undefined)
      return
    heartbeat.answered(ref)
    place.answered()
  }

  function refused(code: ProblemCode, ref: number | undefined): void {
    if (ref === undefined)
      return options.onError(code)
    answered(ref)
    const fault = new Fault(faultOfStatus(PROBLEM_STATUS[code]) ?? 'refused', { problem: { code, message: '' } })
    if (!syncs.reject(ref, fault))
      says.reject(ref, fault)
  }

  function sendSync(ref: number, { epoch, version, cid }: ReadPosition): void {
    place.asked(cid)
    send({ t: 'sync', ref, epoch, version, cid })
  }

  function sync({ epoch, ...rest }: BoardPosition, signal?: AbortSignal): Promise<PullOutcome> {
    if (epoch === null || !isWelcomed() || signal?.aborted)
      return Promise.reject(new Fault('network'))
    const ref = ++lastRef
    const answer = syncs.wait(ref, signal)
    sendSync(ref, { epoch, ...rest })
    return answer
  }

  async function say(topic: SaidTopic, data: unknown): Promise<void> {
    const ref = ++lastRef
    const answer = says.wait(ref)
    send({ t: 'say', ref, topic, data })
    await answer
  }

  function focus(matterIds: readonly MatterId[]): void {
    focused = matterIds
    if (isWelcomed())
      send({ t: 'focus', matters: matterIds.slice(0, SOCKET_LIMITS.openMatters) })
  }

  function want(next: TransportWishes): void {
    wishes = next
    if (isWelcomed())
      send({ t: 'wants', cursors: next.cursors })
  }

  function point(data: CursorData): void {
    send({ t: 'say', ref: ++lastRef, topic: 'cursor', data })
  }

  function ping(): number {
    const i = ++lastRef
    send({ t: 'ping', i })
    return i
  }

  function setPlace(next: { epoch: string, version: number } | null): void {
    const wasKnown = place.isKnown
    if (next)
      place.set(next.epoch, next.version)
    else
      place.lose()
    if (phase === 'live' && wasKnown !== place.isKnown)
      options.onPlaced()
  }

  function isWelcomed(): boolean {
    return phase === 'welcomed' || phase === 'live'
  }

  function finish(end: SocketEnd | null): void {
    if (phase === 'ended')
      return
    phase = 'ended'
    clock.clearTimer(handshake)
    heartbeat.stop()
    syncs.rejectAll()
    says.rejectAll()
    socket?.close()
    if (end)
      options.onEnd(end)
  }

  return {
    get isLive() { return phase === 'live' },
    get isPlaced() { return phase === 'live' && place.isKnown },
    get heardAt() { return heardAt },
    sync, say, focus, want, point,
    reposition: () => isWelcomed() && place.align(),
    probe: heartbeat.probe,
    setHeartbeat: heartbeat.set,
    end() {
      if (isWelcomed())
        send({ t: 'bye' })
      finish(null)
    },
  }
}
