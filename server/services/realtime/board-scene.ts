import type { AccessTransition, BoardRecord, ChangeEntry, ColumnRecord, MatterAccess, MatterRecord, MemberRecord, MutationClientRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { MAX_OPS } from '#server/services/reader-delta.ts'
import { mattersOfClients } from '#server/services/reader-members.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'

/** A board as one consistent read finds it, with all that happened above `base`: enough to tell the news to every socket at or above it. */
export interface BoardScene {
  board: BoardRecord
  /** Never below the board's floor. */
  base: number
  /** Newest first. */
  changes: readonly ChangeEntry[]
  /** Oldest first. */
  transitions: ReadonlyMap<MemberId, readonly AccessTransition[]>
  /** What decides who sees the matters that changed, tombstones too. */
  access: ReadonlyMap<MatterId, MatterAccess>
  /** Their rows; null when they are too many for a delta (rule R3). */
  rows: ReadonlyMap<MatterId, MatterRecord> | null
  /** Null while none changed. */
  columns: readonly ColumnRecord[] | null
  /** Null when neither they changed nor a client is to be told of any. */
  members: readonly MemberRecord[] | null
  /** Clients who may have something to hear, and what they see between them. */
  clients: ReadonlySet<MemberId>
  clientMatters: readonly MatterRecord[]
  /** How far the outboxes have come that wrote (rule M4). */
  outboxes: ReadonlyMap<string, MutationClientRecord>
  /** By matter: who was taken off it, in which version. */
  unassigned: ReadonlyMap<MatterId, readonly { version: number, memberIds: ReadonlySet<MemberId> }[]>
}

/** What is worth reading, because somebody here asks for it. */
export interface SceneWishes {
  /** Readers who are clients. */
  clients: readonly Actor[]
  /** Whether anybody waits for what is urgent to them. */
  isUrgency: boolean
}

/** Reads what happened on a board above `base`; null when there is no such board. */
export async function readScene(repository: Repository, boardId: string, base: number, wishes: SceneWishes): Promise<BoardScene | null> {
  return await repository.consistentRead(async (stores) => {
    const board = await stores.boards.find(boardId)
    return board && await readAbove(stores, board, Math.max(base, board.floor), wishes)
  })
}

async function readAbove(stores: Stores, board: BoardRecord, base: number, wishes: SceneWishes): Promise<BoardScene> {
  const isQuiet = board.version <= base
  const changes = isQuiet ? [] : await stores.log.changesAfter(board.id, base)
  const transitions = isQuiet ? [] : await stores.log.transitionsAfter(board.id, base)
  const ids = [...new Set(changes.flatMap(({ matterId }) => matterId ?? []))]
  const rows = ids.length <= MAX_OPS ? byId(await stores.matters.findMany(ids)) : null
  const access = rows ?? byId(await stores.matters.accessOf(ids))
  const clients = concerned(wishes.clients, changes, transitions, access)
  return {
    board,
    base,
    changes: changes.toReversed(),
    transitions: Map.groupBy(transitions, ({ memberId }) => memberId),
    access,
    rows,
    columns: board.columnsVersion > base ? await stores.boards.columns(board.id) : null,
    members: board.membersVersion > base || clients.length > 0 ? await stores.accounts.listMembers() : null,
    clients: new Set(clients.map(({ id }) => id)),
    clientMatters: clients.length > 0 ? await mattersOfClients(stores, clients, board.id) : [],
    outboxes: await readOutboxes(stores, board.id, changes),
    unassigned: wishes.isUrgency && rows ? await readUnassigned(stores, changes, rows, base) : new Map(),
  }
}

/** The clients who may have something to hear: whom they know of follows from all that is on their matters. */
function concerned(
  clients: readonly Actor[], changes: readonly ChangeEntry[], transitions: readonly AccessTransition[], access: ReadonlyMap<MatterId, MatterAccess>,
): readonly Actor[] {
  if (clients.length === 0 || changes.some(({ matterId }) => matterId === null))
    return clients
  const named = new Set([
    ...changes.map(({ by }) => by),
    ...transitions.map(({ memberId }) => memberId),
    ...[...access.values()].flatMap(({ clientMemberIds }) => clientMemberIds),
  ])
  return clients.filter(({ id }) => named.has(id))
}

function byId<Row extends { id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map(row => [row.id, row]))
}

async function readOutboxes(stores: Stores, boardId: string, changes: readonly ChangeEntry[]): Promise<BoardScene['outboxes']> {
  const found = new Map<string, MutationClientRecord>()
  for (const cid of new Set(changes.flatMap(entry => entry.cid ?? []))) {
    const client = await stores.mutations.findClient(boardId, cid)
    if (client)
      found.set(cid, client)
  }
  return found
}

/** Who was assigned before a change and isn't after it stands in the history alone. */
async function readUnassigned(stores: Stores, changes: readonly ChangeEntry[], rows: ReadonlyMap<MatterId, MatterRecord>, base: number): Promise<BoardScene['unassigned']> {
  const found = new Map<MatterId, { version: number, memberIds: Set<MemberId> }[]>()
  for (const { matterId, version } of changes) {
    if (matterId === null || (rows.get(matterId)?.fieldVersions.assignments?.v ?? 0) <= base)
      continue
    const step = await stores.activity.findByVersion(matterId, version)
    const change = step?.fields.assignments as { old: unknown, new: unknown } | undefined
    const after = new Set(memberIdsOf(change?.new))
    const memberIds = new Set(memberIdsOf(change?.old).filter(id => !after.has(id)))
    if (memberIds.size > 0)
      found.set(matterId, [...found.get(matterId) ?? [], { version, memberIds }])
  }
  return found
}

function memberIdsOf(assignments: unknown): MemberId[] {
  return Array.isArray(assignments) ? assignments.map(({ memberId }: { memberId: MemberId }) => memberId) : []
}
