import type { MatterId } from '#shared/kanban/matter.ts'
import type { ActivityData, Place } from '#shared/protocol/presence.ts'
import type { Clock, Timer } from './clock.ts'

/** Where this tab is, without the tab. */
export type OwnPlace = Omit<Place, 'tab'>

export interface OwnPlaceOptions {
  /** Tells this tab from the member's others. */
  tab: string
  /** Says it to the others. */
  say: (data: ActivityData) => Promise<void>
  clock: Clock
}

/** Says where this tab is: what changes at once, what stays every 30 s, and never more than twice a second. */
export interface OwnPlaceTeller {
  /** Somebody is at a place until what this returns is called. What is edited or typed last counts before what is only open. */
  claim: (place: OwnPlace) => () => void
  /** A key was pressed in the comment of a matter; it lasts until `stopTyping`, or 5 s. */
  type: (matterId: MatterId) => void
  stopTyping: () => void
  /** Whether anything may be said at all; what was said before counts for nothing afterwards. */
  allow: (isAllowed: boolean) => void
  /** Whether somebody looks at this tab: else nothing is repeated, and what was said runs out where it was heard. */
  attend: (isLooking: boolean) => void
  /** Says it again: it may have got lost. */
  repeat: () => void
  /** The last word of a tab; null when nothing is to be taken back. Says nothing more until something changes. */
  leave: () => ActivityData | null
  close: () => void
}

const BEAT_MS = 30_000
const GAP_MS = 500
const TYPING_LASTS_MS = 5_000
/** What couldn't be said is said again so much later, once; then with the beat. */
const RETRY_MS = 5_000

const ON_BOARD: OwnPlace = { matterId: null, action: 'viewing' }

export function createOwnPlace({ tab, say, clock }: OwnPlaceOptions): OwnPlaceTeller {
  /** In the order in which they began. */
  const claims = new Set<OwnPlace>()
  let said: OwnPlace | null = null
  let saidAt = -Infinity
  let failures = 0
  let isAllowed = false
  let isLooking = false
  let timer: Timer = null
  let stopTypingAt: { claim: () => void, matterId: MatterId, timer: Timer } | null = null

  function current(): OwnPlace {
    const all = [...claims]
    return all.findLast(({ action }) => action !== 'viewing') ?? all.at(-1) ?? ON_BOARD
  }

  /** Says what is due now, and waits for what is due later. */
  function run(): void {
    clock.clearTimer(timer)
    timer = null
    if (!isAllowed || !isLooking)
      return
    const due = dueAt(current())
    if (due === null)
      return
    if (due <= clock.now())
      tell(current())
    else
      timer = clock.setTimer(run, due - clock.now())
  }

  /** Who is on the board alone needs no word: their lease says it. Only where they were elsewhere before it has to be said, once. */
  function dueAt(place: OwnPlace): number | null {
    if (!isSame(place, said ?? ON_BOARD))
      return saidAt + GAP_MS
    return failures === 1 ? saidAt + RETRY_MS : place.matterId === null ? null : saidAt + BEAT_MS
  }

  function tell(place: OwnPlace): void {
    said = place
    saidAt = clock.now()
    // Nobody is told that it failed: it is said again.
    say({ tab, ...place }).then(() => failures = 0, () => {
      failures++
      run()
    })
    run()
  }

  function claim(place: OwnPlace): () => void {
    const own = { ...place }
    claims.add(own)
    run()
    return () => {
      claims.delete(own)
      run()
    }
  }

  function stopTyping(): void {
    const stopped = stopTypingAt
    stopTypingAt = null
    clock.clearTimer(stopped?.timer ?? null)
    stopped?.claim()
  }

  return {
    claim,
    type(matterId) {
      if (stopTypingAt?.matterId !== matterId) {
        stopTyping()
        stopTypingAt = { claim: claim({ matterId, action: 'typing' }), matterId, timer: null }
      }
      clock.clearTimer(stopTypingAt!.timer)
      stopTypingAt!.timer = clock.setTimer(stopTyping, TYPING_LASTS_MS)
    },
    stopTyping,
    allow(next) {
      if (isAllowed === next)
        return
      isAllowed = next
      said = null
      run()
    },
    attend(next) {
      isLooking = next
      run()
    },
    repeat() {
      if (said?.matterId != null)
        said = null
      run()
    },
    leave() {
      const last = isAllowed ? said : null
      said = null
      saidAt = clock.now()
      clock.clearTimer(timer)
      timer = null
      return last && { tab, matterId: last.matterId, action: 'gone' }
    },
    close() {
      stopTyping()
      claims.clear()
      isAllowed = false
      clock.clearTimer(timer)
      timer = null
    },
  }
}

function isSame(a: OwnPlace, b: OwnPlace): boolean {
  return a.matterId === b.matterId && a.action === b.action && a.field === b.field
}
