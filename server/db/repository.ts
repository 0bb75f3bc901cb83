import type { ActivityKind } from '#shared/kanban/activity.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import type { NotificationType, Preferences } from '#shared/protocol/preferences.ts'
import type {
  AccessEntry, AccessTransition, ActivityRecord, AwarenessRecord, BoardHead, BoardRecord, ChangeEntry, ColumnRecord, CommentRecord, ExternalKey, FirmSettings,
  IdempotencyRecord, ImportBaseline, ImportChange, ImportPatch, ImportRecord, ImportRow, ImportSource, MatterAccess, MatterDeadlines,
  MatterRank, MatterRecord, MemberPatch, MemberRecord, MutationClientRecord, MutationResultRecord, NewBoard, NewChange, NotificationRecord,
  SessionRecord, TransportRecord,
} from './records.ts'

/*
 * The port to the database. Services know these interfaces and the plain values of `records.ts`; one
 * Kysely implementation stands behind them for SQLite and PostgreSQL, held by one contract suite.
 */

/** The firm's own settings. */
export interface FirmStore {
  /** Null in a new database. */
  get(): Promise<FirmSettings | null>
  create(settings: FirmSettings): Promise<void>
  /** How news reach its browsers; in a new database all members follow the flag. */
  transport(): Promise<TransportRecord>
  setTransport(transport: TransportRecord): Promise<void>
  /** In a new database presence is on, notices are all shown and no maintenance is announced. */
  awareness(): Promise<AwarenessRecord>
  /** Moves the firm's counter on; answers it. */
  setAwareness(awareness: FirmAwareness): Promise<number>
  setGeneration(generation: string): Promise<void>
}

/** What is a member's own (docs/adr/0015-awareness.md). */
export interface PersonalStore {
  /** The member's counter; 0 of one who has nothing yet. */
  head(memberId: MemberId): Promise<number>
  /** Counters that are above 0, of all members. */
  heads(): Promise<{ memberId: MemberId, version: number }[]>
  /** Moves counters on under their locks, in one order for all callers; answers what they are now. */
  bump(memberIds: readonly MemberId[]): Promise<Map<MemberId, number>>
  /** Null of who never changed any. */
  preferences(memberId: MemberId): Promise<Preferences | null>
  /** Of those of these members who changed any. */
  preferencesOf(memberIds: readonly MemberId[]): Promise<Map<MemberId, Preferences>>
  setPreferences(memberId: MemberId, preferences: Preferences, at: EpochMs): Promise<void>
  /** When a member last looked at a board; null for never. */
  visit(memberId: MemberId, boardId: string): Promise<EpochMs | null>
  setVisit(memberId: MemberId, boardId: string, at: EpochMs): Promise<void>
}

/** Notifications and who follows what. */
export interface NotificationStore {
  /** Adds those whose key is new to their member, and answers those. */
  insert(records: readonly NotificationRecord[]): Promise<NotificationRecord[]>
  /** The unread and uncleared one of a key, to be counted up. */
  findUnread(memberId: MemberId, dedupeKey: string): Promise<NotificationRecord | null>
  /** Which of these keys these members have, whatever became of what they were told. */
  toldKeys(memberIds: readonly MemberId[], dedupeKeys: readonly string[]): Promise<Pick<NotificationRecord, 'memberId' | 'dedupeKey'>[]>
  /** Replaces what may change of one: key, version, actor, time, data, marks. */
  update(record: NotificationRecord): Promise<void>
  find(memberId: MemberId, ids: readonly string[]): Promise<NotificationRecord[]>
  /** Newest first, without the cleared. `before`: those earlier than this one. */
  list(memberId: MemberId, page: { before?: Pick<NotificationRecord, 'at' | 'id'>, type?: NotificationType, unread?: boolean, limit: number }): Promise<NotificationRecord[]>
  /** All that came or changed above a version, cleared ones too, newest first. */
  changedSince(memberId: MemberId, version: number, limit: number): Promise<NotificationRecord[]>
  /** Unread and uncleared ones, as ids of their matters, so that hidden ones needn't be counted. */
  unread(memberId: MemberId): Promise<Pick<NotificationRecord, 'id' | 'matterId'>[]>
  /** Marks those of these (without ids, all) that aren't yet and came no later than `upTo`; answers how many that were. What counts up gives its key away. */
  markRead(memberId: MemberId, at: EpochMs, version: number, ids?: readonly string[], upTo?: EpochMs): Promise<number>
  /** Marks those of these that were read and not cleared as unread. The newest of each key counts up again, unless another one does. */
  markUnread(memberId: MemberId, version: number, ids: readonly string[]): Promise<void>
  /** Clears these, or without ids all that were read; answers how many that were. What counts up gives its key away. */
  clear(memberId: MemberId, at: EpochMs, version: number, ids?: readonly string[], upTo?: EpochMs): Promise<number>
  /** Forgets what was read, was cleared, or came before these times. */
  prune(before: { read: EpochMs, cleared: EpochMs, all: EpochMs }): Promise<void>
  /** Who was told of these matters and didn't clear it, or follows them, in order of id. */
  toldOf(matterIds: readonly MatterId[]): Promise<MemberId[]>
  /** Of which matters a member was told and didn't clear it, each once. */
  mattersToldTo(memberId: MemberId): Promise<MatterId[]>
  /** Has these members' notifications of these matters be looked at again, as their counters now stand. */
  touch(versions: ReadonlyMap<MemberId, number>, matterIds: readonly MatterId[]): Promise<void>
  /** Clears everybody's notifications of a type whose keys are above one, but those of another key, as their counters now stand; their keys are free again. */
  withdraw(type: NotificationType, keys: { above: string, but: string | null }, at: EpochMs): Promise<void>
  /** Of matters (without ids, all) that are neither closed, archived nor deleted, those that have deadlines. */
  openDeadlines(matterIds?: readonly MatterId[]): Promise<MatterDeadlines[]>
  followersOf(matterId: MatterId): Promise<MemberId[]>
  followsAmong(matterIds: readonly MatterId[]): Promise<{ matterId: MatterId, memberId: MemberId }[]>
  followsOf(memberId: MemberId): Promise<MatterId[]>
  /** True when that changed something. */
  follow(memberId: MemberId, matterId: MatterId, at: EpochMs): Promise<boolean>
  unfollow(memberId: MemberId, matterId: MatterId): Promise<boolean>
}

