import type { Clock } from './clock.ts'
import type { Fetch, HttpAnswer } from './http-answer.ts'
import type { LinkMeter } from './link-meter.ts'
import type { OpenSocket, SocketLike } from './socket-like.ts'

const POLL = '/api/kanban/updates'

/** The same fetch, whose exchanges are measured. Only polls count as trips: what they ask is answered from memory. */
export function measureFetch(fetch: Fetch, meter: LinkMeter, { now }: Pick<Clock, 'now'>): Fetch {
  return async (path, init) => {
    const askedAt = now()
    if (init.body !== undefined)
      meter.sent(init.body.length)
    try {
      const answer = await fetch(path, init)
      meter.exchanged(answer.status < 500)
      if (path.startsWith(POLL) && answer.status < 500) {
        meter.polled(answer.status)
        meter.tripped(now() - askedAt)
      }
      return measureBody(answer, meter)
    }
    catch (error) {
      // Who gives a question up says nothing of the link.
      if (!init.signal.aborted)
        meter.exchanged(false)
      throw error
    }
  }
}

/** Counts what a body is said to weigh, or else the text of it. */
function measureBody(answer: HttpAnswer & { text?: () => Promise<string> }, meter: LinkMeter): HttpAnswer {
  const length = answer.headers.get('content-length')
  if (length !== null || answer.text === undefined) {
    meter.received(Number(length) || 0)
    return answer
  }
  return {
    status: answer.status,
    headers: answer.headers,
    async json() {
      const text = await answer.text!()
      meter.received(text.length)
      return JSON.parse(text) as unknown
    },
  }
}

/** The same way to open sockets, whose frames are counted and whose pings are timed. */
export function measureSockets(openSocket: OpenSocket, meter: LinkMeter, { now }: Pick<Clock, 'now'>): OpenSocket {
  return (path): SocketLike => {
    const socket = openSocket(path)
    let askedAt: number | null = null
    socket.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string')
        return
      meter.received(data.length)
      meter.exchanged(true)
      if (askedAt !== null && data.startsWith('{"t":"pong"')) {
        meter.tripped(now() - askedAt)
        askedAt = null
      }
    })
    return {
      send(frame) {
        meter.sent(frame.length)
        if (frame.startsWith('{"t":"ping"'))
          askedAt ??= now()
        socket.send(frame)
      },
      close: code => socket.close(code),
      addEventListener: (type, listener) => socket.addEventListener(type, listener),
    }
  }
}
