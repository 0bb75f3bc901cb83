import type { TransportKind } from '#shared/config/features.ts'
import type { BoardId, ColumnId } from '#shared/kanban/board.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import type { Fetch } from '#shared/realtime/http-answer.ts'
import type { OpenSocket, SocketLike } from '#shared/realtime/socket-like.ts'
import { countTimers } from '../helpers/count-timers.ts'

/** Where the promises of a transport are tried: a server, the ways to it, and what can go wrong with them. */
export interface TransportGround {
  readonly clock: Clock
  readonly boardId: BoardId
  /** Two columns between which matters go to and fro. */
  readonly columns: readonly [ColumnId, ColumnId]
  /** The colleague sees everything, the reader nothing that is sealed from them. */
  readonly people: { reader: Member, colleague: Member }
  /** Milliseconds between two polls of a page. */
  readonly pollMs: number
  /** A browser of its own in which somebody is signed in. */
  browserOf: (who: Person) => { fetch: Fetch, openSocket: OpenSocket }
  /** Ends when the condition holds; fails when it doesn't in time. */
  until: (condition: () => boolean, withinMs?: number) => Promise<void>
  /** A change by a plain caller. */
  act: (who: Person, mutation: Mutation) => Promise<void>
  /** Breaks every open socket. */
  cutSockets: () => void
  /** Open sockets carry nothing any more, and nobody says so. */
  muteSockets: () => void
  refuseUpgrades: (refuses: boolean) => void
  /** The server can't be reached, until it can. */
  goDown: () => void
  comeBack: () => void
  signOut: (who: Person) => Promise<void>
  /** Another epoch begins: what anybody holds of the board is worth nothing. */
  renewEpoch: () => Promise<void>
  setWay: (transport: TransportKind) => Promise<void>
  /** The newest personal tag of somebody. */
  tagOf: (who: Person) => PersonalTag
  /** Something changes that is a member's own, or (null) everybody's. */
  moveTag: (who: Person | null) => Promise<void>
  /** Somebody chooses whether the others see them. */
  choosePresence: (who: Person, presence: Preferences['presence']) => Promise<void>
  close: () => Promise<void>
}
export type Person = 'reader' | 'colleague'

/** A browser that counts what its page does with the world. */
export interface WatchedBrowser {
  fetch: Fetch
  openSocket: OpenSocket
  clock: Clock
  /** Timers that are set. */
  readonly timers: number
  readonly requests: number
  /** Sockets that were asked for. */
  readonly sockets: number
  /** Sockets that aren't closed. */
  readonly openSockets: number
  /** Everything that the server told: bodies and frames, in order. */
  readonly bytes: readonly string[]
  /** Frames that the page sent. */
  readonly sent: readonly string[]
}

/** Watches a page's clock, requests and sockets. `protocol`: what the page says that it speaks. */
export function watchBrowser({ fetch, openSocket }: ReturnType<TransportGround['browserOf']>, clock: Clock, { protocol }: { protocol?: () => number | null } = {}): WatchedBrowser {
  const counted = countTimers(clock)
  const bytes: string[] = []
  const sent: string[] = []
  const open = new Set<SocketLike>()
  let requests = 0
  let sockets = 0
  const speak = (text: string) => {
    const spoken = protocol?.() ?? null
    return spoken === null ? text : text.replaceAll(/protocol=\d+/g, `protocol=${spoken}`).replaceAll(/"protocol":\d+/g, `"protocol":${spoken}`)
  }

  return {
    get timers() { return counted.pending() },
    get requests() { return requests },
    get sockets() { return sockets },
    get openSockets() { return open.size },
    bytes,
    sent,
    clock: counted.clock,
    async fetch(path, init) {
      requests++
      const answer = await fetch(speak(path), { ...init, ...init.body !== undefined && { body: speak(init.body) } })
      return {
        ...answer,
        status: answer.status,
        headers: answer.headers,
        async json() {
          const body = await answer.json()
          bytes.push(JSON.stringify(body))
          return body
        },
      }
    },
    openSocket(path) {
      sockets++
      const socket = openSocket(path)
      open.add(socket)
      socket.addEventListener('message', ({ data }) => void bytes.push(String(data)))
      socket.addEventListener('close', () => void open.delete(socket))
      return {
        addEventListener: (type, listener) => socket.addEventListener(type, listener),
        send(frame) {
          sent.push(frame)
          socket.send(speak(frame))
        },
        close(code) {
          open.delete(socket)
          socket.close(code)
        },
      }
    },
  }
}
