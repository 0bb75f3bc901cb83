import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { Clock } from './clock.ts'
import { emptyAnswer } from './empty-answer.ts'
import type { BoardPosition } from './transport.ts'

/** So many resets in so long, and the socket is left without a place for the rest of it: the reader is polled (rule T6). */
const RESET_LIMIT = 3
const RESET_WINDOW_MS = 60_000

/** A place to ask from. */
export type ReadPosition = BoardPosition & { epoch: string }

export interface SocketPlaceOptions {
  clock: Clock
  /** An answer that took longer isn't waited for. */
  answerMs: number
  /** Some news are held back, so that no frame says that all are here. */
  urgent: boolean
  /** Where the reader stands just now. */
  position: () => BoardPosition
  /** Asks what is new since; the answer is handed on as news. */
  ask: (mine: ReadPosition) => void
  /** Tells the reader a sign of life, or a gap. */
  onAnswer: (answer: UpdatesAnswer) => void
}

/** From where the server goes on for this reader, and whether that is where they stand. */
export interface SocketPlace {
  /** The server goes on from somewhere: not after a `reset`. */
  readonly isKnown: boolean
  /** The server was asked about this outbox. */
  asked: (cid: string) => void
  /** The server has answered. */
  answered: () => void
  /** It goes on from here. */
  set: (epoch: string, version: number) => void
  /** It goes on from nowhere. */
  lose: () => void
  /** It says by the way where the reader stands for it; `isAsking` when that is being settled already. */
  check: (epoch: string, version: number, isAsking: boolean) => void
  /** Asks, unless it goes on from just where the reader stands. */
  align: () => void
  /** The rows are right as of now, unless the reader stands before that. */
  confirm: (epoch: string, version: number) => void
  /** Makes the reader ask by another way. */
  gap: () => void
}

export function createSocketPlace({ clock, answerMs, urgent, position, ask, onAnswer }: SocketPlaceOptions): SocketPlace {
  let place: { epoch: string, version: number } | null = null
  /** The outbox that the server knows of. */
  let cid = ''
  /** When it asked of its own accord; null once anything was answered. */
  let askedAt: number | null = null
  let resets: number[] = []

  function askFrom({ epoch, ...rest }: BoardPosition): void {
    if (epoch === null)
      return
    askedAt = clock.now()
    ask({ epoch, ...rest })
  }

  function isAt(mine: BoardPosition): boolean {
    return place !== null && place.epoch === mine.epoch && place.version === mine.version && cid === mine.cid
  }

  function goesInCircles(): boolean {
    return resets.length >= RESET_LIMIT && Math.abs(clock.now() - resets[0]!) < RESET_WINDOW_MS
  }

  /** Beyond the reader, something got lost (rule S3); before, the server wasn't told of what came by another way. */
  function check(epoch: string, version: number, isAsking: boolean): void {
    if (!place)
      return
    place = { epoch, version }
    if (isAsking || (askedAt !== null && clock.now() - askedAt < answerMs))
      return
    if (isAt(position()))
      confirm(epoch, version)
    else
      askFrom(position())
  }

  function confirm(epoch: string, version: number): void {
    const mine = position()
    if (!urgent && mine.epoch === epoch && mine.version >= version)
      onAnswer(emptyAnswer(epoch, mine.version))
  }

  /** Told as news from beyond the reader, which they can't go on to. */
  function gap(): void {
    const { epoch, version } = position()
    if (epoch !== null)
      onAnswer(emptyAnswer(epoch, version + 1))
  }

  return {
    get isKnown() { return place !== null },
    asked: (next) => { cid = next },
    answered: () => { askedAt = null },
    set: (epoch, version) => { place = { epoch, version } },
    lose() {
      place = null
      resets = [...resets.slice(1 - RESET_LIMIT), clock.now()]
    },
    check, confirm, gap,
    align() {
      const mine = position()
      if (!isAt(mine) && (place || !goesInCircles()))
        askFrom(mine)
    },
  }
}
