import type { ClientFrame, ServerFrame } from '#shared/protocol/frames.ts'
import type { SocketEvent, SocketLike } from '#shared/realtime/socket-like.ts'

type FrameOf<T extends ClientFrame['t']> = Extract<ClientFrame, { t: T }>

/** A socket whose other end is a test. */
export interface FakeSocket extends SocketLike {
  readonly path: string
  /** What was sent, in order. */
  readonly sent: readonly ClientFrame[]
  /** Closed by this end. */
  readonly isClosed: boolean
  /** The last frame of a type; throws when none was sent. */
  last: <T extends ClientFrame['t']>(type: T) => FrameOf<T>
  count: (type: ClientFrame['t']) => number
  /** The other end accepts. */
  accept: () => void
  /** The other end sends; anything that isn't a string becomes JSON. */
  say: (frame: ServerFrame | string | object) => void
  /** It ends, with a code of the other end or without a word. */
  drop: (code?: number) => void
}

export function createFakeSocket(path: string): FakeSocket {
  const listeners: [type: string, listener: (event: SocketEvent) => void][] = []
  const sent: ClientFrame[] = []
  let isClosed = false

  function happen(event: SocketEvent): void {
    listeners.filter(([type]) => type === event.type).forEach(([, listener]) => listener(event))
  }

  return {
    path, sent,
    get isClosed() { return isClosed },
    send: frame => void sent.push(JSON.parse(frame) as ClientFrame),
    close: () => { isClosed = true },
    addEventListener: (type, listener) => void listeners.push([type, listener]),
    last<T extends ClientFrame['t']>(type: T) {
      const frame = sent.findLast(({ t }) => t === type)
      if (!frame)
        throw new Error(`no ${type} was sent, but ${sent.map(({ t }) => t).join(', ') || 'nothing'}`)
      return frame as FrameOf<T>
    },
    count: type => sent.filter(({ t }) => t === type).length,
    accept: () => happen({ type: 'open' }),
    say: frame => happen({ type: 'message', data: typeof frame === 'string' ? frame : JSON.stringify(frame) }),
    drop(code = 1006) {
      happen({ type: 'error' })
      happen({ type: 'close', code })
    },
  }
}
