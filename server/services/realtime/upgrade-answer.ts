import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Problem } from '#shared/protocol/problems.ts'
import { NotNow } from './admission.ts'

/** As everywhere, when the database is out of reach. */
const RETRY_AFTER_S = 5

/** Answers an upgrade with a problem, in the form of every other one, and ends the connection. */
export function answerUpgrade(socket: Duplex, problem: Problem): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(problem.toBody())
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: private, no-store',
    ...problem.status === 503 ? [`retry-after: ${problem instanceof NotNow ? problem.retryAfterS : RETRY_AFTER_S}`] : [],
  ]
  socket.once('finish', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
