import type { ColumnId } from './board.ts'
import type { MatterId } from './matter.ts'
import type { Placement } from './mutation.ts'

/*
 * Where a held matter would land: from coordinates, or from a key. Positions count the cards that
 * the person sees, without the held one.
 */

export interface DropTarget {
  columnId: ColumnId
  index: number
}

/** What a drop asks for. */
export interface MoveIntent {
  matterId: MatterId
  columnId: ColumnId
  placement: Placement
}

/** A column as it is shown while a matter is held. */
export interface DropColumn {
  columnId: ColumnId
  /** The cards in order, the held one among them where it was lifted. */
  matterIds: readonly MatterId[]
  /** Its order isn't by hand (closed matters, newest first): a drop has no place in it. */
  sorted?: boolean
}

/** A side of something on the screen, in pixels. */
export interface Span {
  start: number
  end: number
}

export type StepKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End'

const STEP_KEYS: readonly string[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End']

export function isStepKey(key: string): key is StepKey {
  return STEP_KEYS.includes(key)
}

/** The span that `position` is in, or the nearest one; null when there is none. */
export function nearestSpan<Key>(position: number, spans: readonly (Span & { key: Key })[]): Key | null {
  let nearest: Key | null = null
  let least = Infinity
  for (const { key, start, end } of spans) {
    const distance = Math.max(start - position, position - end, 0)
    if (distance < least) {
      least = distance
      nearest = key
    }
  }
  return nearest
}

/**
 * The place among cards that a point asks for: before the first one whose middle lies below it.
 *
 * @param cards those on the screen, in order, without the held one; `index` is their place in the column
 */
export function indexAt(position: number, cards: readonly (Span & { index: number })[]): number {
  const below = cards.find(({ start, end }) => position < (start + end) / 2)
  if (below)
    return below.index
  const last = cards.at(-1)
  return last ? last.index + 1 : 0
}

/** The place that a key leads to from `target`; the same place where the board ends. */
export function stepTarget(key: StepKey, target: DropTarget, columns: readonly DropColumn[], heldId: MatterId): DropTarget {
  const at = columns.findIndex(({ columnId }) => columnId === target.columnId)
  const sideways = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0
  const column = columns[at + sideways]
  if (at === -1 || !column)
    return target
  const last = column.sorted ? 0 : placesIn(column, heldId)
  const wanted = { ArrowUp: target.index - 1, ArrowDown: target.index + 1, ArrowLeft: target.index, ArrowRight: target.index, Home: 0, End: last }[key]
  return { columnId: column.columnId, index: Math.min(Math.max(wanted, 0), last) }
}

/** How many cards a column shows besides the held one; also the index of its last place. */
export function placesIn(column: DropColumn, heldId: MatterId): number {
  return column.matterIds.length - (column.matterIds.includes(heldId) ? 1 : 0)
}

/** Where a matter is, or null when the board doesn't show it. */
export function placeOf(matterId: MatterId, columns: readonly DropColumn[]): DropTarget | null {
  for (const { columnId, matterIds } of columns) {
    const index = matterIds.indexOf(matterId)
    if (index !== -1)
      return { columnId, index }
  }
  return null
}

/**
 * The move that a drop asks for, named by its neighbour (rule M5), or null when it changes nothing.
 * Filters may hide cards between: the neighbour on the screen is the one that counts.
 */
export function intentOf(matterId: MatterId, target: DropTarget, columns: readonly DropColumn[]): MoveIntent | null {
  const column = columns.find(({ columnId }) => columnId === target.columnId)
  if (!column)
    return null
  const from = placeOf(matterId, columns)
  if (from?.columnId === target.columnId && (from.index === target.index || column.sorted))
    return null
  const others = column.matterIds.filter(id => id !== matterId)
  return { matterId, columnId: target.columnId, placement: column.sorted ? { end: true } : placementAt(target.index, others) }
}

function placementAt(index: number, others: readonly MatterId[]): Placement {
  const next = others[index]
  if (next)
    return { before: next }
  const last = others.at(-1)
  return last ? { after: last } : { end: true }
}

/**
 * How fast to scroll, in pixels a frame, while a drag is held near an end of what scrolls: faster
 * towards the end, nothing away from it.
 */
export function edgeSpeed(position: number, { start, end }: Span, { zonePx = 72, maxPx = 18 } = {}): number {
  const zone = Math.min(zonePx, (end - start) / 3)
  if (zone <= 0)
    return 0
  if (position < start + zone)
    return -Math.ceil(maxPx * Math.min(1, (start + zone - position) / zone))
  if (position > end - zone)
    return Math.ceil(maxPx * Math.min(1, (position - (end - zone)) / zone))
  return 0
}

/** The card that a key leads to from another one, over empty columns; null where there is none. */
export function neighbourOf(key: StepKey, matterId: MatterId, columns: readonly DropColumn[]): MatterId | null {
  const at = placeOf(matterId, columns)
  if (!at)
    return null
  const here = columns.findIndex(({ columnId }) => columnId === at.columnId)
  const beside = (step: 1 | -1): MatterId | null => {
    for (let index = here + step; columns[index]; index += step) {
      const { matterIds } = columns[index]!
      if (matterIds.length > 0)
        return matterIds[Math.min(at.index, matterIds.length - 1)]!
    }
    return null
  }
  const { matterIds } = columns[here]!
  switch (key) {
    case 'ArrowUp': return matterIds[at.index - 1] ?? null
    case 'ArrowDown': return matterIds[at.index + 1] ?? null
    case 'ArrowLeft': return beside(-1)
    case 'ArrowRight': return beside(1)
    case 'Home': return matterIds[0]!
    case 'End': return matterIds.at(-1)!
    default: return key satisfies never
  }
}
