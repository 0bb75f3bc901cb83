import type { Clock, Timer } from './clock.ts'
import { Fault } from './fault.ts'

/** Questions by number, until each is answered, given up, or nobody waits for it. */
export interface PendingAnswers<Answer> {
  readonly size: number
  /** Rejects with a `Fault` of the network when the time is over or the signal aborts. */
  wait: (ref: number, signal?: AbortSignal) => Promise<Answer>
  /** False when nobody waits for it (any more). */
  resolve: (ref: number, answer: Answer) => boolean
  reject: (ref: number, fault: Fault) => boolean
  /** Ends all. */
  rejectAll: () => void
}

export function createPendingAnswers<Answer>(clock: Clock, deadlineMs: number): PendingAnswers<Answer> {
  const pending = new Map<number, { resolve: (answer: Answer) => void, reject: (fault: Fault) => void }>()

  function wait(ref: number, signal?: AbortSignal): Promise<Answer> {
    let timer: Timer
    const giveUp = () => void reject(ref, new Fault('network'))
    const answer = new Promise<Answer>((resolve, reject) => {
      pending.set(ref, { resolve, reject })
      timer = clock.setTimer(giveUp, deadlineMs)
      signal?.addEventListener('abort', giveUp)
    })
    return answer.finally(() => {
      clock.clearTimer(timer)
      signal?.removeEventListener('abort', giveUp)
    })
  }

  function take(ref: number) {
    const waiting = pending.get(ref)
    pending.delete(ref)
    return waiting
  }

  function resolve(ref: number, answer: Answer): boolean {
    const waiting = take(ref)
    waiting?.resolve(answer)
    return waiting !== undefined
  }

  function reject(ref: number, fault: Fault): boolean {
    const waiting = take(ref)
    waiting?.reject(fault)
    return waiting !== undefined
  }

  return {
    get size() { return pending.size },
    wait, resolve, reject,
    rejectAll: () => [...pending.keys()].forEach(ref => reject(ref, new Fault('network'))),
  }
}
