import { applyMutation, moveStateOf } from '#shared/kanban/apply-mutation.ts'
import type { MoveState, MutationContext } from '#shared/kanban/apply-mutation.ts'
import type { Board } from '#shared/kanban/board.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import type { Matter, MatterField, MatterId } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { compareRank } from '#shared/kanban/rank.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { MatterOp, MutationAnswer, ResetAnswer, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { BoardPosition } from '#shared/realtime/transport.ts'
import { findConflicts } from '#shared/sync/conflict.ts'
import { TIME_ZONE } from '../helpers/builders.ts'

interface Stored {
  version: number
  matterId: MatterId
}

/** A server in memory that keeps rules P, R and M, around the real `applyMutation`. */
export interface ModelServer {
  readonly version: number
  snapshot: (reader: Member) => SnapshotAnswer
  updates: (reader: Member, position: BoardPosition) => UpdatesAnswer | ResetAnswer | null
  commit: (actor: Member, mutation: Mutation, key: string) => MutationAnswer
  /** Forgets the log up to now. */
  prune: () => void
  /** Takes a new epoch, as after a restore. */
  renew: () => void
  /** How often the mutation under a key was applied. */
  applied: (key: string) => number
}

/** @param options.forgetsKeys a planted bug: a request that comes twice is done twice */
export function createModelServer(board: Board, members: readonly Member[], now: () => number, options: { forgetsKeys?: boolean } = {}): ModelServer {
  const rows = new Map<MatterId, Matter>()
  const stored = new Map<string, Stored>()
  const counts = new Map<string, number>()
  const ownMoves = new Map<string, { by: MemberId, before: MoveState }>()
  let log: { v: number, matterId: MatterId }[] = []
  let access: { v: number, memberId: MemberId, matterId: MatterId, visible: boolean }[] = []
  let epoch = 1
  let version = 1
  let floor = 1

  function contextOf(actor: Member): MutationContext {
    return {
      board,
      actor,
      now: now(),
      today: dateInZone(now(), TIME_ZONE),
      findMember: id => members.find(member => member.id === id),
      matterRanks: columnId => [...rows.values()].filter(row => row.columnId === columnId).sort(compareRank)
        .map(row => ({ id: row.id, rank: row.rank, visible: canSee(actor, row) && !row.archived })),
      nextCaseNumber: () => `2026-CV-${String(rows.size + 1).padStart(4, '0')}-${version}`,
      findOwnMove: (id, v) => {
        const move = ownMoves.get(`${id}:${v}`)
        return move?.by === actor.id ? move.before : null
      },
    }
  }

  function commit(actor: Member, mutation: Mutation, key: string): MutationAnswer {
    const known = options.forgetsKeys ? undefined : stored.get(`${actor.id}:${key}`)
    if (known)
      return { version: known.version, matter: seen(actor, known.matterId) }
    const before = rows.get(mutation.id) ?? null
    if (mutation.kind !== 'create' && !(before && canSee(actor, before)))
      throw refusal('MATTER_GONE')
    if (mutation.kind === 'create' && before)
      throw refusal('ID_TAKEN')
    const result = applyMutation(before, mutation, contextOf(actor))
    if (!result.ok)
      throw refusal(result.refusal.code)
    const asked = result.deleted ? Object.keys(mutation.base ?? {}) as MatterField[] : result.changed
    if (before && findConflicts(before, result.matter, asked, mutation.base).length > 0)
      throw refusal('CONFLICT')
    if (result.deleted || result.changed.length > 0)
      write(actor, mutation, before, result.deleted ? null : result.matter, result.changed)
    stored.set(`${actor.id}:${key}`, { version, matterId: mutation.id })
    counts.set(key, (counts.get(key) ?? 0) + 1)
    return { version, matter: seen(actor, mutation.id) }
  }

  function write(actor: Member, mutation: Mutation, before: Matter | null, after: Matter | null, changed: readonly MatterField[]): void {
    version++
    const stamp = { v: version, cid: null, n: null, by: actor.id }
    if (after) {
      const fieldVersions = { ...after.fieldVersions, ...Object.fromEntries(changed.map(field => [field, stamp])) }
      rows.set(after.id, { ...after, version, fieldVersions })
    }
    else {
      rows.delete(mutation.id)
    }
    if (mutation.kind === 'move' && before && mutation.args.undoOf === undefined)
      ownMoves.set(`${mutation.id}:${version}`, { by: actor.id, before: moveStateOf(before) })
    log.push({ v: version, matterId: mutation.id })
    for (const member of members) {
      const [was, is] = [before !== null && canSee(member, before), after !== null && canSee(member, after)]
      if (was !== is)
        access.push({ v: version, memberId: member.id, matterId: mutation.id, visible: is })
    }
  }

  function seen(reader: Member, id: MatterId): Matter | null {
    const row = rows.get(id)
    return row && canSee(reader, row) ? structuredClone(row) : null
  }

  function snapshot(reader: Member): SnapshotAnswer {
    return structuredClone({
      protocol: 1, epoch: `e${epoch}`, version, board: { id: board.id, name: board.name }, columns: board.columns,
      matters: [...rows.values()].filter(row => canSee(reader, row)), members: [...members], acks: {}, now: now(), timeZone: TIME_ZONE,
    })
  }

  function updates(reader: Member, { epoch: asked, version: from }: BoardPosition): UpdatesAnswer | ResetAnswer | null {
    if (asked !== `e${epoch}`)
      return { reset: 'epoch' }
    if (from > version)
      return { reset: 'ahead' }
    if (from < floor)
      return { reset: 'pruned' }
    if (from === version)
      return null
    const ids = new Set(log.filter(({ v }) => v > from).map(({ matterId }) => matterId))
    const matters: MatterOp[] = []
    const deleted: MatterId[] = []
    for (const id of ids) {
      const row = seen(reader, id)
      const turn = access.find(entry => entry.v > from && entry.memberId === reader.id && entry.matterId === id)
      const wasVisible = turn ? !turn.visible : row !== null
      if (row && wasVisible)
        matters.push({ op: 'set', id, fields: newerFields(row, from) })
      else if (row)
        matters.push({ op: 'put', id, matter: row })
      else if (wasVisible)
        deleted.push(id)
    }
    return { protocol: 1, epoch: `e${epoch}`, from, version, matters, columns: null, members: null, deleted, acks: {}, next: 5_000 }
  }

  return {
    get version() { return version },
    snapshot, updates, commit,
    prune() {
      floor = version
      log = []
      access = []
    },
    renew() {
      epoch++
    },
    applied: key => counts.get(key) ?? 0,
  }
}

/** What a `set` carries (rule R2). */
function newerFields(row: Matter, from: number): Partial<Matter> {
  const newer = MATTER_FIELDS.filter(field => (row.fieldVersions[field]?.v ?? 0) > from)
  return {
    ...Object.fromEntries(newer.map(field => [field, row[field]])),
    version: row.version, updatedAt: row.updatedAt, updatedBy: row.updatedBy, fieldVersions: row.fieldVersions,
  }
}

function refusal(code: 'MATTER_GONE' | 'ID_TAKEN' | 'CONFLICT' | string): Fault {
  return new Fault('refused', { problem: { code: code as 'CONFLICT', message: code } })
}
