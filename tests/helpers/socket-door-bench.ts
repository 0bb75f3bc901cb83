import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import type { SessionMember } from '#server/services/account-service.ts'
import type { AdmissionOptions } from '#server/services/realtime/admission.ts'
import { createAdmission } from '#server/services/realtime/admission.ts'
import type { BoardEvents, FanOut } from '#server/services/realtime/ports.ts'
import type { SocketDoor } from '#server/services/realtime/socket-door.ts'
import { createSocketDoor } from '#server/services/realtime/socket-door.ts'
import type { SocketRegistry } from '#server/services/realtime/socket-registry.ts'
import { createSocketRegistry } from '#server/services/realtime/socket-registry.ts'
import { createTickets } from '#server/services/realtime/tickets.ts'
import type { TransportKind } from '#shared/config/features.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { BOARD_ID, buildId, PEOPLE } from './builders.ts'
import { asSession } from './listening-socket.ts'
import type { OpenOptions, TestSocket } from './test-socket.ts'
import { openTestSocket } from './test-socket.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** The door on a plain server, with everything behind it played and a clock that only the test moves. */
export interface DoorBench {
  url: string
  door: SocketDoor
  clock: VirtualClock
  registry: SocketRegistry
  /** What is played behind the door: a test replaces what it wants otherwise. */
  behind: {
    fanOut: FanOut
    say: BoardEvents['say']
    /** By cookie; each has one session, named as the cookie. */
    sessions: Map<string, SessionMember>
    ways: Map<string, TransportKind>
    readSession: (cookie: string | undefined) => Promise<{ sessionId: string, member: SessionMember } | null>
    findSession: (sessionId: string) => Promise<SessionMember | null>
  }
  /** Sockets whose board was left. */
  left: string[]
  reports: { what: string, error: unknown }[]
  /** Tells that a member changed, as accounts do. */
  changed: (memberId: string) => void
  /** Tells that ways changed. */
  wayChanged: (memberId: string | null) => void
  /** Opens a socket, without `hello`. */
  open: (cookie?: string, options?: OpenOptions) => Promise<TestSocket>
  hello: (socket: TestSocket, cookie?: string, overrides?: object) => Promise<void>
  /** Opens one and says hello; ends with the welcome. */
  join: (cookie?: string, options?: OpenOptions) => Promise<TestSocket>
  /** Lets real time pass until `condition` holds. */
  until: (condition: () => boolean) => Promise<void>
  /** Connections that the server holds. */
  connections: () => number
}

/** The cookie of the partner, who is signed in to begin with. */
export const PARTNER = 'partner-session'
export const CLERK = 'clerk-session'

/** Starts it; the test's end closes it. */
export async function openDoorBench({ perSecond = 100, burst = 300, ...ofMember }: Pick<AdmissionOptions, 'perSecond' | 'burst' | 'ofMember'> = {}): Promise<DoorBench> {
  const clock = createVirtualClock()
  const registry = createSocketRegistry()
  const left: string[] = []
  const reports: DoorBench['reports'] = []
  const accountListeners = new Set<(memberId: string, isOwn: boolean) => void>()
  const wayListeners = new Set<(memberId: string | null) => void>()
  const sessions = new Map([[PARTNER, asSession(PEOPLE.partner)], [CLERK, asSession(PEOPLE.clerk)]])
  const behind: DoorBench['behind'] = {
    sessions,
    ways: new Map(),
    readSession: async (cookie) => {
      const member = sessions.get(cookie ?? '')
      return member ? { sessionId: cookie!, member } : null
    },
    findSession: async sessionId => sessions.get(sessionId) ?? null,
    say: async () => {},
    fanOut: {
      async join(socket, hello) {
        socket.place = { epoch: hello.epoch, version: hello.version, head: hello.version }
        socket.send({ t: 'welcome', sid: socket.id, epoch: hello.epoch, version: hello.version, now: 0 })
      },
      async sync(socket, frame) {
        socket.send({ t: 'same', ref: frame.ref, epoch: frame.epoch, version: frame.version })
      },
      refocus() {},
      leave: socket => void left.push(socket.id),
      close() {},
    },
  }
  const tickets = createTickets({ secret: async () => 'x'.repeat(48), now: clock.now })
  const door = createSocketDoor({
    registry, clock, tickets,
    fanOut: {
      join: (socket, hello) => behind.fanOut.join(socket, hello),
      sync: (socket, frame) => behind.fanOut.sync(socket, frame),
      refocus: socket => behind.fanOut.refocus(socket),
      leave: socket => behind.fanOut.leave(socket),
      close() {},
    },
    events: { say: (...said) => behind.say(...said) },
    admission: createAdmission({ now: clock.now, random: clock.random, perSecond, burst, ...ofMember }),
    accounts: {
      findSession: sessionId => behind.findSession(sessionId),
      onChanged: (listener) => {
        accountListeners.add(listener)
        return () => accountListeners.delete(listener)
      },
    },
    policy: {
      of: ({ id }) => behind.ways.get(id) ?? 'hybrid',
      onChange: (listener) => {
        wayListeners.add(listener)
        return () => wayListeners.delete(listener)
      },
    },
    readSession: cookie => behind.readSession(cookie),
    baseUrl: null,
    report: (what, error) => reports.push({ what, error }),
  })

  const server = createServer((_request, response) => response.writeHead(200).end('plain'))
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.on('upgrade', door.upgrade)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    door.close()
    open.forEach(socket => socket.destroy())
    await new Promise(resolve => server.close(resolve))
  })

  const bench: DoorBench = {
    url, door, clock, registry, behind, left, reports,
    changed: memberId => accountListeners.forEach(listener => listener(memberId, true)),
    wayChanged: memberId => wayListeners.forEach(listener => listener(memberId)),
    open: (cookie = PARTNER, options = {}) => openTestSocket(url, { cookie, ...options }),
    async hello(socket, cookie = PARTNER, overrides = {}) {
      const ticket = await door.ticket({ sessionId: cookie, member: sessions.get(cookie)! })
      socket.send({ t: 'hello', protocol: PROTOCOL_VERSION, board: BOARD_ID, epoch: 'e', version: 7, cid: buildId(0xC1), ticket, ...overrides })
    },
    async join(cookie = PARTNER, options = {}) {
      const socket = await bench.open(cookie, options)
      await bench.hello(socket, cookie)
      await socket.next('welcome')
      return socket
    },
    until: async condition => void await vi.waitUntil(condition, { interval: 2, timeout: 20_000 }),
    connections: () => open.size,
  }
  return bench
}

/** The frames of one kind that a socket got. */
export function framesOf<T extends ServerFrame['t']>(socket: TestSocket, t: T): Extract<ServerFrame, { t: T }>[] {
  return socket.frames.filter((frame): frame is Extract<ServerFrame, { t: T }> => frame.t === t)
}
