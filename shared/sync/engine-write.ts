import type { SharedWrite, StorageWrite } from './board-storage.ts'
import { isNumbered } from './engine-outbox.ts'
import type { Kept, Turn } from './engine-turn.ts'
import { patchLink } from './engine-turn.ts'
import type { NumberedEntry, UndoStep } from './outbox-entry.ts'

/** `contactAt` alone is written at most so often. */
export const CONTACT_MS = 60_000

type NumberedStep = UndoStep & { cid: string, n: number }

/** What this step leaves to be written on the device and told the other tabs. Empty of both when it left nothing. */
export function keep(turn: Turn): void {
  const write: StorageWrite = { ...rowsWrite(turn), ...sharedWrite(turn.disk, turn) }
  if (isContactDue(turn) || (write.rows && turn.state.contactAt !== null))
    write.contactAt = turn.state.contactAt!
  if (write.contactAt !== undefined)
    patchLink(turn, { keptAt: write.contactAt })
  const tell = sharedWrite(turn.told, turn)
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
function rowsWrite({ disk, state: { confirmed, isWhole, link }, replacesRows, dropsRows }: Turn): Pick<StorageWrite, 'rows' | 'dropRows'> {
  const drop = dropsRows && { dropRows: true as const }
  if (!link.isOpened || !isWhole || confirmed === disk.confirmed)
    return { ...drop }
  if (replacesRows || disk.confirmed.epoch !== confirmed.epoch)
    return { ...drop, rows: { confirmed, from: null, put: [...confirmed.rows.keys()], remove: [] } }
  const put = [...confirmed.rows.keys()].filter(id => confirmed.rows.get(id) !== disk.confirmed.rows.get(id))
  const remove = [...disk.confirmed.rows.keys()].filter(id => !confirmed.rows.has(id))
  return { ...drop, rows: { confirmed, from: disk.confirmed.version, put, remove } }
}

function sharedWrite(before: Kept, { state, purged }: Turn): SharedWrite {
  const outbox = difference(before.entries.filter(isNumbered), state.entries.filter(isNumbered), entry => entry.key, ({ cid, n }) => ({ cid, n }))
  const conflicts = difference(before.conflicts, state.conflicts, ({ id }) => id)
  const undo = difference(before.undo.filter(isStored), state.undo.filter(isStored), ({ key }) => key)
  const notes = difference(before.notes, state.notes, ({ id }) => id)
  return {
    ...outbox && { outbox },
    ...conflicts && { conflicts },
    ...undo && { undo },
    ...notes && { notes },
    ...purged.length > 0 && { purge: [...new Set(purged)] },
  }
}

/** What is new or another, and the names of what is no longer there; null for neither. */
function difference<T, Name = string>(
  before: readonly T[], after: readonly T[], keyOf: (item: T) => string, nameOf: (item: T) => Name = keyOf as (item: T) => Name & string,
): { put?: T[], remove?: Name[] } | null {
  if (before === after)
    return null
  const known = new Set(before)
  const kept = new Set(after.map(keyOf))
  const put = after.filter(item => !known.has(item))
  const remove = before.filter(item => !kept.has(keyOf(item))).map(nameOf)
  return put.length + remove.length === 0 ? null : { ...put.length > 0 && { put }, ...remove.length > 0 && { remove } }
}

function isStored(step: UndoStep): step is NumberedStep {
  return step.n !== null
}

function isEmpty(write: object): boolean {
  return Object.keys(write).length === 0
}
