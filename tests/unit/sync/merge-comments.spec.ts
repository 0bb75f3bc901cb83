import { expect, it } from 'vitest'
import type { CommentArgs } from '#shared/kanban/mutation.ts'
import type { CommentWork } from '#shared/sync/engine-types.ts'
import { mergeComments } from '#shared/sync/merge-comments.ts'
import { buildComment, buildId, NOW } from '../../helpers/builders.ts'

const fetched = [buildComment()]
const [{ id, matterId }] = fetched as [typeof fetched[number]]
const me = buildId(0xA9)

function work(args: CommentArgs, version: number | null = null): CommentWork {
  return { matterId, args, version, at: NOW }
}

const added = work({ action: 'add', commentId: buildId(0xC9), body: 'Mine' })

it('shows an own comment before the server has it', () => {
  expect(mergeComments(fetched, [added], 5, me)).toEqual([
    fetched[0],
    { id: buildId(0xC9), matterId, body: 'Mine', authorId: me, authorName: null, createdAt: NOW, editedAt: null },
  ])
})

it('shows it once when the list has it already', () => {
  expect(mergeComments(fetched, [work({ action: 'add', commentId: id, body: 'Mine' })], 5, me)).toEqual(fetched)
})

it('shows own edits and removals', () => {
  expect(mergeComments(fetched, [work({ action: 'edit', commentId: id, body: 'Better' })], 5, me)).toEqual([{ ...fetched[0], body: 'Better', editedAt: NOW }])
  expect(mergeComments([...fetched, { ...fetched[0]!, id: me }], [work({ action: 'remove', commentId: id })], 5, me)).toEqual([{ ...fetched[0], id: me }])
  expect(mergeComments([{ ...fetched[0]!, id: me }], [work({ action: 'edit', commentId: id, body: 'Better' })], 5, me)[0]!.body).toBe(fetched[0]!.body)
})

it('[M4] draws what the server has taken until a list contains it', () => {
  const taken = { ...added, version: 6 }
  expect(mergeComments(fetched, [taken], 5, me)).toHaveLength(2)
  expect(mergeComments(fetched, [taken], 6, me)).toBe(fetched)
})
