import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { isUnavailable } from '#server/db/faults.ts'
import type { AccountService, SessionMember } from '#server/services/account-service.ts'
import { isForeign } from '#server/services/request-origin.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { SOCKET_LIMITS, SOCKET_PATH } from '#shared/protocol/socket.ts'
import type { Admission } from './admission.ts'
import { createAdmission } from './admission.ts'
import { drainConnections } from './drain.ts'
import type { Tickets, TransportPolicy } from './ports.ts'
import { createSessionWatch } from './session-watch.ts'
import type { ConnectionParts, Entrant } from './socket-connection.ts'
import { SocketConnection } from './socket-connection.ts'
import { answerUpgrade } from './upgrade-answer.ts'
import { usesSockets } from './uses-sockets.ts'

/** How often the door looks after its sockets. */
const BEAT_MS = 1_000
/** An upgrade that isn't decided by then, as with a database that hangs, is refused. */
const UPGRADE_MS = 10_000
/** How long a peer has to answer that its socket is closed. */
const CLOSE_MS = 3_000
/** Pieces of one frame, and of the network, that are kept until a frame is complete. */
const MAX_PIECES = 1_024

/** Who asks, as the cookie says. */
export interface DoorSession {
  sessionId: string
  member: SessionMember
}

export interface SocketDoorOptions extends Omit<ConnectionParts, 'tickets'> {
  tickets: Tickets
  accounts: Pick<AccountService, 'findSession' | 'onChanged'>
  policy: Pick<TransportPolicy, 'of' | 'onChange'>
  /** The session that a `Cookie` header names and that is open; null without. */
  readSession: (cookie: string | undefined) => Promise<DoorSession | null>
  /** The public address, when a proxy may have changed `Host`. */
  baseUrl: URL | null
  /** @default createAdmission() */
  admission?: Admission
}

/** Where sockets come in (rules S1–S5, B4, B5, W5). */
export interface SocketDoor {
  /** Takes an upgrade of any address over. It is answered in any case, and nothing is thrown. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** A ticket for the socket that the caller is about to open. Throws the `Problem` that the upgrade would be refused with. */
  ticket: (session: DoorSession) => Promise<string>
  /** How many sockets are open, those before their `hello` too. */
  readonly size: number
  /** Looks at all sessions again: something may have been missed. */
  doubt: () => void
  /** Lets nobody in any more and sends everybody away; ends when all were told and closed. */
  drain: () => Promise<void>
  /** Ends everything at once. */
  close: () => void
}

/** A WebSocket that knows whose it is, so that its listeners are the same functions for all. */
class DoorWebSocket extends WebSocket {
  connection: SocketConnection | null = null
}

const WS_OPTIONS = {
  noServer: true,
  WebSocket: DoorWebSocket,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: SOCKET_LIMITS.frameBytes,
  maxFragments: MAX_PIECES,
  maxBufferedChunks: MAX_PIECES,
  // Pings are counted like every other frame.
  autoPong: false,
  closeTimeout: CLOSE_MS,
}

function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  (this as DoorWebSocket).connection?.receive(data as Buffer, isBinary)
}
function onPing(this: WebSocket, data: Buffer): void {
  (this as DoorWebSocket).connection?.receiveControl(data, true)
}
function onPong(this: WebSocket, data: Buffer): void {
  (this as DoorWebSocket).connection?.receiveControl(data, false)
}
/** A frame against the protocol or a broken network: `ws` closes by itself, and `close` follows. */
function ignore(): void {}

