/** Changes on their way to the server. */
export interface ChangeQueue<Change, Answer> {
  /** Sends it when those before it are answered. Answers what the server said, null where the change was dropped, and rejects as `send` does. */
  add: (change: Change) => Promise<Answer | null>
  /** Sends all that still wait, at once and as one: nobody may be there for the answers. */
  hurry: () => void
  /** Drops what waits; what is under way is answered. */
  clear: () => void
  /** Until everything that was added is answered; never rejects. */
  settled: () => Promise<void>
}

export interface ChangeQueueOptions<Change, Answer> {
  send: (change: Change) => Promise<Answer>
  /** What does the same as one after the other. */
  join: (one: Change, next: Change) => Change
}

interface Waiting<Change, Answer> {
  change: Change
  promise: Promise<Answer | null>
  resolve: (answer: Answer | null) => void
  reject: (error: unknown) => void
}

/** Sends changes one after another, so that the last answer holds all of them. */
export function createChangeQueue<Change, Answer>({ send, join }: ChangeQueueOptions<Change, Answer>): ChangeQueue<Change, Answer> {
  let waiting: Waiting<Change, Answer>[] = []
  const underWay = new Set<Promise<void>>()

  function sendNext(): void {
    const [next, ...rest] = waiting
    if (!next || underWay.size > 0)
      return
    waiting = rest
    start([next], next.change)
  }

  function start(some: readonly Waiting<Change, Answer>[], change: Change): void {
    const sending = send(change).then(
      answer => some.forEach(({ resolve }) => resolve(answer)),
      error => some.forEach(({ reject }) => reject(error)),
    ).then(() => {
      underWay.delete(sending)
      sendNext()
    })
    underWay.add(sending)
  }

  return {
    add(change) {
      const one = { change, ...Promise.withResolvers<Answer | null>() }
      waiting.push(one)
      sendNext()
      return one.promise
    },
    hurry() {
      const all = waiting
      waiting = []
      if (all.length > 0)
        start(all, all.map(({ change }) => change).reduce(join))
    },
    clear() {
      waiting.forEach(({ resolve }) => resolve(null))
      waiting = []
    },
    async settled() {
      const rest = waiting.map(({ promise }) => promise.then(() => {}, () => {}))
      await Promise.all([...underWay, ...rest])
    },
  }
}
