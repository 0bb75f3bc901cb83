import type { SharedWrite, StorageWrite } from './board-storage.ts'
import { isNumbered } from './engine-outbox.ts'
import type { Conflict, MergeNote } from './conflict-record.ts'
import type { EngineState } from './engine-types.ts'
import type { Kept, Turn } from './engine-turn.ts'
import { patchLink } from './engine-turn.ts'
import type { NumberedEntry, OutboxEntry, UndoStep } from './outbox-entry.ts'

/** `contactAt` alone is written at most so often. */
export const CONTACT_MS = 60_000

type NumberedStep = UndoStep & { cid: string, n: number }

/** What this step leaves to be written on the device and told the other tabs. Empty of both when it left nothing. */
export function keep(turn: Turn): void {
  const shared = sharedWrite(turn.disk, turn, false)
  const write: StorageWrite = { ...rowsWrite(turn), ...shared }
  if (isContactDue(turn) || (write.rows && turn.state.contactAt !== null))
    write.contactAt = turn.state.contactAt!
  if (write.contactAt !== undefined)
    patchLink(turn, { keptAt: write.contactAt })
  const tell = sharedWrite(turn.told, turn, true)
  const ended = turn.ended.filter(isNumbered)
  if (ended.length > 0) {
    const put = tell.outbox?.put ?? []
    const isPut = ({ key }: NumberedEntry) => put.some(entry => entry.key === key)
    tell.outbox = { ...tell.outbox, put: [...put, ...ended.filter(entry => !isPut(entry))] }
  }
  if (tell.purge)
    tell.purgedAt = { epoch: turn.state.confirmed.epoch, version: turn.state.confirmed.version }
  const tells = isEmpty(tell) ? [] : [{ kind: 'tell' as const, write: tell }]
  turn.effects.unshift(...turn.appends, ...isEmpty(write) ? [] : [{ kind: 'write' as const, write }], ...tells)
}

function isContactDue({ state: { contactAt, isWhole, link: { isOpened, keptAt } }, now }: Turn): boolean {
  return isOpened && isWhole && contactAt !== null && contactAt !== keptAt && (keptAt === null || now - keptAt >= CONTACT_MS || keptAt > now)
}

/** The rows that differ, with the version that they belong to (rule L3). Before the device was read it isn't written. */
function rowsWrite({ disk, state: { confirmed, isWhole, link }, replacesRows, dropsRows, purged }: Turn): Pick<StorageWrite, 'rows' | 'dropRows'> {
  const drop = dropsRows && { dropRows: true as const }
  if (!link.isOpened || !isWhole || confirmed === disk.confirmed)
    return { ...drop }
  if (replacesRows || disk.confirmed.epoch !== confirmed.epoch)
    return { ...drop, rows: { confirmed, from: null, put: [...confirmed.rows.keys()], remove: [] } }
  const put = [...confirmed.rows.keys()].filter(id => confirmed.rows.get(id) !== disk.confirmed.rows.get(id))
  // What another tab said to be gone left this one's rows before; that tab's write may have been lost.
  const remove = [...new Set([...disk.confirmed.rows.keys(), ...purged])].filter(id => !confirmed.rows.has(id))
  return { ...drop, rows: { confirmed, from: disk.confirmed.version, put, remove } }
}

function sharedWrite(before: Kept, { state, purged }: Turn, isTold: boolean): SharedWrite {
  const outbox = difference(before.entries, state.entries, isNumbered, ({ key }) => key, ({ cid, n }) => ({ cid, n }))
  const conflicts = difference(before.conflicts, state.conflicts, isKept<Conflict>, ({ id }) => id)
  const undo = difference(before.undo, state.undo, isStored, ({ key }) => key)
  const notes = difference(before.notes, state.notes, isKept<MergeNote>, ({ id }) => id)
  return {
    ...outbox && withoutOwnView(outbox, before.entries, state, isTold),
    ...conflicts && { conflicts },
    ...undo && { undo },
    ...notes && { notes },
    ...purged.length > 0 && { purge: [...new Set(purged)] },
  }
}

/** Whether the rows contain an entry each tab sees by its own rows, and of another tab's entry that tab writes it. */
function withoutOwnView(
  { put = [], remove }: NonNullable<SharedWrite['outbox']>, before: readonly OutboxEntry[], { link: { heard } }: EngineState, isTold: boolean,
): Pick<SharedWrite, 'outbox'> {
  const known = new Map(before.map(entry => [entry.key, entry]))
  const rest = put.filter((entry) => {
    const was = known.get(entry.key)
    return was?.mutation !== entry.mutation || was.n === null || was.state === 'acked' || entry.state === 'acked' || !(isTold || entry.key in heard)
  })
  return rest.length > 0 || remove ? { outbox: { ...rest.length > 0 && { put: rest }, ...remove && { remove } } } : {}
}

/** What is new or another of what is stored, and the names of what no longer is; null for neither. */
function difference<T, Stored extends T, Name = string>(
  before: readonly T[],
  after: readonly T[],
  isStored: (item: T) => item is Stored,
  keyOf: (item: Stored) => string,
  nameOf: (item: Stored) => Name = keyOf as (item: Stored) => Name & string,
): { put?: Stored[], remove?: Name[] } | null {
  if (before === after)
    return null
  const known = new Set(before)
  const stored = after.filter(isStored)
  const kept = new Set(stored.map(keyOf))
  const put = stored.filter(item => !known.has(item))
  const remove = before.filter(isStored).filter(item => !kept.has(keyOf(item))).map(nameOf)
  return put.length + remove.length === 0 ? null : { ...put.length > 0 && { put }, ...remove.length > 0 && { remove } }
}

function isStored(step: UndoStep): step is NumberedStep {
  return step.n !== null
}

function isKept<T>(_item: T): _item is T {
  return true
}

function isEmpty(write: object): boolean {
  return Object.keys(write).length === 0
}
