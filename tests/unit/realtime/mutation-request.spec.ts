import { expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { createRequestSchema, commentRequestSchema, deleteRequestSchema, editRequestSchema, moveRequestSchema } from '#shared/protocol/messages.ts'
import { mutationRequest } from '#shared/realtime/mutation-request.ts'
import { BOARD_ID, buildId } from '../../helpers/builders.ts'

const id = buildId(1)
const other = buildId(2)

/** As the server reads it: after a way as JSON. */
function requestOf(mutation: Mutation) {
  const { method, path, body } = mutationRequest(BOARD_ID, mutation)
  return { route: `${method} ${path}`, body: JSON.parse(JSON.stringify(body)) as unknown }
}

it('creates at a place', () => {
  const { route, body } = requestOf({ kind: 'create', id, args: {
    columnId: 'intake', placement: { before: other }, title: 'New', clientName: 'X', fields: { priority: 'HIGH' }, tags: ['a'],
  } })
  expect(route).toBe('POST /api/matters')
  expect(createRequestSchema.parse(body)).toMatchObject({ id, board: BOARD_ID, column: 'intake', before: other, title: 'New', priority: 'HIGH', tags: ['a'] })
})

it('creates at the end where no place is named', () => {
  expect(requestOf({ kind: 'create', id, args: { columnId: 'intake', title: 'New', clientName: 'X' } }).body)
    .toEqual({ id, board: BOARD_ID, column: 'intake', title: 'New', clientName: 'X' })
})

it('edits fields and lists on the versions that were seen', () => {
  const { route, body } = requestOf({ kind: 'edit', id, args: { set: { title: 'T' }, tags: { add: ['x'] } }, base: { title: 3 } })
  expect(route).toBe(`PATCH /api/matters/${id}`)
  expect(body).toEqual({ title: 'T', tags: { add: ['x'] }, base: { title: 3 } })
  expect(editRequestSchema.safeParse(body).success).toBe(true)
})

it('moves next to a neighbour, to a place or to the end', () => {
  const { route, body } = requestOf({ kind: 'move', id, args: { columnId: 'review', placement: { after: other }, reason: 'ready' }, base: { columnId: 3 } })
  expect(route).toBe(`POST /api/matters/${id}/move`)
  expect(body).toEqual({ column: 'review', after: other, reason: 'ready', base: { columnId: 3 } })
  expect(moveRequestSchema.safeParse(body).success).toBe(true)
  expect(requestOf({ kind: 'move', id, args: { columnId: 'review', placement: { position: 0 } } }).body).toEqual({ column: 'review', position: 0 })
  expect(requestOf({ kind: 'move', id, args: { columnId: 'review', placement: { end: true }, undoOf: 4 } }).body).toEqual({ column: 'review', undoOf: 4 })
})

it('deletes with a reason', () => {
  const { route, body } = requestOf({ kind: 'delete', id, args: { reason: 'twice' }, base: { title: 1 } })
  expect(route).toBe(`DELETE /api/matters/${id}`)
  expect(deleteRequestSchema.parse(body)).toEqual({ reason: 'twice', base: { title: 1 } })
})

it('adds, edits and removes comments', () => {
  const add = requestOf({ kind: 'comment', id, args: { action: 'add', commentId: other, body: 'Hi' } })
  expect(add.route).toBe(`POST /api/matters/${id}/comments`)
  expect(commentRequestSchema.parse(add.body)).toEqual({ id: other, body: 'Hi' })
  expect(requestOf({ kind: 'comment', id, args: { action: 'edit', commentId: other, body: 'Ho' } }))
    .toEqual({ route: `PATCH /api/matters/${id}/comments/${other}`, body: { body: 'Ho' } })
  expect(requestOf({ kind: 'comment', id, args: { action: 'remove', commentId: other } }))
    .toEqual({ route: `DELETE /api/matters/${id}/comments/${other}`, body: {} })
})
