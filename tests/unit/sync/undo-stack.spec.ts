import { expect, it } from 'vitest'
import { moveStateOf } from '#shared/kanban/apply-mutation.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { OwnMove } from '#shared/sync/undo-stack.ts'
import { lastMoveVersion, stillUndoable, withAnswer, withMove } from '#shared/sync/undo-stack.ts'
import { buildMatter } from '../../helpers/builders.ts'

const stamp = (v: number) => ({ v, cid: null, n: null, by: 'x' })

function movedAt(v: number): Matter {
  return { ...matter, fieldVersions: { columnId: stamp(v), rank: stamp(v) } }
}

const matter = buildMatter()
const move = (n: number, version: number | null = null): OwnMove => ({ matterId: matter.id, n, version, before: moveStateOf(matter) })
const rows = (...all: Matter[]) => new Map(all.map(row => [row.id, row]))

it('knows what last moved a matter', () => {
  expect(lastMoveVersion(matter)).toBe(0)
  expect(lastMoveVersion({ fieldVersions: { columnId: stamp(3), rank: stamp(5) } })).toBe(5)
})

it('keeps the last twenty', () => {
  let moves: readonly OwnMove[] = []
  for (let n = 1; n <= 25; n++)
    moves = withMove(moves, move(n))
  expect(moves.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6))
})

it('learns the version of a move, or that it was none', () => {
  expect(withAnswer([move(1), move(2)], 2, 7).map(({ version }) => version)).toEqual([null, 7])
  expect(withAnswer([move(1), move(2)], 2, null).map(({ n }) => n)).toEqual([1])
})

it('forgets a move once the matter is gone or somebody has moved it on', () => {
  expect(stillUndoable([move(1, 5)], rows())).toEqual([])
  expect(stillUndoable([move(1, 5)], rows(movedAt(6)))).toEqual([])
})

it('keeps what can be taken back, as the same list', () => {
  const moves = [move(1, 4), move(2, 5)]
  expect(stillUndoable(moves, rows(movedAt(5)))).toBe(moves)
  const unsent = [move(1, 4), move(2)]
  expect(stillUndoable(unsent, rows(movedAt(4)))).toBe(unsent)
})