/** Members, their passwords and their sessions. */
export interface AccountStore {
  /** Everyone, closed accounts too, in order of name. */
  listMembers(): Promise<MemberRecord[]>
  findMember(id: MemberId): Promise<MemberRecord | null>
  /** By address, however it is written (case, width, spaces around). */
  findMemberByEmail(email: string): Promise<MemberRecord | null>
  /** Throws `UniqueViolation` when the address is taken. */
  insertMember(member: MemberRecord): Promise<void>
  updateMember(id: MemberId, patch: MemberPatch): Promise<void>
  findPasswordHash(memberId: MemberId): Promise<string | null>
  setPasswordHash(memberId: MemberId, hash: string, at: EpochMs): Promise<void>
  insertSession(session: SessionRecord): Promise<void>
  findSession(id: string): Promise<SessionRecord | null>
  touchSession(id: string, seen: Pick<SessionRecord, 'lastSeenAt' | 'expiresAt'>): Promise<void>
  revokeSession(id: string, at: EpochMs): Promise<void>
  revokeSessionsOf(memberId: MemberId, at: EpochMs): Promise<void>
  /** Forgets sessions that ended before `before`. */
  deleteEndedSessions(before: EpochMs): Promise<void>
}

/** Boards and their columns. */
export interface BoardStore {
  /** In order of position. */
  list(): Promise<BoardRecord[]>
  find(id: string): Promise<BoardRecord | null>
  findDefault(): Promise<BoardRecord | null>
  /** The board that an earlier import of the same source made. */
  findByExternal(source: string, id: string): Promise<BoardRecord | null>
  insert(board: NewBoard, columns: readonly ColumnRecord[]): Promise<void>
  rename(id: string, name: string): Promise<void>
  /** Makes it the board where everybody lands, and no other. */
  setDefault(id: string): Promise<void>
  /**
   * Forgets a board without living matters and everything that ever was on it, a piece at a time; one
   * with matters stays. False while there is more to forget.
   */
  removeEmpty(id: string): Promise<boolean>
  /**
   * Takes the board's lock, held to the end of the transaction, as `takeVersion` does: one of the two is the
   * first statement of every writing transaction (rule P2). Null when there is no such board.
   */
  lock(id: string): Promise<BoardRecord | null>
  /** Takes the next version and with it the board's lock. Null when there is no such board. */
  takeVersion(id: string): Promise<BoardRecord | null>
  heads(): Promise<BoardHead[]>
  /** Makes every version that anybody holds worthless (rule P1). */
  setEpoch(id: string, epoch: string): Promise<void>
  /** In order of position. */
  columns(boardId: string): Promise<ColumnRecord[]>
  insertColumns(boardId: string, columns: readonly ColumnRecord[]): Promise<void>
  updateColumn(boardId: string, column: ColumnRecord): Promise<void>
  setColumnsVersion(id: string, version: number): Promise<void>
  setMembersVersion(id: string, version: number): Promise<void>
  setFloor(id: string, floor: number): Promise<void>
}

