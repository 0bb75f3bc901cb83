import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing'
import type { Placement } from './mutation.ts'

/** A matter's place in its column; `visible` says whether the person who moves sees it. */
export interface RankedMatter {
  id: string
  rank: string
  visible: boolean
}

/** Order of ranks: code units, then id, the same on every machine and in every locale. */
export function compareRank(a: { rank: string, id: string }, b: { rank: string, id: string }): number {
  if (a.rank !== b.rank)
    return a.rank < b.rank ? -1 : 1
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** A key grows by a character with every sixth matter that is put into one and the same gap, and a database's index has an end. */
const MAX_RANK_LENGTH = 1_000

/**
 * The rank for `placement` in a column (rule M5). The place is chosen among what the person sees;
 * the key fits between the true neighbours, so hidden matters keep their order. Where thousands were put
 * before it, there is no more room, and the end of the column takes its place.
 *
 * @param column the target column in order, without the matter that moves
 */
export function rankFor(column: readonly RankedMatter[], placement: Placement): string {
  const index = insertionIndex(column, placement)
  const before = index > 0 ? column[index - 1]!.rank : null
  // Two matters may share a rank after an import: the next larger one is the true bound.
  const after = column.slice(index).find(matter => before === null || matter.rank > before)?.rank ?? null
  const rank = generateKeyBetween(before, after)
  return rank.length <= MAX_RANK_LENGTH ? rank : generateKeyBetween(column.at(-1)!.rank, null)
}

/** `count` ranks after `last`, in order. */
export function ranksAfter(last: string | null, count: number): string[] {
  return generateNKeysBetween(last, null, count)
}

function insertionIndex(column: readonly RankedMatter[], placement: Placement): number {
  if ('before' in placement) {
    const index = column.findIndex(matter => matter.visible && matter.id === placement.before)
    return index === -1 ? column.length : index
  }
  if ('after' in placement) {
    const index = column.findIndex(matter => matter.visible && matter.id === placement.after)
    return index === -1 ? column.length : index + 1
  }
  if ('position' in placement) {
    const seen = column.flatMap((matter, index) => matter.visible ? [index] : [])
    return seen[placement.position] ?? column.length
  }
  return column.length
}
