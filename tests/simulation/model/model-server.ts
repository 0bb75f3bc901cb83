import type { Column } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor, Member, MemberId, Role } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { MutationResult, MutationsAnswer, NumberedMutation } from '#shared/protocol/messages.ts'
import type { FieldOrigin } from '#shared/protocol/problems.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { digestRows } from '#shared/sync/digest.ts'
import type { KnownBoard, Server } from '../world/server.ts'
import type { Client, Era, StoredResult } from './era.ts'
import { firstEra, latest, memberAt, seenAt, valueAt } from './era.ts'
import { valueOf } from './model-conflicts.ts'
import { positionOf, readNews, readSnapshot, rowsOf } from './model-reads.ts'
import { write } from './model-writes.ts'

export interface ModelServerOptions {
  columns: readonly Column[]
  members: readonly Member[]
  now: () => number
  /** Ops beyond which only a full read is given (rule R3). */
  largest: number
}

/** A server in memory that keeps rules P, R, M, X and W as the protocol's document says them. */
export function createModelServer({ columns, members, now, largest }: ModelServerOptions): Server {
  let era: Era = firstEra(columns, members)
  let backup: Era = era
  let restores = 0
  const eras = new Map([[era.epoch, era]])
  const used = new Map<string, number>()
  const boards = new Map<string, KnownBoard>()
  const texts: string[] = []

  function become(next: Era): void {
    era = next
    eras.set(era.epoch, era)
  }

  function send(actor: Actor, cid: string, items: readonly NumberedMutation[]): MutationsAnswer {
    const results: MutationResult[] = []
    for (const item of items) {
      const client: Client = era.clients.get(cid) ?? { memberId: actor.id, last: 0, results: new Map() }
      if (client.memberId !== actor.id)
        throw new Fault('refused', { problem: { code: 'FORBIDDEN', message: 'the outbox is another member\'s' } })
      if (item.n <= client.last) {
        results.push(read(actor, item.n, client.results.get(item.n)!))
        continue
      }
      if (item.n > client.last + 1) {
        if (results.length > 0)
          break
        throw new Fault('refused', { problem: { code: 'ORDER', message: 'a number is missing', wanted: client.last + 1 } })
      }
      results.push(read(actor, item.n, carryOut(actor, cid, client, item)))
    }
    return { protocol: PROTOCOL_VERSION, cid, results }
  }

  /** One transaction: the change, its result and the number, or nothing (rule M2). */
  function carryOut(actor: Actor, cid: string, client: Client, item: NumberedMutation): StoredResult {
    const { n, ...mutation } = item
    const { era: written, result } = mutation.kind === 'void'
      ? { era, result: { matterId: null, status: 'ok' as const, version: 0, fields: [] } }
      : write(era, mutation, { actor, cid, n, at: now() })
    const results = new Map(client.results).set(n, result)
    become({ ...written, clients: new Map(written.clients).set(cid, { ...client, last: n, results }) })
    used.set(cid, Math.max(used.get(cid) ?? 0, n))
    if (mutation.kind !== 'void' && (result.status === 'ok' || result.status === 'merged'))
      texts.push(JSON.stringify(mutation.args))
    return result
  }

  /** A stored result as it is told: with what the reader may see today (rule M3). */
  function read(reader: Actor, n: number, { status, version, code, field, allowed, fields, matterId }: StoredResult): MutationResult {
    const row = matterId === null ? null : seenAt(era, reader, matterId, era.version)
    const result: MutationResult = { n, status, version, ...(code && { code }), ...(field && { field }), ...(allowed && { allowed }) }
    if (fields.length === 0)
      return result
    if (!row)
      return status === 'conflict' ? { n, status: 'gone', version: 0, code: 'MATTER_GONE' } : result
    const origins = fields.map((name): FieldOrigin => {
      const last = row.fieldVersions[name as 'title'] ?? row.fieldVersions[name.split('/')[0] as 'title']
      return { field: name as 'title', version: last?.v ?? row.version, by: last?.by ?? row.updatedBy, at: last?.at ?? row.updatedAt }
    })
    return status === 'conflict'
      ? { ...result, conflicts: origins.map(origin => ({ ...origin, value: valueOf(row, origin.field) })) }
      : { ...result, others: origins }
  }

  function commit(actor: Actor, mutation: Mutation): MutationResult | null {
    const { era: written, result } = write(era, mutation, { actor, cid: null, n: null, at: now() })
    become(written)
    const isDone = result.status === 'ok' || result.status === 'merged'
    return isDone ? { n: 0, status: result.status, version: result.version } : null
  }

  /** A change of the board itself, which everyone may see. */
  function changeBoard(change: (version: number) => Partial<Era>): void {
    const version = era.version + 1
    const positions = new Map([...latest(era.members).keys()].map(id => [id, version]))
    become({ ...era, version, positions, ...change(version) })
  }

  function setRole(id: MemberId, role: Role): void {
    changeBoard(v => ({
      membersVersion: v,
      members: [...era.members, { v, value: new Map(latest(era.members)).set(id, { ...latest(era.members).get(id)!, role }) }],
    }))
  }

  function boardAt(epoch: string, version: number, memberId: MemberId): KnownBoard | null {
    const then = eras.get(epoch)
    const reader = then && valueAt(then.members, version)?.get(memberId)
    if (!then || !reader)
      return null
    const key = `${epoch} ${version} ${memberId}`
    const known = boards.get(key)
    if (known)
      return known
    const rows = new Map([...then.rows.keys()].flatMap((id) => {
      const row = seenAt(then, reader, id, version)
      return row ? [[id, row] as const] : []
    }))
    const board = { rows, columns: valueAt(then.columns, version)! }
    boards.set(key, board)
    return board
  }

  return {
    epoch: () => era.epoch,
    pull: (reader, position) => position.epoch === null
      ? { kind: 'snapshot', answer: readSnapshot(era, reader, position.cid, now()) }
      : readNews(era, reader, position, largest),
    send,
    compare: (reader, { epoch, version, digest }) => ({
      same: epoch === era.epoch && version === positionOf(era, reader) ? digest === digestRows(rowsOf(era, reader)) : null,
    }),
    commit,
    setRole,
    renameColumn: (id, name) => changeBoard(v => ({
      columnsVersion: v,
      columns: [...era.columns, { v, value: latest(era.columns).map(column => column.id === id ? { ...column, name: { en: name, ja: name } } : column) }],
    })),
    prune: () => become({ ...era, floor: era.version }),
    backUp() {
      backup = era
    },
    restore() {
      restores++
      become({ ...backup, epoch: `epoch-${restores + 1}` })
    },
    // All that this server knows is in its era: what a real process forgets is only its hub.
    restart() {},
    member: id => memberAt(era, id, era.version),
    snapshot: reader => readSnapshot(era, reader, null, now()),
    hiddenFrom(reader): MatterId[] {
      const me = memberAt(era, reader.id, era.version)
      return [...era.rows].flatMap(([id, history]) => {
        const row = latest(history)
        return row && canSee(me, row) ? [] : [id]
      })
    },
    effects: () => era.effects,
    truth: {
      boardAt,
      wasUsed: (cid, n) => n <= (used.get(cid) ?? 0),
      wasWritten: text => texts.some(written => written.includes(text)),
    },
  }
}
