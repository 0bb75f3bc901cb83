import { expect, it } from 'vitest'
import { buildMatter } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, buildStored, createHarness } from '../../helpers/engine-harness.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'

it('[X3] sends nothing before the rows are here: a conflict on a row that nobody has read could not be told from a matter that is gone', () => {
  const matter = buildMatter({ title: 'Base' })
  const board = createHarness({ blank: true })
  board.open({ ...buildStored([matter], { outbox: [buildEntry(buildEdit(matter, { title: 'Mine' }))] }), confirmed: null })
  expect(board.wanted('send')).toEqual([])
  board.take({ kind: 'started', answer: buildSnapshot({ matters: [matter] }), isWhole: true })
  expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1 }])
})