/** Matters and the sequences that number them. */
export interface MatterStore {
  /** Tombstones too. */
  find(id: MatterId): Promise<MatterRecord | null>
  findMany(ids: readonly MatterId[]): Promise<MatterRecord[]>
  /** Which board a matter is on; null when there never was such a matter. */
  findBoardId(id: MatterId): Promise<string | null>
  /** All that exist on a board, in no order. */
  listByBoard(boardId: string): Promise<MatterRecord[]>
  /** What decides who sees what is on a board, and who saw what was deleted above a version. */
  accessOnBoard(boardId: string, deletedAfter: number): Promise<MatterAccess[]>
  /** What decides who sees them, tombstones too. */
  accessOf(ids: readonly MatterId[]): Promise<MatterAccess[]>
  /** The matters of a column, in order. */
  ranksIn(columnId: string): Promise<MatterRank[]>
  countByBoard(boardId: string): Promise<number>
  /** Throws `UniqueViolation` when the id or the case number is taken. */
  insertMany(matters: readonly Matter[], createdVersion: number): Promise<void>
  /** Writes the whole row. Throws `UniqueViolation` when the case number is taken. */
  update(matter: Matter): Promise<void>
  markDeleted(id: MatterId, version: number, by: MemberId, at: EpochMs): Promise<void>
  /** Brings a deleted matter back as it was, from this version on. Throws `UniqueViolation` when its case number is taken meanwhile. */
  restore(id: MatterId, version: number, by: MemberId, at: EpochMs): Promise<void>
  /** Which of these numbers exist in the firm already; the answer is in normalised form. */
  takenCaseNumbers(caseNumbers: readonly string[]): Promise<Map<string, MatterId>>
  /** The next running number of a scope, `count` of them at once; answers the first. */
  takeNumbers(scope: string, count?: number): Promise<number>
}

/** Notes on matters. */
export interface CommentStore {
  /** Oldest first. */
  listByMatter(matterId: MatterId): Promise<CommentRecord[]>
  find(id: string): Promise<CommentRecord | null>
  /** Throws `UniqueViolation` when an id is taken. */
  insertMany(comments: readonly CommentRecord[]): Promise<void>
  update(id: string, body: string, editedAt: EpochMs): Promise<void>
  remove(id: string): Promise<void>
}

/** The two logs that readers replay (rule P4). */
export interface LogStore {
  appendChanges(boardId: string, version: number, changes: readonly NewChange[]): Promise<void>
  /** Entries above `after`, oldest first. */
  changesAfter(boardId: string, after: number): Promise<ChangeEntry[]>
  /** Entries above `after`, newest first, a page of them. */
  newestChanges(boardId: string, after: number, page: { offset: number, limit: number }): Promise<ChangeEntry[]>
  appendAccess(boardId: string, version: number, entries: readonly AccessEntry[]): Promise<void>
  /** One member's transitions above `after`, oldest first. */
  accessAfter(boardId: string, memberId: MemberId, after: number): Promise<AccessTransition[]>
  /** Everybody's transitions above `after`, oldest first. */
  transitionsAfter(boardId: string, after: number): Promise<AccessTransition[]>
  /**
   * Forgets entries older than `before` and beyond the newest `keep`, never splitting a version, and
   * raises the board's floor to the newest version that lost entries. Answers the floor.
   */
  prune(boardId: string, options: { before: EpochMs, keep: number }): Promise<number>
}

/** Which steps of a board are wanted; what isn't named doesn't matter. */
export interface ActivityPage {
  before?: Pick<ActivityRecord, 'version' | 'id'> | undefined
  after?: Pick<ActivityRecord, 'version' | 'id'> | undefined
  actorId?: MemberId | undefined
  kinds?: readonly ActivityKind[] | undefined
  matterId?: MatterId | undefined
  limit: number
}

/** The history of matters. */
export interface ActivityStore {
  append(records: readonly ActivityRecord[]): Promise<void>
  /** Newest first. */
  listByMatter(matterId: MatterId, limit: number): Promise<ActivityRecord[]>
  /** Newest first, by version and id, of a board. `before` and `after` leave those steps out themselves. */
  listByBoard(boardId: string, page: ActivityPage): Promise<ActivityRecord[]>
  /** How many steps of a board everybody else made since then, by matter and person: all that are newer than the newest that is as old as that. */
  countSince(boardId: string, at: EpochMs, but: MemberId): Promise<{ matterId: MatterId, actorId: MemberId, steps: number }[]>
  /** The step of a matter that made a version. */
  findByVersion(matterId: MatterId, version: number): Promise<ActivityRecord | null>
}

