import type { MoveState } from '#shared/kanban/apply-mutation.ts'
import type { Matter, MatterId } from '#shared/kanban/matter.ts'

const LONGEST = 20

/** A move that its maker may take back. */
export interface OwnMove {
  matterId: MatterId
  /** The move's number in the outbox. */
  n: number
  /** The board version that it made; null until the server has it. */
  version: number | null
  /** What it changed from. */
  before: MoveState
}

/** The board version that last moved a matter. */
export function lastMoveVersion({ fieldVersions }: Pick<Matter, 'fieldVersions'>): number {
  return Math.max(fieldVersions.columnId?.v ?? 0, fieldVersions.rank?.v ?? 0)
}

/** The moves with one more, the oldest forgotten. */
export function withMove(moves: readonly OwnMove[], move: OwnMove): readonly OwnMove[] {
  return [...moves, move].slice(-LONGEST)
}

/** The moves after the server has answered the one numbered `n`: with its version, or without it when there is none. */
export function withAnswer(moves: readonly OwnMove[], n: number, version: number | null): readonly OwnMove[] {
  return version === null
    ? moves.filter(move => move.n !== n)
    : moves.map(move => move.n === n ? { ...move, version } : move)
}

/** The moves that can still be taken back: the matter is there, and nobody has moved it since. */
export function stillUndoable(moves: readonly OwnMove[], rows: ReadonlyMap<MatterId, Matter>): readonly OwnMove[] {
  const kept = moves.filter((move) => {
    const row = rows.get(move.matterId)
    const last = moves.findLast(other => other.matterId === move.matterId)
    // An earlier own move lies under a later one, and becomes the last again when that is undone.
    return row !== undefined && (move !== last || move.version === null || lastMoveVersion(row) === move.version)
  })
  return kept.length === moves.length ? moves : kept
}
