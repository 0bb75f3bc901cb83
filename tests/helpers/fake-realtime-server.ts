import { createSingleProcessBus } from '#server/bus/single-process-bus.ts'
import { createBoardPresence } from '#server/services/realtime/board-presence.ts'
import { matterOf } from '#server/services/realtime/event-sight.ts'
import type { BoardSocket } from '#server/services/realtime/socket-registry.ts'
import type { TransportKind } from '#shared/config/features.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { PresenceAnswer } from '#shared/protocol/presence.ts'
import type { BoardEvent, SaidTopic } from '#shared/protocol/events.ts'
import type { NumberedMutation, ResetAnswer, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import { PROBLEM_STATUS } from '#shared/protocol/problems.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { emptyAnswer } from '#shared/realtime/empty-answer.ts'
import { toFault } from '#shared/realtime/fault.ts'
import type { Fetch, HttpAnswer } from '#shared/realtime/http-answer.ts'
import type { OpenSocket } from '#shared/realtime/socket-like.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import { createModelServer } from '../simulation/model/model-server.ts'
import type { Position, Server } from '../simulation/world/server.ts'
import { BOARD_ID, buildBoard, PEOPLE } from './builders.ts'
import type { FakeChoices } from './fake-choices.ts'
import { createFakeChoices } from './fake-choices.ts'
import type { FakeDoor } from './fake-socket-door.ts'
import { createFakeDoor } from './fake-socket-door.ts'

/** A live server in memory, on a clock that a test moves: the model of the simulations behind HTTP and sockets. */
export interface FakeRealtimeServer extends Pick<FakeDoor, 'sockets' | 'dropAll' | 'muteAll' | 'endAll'> {
  readonly model: Server
  /** What a member's page has of the world; each call is another browser. */
  browserOf: (member: Member) => { fetch: Fetch, openSocket: OpenSocket }
  /** Method and path of each request that arrived, in order. */
  readonly requests: readonly string[]
  /** How many sockets were asked for, whatever became of them. */
  readonly upgrades: number
  /** Commits a change of somebody's, and tells the sockets. */
  commit: (member: Member, mutation: Mutation) => void
  /** Anything else that moves the board on. */
  change: (act: (model: Server) => unknown) => void
  /** Says something to the others, as a plain caller does. */
  say: (member: Member, topic: SaidTopic, data: unknown) => void
  setPolicy: (transport: TransportKind) => void
  /** Whether members want to be seen, and whether the firm wants anybody to be. */
  readonly choices: FakeChoices
  /** The newest personal tag of a member. */
  tagOf: (member: Member) => PersonalTag
  /** Something changes that is a member's own, or (null) everybody's. */
  moveTag: (member: Member | null) => void
  /** Everything that was told to a member: bodies and frames, as they were sent. */
  toldTo: (member: Member) => string
  readonly faults: Faults
  /** The process ends, with or without a word to its sockets, and is back after so long. */
  restart: (downMs: number, options?: { saysBye?: boolean }) => void
  /** A member's sessions end. */
  signOut: (member: Member) => void
  signIn: (member: Member) => void
}

/** What is wrong just now. */
export interface Faults {
  /** Requests and upgrades get no answer but a broken connection. */
  isDown: boolean
  /** Something in between lets no socket through. */
  refusesUpgrades: boolean
  /** Requests are answered 503 with this Retry-After in seconds; null: they are served. */
  busyForSeconds: number | null
  /** So many of the next pushes get lost. */
  losesPushes: number
  /** How long anything takes on its way, in milliseconds. */
  wayMs: number
  /** How much longer it takes on a socket. */
  socketDelayMs: number
}

/** How long the server gathers before it tells sockets (rule B2). */
const COALESCE_MS = 40
/** Pages that speak less are too old (rule K1). */
const OLDEST_PROTOCOL = PROTOCOL_VERSION - 1

export function createFakeRealtimeServer({ clock, policy = 'hybrid' }: {
  clock: Clock
  policy?: TransportKind
}): FakeRealtimeServer {
  const model = createModelServer({ columns: buildBoard().columns, members: Object.values(PEOPLE), now: () => clock.now(), largest: 500 })
  const faults: Faults = {
    isDown: false, refusesUpgrades: false, busyForSeconds: null, losesPushes: 0, wayMs: 10, socketDelayMs: 0,
  }
  const requests: string[] = []
  const told = new Map<string, string[]>()
  const signedOut = new Set<string>()
  const ring: BoardEvent[] = []
  const socketListeners = new Set<(socket: BoardSocket, isOpen: boolean) => void>()
  const choices = createFakeChoices()
  let said = 0
  /** Personal counters; the firm's is that of null. */
  const counters = new Map<string | null, number>()
  const tagOfId = (id: string): PersonalTag => `${counters.get(id) ?? 0}.${counters.get(null) ?? 0}`
  let way = policy
  let isPushing = false
  let upgrades = 0

  const door = createFakeDoor({
    clock,
    faults,
    me: id => model.member(id),
    isSignedOut: id => signedOut.has(id),
    policy: () => way,
    tagOf: tagOfId,
    pull: (member, position) => model.pull(member, position) as PullOutcome,
    rowsOf,
    say,
    onSocket: (socket, isOpen) => socketListeners.forEach(listener => listener({ boardId: BOARD_ID, ...socket } as BoardSocket, isOpen)),
    note: (member, text) => noteTold(member, text),
  })
  const presence = createBoardPresence({
    clock, choices,
    isShared: false,
    bus: createSingleProcessBus(),
    sockets: {
      onSocket(listener) {
        socketListeners.add(listener)
        return () => socketListeners.delete(listener)
      },
    },
    passOn: (_boardId, event) => passOn(event),
    tellHere: (_boardId, event) => passOn(event),
  })

  function noteTold(member: Member, text: string): void {
    told.set(member.id, [...told.get(member.id) ?? [], text])
  }

  /** Tells the sockets in a moment; what happens until then is told along. */
  function moved(): void {
    if (isPushing)
      return
    isPushing = true
    clock.setTimer(() => {
      isPushing = false
      door.push()
    }, COALESCE_MS)
  }

  function change(act: (model: Server) => unknown): void {
    act(model)
    moved()
  }

  function commit(member: Member, mutation: Mutation): void {
    if (!model.commit(model.member(member.id), mutation))
      throw new Error(`the model refused ${mutation.kind} ${mutation.id}`)
    moved()
  }

  function mayHear(member: Member, event: BoardEvent): boolean {
    if (event.from === member.id || member.role === 'CLIENT')
      return false
    const matterId = matterOf(event)
    return matterId === null || rowsOf(member).some(({ id }) => id === matterId)
  }

  function rowsOf(member: Member): readonly Matter[] {
    return (model.snapshot(model.member(member.id)) as SnapshotAnswer).matters.filter(matter => canSee(model.member(member.id), matter))
  }

  function say(member: Member, topic: SaidTopic, data: unknown, bySocket = false): ProblemCode | null {
    if (topic === 'cursor' && !bySocket)
      return 'VALIDATION'
    const event = { id: `event-${++said}`, at: clock.now(), topic, from: member.id, data } as BoardEvent
    const matterId = matterOf(event)
    if (matterId !== null && !rowsOf(member).some(({ id }) => id === matterId))
      return 'MATTER_GONE'
    if (event.topic !== 'note' && !presence.isTold(member))
      return null
    if (event.topic === 'member:activity')
      presence.placed(BOARD_ID, member.id, event.data).forEach(data => passOn({ ...event, id: `event-${++said}`, data }))
    else
      passOn(event)
    return null
  }

  /** Cursors are kept nowhere. */
  function passOn(event: BoardEvent): void {
    if (event.topic !== 'cursor')
      ring.push(event)
    door.said(event, mayHear)
  }

  async function present(member: Member): Promise<PresenceAnswer> {
    const seen = new Set(rowsOf(member).map(({ id }) => id))
    const members = (await presence.list(BOARD_ID)).filter(({ id }) => id !== member.id)
      .map(entry => ({ ...entry, places: entry.places.filter(({ matterId }) => matterId !== null && seen.has(matterId)) }))
    return { boardId: BOARD_ID, enabled: choices.isOn(), members: choices.isOn() ? members : [] }
  }

  /** The events of the ring that a reader may hear, beyond their cursor. */
  function eventsFor(member: Member, cursor: number): UpdatesAnswer['events'] {
    const events = ring.slice(cursor).filter(event => clock.now() - event.at < 60_000 && mayHear(member, event))
    return events.length > 0 ? { events, cursor: ring.length } : undefined
  }

  function handle(member: Member, method: string, path: string, body: Record<string, unknown>): Answer | Promise<Answer> {
    const url = new URL(path, 'http://localhost')
    const query = Object.fromEntries(url.searchParams)
    switch (`${method} ${url.pathname}`) {
      case 'GET /api/kanban/snapshot': return { status: 200, body: (model.pull(member, { epoch: null, version: 0, cid: query.cid! }) as { answer: unknown }).answer }
      case 'GET /api/kanban/updates': return updates(member, query)
      case 'POST /api/kanban/mutations': {
        const answer = model.send(member, body.cid as string, body.items as NumberedMutation[])
        moved()
        return { status: 200, body: answer }
      }
      case 'GET /api/kanban/digest':
        return { status: 200, body: model.compare(member, { epoch: query.epoch!, version: Number(query.version), digest: query.digest! }) }
      case 'POST /api/kanban/ticket': return way === 'polling' || way === 'off' ? problem('SOCKETS_OFF') : { status: 200, body: { ticket: door.ticketFor(member) } }
      case 'POST /api/events': {
        const code = say(member, body.topic as SaidTopic, body.data)
        return code ? problem(code) : { status: 204, body: null }
      }
      case 'GET /api/presence': return present(member).then(answer => ({ status: 200, body: answer }))
      case 'GET /api/events': return { status: 200, body: eventsFor(member, Number(query.since ?? 0)) ?? { events: [], cursor: ring.length } }
      default: return problem('NOT_FOUND')
    }
  }

  function updates(member: Member, { epoch, version, cid, via, events: cursor, own: tag }: Record<string, string>): Answer {
    const position: Position = { epoch: epoch ?? null, version: Number(version), cid: cid ?? '' }
    const outcome = model.pull(member, position) as PullOutcome
    if (outcome.kind === 'reset')
      return { status: 409, body: { reset: outcome.why } satisfies ResetAnswer }
    presence.polled(BOARD_ID, member, cid)
    const events = cursor === undefined ? undefined : eventsFor(member, Number(cursor))
    const transport = via !== undefined && via !== way ? way : undefined
    const own = tag !== undefined && tag !== tagOfId(member.id) ? tagOfId(member.id) : undefined
    const aside = { ...events && { events }, ...transport && { transport }, ...own !== undefined && { own } }
    if (outcome.kind === 'updates')
      return { status: 200, body: { ...outcome.answer, ...aside } }
    if (Object.keys(aside).length === 0)
      return { status: 304, body: null }
    return { status: 200, body: { ...emptyAnswer(position.epoch!, position.version), next: 5_000, ...aside } }
  }

  function answerTo(memberId: string, method: string, path: string, body: Record<string, unknown>): Answer | Promise<Answer> {
    if (faults.busyForSeconds !== null)
      return { ...problem('UNAVAILABLE'), headers: { 'retry-after': String(faults.busyForSeconds) } }
    if (signedOut.has(memberId))
      return problem('UNAUTHENTICATED')
    const spoken = body.protocol ?? /[?&]protocol=(\d+)/.exec(path)?.[1]
    if (spoken !== undefined && Number(spoken) < OLDEST_PROTOCOL)
      return problem('UPGRADE_REQUIRED')
    try {
      return handle(model.member(memberId), method, path, body)
    }
    catch (error) {
      return problem(toFault(error).problem?.code ?? 'INTERNAL')
    }
  }

  function browserOf(member: Member): ReturnType<FakeRealtimeServer['browserOf']> {
    const fetch: Fetch = (path, { method, body, signal }) => new Promise((resolve, reject) => {
      const after = (act: () => void) => void clock.setTimer(act, faults.wayMs)
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      after(() => {
        if (faults.isDown)
          return reject(new TypeError('fetch failed'))
        requests.push(`${method} ${path}`)
        const answer = answerTo(member.id, method, path, body === undefined ? {} : JSON.parse(body) as Record<string, unknown>)
        if (answer instanceof Promise)
          void answer.then(send)
        else
          send(answer)
      })

      function send(answer: Answer): void {
        const text = JSON.stringify(answer.body)
        noteTold(member, text)
        after(() => faults.isDown ? reject(new TypeError('fetch failed')) : resolve(asHttp(answer, text)))
      }
    })
    const openSocket: OpenSocket = () => {
      upgrades++
      return door.open(member.id)
    }
    return { fetch, openSocket }
  }

  function restart(downMs: number, { saysBye = false }: { saysBye?: boolean } = {}): void {
    if (saysBye)
      door.endAll('drain')
    faults.isDown = true
    door.dropAll()
    clock.setTimer(() => {
      faults.isDown = false
    }, downMs)
  }

  return {
    model, browserOf, requests, commit, change, faults, restart, choices,
    get sockets() { return door.sockets },
    get upgrades() { return upgrades },
    dropAll: door.dropAll,
    muteAll: door.muteAll,
    endAll: door.endAll,
    say: (member, topic, data) => void say(member, topic, data),
    setPolicy(transport) {
      way = transport
      door.policyChanged()
    },
    tagOf: member => tagOfId(member.id),
    moveTag(member) {
      const id = member?.id ?? null
      counters.set(id, (counters.get(id) ?? 0) + 1)
      door.owned(id)
    },
    toldTo: member => (told.get(member.id) ?? []).join('\n'),
    signOut(member) {
      signedOut.add(member.id)
      door.signedOut(member.id)
    },
    signIn: member => void signedOut.delete(member.id),
  }
}

interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

function problem(code: ProblemCode): Answer {
  return { status: PROBLEM_STATUS[code], body: { code, message: code } }
}

function asHttp({ status, headers = {} }: Answer, text: string): HttpAnswer {
  return { status, headers: { get: name => headers[name.toLowerCase()] ?? null }, json: async () => JSON.parse(text) as unknown }
}
