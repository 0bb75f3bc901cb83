import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { SOCKET_PATH } from '#shared/protocol/socket.ts'

/** A frame of the WebSocket protocol, as wrong as one likes. */
export interface RawFrame {
  opcode: number
  payload: Uint8Array
  fin?: boolean
  /** The three reserved bits. */
  reserved?: number
  masked?: boolean
  /** Announced instead of the real length, in eight bytes. */
  length?: bigint
}

/** The bytes of a frame. */
export function encodeRawFrame({ opcode, payload, fin = true, reserved = 0, masked = true, length }: RawFrame): Buffer {
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const mask = masked ? randomBytes(4) : Buffer.alloc(0)
  const body = masked ? payload.map((byte, index) => byte ^ mask[index % 4]!) : payload
  return Buffer.concat([Buffer.from([first]), lengthOf(payload.length, masked, length), mask, body])
}

function lengthOf(real: number, masked: boolean, told: bigint | undefined): Buffer {
  const bit = masked ? 0x80 : 0
  if (told !== undefined || real > 0xFFFF) {
    const long = Buffer.alloc(9, bit | 127)
    long.writeBigUInt64BE(told ?? BigInt(real), 1)
    return long
  }
  if (real <= 125)
    return Buffer.from([bit | real])
  return Buffer.from([bit | 126, real >> 8, real & 0xFF])
}

/** Text in one frame, or in several. */
export function encodeText(text: string, pieces = 1): Buffer {
  const bytes = Buffer.from(text)
  const size = Math.max(1, Math.ceil(bytes.length / pieces))
  const parts: Buffer[] = []
  for (let start = 0; start < bytes.length || parts.length === 0; start += size)
    parts.push(encodeRawFrame({ opcode: parts.length === 0 ? 1 : 0, payload: bytes.subarray(start, start + size), fin: start + size >= bytes.length }))
  return Buffer.concat(parts)
}

/** The request for a socket. */
export function upgradeRequest(cookie: string): string {
  const key = randomBytes(16).toString('base64')
  return `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
    + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`
}

/** A connection that sends bytes as they are. */
export interface HostileClient {
  /** Writes it in chunks of about that size. */
  write: (bytes: Uint8Array | string, chunk?: number) => Promise<void>
  /** Everything that came, as Latin-1 text. */
  readonly heard: string
  /** Waits until what came matches, or the other side ended. */
  hear: (pattern: RegExp) => Promise<void>
  /** Says that nothing more comes, and waits until the other side has ended, too. Rejects after 10 s: it hangs. */
  end: () => Promise<void>
}

export async function openHostileClient(url: string): Promise<HostileClient> {
  const socket: Socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  let heard = ''
  let isOver = false
  let check = (): void => {}
  socket.setEncoding('latin1')
  socket.on('data', (part) => {
    heard += String(part)
    check()
  })
  // Whatever ends it is the end.
  socket.on('error', () => {})
  const over = new Promise<void>((resolve) => {
    const finish = () => {
      isOver = true
      check()
      resolve()
    }
    socket.once('end', finish)
    socket.once('close', finish)
  })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))

  return {
    get heard() { return heard },
    async write(bytes, chunk = 1_000_000) {
      const all = Buffer.from(bytes as Uint8Array)
      for (let start = 0; start < all.length && socket.writable; start += chunk)
        await new Promise(resolve => socket.write(all.subarray(start, start + chunk), resolve))
    },
    hear: pattern => new Promise((resolve) => {
      check = () => {
        if (isOver || pattern.test(heard))
          resolve()
      }
      check()
    }),
    async end() {
      if (socket.writable)
        socket.end()
      const hung = AbortSignal.timeout(10_000)
      await new Promise<void>((resolve, reject) => {
        hung.addEventListener('abort', () => reject(new Error(`the connection hangs after ${JSON.stringify(heard.slice(0, 200))}`)))
        void over.then(resolve)
      })
      socket.destroy()
    },
  }
}
