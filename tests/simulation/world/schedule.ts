/** What happens, when: a queue of events in virtual time. Work may be a promise only where a real server takes part. */
export interface Schedule {
  readonly now: number
  /** Runs `work` after so many milliseconds of the world's time. */
  after: (delayMs: number, work: () => void | Promise<void>) => Event
  cancel: (event: Event | null) => void
  /** What is done after each event before the next. */
  settle: (() => Promise<void>) | null
  /** Moves on to a time, event by event, as long as `goesOn`. */
  runUntil: (time: number, goesOn: () => boolean) => Promise<void>
}

export interface Event {
  readonly at: number
  readonly order: number
  work: (() => void | Promise<void>) | null
}

/** A schedule that begins at `start`. Events of the same time happen in the order in which they were planned. */
export function createSchedule(start: number): Schedule {
  const heap: Event[] = []
  let now = start
  let order = 0

  const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order)

  function push(event: Event): void {
    let index = heap.push(event) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(event, heap[parent]!))
        break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = event
  }

  function pop(): Event {
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0)
      return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length)
        break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!))
        child++
      if (!isBefore(heap[child]!, last))
        break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }

  const schedule: Schedule = {
    settle: null,
    get now() { return now },
    after(delayMs, work) {
      const event: Event = { at: now + Math.max(0, delayMs), order: order++, work }
      push(event)
      return event
    },
    cancel(event) {
      if (event)
        event.work = null
    },
    async runUntil(time, goesOn) {
      while (heap.length > 0 && heap[0]!.at <= time && goesOn()) {
        const event = pop()
        now = event.at
        const work = event.work?.()
        if (work)
          await work
        if (schedule.settle && event.work)
          await schedule.settle()
      }
      now = Math.max(now, time)
    },
  }
  return schedule
}