/** Answers to requests that may come twice. */
export interface IdempotencyStore {
  find(memberId: MemberId, key: string): Promise<IdempotencyRecord | null>
  insert(record: IdempotencyRecord): Promise<void>
  deleteBefore(at: EpochMs): Promise<void>
}

/** Outboxes and how their numbered mutations ended (rules M1–M3). Written under the board's lock. */
export interface MutationStore {
  findClient(boardId: string, cid: string): Promise<MutationClientRecord | null>
  /** How many outboxes a member began on a board at or after `since`. */
  countClients(boardId: string, memberId: MemberId, since: EpochMs): Promise<number>
  /** Throws `UniqueViolation` when the board knows it already. */
  insertClient(client: MutationClientRecord): Promise<void>
  /** Notes that `n` is the last number with a result. */
  advance(boardId: string, cid: string, n: number, at: EpochMs): Promise<void>
  /** Throws `UniqueViolation` when the number has a result already. */
  insertResult(record: MutationResultRecord): Promise<void>
  /** Null of a number that was never used, and of one whose result is forgotten. */
  findResult(boardId: string, cid: string, n: number): Promise<MutationResultRecord | null>
  /** Forgets results that were stored, and outboxes that last wrote, before these times. */
  prune(before: { results: EpochMs, clients: EpochMs }): Promise<void>
}

/** Imports, what became of their rows, and what they replaced. */
export interface ImportStore {
  insert(record: ImportRecord): Promise<void>
  find(id: string): Promise<ImportRecord | null>
  /** Newest first. */
  list(limit: number): Promise<ImportRecord[]>
  update(id: string, patch: ImportPatch): Promise<void>
  remove(id: string): Promise<void>
  insertRows(importId: string, rows: readonly ImportRow[]): Promise<void>
  /** In order of line; only those with one result, or all. */
  listRows(importId: string, page: { offset: number, limit: number, result?: ImportRow['result'] | undefined }): Promise<ImportRow[]>
  insertChanges(importId: string, changes: readonly ImportChange[]): Promise<void>
  /** The first `limit` of them, or all. */
  listChanges(importId: string, limit?: number): Promise<ImportChange[]>
  removeChanges(importId: string, matterIds: readonly MatterId[]): Promise<void>
  /** Keeps rows of a file, after those that are there. */
  insertSources(importId: string, sources: readonly ImportSource[]): Promise<void>
  /** In the order in which they came. */
  listSources(importId: string, page: { offset: number, limit: number }): Promise<ImportSource[]>
  /** A piece at a time; false while there are more. */
  removeSources(importId: string): Promise<boolean>
  insertBaselines(importId: string, boardId: string, baselines: readonly ImportBaseline[]): Promise<void>
  /** By reference, what the newest import of a board left; `before` leaves out that import and newer ones. */
  findBaselines(boardId: string, keys: readonly ExternalKey[], before?: string): Promise<ImportBaseline[]>
  listBaselines(importId: string, matterIds: readonly MatterId[]): Promise<ImportBaseline[]>
  removeBaselines(importId: string, matterIds: readonly MatterId[]): Promise<void>
}

/** Every store, all speaking through the same connection. */
export interface Stores {
  firm: FirmStore
  accounts: AccountStore
  boards: BoardStore
  matters: MatterStore
  comments: CommentStore
  log: LogStore
  activity: ActivityStore
  idempotency: IdempotencyStore
  mutations: MutationStore
  imports: ImportStore
  personal: PersonalStore
  notifications: NotificationStore
}

/** The database. Outside a transaction each call stands alone. */
export interface Repository extends Stores {
  readonly dialect: 'sqlite' | 'postgres'
  /**
   * All or nothing. `work` may run again from its start when the database asks for it (a deadlock, a
   * dropped connection), so it touches nothing but `stores`.
   */
  transaction<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result>
  /** Several reads of one and the same state (rule R1). */
  consistentRead<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result>
  /**
   * Holds a name against everybody else who works on this database, until it is let go of or the process ends; null
   * when somebody holds it.
   */
  claim(name: string): Promise<(() => Promise<void>) | null>
  /** Lets go of the connection and the lock. */
  close(): Promise<void>
}

/** A value that must be unique isn't. Which one, the caller finds out by looking. */
export class UniqueViolation extends Error {
  constructor(cause: unknown) {
    super('a unique value is taken', { cause })
    this.name = 'UniqueViolation'
  }
}

/** The firm can't open; `message` is the one line to print. */
export class StartupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StartupError'
  }
}

/** Another process holds the database. */
export class DatabaseHeld extends StartupError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DatabaseHeld'
  }
}
