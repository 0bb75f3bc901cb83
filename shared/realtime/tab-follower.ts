import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { Clock } from './clock.ts'
import type { BoardEventSource } from './derive-events.ts'
import type { LeaderNews, LeaderReport } from './tab-messages.ts'
import { createTabPlace } from './tab-place.ts'
import type { BoardPosition, TransportEvent } from './transport.ts'
import type { TransportEmitter } from './transport-events.ts'

export interface TabFollowerOptions {
  clock: Clock
  /** Where this tab stands; null without a board. */
  position: () => BoardPosition | null
  /** The personal tag that this page has. */
  own: () => PersonalTag | null
  tell: TransportEmitter['tell']
  /** Tells what changed, by the news. */
  source: BoardEventSource
  /** Whether it wasn't told before. */
  isNew: (event: TransportEvent, data: unknown) => boolean
}

/** What a follower makes of its leader's words. */
export interface TabFollower {
  /** How the leader last said that things stand; null while none was heard. */
  readonly report: LeaderReport | null
  /** Takes a beat; true when the link stands differently. */
  takeReport: (report: LeaderReport) => boolean
  /** Tells news as if they had come from the server. */
  takeNews: (news: LeaderNews) => void
  /** What an earlier leader said about this tab's place doesn't count any more. */
  begin: () => void
  /** Forgets the leader. */
  forget: () => void
}

export function createTabFollower({ clock, position, own, tell, source, isNew }: TabFollowerOptions): TabFollower {
  let report: LeaderReport | null = null
  const place = createTabPlace({ clock, position, tell: (boardId, answer) => tell('updates', { boardId, answer }) })

  function takeReport(next: LeaderReport): boolean {
    const before = report
    report = next
    // A word of the leader's may have got lost. A page that is ahead of its leader isn't told at each beat.
    if (next.own !== null && next.own !== before?.own)
      owned(next.own)
    return before?.delivers !== next.delivers || JSON.stringify(before.connection) !== JSON.stringify(next.connection)
  }

  function owned(tag: PersonalTag): void {
    if (tag !== own())
      tell('personal', { tag })
  }

  function takeUpdates({ cid, answer }: Extract<LeaderNews, { kind: 'updates' }>): void {
    const mine = position()
    if (!mine)
      return
    // The acks are another outbox's (rule M4): this tab asks for its own.
    if (mine.cid !== cid)
      return place.ask(answer.epoch, answer.version)
    source.pushed(mine.boardId, answer)
    tell('updates', { boardId: mine.boardId, answer })
  }

  function takeNews(news: LeaderNews): void {
    switch (news.kind) {
      case 'updates': return takeUpdates(news)
      case 'event': return news.event === 'personal' ? owned(news.data.tag) : isNew(news.event, news.data) ? tell(news.event, news.data) : undefined
      case 'policy': return tell('policy', { transport: news.transport })
      default: return news satisfies never
    }
  }

  return {
    get report() { return report },
    takeReport(next) {
      const isDifferent = takeReport(next)
      place.compare(next)
      return isDifferent
    },
    takeNews,
    begin: place.forget,
    forget() {
      report = null
      place.forget()
    },
  }
}
