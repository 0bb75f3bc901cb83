import type { MatterRecord } from '#server/db/records.ts'
import { MAX_OPS, MAX_OPS_CHARACTERS, matterOp, splitBySight } from '#server/services/reader-delta.ts'
import { knownMembers } from '#server/services/reader-members.ts'
import { newestKnown } from '#server/services/reader-position.ts'
import type { Sight } from '#server/services/reader-sight.ts'
import { createSight } from '#server/services/reader-sight.ts'
import { columnToWire } from '#server/services/wire.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { canSee, canSeeComments } from '#shared/kanban/visibility.ts'
import type { BoardScene } from './board-scene.ts'
import type { FrameBody } from './encode-frame.ts'
import { encodeBody } from './encode-frame.ts'
import type { Touched } from './urgency.ts'
import { isPressing } from './urgency.ts'

/** What a board's changes since a version are to a reader: as `readDelta` has it, for many at once. */
export type ClassNews
  /** Nothing that the reader may know of. */
  = | { kind: 'nothing' }
    /** Too much for a delta (rule R3). */
    | { kind: 'large' }
    /** More is needed than was read for all: this reader is to be read for by themselves. */
    | { kind: 'alone' }
    | { kind: 'news', version: number, body: FrameBody, touched: Touched }

/** Readers who see the same of what changed (rule W2). */
interface ReaderClass {
  reader: Actor
  sees: Sight
  /** By the version that they have. */
  news: Map<number, ClassNews>
}

const NOTHING: ClassNews = { kind: 'nothing' }

/**
 * Tells readers apart only where they may differ. Who sees a matter follows from the role and from being named on it; so
 * of all whom no change names, one of each role stands for the rest.
 */
export function createReaderClasses(scene: BoardScene): { newsFor: (reader: Actor, from: number) => ClassNews } {
  const { board, changes, access, rows } = scene
  const named = namesIn(scene)
  const classes = new Map<string, ReaderClass>()
  const bodies = new Map<string, FrameBody>()
  const ops = new Map<string, string>()
  const idsAfter = new Map<number, MatterId[]>()
  const once = <Value>(known: Map<string, Value>, key: string, make: () => Value): Value => {
    const value = known.get(key) ?? make()
    known.set(key, value)
    return value
  }
  const texts = new Map<string, string>()
  const columns = () => once(texts, 'columns', () => JSON.stringify((scene.columns ?? []).map(columnToWire)))
  const members = (reader: Actor, key: string) => once(texts, `members ${key}`, () =>
    JSON.stringify(knownMembers(reader, scene.members ?? [], scene.clientMatters.filter(matter => canSee(reader, matter)))))

  function classOf(reader: Actor): ReaderClass {
    const key = reader.role === 'CLIENT' || named.has(reader.id) ? `${reader.role} ${reader.id}` : reader.role
    return once(classes, key, () => ({ reader, sees: createSight(reader, access, scene.transitions.get(reader.id) ?? []), news: new Map() }))
  }

  function changedAfter(from: number): MatterId[] {
    let ids = idsAfter.get(from)
    if (!ids) {
      ids = [...new Set(changes.flatMap(({ matterId, version }) => version > from ? matterId ?? [] : []))]
      idsAfter.set(from, ids)
    }
    return ids
  }

  function opOf(reader: Actor, matter: MatterRecord, from: number | null): string {
    const key = `${matter.id} ${from} ${canSeeComments(reader)}`
    return once(ops, key, () => JSON.stringify(matterOp(reader, matter, from)))
  }

  /** The same for all who saw and see the same and are shown the same of it. */
  function bodyOf({ reader, sees }: ReaderClass, from: number, ids: readonly MatterId[], deleted: readonly MatterId[]): FrameBody | null {
    const bits = ids.map(id => (sees(id, from) ? 2 : 0) + (sees(id, board.version) ? 1 : 0)).join('')
    const part = reader.role === 'CLIENT' ? reader.id : String(canSeeComments(reader))
    const key = `${from} ${part} ${bits}`
    const known = bodies.get(key)
    if (known)
      return known
    const shown = ids.filter(id => sees(id, board.version)).map(id => opOf(reader, rows!.get(id)!, sees(id, from) ? from : null))
    // As long as the list would be in JSON: brackets and a comma each.
    if (shown.reduce((length, text) => length + text.length + 1, 1) > MAX_OPS_CHARACTERS)
      return null
    const withMembers = board.membersVersion > from || reader.role === 'CLIENT'
    const body = encodeBody(key, {
      ops: shown,
      deleted,
      columns: board.columnsVersion > from ? columns() : null,
      members: withMembers ? members(reader, reader.role === 'CLIENT' ? reader.id : 'all') : null,
    })
    bodies.set(key, body)
    return body
  }

  function find(of: ReaderClass, from: number): ClassNews {
    const { reader, sees } = of
    const entries = changes.filter(entry => entry.version > from)
    const version = Math.max(newestKnown(reader, entries, sees)?.version ?? 0, scene.transitions.get(reader.id)?.at(-1)?.version ?? 0)
    if (version <= from)
      return NOTHING
    const ids = changedAfter(from)
    // Whom a client knows was read for those who were there.
    if (reader.role === 'CLIENT' && !scene.clients.has(reader.id))
      return { kind: 'alone' }
    const { deleted, shown } = splitBySight(ids, sees, from, board.version)
    if (deleted.length + shown.length > MAX_OPS)
      return { kind: 'large' }
    if (!rows)
      return { kind: 'alone' }
    const body = bodyOf(of, from, ids, deleted)
    if (!body)
      return { kind: 'large' }
    const pressing = deleted.length > 0 || shown.some(id => isPressing(scene, reader, rows.get(id)!, from, !sees(id, from)))
    return { kind: 'news', version, body, touched: { ids: new Set([...deleted, ...shown]), isPressing: pressing } }
  }

  return {
    newsFor(reader, from) {
      const of = classOf(reader)
      let news = of.news.get(from)
      if (!news) {
        news = find(of, from)
        of.news.set(from, news)
      }
      return news
    },
  }
}

/** Everybody whose sight, version or hurry may differ from that of their role. */
function namesIn({ access, changes, transitions, unassigned }: BoardScene): ReadonlySet<MemberId> {
  const names = new Set(transitions.keys())
  changes.forEach(({ by }) => names.add(by))
  for (const { assignments, clientMemberIds } of access.values()) {
    assignments.forEach(({ memberId }) => names.add(memberId))
    clientMemberIds.forEach(id => names.add(id))
  }
  for (const steps of unassigned.values())
    steps.forEach(({ memberIds }) => memberIds.forEach(id => names.add(id)))
  return names
}
