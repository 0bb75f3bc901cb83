import type { BoardSocket } from './socket-registry.ts'

/** Sockets that are read for one by one at the same time: more would keep the database from everybody else. */
const MAX_AT_ONCE = 4

/** What is done for single sockets, one after another for each. Who pulls for all leaves these alone meanwhile. */
export interface CatchUps {
  isBusy: (socket: BoardSocket) => boolean
  /** Runs the work after what runs for this socket already. */
  run: (socket: BoardSocket, work: () => Promise<void>) => Promise<void>
  /** The same, in a line with the work of other sockets. */
  runInLine: (socket: BoardSocket, work: () => Promise<void>) => Promise<void>
}

export function createCatchUps(): CatchUps {
  const last = new Map<BoardSocket, Promise<void>>()
  const line: (() => void)[] = []
  let free = MAX_AT_ONCE

  async function run(socket: BoardSocket, work: () => Promise<void>): Promise<void> {
    const mine = (last.get(socket) ?? Promise.resolve()).then(work, work)
    last.set(socket, mine)
    try {
      await mine
    }
    finally {
      if (last.get(socket) === mine)
        last.delete(socket)
    }
  }

  async function queue(work: () => Promise<void>): Promise<void> {
    if (free > 0)
      free--
    else
      await new Promise<void>(resolve => line.push(resolve))
    try {
      await work()
    }
    finally {
      const next = line.shift()
      if (next)
        next()
      else
        free++
    }
  }

  return {
    isBusy: socket => last.has(socket),
    run,
    runInLine: (socket, work) => run(socket, () => queue(work)),
  }
}
