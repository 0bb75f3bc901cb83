import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { SOCKET_PATH } from '#shared/protocol/socket.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import type { FromReaders, ReaderOrders, ToReaders } from './messages.ts'
import { now } from './messages.ts'

/*
 * Many readers in one process: a child of bench/fanout.ts.
 */

interface Reader {
  socket: WebSocket | null
  cookie: string
  epoch: string
  version: number
  /** Set while it comes back after a cut. */
  cutAt: number | null
}

const readers: Reader[] = []
const arrivals = new Map<number, number[]>()
let orders: ReaderOrders
let refused = 0

const tell = (message: FromReaders) => process.send!(message)

/** Of a frame of news, which says it before its rows; read as cheaply as can be: parsing a thousand times would measure this process. */
function versionOf(text: string): number {
  return Number(/"version":(\d+)/.exec(text)![1])
}

function arrived(reader: Reader, version: number): void {
  const at = now()
  // One frame may bring several versions.
  for (let v = reader.version + 1; v <= version; v++) {
    const times = arrivals.get(v) ?? []
    times.push(at)
    arrivals.set(v, times)
  }
  reader.version = Math.max(reader.version, version)
}

async function ticketFor(reader: Reader): Promise<string> {
  for (;;) {
    const answer = await fetch(`${orders.url}/api/kanban/ticket`, { method: 'POST', headers: { cookie: reader.cookie } })
    if (answer.status === 200)
      return (await answer.json() as { ticket: string }).ticket
    refused++
    await answer.arrayBuffer()
    await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1_000)
  }
}

async function open(reader: Reader): Promise<void> {
  const ticket = orders.kind === 'board' ? await ticketFor(reader) : ''
  const socket = new WebSocket(orders.url.replace('http', 'ws') + SOCKET_PATH, { headers: { cookie: reader.cookie, origin: orders.url }, perMessageDeflate: false })
  reader.socket = socket
  await new Promise<void>((resolve) => {
    let isIn = orders.kind === 'plain'
    socket.on('open', () => {
      if (orders.kind === 'board')
        socket.send(JSON.stringify({ t: 'hello', protocol: PROTOCOL_VERSION, board: orders.boardId, epoch: reader.epoch, version: reader.version, cid: `bench-${readers.indexOf(reader)}`, ticket }))
      else
        resolve()
    })
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1')
      const kind = text.slice(6, text.indexOf('"', 6))
      if (kind === 'd') {
        arrived(reader, versionOf(text))
      }
      else if (kind === 'ping') {
        socket.send(JSON.stringify({ t: 'pong', i: (JSON.parse(text) as { i: number }).i }))
      }
      else if (kind === 'welcome') {
        isIn = true
        const welcome = JSON.parse(text) as { epoch: string, version: number }
        if (welcome.version <= reader.version)
          settleBack(reader)
        reader.epoch = welcome.epoch
        resolve()
      }
      if (isIn && kind === 'd')
        settleBack(reader)
    })
    socket.on('error', () => resolve())
    socket.on('close', () => {
      resolve()
      // The server's or the network's doing: a reader of a board comes back.
      if (reader.socket === socket && orders.kind === 'board')
        void sleep(1_000).then(() => open(reader))
    })
  })
}

const back: number[] = []

function settleBack(reader: Reader): void {
  if (reader.cutAt === null)
    return
  back.push(now() - reader.cutAt)
  reader.cutAt = null
  if (back.length === readers.length)
    tell({ told: 'back', ms: back.splice(0) })
}

async function openAll(next: ReaderOrders): Promise<void> {
  orders = next
  refused = 0
  const started = now()
  const opening: Promise<void>[] = []
  for (let n = 0; n < next.connections; n++) {
    const reader: Reader = { socket: null, cookie: next.cookies[n % next.cookies.length]!, epoch: next.epoch, version: next.version, cutAt: null }
    readers.push(reader)
    opening.push(open(reader))
    const due = started + (n + 1) * 1_000 / next.pace
    if (due > now())
      await sleep(due - now())
  }
  await Promise.all(opening)
  tell({ told: 'open', refused })
}

function cut(): void {
  const at = now()
  for (const reader of readers) {
    const old = reader.socket
    reader.socket = null
    reader.cutAt = at
    old?.terminate()
    void open(reader)
  }
}

process.on('message', (message: ToReaders) => {
  switch (message.do) {
    case 'open': return void openAll(message.orders)
    case 'count':
      tell({ told: 'arrivals', arrivals: [...arrivals] })
      return arrivals.clear()
    case 'cut': return cut()
    case 'close':
      for (const reader of readers.splice(0)) {
        const { socket } = reader
        reader.socket = null
        socket?.terminate()
      }
      return tell({ told: 'closed' })
    default: message satisfies never
  }
})
// Whoever ordered it has gone.
process.on('disconnect', () => process.exit())
