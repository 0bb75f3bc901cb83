import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Clock } from './clock.ts'
import type { BoardEventSource } from './derive-events.ts'
import type { TabElection } from './tab-leader.ts'
import type { LeaderNews } from './tab-messages.ts'
import { SHARED_EVENTS } from './tab-messages.ts'
import type { BoardPosition, PullOutcome, RealTimeTransport, TransportEvent, TransportEvents } from './transport.ts'
import type { TransportEmitter } from './transport-events.ts'

export interface TabPassingOptions {
  /** The link of this tab. */
  link: RealTimeTransport
  clock: Clock
  tell: TransportEmitter['tell']
  /** Tells what changed, by the news. */
  source: BoardEventSource
  /** Where this tab stands; null without a board. */
  position: () => BoardPosition | null
  /** This tab's part among the others; null while it has none. */
  election: () => Pick<TabElection, 'role' | 'share' | 'wantsCursorsElsewhere'> | null
  /** Whether this tab wants to hear of it. */
  isWanted: (event: TransportEvent) => boolean
  /** Whether it wasn't told before. */
  isNew: (event: TransportEvent, data: unknown) => boolean
}

/** What comes by a tab's own link: it is told here, and a leader passes it on. */
export interface TabPassing {
  /** When the server last said that the rows of this tab are right; null for not since it began. */
  readonly asOf: EpochMs | null
  /** Begins anew. */
  begin: () => void
  /** Asks by the link. */
  pull: RealTimeTransport['pull']
}

export function createTabPassing(options: TabPassingOptions): TabPassing {
  const { link, clock, tell, source, election, isWanted, isNew } = options
  let asOf: EpochMs | null = null

  /** A board in the background, whose changes are still sent, has no news to tell. */
  function isOpenBoard(boardId: BoardId): boolean {
    const mine = options.position()
    return mine === null || mine.boardId === boardId
  }

  link.on('updates', ({ boardId, answer }) => {
    const mine = options.position()
    if (isOpenBoard(boardId))
      source.pushed(boardId, answer)
    tell('updates', { boardId, answer })
    const others = election()
    if (mine?.boardId !== boardId || !others)
      return
    const isRight = answer.epoch === mine.epoch && answer.from === mine.version
    if (isRight)
      asOf = clock.now()
    // An empty answer is for this tab alone; the others hear by the next beat where it stands.
    if (answer.version > answer.from)
      others.share({ kind: 'updates', cid: mine.cid, answer })
  })

  link.on('policy', (data) => {
    tell('policy', data)
    election()?.share({ kind: 'policy', ...data })
  })

  for (const event of SHARED_EVENTS) {
    link.on(event, (data: TransportEvents[typeof event]) => {
      if (('boardId' in data && !isOpenBoard(data.boardId)) || !isNew(event, data))
        return
      if (isWanted(event))
        tell(event, data)
      const others = election()
      if (event !== 'cursor' || others?.wantsCursorsElsewhere())
        others?.share({ kind: 'event', event, data } as LeaderNews)
    })
  }

  async function pull(asked: BoardPosition, signal?: AbortSignal): Promise<PullOutcome> {
    const outcome = await link.pull(asked, signal)
    if (isOpenBoard(asked.boardId))
      source.pulled(asked.boardId, outcome)
    const others = election()
    if (others?.role === 'leader' && asked.boardId === options.position()?.boardId) {
      if (outcome.kind !== 'reset')
        asOf = clock.now()
      if (outcome.kind === 'updates' && outcome.answer.version > outcome.answer.from)
        others.share({ kind: 'updates', cid: asked.cid, answer: outcome.answer })
    }
    return outcome
  }

  return {
    get asOf() { return asOf },
    begin: () => { asOf = null },
    pull,
  }
}
