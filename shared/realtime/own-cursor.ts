import type { CursorData } from '#shared/protocol/presence.ts'
import type { Clock, Timer } from './clock.ts'

/** Where somebody points; null: nowhere. */
export type CursorPlace = CursorData['at']

export interface OwnCursorOptions {
  /** Says it to the others; what is lost is overtaken by the next. */
  say: (data: CursorData) => void
  /** Whether there is a way that carries it just now. */
  canSay: () => boolean
  clock: Clock
}

/** Says where the reader points: only what is new, ten times a second at most, and of what came too fast the newest (rule A2). */
export interface OwnCursor {
  point: (at: CursorPlace) => void
  close: () => void
}

const GAP_MS = 100

export function createOwnCursor({ say, canSay, clock }: OwnCursorOptions): OwnCursor {
  let said: CursorPlace = null
  let wanted: CursorPlace = null
  let saidAt = -Infinity
  let timer: Timer = null

  function run(): void {
    clock.clearTimer(timer)
    timer = null
    if (isSame(wanted, said))
      return
    const wait = saidAt + GAP_MS - clock.now()
    if (wait > 0) {
      timer = clock.setTimer(run, wait)
      return
    }
    saidAt = clock.now()
    // Who couldn't be told has nothing to forget.
    said = canSay() ? wanted : null
    if (canSay())
      say({ at: wanted })
  }

  return {
    point(at) {
      wanted = at && { ...at, x: rounded(at.x), y: rounded(at.y) }
      run()
    },
    close() {
      clock.clearTimer(timer)
      if (said && canSay())
        say({ at: null })
      said = wanted = null
    },
  }
}

/** A thousandth of a column is a third of a pixel. */
function rounded(fraction: number): number {
  return Math.round(Math.min(1, Math.max(0, fraction)) * 1_000) / 1_000
}

function isSame(a: CursorPlace, b: CursorPlace): boolean {
  return a === b || (a !== null && b !== null && a.columnId === b.columnId && a.matterId === b.matterId && a.x === b.x && a.y === b.y)
}
