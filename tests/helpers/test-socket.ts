import { WebSocket } from 'ws'
import type { ClientFrame, ServerFrame } from '#shared/protocol/frames.ts'
import type { ProblemBody } from '#shared/protocol/problems.ts'
import { SOCKET_PATH } from '#shared/protocol/socket.ts'

/** A browser's end of a socket, as far as a test needs it. */
export interface TestSocket {
  /** Everything that came. */
  readonly frames: readonly ServerFrame[]
  /** The code with which it was closed; null while it is open. */
  readonly closeCode: number | null
  /** Ends with that code. */
  readonly closed: Promise<number>
  send: (frame: ClientFrame) => void
  /** Sends what no browser of ours would. */
  sendRaw: (data: string | Uint8Array, options?: { binary?: boolean, fin?: boolean }) => void
  /** The next frame of this kind that was not given out yet. */
  next: <T extends ServerFrame['t']>(t: T) => Promise<Extract<ServerFrame, { t: T }>>
  /** Stops or goes on reading. */
  pause: () => void
  resume: () => void
  close: (code?: number) => void
  /** Breaks the connection without a word. */
  terminate: () => void
  /** The socket beneath. */
  ws: WebSocket
}

/** What an upgrade was answered with instead of a socket. */
export class UpgradeRefused extends Error {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: ProblemBody

  constructor(status: number, headers: Record<string, string | string[] | undefined>, body: ProblemBody) {
    super(`the upgrade was answered with ${status}`)
    this.status = status
    this.headers = headers
    this.body = body
  }
}

export interface OpenOptions {
  /** @default SOCKET_PATH */
  path?: string
  cookie?: string
  headers?: Record<string, string>
}

/** Opens a socket on a server at `url` (http). Rejects with `UpgradeRefused`. */
export async function openTestSocket(url: string, { path = SOCKET_PATH, cookie, headers = {} }: OpenOptions = {}): Promise<TestSocket> {
  const ws = new WebSocket(url.replace('http', 'ws') + path, { headers: { ...cookie !== undefined && { cookie }, ...headers }, perMessageDeflate: false })
  const frames: ServerFrame[] = []
  const given = new Set<ServerFrame>()
  const wanting: { t: string, give: (frame: ServerFrame) => void, fail: (error: Error) => void }[] = []
  let closeCode: number | null = null

  ws.on('message', (data) => {
    const frame = JSON.parse(String(data)) as ServerFrame
    frames.push(frame)
    const index = wanting.findIndex(({ t }) => t === frame.t)
    if (index === -1)
      return
    given.add(frame)
    wanting.splice(index, 1)[0]!.give(frame)
  })
  const closed = new Promise<number>((resolve) => {
    ws.on('close', (code) => {
      closeCode = code
      wanting.forEach(({ t, fail }) => fail(new Error(`closed with ${code} while waiting for ${t}`)))
      resolve(code)
    })
  })
  ws.on('error', () => {})

  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('unexpected-response', (_request, response) => {
      let text = ''
      response.setEncoding('utf8').on('data', part => text += part).on('end', () => {
        reject(new UpgradeRefused(response.statusCode ?? 0, response.headers, text ? JSON.parse(text) : null))
        ws.terminate()
      })
    })
    ws.once('error', reject)
  })

  return {
    frames,
    get closeCode() { return closeCode },
    closed,
    send: frame => ws.send(JSON.stringify(frame)),
    sendRaw: (data, options = {}) => ws.send(data, options),
    next: t => new Promise((resolve, reject) => {
      const found = frames.find(frame => frame.t === t && !given.has(frame))
      if (found) {
        given.add(found)
        resolve(found as never)
      }
      else if (closeCode !== null) { reject(new Error(`closed with ${closeCode} before ${t}`)) }
      else { wanting.push({ t, give: resolve as (frame: ServerFrame) => void, fail: reject }) }
    }),
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close: code => ws.close(code),
    terminate: () => ws.terminate(),
    ws,
  }
}