export function createSocketDoor(options: SocketDoorOptions): SocketDoor {
  const { accounts, policy, clock, report, readSession, baseUrl } = options
  const { registry, fanOut, events, tickets, admission = createAdmission(clock) } = options
  const parts: ConnectionParts = { registry, fanOut, events, tickets, clock, report }
  const connections = new Set<SocketConnection>()
  const watch = createSessionWatch({ connections, accounts, policy, clock, report })
  const server = new WebSocketServer(WS_OPTIONS)
  server.on('wsClientError', (_error, socket) => answerUpgrade(socket, notAHandshake()))

  let timer = clock.setTimer(beat, BEAT_MS)
  function beat(): void {
    const now = clock.now()
    for (const connection of connections)
      connection.beat(now)
    void watch.beat(now)
    timer = clock.setTimer(beat, BEAT_MS)
  }

  function onClose(this: WebSocket): void {
    const { connection } = this as DoorWebSocket
    if (!connection)
      return
    connections.delete(connection)
    connection.gone()
  }

  async function judge(request: IncomingMessage): Promise<Omit<Entrant, 'id'>> {
    const { headers, method, url = '' } = request
    if (url.split('?', 1)[0] !== SOCKET_PATH)
      throw new Problem('NOT_FOUND', 'no sockets are opened at this address')
    admission.refuseWhenClosed()
    // Whoever has a socket may say things, so its opening counts as a change.
    if (isForeign({ method: 'POST', host: headers.host, origin: headers.origin, fetchSite: one(headers['sec-fetch-site']) }, baseUrl))
      throw new Problem('BAD_ORIGIN', 'sockets are opened by the board\'s own pages only')
    if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket' || headers['sec-websocket-version'] !== '13')
      throw notAHandshake()
    const session = await readSession(headers.cookie)
    if (!session)
      throw new Problem('UNAUTHENTICATED', 'sign in first')
    return { ...session, way: wayOf(session) }
  }

  function wayOf({ member }: DoorSession): Entrant['way'] {
    const way = policy.of(member)
    if (!usesSockets(way))
      throw new Problem('SOCKETS_OFF', 'this member gets news by polling')
    return way
  }

  function letIn(entrant: Omit<Entrant, 'id'>, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { sessionId, member } = entrant
    const leave = admission.enter({ sessionId, memberId: member.id })
    socket.once('close', leave)
    socket.off('error', ignore)
    server.handleUpgrade(request, socket, head, (ws) => {
      const connection = new SocketConnection({ ws, wire: socket }, { ...entrant, id: randomBytes(9).toString('base64url') }, parts)
      connections.add(connection)
      ws.connection = connection
      ws.on('message', onMessage)
      ws.on('ping', onPing)
      ws.on('pong', onPong)
      ws.on('error', ignore)
      ws.on('close', onClose)
    })
  }

  async function takeIn(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    let isOver = false
    const deadline = clock.setTimer(() => refuse(new Problem('UNAVAILABLE', 'the server is busy; ask again later')), UPGRADE_MS)
    function refuse(problem: Problem): void {
      if (!isOver)
        answerUpgrade(socket, problem)
      isOver = true
    }
    try {
      const entrant = await judge(request)
      if (!isOver && !socket.destroyed)
        letIn(entrant, request, socket, head)
    }
    catch (error) {
      refuse(error instanceof Problem ? error : unexpected(error))
    }
    clock.clearTimer(deadline)
  }

  function unexpected(error: unknown): Problem {
    report('upgrade', error)
    return isUnavailable(error)
      ? new Problem('UNAVAILABLE', 'the database is out of reach; ask again later')
      : new Problem('INTERNAL', 'the server failed; ask again later')
  }

  return {
    upgrade(request, socket, head) {
      // Until `ws` listens, a connection that breaks would end the process.
      socket.on('error', ignore)
      void takeIn(request, socket, head)
    },
    async ticket(session) {
      wayOf(session)
      const named = { sessionId: session.sessionId, memberId: session.member.id }
      admission.reserve(named)
      return await tickets.issue(named)
    },
    get size() { return connections.size },
    doubt: watch.doubt,
    async drain() {
      admission.close()
      await drainConnections(connections, clock)
    },
    close() {
      admission.close()
      clock.clearTimer(timer)
      watch.close()
      connections.forEach(connection => connection.terminate())
      server.close()
    },
  }
}

function notAHandshake(): Problem {
  return new Problem('BAD_REQUEST', 'this is no handshake of a web socket, version 13')
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
