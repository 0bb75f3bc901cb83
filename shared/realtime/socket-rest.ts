import type { Clock, Timer } from './clock.ts'

/** A page that nobody has looked at for so long keeps no socket. */
const HIDDEN_MS = 30 * 60_000

export interface SocketRestOptions {
  clock: Clock
  /** The socket is wanted. */
  isWanted: () => boolean
  /** Nobody has looked for so long that the socket is to be closed. */
  onRest: () => void
}

/** Whether somebody looks at the page, and whether its socket rests because nobody has for long. */
export interface SocketRest {
  readonly isLooking: boolean
  readonly isResting: boolean
  /** The socket was just wanted: it rests so long from now. */
  begin: () => void
  /** The socket is no longer wanted. */
  end: () => void
  attend: (isLooking: boolean) => void
  /** Ends the rest. True where there was one. */
  wake: () => boolean
}

export function createSocketRest({ clock, isWanted, onRest }: SocketRestOptions): SocketRest {
  let isLooking = true
  let isResting = false
  let timer: Timer | null = null

  function watch(): void {
    clock.clearTimer(timer)
    if (isLooking || !isWanted())
      return
    timer = clock.setTimer(() => {
      isResting = true
      onRest()
    }, HIDDEN_MS)
  }

  function wake(): boolean {
    const wasResting = isResting
    isResting = false
    return wasResting
  }

  return {
    get isLooking() { return isLooking },
    get isResting() { return isResting },
    begin: watch,
    end() {
      wake()
      clock.clearTimer(timer)
    },
    attend(looks) {
      if (isLooking === looks)
        return
      isLooking = looks
      watch()
    },
    wake,
  }
}
