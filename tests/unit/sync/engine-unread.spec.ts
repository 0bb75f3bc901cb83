import { expect, it } from 'vitest'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import { withConflict } from '#shared/sync/engine-conflicts.ts'
import { buildBoard, buildMatter, buildMove } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, buildStored, createHarness } from '../../helpers/engine-harness.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'

const matter = buildMatter({ title: 'Base' })
const edit = buildEdit(matter, { title: 'Mine' })

it('[X3] sends nothing before the rows are here: a conflict on a row that nobody has read could not be told from a matter that is gone', () => {
  const board = createHarness({ blank: true })
  board.open({ ...buildStored([matter], { outbox: [buildEntry(edit)] }), confirmed: null })
  expect(board.wanted('send')).toEqual([])
  board.take({ kind: 'started', answer: buildSnapshot({ matters: [matter] }), isWhole: true })
  expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1 }])
})

it('[M4] takes nothing for lost that a question, asked before it was done, says nothing of, also when the answer comes without a network', () => {
  const board = createHarness({ matters: [matter] })
  const key = board.change(edit)
  board.take({ kind: 'sync' })
  const { tag } = board.wanted('pull').at(-1)!
  board.take({ kind: 'online', online: false })
  board.results([{ n: 1, version: 9 }])
  board.take({ kind: 'answered', tag, outcome: { kind: 'unchanged' } })
  expect(board.entry(key)).toMatchObject({ state: 'acked' })
})

it('[X3] lets the newer of two texts stand where the older change comes up only later', () => {
  const conflict = (at: number, mine: string): Conflict => ({
    id: `c1.${at}`, matterId: matter.id, at, mutation: { kind: 'edit', id: matter.id, args: { set: { title: mine } } },
    fields: [{ field: 'title', base: 'Base', mine, theirs: 'Theirs', version: 2, by: matter.createdBy, at: 0 }],
  })
  const [kept, ...others] = withConflict([conflict(15, 'Newer')], conflict(9, 'Older'))
  expect(others).toEqual([])
  expect(kept).toMatchObject({ id: 'c1.15', mutation: { args: { set: { title: 'Newer' } } } })
})

it('[M4] draws a move that the server has made also where the column is full again here', () => {
  const [inside, moved] = [buildMatter({ columnId: 'review' }), buildMatter()]
  const board = createHarness({ matters: [inside, moved] })
  board.update({ version: 2, columns: buildBoard({ columns: { review: { wip: { limit: 1, hard: true } } } }).columns })
  board.change(buildMove(inside, 'in-progress'))
  const key = board.change(buildMove(moved, 'review'))
  board.results([{ n: 1, status: 'rejected', version: 0, code: 'NOT_ASSIGNED' }, { n: 2, version: 9 }])
  expect(board.entry(key)).toMatchObject({ state: 'acked' })
  expect(board.state.view.byId.get(moved.id)).toMatchObject({ columnId: 'review' })
})
