import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { Clock, Timer } from './clock.ts'
import { emptyAnswer } from './empty-answer.ts'
import type { LeaderReport } from './tab-messages.ts'
import type { BoardPosition } from './transport.ts'

/** News that were just passed on are taken in within this time. */
const LAG_MS = 500

/** Who was sent to ask isn't sent again before, in milliseconds; for the same news not before the second time has passed. */
const ASK_EVERY_MS = 500
const ASK_AGAIN_MS = 5_000

export interface TabPlaceOptions {
  clock: Clock
  /** Where this tab stands. */
  position: () => BoardPosition | null
  /** Tells news as if they had come from the server. */
  tell: (boardId: BoardId, answer: UpdatesAnswer) => void
}

/** Where a follower stands beside its leader. */
export interface TabPlace {
  /** Takes in where the leader is: this tab is right as of then, or something that was passed on got lost. */
  compare: (report: LeaderReport) => void
  /** Has this tab ask the server itself: there are news up to `version`. */
  ask: (epoch: string, version: number) => void
  /** Forgets the leader. */
  forget: () => void
}

/** Notices what a follower missed. A leader that is behind it, or knows nothing yet, says nothing. */
export function createTabPlace({ clock, position, tell }: TabPlaceOptions): TabPlace {
  let latest: LeaderReport | null = null
  /** Of what the leader was told before this tab listened, nobody here knows how long ago that was. */
  let rightAsOf: EpochMs | null = null
  let asked = { epoch: '', version: 0, at: -Infinity }
  let behindSince: EpochMs | null = null
  let lagTimer: Timer | null = null

  function compare(report: LeaderReport): void {
    latest = report
    const mine = position()
    if (!mine || mine.epoch === null)
      return
    const theirs = report.position
    if (isBehind(mine, theirs)) {
      behindSince ??= clock.now()
      lagTimer ??= clock.setTimer(lookAgain, LAG_MS)
      // The timers of a hidden tab may be very late.
      if (Math.abs(clock.now() - behindSince) >= LAG_MS)
        lookAgain()
      return
    }
    behindSince = null
    const isRight = report.asOf !== null && rightAsOf !== null && report.asOf > rightAsOf
    if (isRight && mine.epoch === theirs.epoch && mine.version === theirs.version)
      tell(mine.boardId, emptyAnswer(mine.epoch, mine.version))
    rightAsOf = Math.max(rightAsOf ?? -Infinity, report.asOf ?? -Infinity)
  }

  function lookAgain(): void {
    clock.clearTimer(lagTimer)
    lagTimer = null
    const mine = position()
    if (mine && latest && mine.epoch !== null && isBehind(mine, latest.position))
      ask(latest.position.epoch!, latest.position.version)
  }

  /** An answer from above is a gap, which the rows' owner closes by asking (rule C3). */
  function ask(epoch: string, version: number): void {
    const mine = position()
    const isSame = asked.epoch === epoch && asked.version === version
    // The clock may have been set back.
    const isTooSoon = Math.abs(clock.now() - asked.at) < (isSame ? ASK_AGAIN_MS : ASK_EVERY_MS)
    if (!mine || isTooSoon || (mine.epoch === epoch && mine.version >= version))
      return
    asked = { epoch, version, at: clock.now() }
    tell(mine.boardId, emptyAnswer(mine.epoch ?? epoch, mine.epoch === epoch ? version : mine.version + 1))
  }

  function forget(): void {
    latest = null
    rightAsOf = null
    behindSince = null
    asked = { epoch: '', version: 0, at: -Infinity }
    clock.clearTimer(lagTimer)
    lagTimer = null
  }

  return { compare, ask, forget }
}

function isBehind(mine: BoardPosition, theirs: BoardPosition): boolean {
  return theirs.epoch !== null && (mine.epoch !== theirs.epoch || mine.version < theirs.version)
}
