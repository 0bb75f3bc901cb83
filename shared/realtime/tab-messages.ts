import type { TransportKind } from '#shared/config/features.ts'
import { TRANSPORT_MODES } from '#shared/config/features.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { RealTimeEvent, RealTimeEvents } from '#shared/protocol/events.ts'
import { REAL_TIME_EVENTS } from '#shared/protocol/events.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import type { Connection } from './connection.ts'
import type { BoardPosition, Delivers } from './transport.ts'

/*
 * What the tabs of one browser say to each other (rules L1, L2). Plain data: it is copied from tab to tab.
 */

/** Another shape of these messages is another number; tabs of two numbers have a leader each. */
export const TAB_VERSION = 2

/** The lock and the channel of a member's tabs that have one board open. */
export function tabsName(memberId: string, boardId: string): string {
  return `aster-leader-${memberId}-${boardId}-${TAB_VERSION}`
}

/** Events that a leader passes on as they are; those of rows and of the link each tab derives from what else it hears. */
export const SHARED_EVENTS = REAL_TIME_EVENTS.filter(event => !/^(?:matter|column|comment|connection):/.test(event))

/** How things stand with the leader. */
export interface LeaderReport {
  position: BoardPosition
  /** When the server last said that these rows are right; null for never. */
  asOf: EpochMs | null
  connection: Connection
  delivers: Delivers
  lastConnected: EpochMs | null
  /** The personal tag of the leader's page; null while it has none. */
  own: PersonalTag | null
}

/** What came to the leader. */
export type LeaderNews
  /** `cid`: the outbox whose acks go along (rule M4). */
  = | { kind: 'updates', cid: string, answer: UpdatesAnswer }
    | { [Event in RealTimeEvent]: { kind: 'event', event: Event, data: RealTimeEvents[Event] } }[RealTimeEvent]
    | { kind: 'policy', transport: TransportKind }

/** What a follower wants of the leader: the news alone, proof that the link stands, or a new link. */
export type TabWish = 'nothing' | 'probe' | 'reconnect'

/** `term`: of a leader, its own; of any other tab, the highest that it knows of. */
export type TabMessage = { v: typeof TAB_VERSION, from: string, term: number } & (
  /** The leader is there. */
  | { kind: 'beat', isVisible: boolean, report: LeaderReport }
  | { kind: 'news', news: LeaderNews }
  /** A follower is there, looked at or not, with these matters open, and wants to see where others point or not. */
  | { kind: 'here', isVisible: boolean, focus: MatterId[], wantsCursors: boolean, wish: TabWish }
  /** Where the member points in a follower; the leader says so. */
  | { kind: 'point', data: CursorData }
  /** A leader was heard whose term is over. */
  | { kind: 'outdated' }
  /** This tab goes. */
  | { kind: 'leave' }
)

/** A message without who sends it. */
export type TabWord<Message = TabMessage> = Message extends unknown ? Omit<Message, 'v' | 'from' | 'term'> : never

type Plain = Record<string, unknown>

/** Whether it is a message of this version; anything else is to be ignored. */
export function isTabMessage(data: unknown): data is TabMessage {
  if (!isPlain(data) || data.v !== TAB_VERSION || typeof data.from !== 'string' || !Number.isFinite(data.term))
    return false
  switch (data.kind) {
    case 'beat': return typeof data.isVisible === 'boolean' && isReport(data.report)
    case 'news': return isNews(data.news)
    case 'here': return typeof data.isVisible === 'boolean' && isStrings(data.focus) && typeof data.wantsCursors === 'boolean' && ['nothing', 'probe', 'reconnect'].includes(data.wish as string)
    case 'point': return isPlain(data.data) && (data.data.at === null || isPlain(data.data.at))
    default: return data.kind === 'outdated' || data.kind === 'leave'
  }
}

function isReport(report: unknown): boolean {
  return isPlain(report)
    && isPlain(report.position) && isStrings([report.position.boardId, report.position.cid]) && Number.isFinite(report.position.version)
    && (report.position.epoch === null || typeof report.position.epoch === 'string')
    && isTime(report.asOf) && isTime(report.lastConnected) && (report.own === null || typeof report.own === 'string')
    && isPlain(report.connection) && typeof report.connection.state === 'string'
    && ['all', 'urgent', 'nothing'].includes(report.delivers as string)
}

function isNews(news: unknown): boolean {
  if (!isPlain(news))
    return false
  switch (news.kind) {
    case 'updates': return typeof news.cid === 'string' && isAnswer(news.answer)
    case 'event': return SHARED_EVENTS.includes(news.event as never) && isPlain(news.data)
    case 'policy': return [...TRANSPORT_MODES, 'off'].includes(news.transport as string)
    default: return false
  }
}

function isAnswer(answer: unknown): boolean {
  return isPlain(answer) && typeof answer.epoch === 'string' && Number.isFinite(answer.from) && Number.isFinite(answer.version)
    && Array.isArray(answer.matters) && isStrings(answer.deleted) && isPlain(answer.acks)
    && [answer.columns, answer.members].every(list => list === null || Array.isArray(list))
}

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(item => typeof item === 'string')
const isTime = (value: unknown): boolean => value === null || Number.isFinite(value)
