import { randomUUID } from 'node:crypto'
import { createClient } from '@redis/client'
import { backoffDelay } from '#shared/realtime/backoff.ts'
import type { Bus, BusMessage } from './bus.ts'
import { readLetter, writeLetter } from './bus-message.ts'

/** How long a connection may take to open. */
const CONNECT_MS = 5_000
/** Without hearing itself for so many beats, a process gives its connections up: one that is half open says nothing. */
const SILENT_BEATS = 3
/** Commands that may wait for a Redis that is slow; the next ones are lost. */
const MAX_WAITING = 1_000

export interface RedisBusOptions {
  url: string
  /** Where the processes of one firm meet, and nobody else. */
  channel: string
  /** Hears one line when Redis can't be reached, and one when it is there (again). */
  log: (line: string) => void
  /** Longest wait between two tries to connect, in milliseconds. @default 10000 */
  maxWaitMs?: number
  /** Between two signs of life that a process sends itself through Redis, in milliseconds. @default 10000 */
  beatMs?: number
}

/** A pair of connections: one that speaks, and one that listens, which Redis lets do nothing else. */
interface Link {
  speak: (text: string) => void
  end: () => void
}

/** The bus through Redis. It works whether Redis is there or not; without it, what is said gets lost. */
export function createRedisBus({ url, channel, log, maxWaitMs = 10_000, beatMs = 10_000 }: RedisBusOptions): Bus {
  const own = randomUUID()
  const listeners = new Set<(message: BusMessage) => void>()
  const gapListeners = new Set<() => void>()
  let link: Link | null = null
  let failures = 0
  let isClosed = false
  let isMissing = false
  let retry: NodeJS.Timeout | undefined
  let heardSelfAt = 0

  function hear(text: string): void {
    const letter = readLetter(text)
    if (letter?.from === own)
      heardSelfAt = performance.now()
    else if (letter?.message)
      tell(listeners, letter.message)
  }

  /** Opens both connections; ends with a link that listens already. `onBroken` is called once, at most. */
  async function open(onBroken: (error: unknown) => void): Promise<Link> {
    const clients = [0, 1].map(() => createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_WAITING,
      maintNotifications: 'disabled',
      // Coming back is our own business: what one connection misses, both miss.
      socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
    }))
    const [speaker, listener] = clients as [typeof clients[number], typeof clients[number]]
    let isEnded = false
    function end(): void {
      isEnded = true
      clients.forEach(client => client.destroy())
    }
    for (const client of clients) {
      // A Redis that doesn't answer keeps no process from ending.
      client.unref()
      client.on('error', (error) => {
        if (isEnded)
          return
        end()
        onBroken(error)
      })
    }
    try {
      await Promise.all(clients.map(client => client.connect()))
      await listener.subscribe(channel, hear)
    }
    catch (error) {
      end()
      throw error
    }
    return { speak: text => void speaker.publish(channel, text).catch(() => {}), end }
  }

  async function connect(): Promise<void> {
    let isBroken = false
    try {
      const opened = await open((error) => {
        isBroken = true
        lost(error)
      })
      if (isClosed || isBroken)
        return opened.end()
      link = opened
    }
    catch (error) {
      return isBroken ? undefined : lost(error)
    }
    failures = 0
    heardSelfAt = performance.now()
    beat()
    if (isMissing)
      log('redis: connected')
    isMissing = false
    tell(gapListeners, undefined)
  }

  function lost(error: unknown): void {
    link = null
    if (isClosed)
      return
    failures++
    if (!isMissing)
      log(`redis: not reached (${reasonOf(error)}); other processes are heard of by the database until it is`)
    isMissing = true
    retry = setTimeout(() => void connect(), backoffDelay(failures, { baseMs: 500, capMs: maxWaitMs, random: Math.random }))
    retry.unref()
  }

  function beat(): void {
    link?.speak(JSON.stringify({ from: own }))
  }

  const beats = setInterval(() => {
    if (link && performance.now() - heardSelfAt > SILENT_BEATS * beatMs) {
      link.end()
      lost(new Error('silent'))
    }
    beat()
  }, beatMs)
  beats.unref()
  void connect()

  return {
    publish: message => link?.speak(writeLetter(own, message)),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onGap(listener) {
      gapListeners.add(listener)
      return () => gapListeners.delete(listener)
    },
    isConnected: () => link !== null,
    close() {
      isClosed = true
      clearInterval(beats)
      clearTimeout(retry)
      link?.end()
      link = null
      return Promise.resolve()
    },
  }
}

/** A listener that fails takes neither the others nor the connection with it. */
function tell<Said>(listeners: Set<(said: Said) => void>, said: Said): void {
  for (const listener of listeners) {
    try {
      listener(said)
    }
    catch (error) {
      process.stderr.write(`bus: a listener failed: ${error instanceof Error ? error.stack ?? error.name : typeof error}\n`)
    }
  }
}

/** Why, without a word of the address, which holds a password. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error))
    return typeof error
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name
}
