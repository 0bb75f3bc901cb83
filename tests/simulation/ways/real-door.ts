import { createFanOut } from '#server/services/realtime/fan-out.ts'
import type { FanOut } from '#server/services/realtime/ports.ts'
import { SocketConnection } from '#server/services/realtime/socket-connection.ts'
import { createSocketRegistry } from '#server/services/realtime/socket-registry.ts'
import type { Repository } from '#server/db/repository.ts'
import type { BoardHub } from '#server/services/board-hub.ts'
import type { BoardReader } from '#server/services/board-reader.ts'
import type { Member } from '#shared/kanban/member.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import type { SocketEvent, SocketLike } from '#shared/realtime/socket-like.ts'
import { textOf } from '../../helpers/text-of.ts'
import type { Device } from '../world/device.ts'
import type { Door, DoorParts } from './door.ts'
import { usesSockets } from './door.ts'

const ABNORMAL = 1006
const BEAT_MS = 1_000
const NOTHING_UNSENT_BELOW_MS = 5_000
/** What a reader who is too slow has not taken yet weighs so much more than it does: boards here are small. */
const WEIGHT = 400

/** One process, as far as sockets need it. */
export interface Instance {
  repository: Repository
  hub: BoardHub
  reader: BoardReader
}

interface Peer {
  device: Device
  connection: SocketConnection
  /** It breaks without a word. */
  drop: () => void
}

export interface RealDoorOptions {
  member: (id: string) => Member
  /** Looks where the boards stand, if that is due (rule B1). */
  reconcile: () => Promise<void>
}

/** The real door: its connections and fan-out, one of each instance. Instances come and go. */
export interface RealDoor extends Door {
  begin: (instances: readonly Instance[]) => void
  /** The processes end; their sockets break. */
  stop: () => void
}

export function createRealDoor({ clock, chance, counts, isDown, way, fail }: DoorParts, { member, reconcile }: RealDoorOptions): RealDoor {
  const tickets = new Set<string>()
  const peers = new Set<Peer>()
  let fanOuts: FanOut[] = []
  let issued = 0
  let losing = 0
  let isEnded = false

  function begin(instances: readonly Instance[]): void {
    fanOuts = instances.map(({ repository, hub, reader }) => createFanOut({
      repository, hub, reader, clock, now: clock.now, log: line => fail('no exception', line),
    }))
  }

  function stop(): void {
    dropAll()
    fanOuts.forEach(fanOut => fanOut.close())
    fanOuts = []
  }

  function dropAll(): void {
    [...peers].forEach(peer => peer.drop())
  }

  async function beat(): Promise<void> {
    if (isEnded)
      return
    clock.setTimer(() => void beat(), BEAT_MS)
    for (const { connection } of peers)
      connection.beat(clock.now())
    if (!isDown())
      await reconcile()
  }

  /** The browser's end of a socket, and what the connection knows as its `ws`. */
  function open(device: Device): SocketLike {
    const listeners = new Map<string, ((event: SocketEvent) => void)[]>()
    const emit = (event: SocketEvent) => listeners.get(event.type)?.forEach(listener => listener(event))
    const sentAt: { bytes: number, at: number }[] = []
    const registry = createSocketRegistry()
    let isOpen = false
    let peer: Peer | null = null

    function close(code: number, isHeard: boolean): void {
      if (!isOpen)
        return
      isOpen = false
      peer?.connection.gone()
      if (peer)
        peers.delete(peer)
      if (isHeard)
        clock.setTimer(() => emit({ type: 'close', code }), 1)
    }

    function send(text: string): void {
      counts.add('frames')
      if (losing > 0 && text.startsWith('{"t":"d"') && !/"ref":/.test(text.slice(0, 30)))
        return void losing--
      sentAt.push({ bytes: text.length, at: clock.now() })
      clock.setTimer(() => emit({ type: 'message', data: text }), 1)
    }

    /** A slow reader takes what it is sent later. */
    function unsent(): number {
      const { slowMs } = device.link
      const left = slowMs >= NOTHING_UNSENT_BELOW_MS ? sentAt.filter(({ at }) => clock.now() - at < slowMs) : []
      if (left.length > 0)
        counts.add('unsent')
      return left.reduce((sum, { bytes }) => sum + bytes, 0) * WEIGHT
    }

    const ws = {
      OPEN: 1 as const,
      get readyState() { return isOpen ? 1 as const : 3 as const },
      send: (data: unknown) => send(String(data)),
      pong: () => {},
      close: (code = ABNORMAL) => close(code, true),
      terminate: () => close(ABNORMAL, true),
    }

    const wire = {
      get writableLength() { return unsent() },
      write(message: Buffer) {
        send(textOf(message))
        return true
      },
    }

    clock.setTimer(() => {
      const fanOut = fanOuts.length > 0 ? chance.pick(fanOuts) : null
      if (!fanOut || isDown() || device.link.isSignedOut || !usesSockets(way()))
        return emit({ type: 'close', code: ABNORMAL })
      isOpen = true
      const known = member(device.member().id)
      const connection = new SocketConnection({ ws, wire }, {
        id: `socket-${++issued}`, sessionId: `session-${device.index}`, way: way(), member: { ...known, email: '', locale: null, transport: null },
      }, {
        registry, fanOut, clock,
        events: { say: async () => {} },
        tickets: { take: async ticket => tickets.delete(ticket) },
        report: (what, error) => fail('no exception', `${what}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`),
      })
      peer = { device, connection, drop: () => close(ABNORMAL, true) }
      peers.add(peer)
      emit({ type: 'open' })
    }, 1)

    return {
      addEventListener: (type, listener) => void listeners.set(type, [...listeners.get(type) ?? [], listener]),
      send: text => isOpen && peer?.connection.receive(Buffer.from(text), false),
      close: () => close(CLOSE.GONE, false),
    }
  }

  function bye(which: (peer: Peer) => boolean, code: number, why: 'drain' | 'auth'): void {
    for (const peer of [...peers].filter(which))
      peer.connection.end(code, { t: 'bye', code: why, after: why === 'drain' ? Math.round(chance() * 2_000) : 0 })
  }

  void beat()
  return {
    begin, stop, open, dropAll,
    ticketFor() {
      const ticket = `ticket-${++issued}`
      tickets.add(ticket)
      return ticket
    },
    // The hubs tell the fan-outs.
    moved: () => {},
    drain: () => bye(() => true, CLOSE.DRAIN, 'drain'),
    losePush: () => void losing++,
    heal: () => void (losing = 0),
    signedOut: device => bye(peer => peer.device === device, CLOSE.TICKET, 'auth'),
    // The fan-out finds out by itself.
    roleChanged: () => {},
    policyChanged() {
      for (const { connection } of [...peers]) {
        connection.way = way()
        connection.send({ t: 'mode', transport: way() })
        if (!usesSockets(way()))
          connection.end(1000)
      }
    },
    end() {
      isEnded = true
      stop()
    },
  }
}
