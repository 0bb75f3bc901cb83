import { describe, expect, it } from 'vitest'
import { createArgsOf, emptyNewMatter } from '#shared/kanban/new-matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { LIMITS } from '#shared/kanban/matter.ts'
import { MAX_ITEMS, mutationsRequestSchema, readItem } from '#shared/protocol/mutations.ts'
import { findUnstorable } from '#shared/protocol/storable.ts'
import { assign, BOARD_ID, buildBoard, buildDeadline, buildId, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'

const id = buildId(0x1001)
const sent = (item: Record<string, unknown>) => readItem(JSON.parse(JSON.stringify({ n: 1, ...item })))
const fieldOf = (item: Record<string, unknown>) => {
  const { mutation, field } = sent(item)
  expect(mutation).toBeNull()
  return field
}

describe('a numbered mutation on the wire', () => {
  const mutations: Mutation[] = [
    { kind: 'create', id, args: createArgsOf({ ...emptyNewMatter(PEOPLE.paralegal, buildBoard().columns), title: 'Lease', primaryLawyer: PEOPLE.partner.id }, PEOPLE.paralegal, () => buildId(1)) },
    {
      kind: 'create',
      id,
      args: {
        columnId: 'intake', title: 'Lease', clientName: '', caseNumber: '', placement: { end: true }, tasks: [buildTask()], deadlines: [buildDeadline()], tags: ['a'],
        assignments: [assign(PEOPLE.partner)], fields: { confidentiality: 'SEALED', openedOn: null, clientMemberIds: [PEOPLE.client.id] },
      },
    },
    { kind: 'edit', id, args: { set: { hold: { reason: 'waits' }, closeRequest: null, archived: true, courtName: null } }, base: { title: 3, [`tasks/${id}`]: 4 } },
    { kind: 'edit', id, args: { tags: { add: ['a'], remove: ['b'] }, tasks: { put: [{ id, title: 'x', doneAt: NOW }], remove: [id] }, assignments: { put: [assign(PEOPLE.clerk, 'CLERK')] } } },
    { kind: 'move', id, args: { columnId: 'review', placement: { before: id }, reason: 'why', outcome: 'WON', confirmed: true }, base: { columnId: 0 } },
    { kind: 'move', id, args: { columnId: 'review', placement: { position: 0 } } },
    { kind: 'delete', id, args: { reason: 'twice' }, base: {} },
    { kind: 'comment', id, args: { action: 'add', commentId: id, body: 'Note' } },
    { kind: 'comment', id, args: { action: 'edit', commentId: id, body: 'Note' } },
    { kind: 'comment', id, args: { action: 'remove', commentId: id } },
    { kind: 'undo', id, args: { n: 4 } },
    { kind: 'undo', id, args: { version: 4 } },
  ]

  it.each(mutations)('is understood as it was meant: $kind', (mutation) => {
    expect(sent({ ...mutation })).toEqual({ n: 1, mutation: JSON.parse(JSON.stringify(mutation)), field: null })
  })
  it('is understood when it does nothing', () => {
    expect(sent({ kind: 'void' })).toEqual({ n: 1, mutation: { kind: 'void' }, field: null })
  })

  it('[M2] that can\'t be read says where, as the rules name it', () => {
    expect(fieldOf({})).toBe('kind')
    expect(fieldOf({ kind: 'edit', id: 'x', args: {} })).toBe('id')
    expect(fieldOf({ kind: 'edit', id })).toBe('args')
    expect(fieldOf({ kind: 'edit', id, args: { set: { title: '' } } })).toBe('title')
    expect(fieldOf({ kind: 'edit', id, args: { set: 7 } })).toBe('set')
    expect(fieldOf({ kind: 'edit', id, args: { set: { hold: { reason: ' ' } } } })).toBe('hold.reason')
    expect(fieldOf({ kind: 'edit', id, args: { tasks: { put: [{ id, title: 'x'.repeat(LIMITS.taskTitle + 1) }] } } })).toBe('tasks.put.0.title')
    expect(fieldOf({ kind: 'create', id, args: { columnId: 'x', title: 'x', clientName: '', fields: { hold: { reason: 'x' } } } })).toBe('hold')
    expect(fieldOf({ kind: 'create', id, args: { columnId: 'x', title: 'x', clientName: '', externalRefs: [] } })).toBe('externalRefs')
    expect(fieldOf({ kind: 'move', id, args: { columnId: 'x', placement: {} } })).toBe('placement')
    expect(fieldOf({ kind: 'delete', id, args: {}, base: { title: 1.5 } })).toBe('base.title')
    expect(fieldOf({ kind: 'void', id })).toBe('id')
  })

  it('[M2] that names one thing twice, or holds what is no text, can\'t be read', () => {
    const task = buildTask()
    expect(fieldOf({ kind: 'edit', id, args: { tasks: { put: [task, task] } } })).toBe('tasks')
    expect(fieldOf({ kind: 'create', id, args: { columnId: 'x', title: 'x', clientName: '', assignments: [assign(PEOPLE.clerk, 'CLERK'), assign(PEOPLE.clerk)] } })).toBe('assignments')
    expect(fieldOf({ kind: 'edit', id, args: { set: { description: 'a\0' } } })).toBe('description')
    expect(readItem({ n: 1, kind: 'edit', id, args: { tags: { add: ['\uD800'] } } })).toEqual({ n: 1, mutation: null, field: 'tags.add.0' })
  })
})

describe('the frame of numbered mutations', () => {
  const frame = { protocol: 2, board: BOARD_ID, cid: id, items: [{ n: 1, kind: 'anything' }] }
  it('leaves to each item what is in it', () => {
    expect(mutationsRequestSchema.parse(frame)).toEqual(frame)
  })
  it('has a name for the outbox, and some items', () => {
    for (const wrong of [{ cid: 'x' }, { items: [] }, { items: Array.from({ length: MAX_ITEMS + 1 }, () => frame.items[0]) }, { items: [{ n: 1.5 }] }, { extra: true }])
      expect(mutationsRequestSchema.safeParse({ ...frame, ...wrong }).success).toBe(false)
  })
})

describe('what no database keeps', () => {
  it('is found wherever it stands, in keys too', () => {
    expect(findUnstorable({ a: [{ b: 'x\0' }] })).toBe('a.0.b')
    expect(findUnstorable({ a: { 'k\0': 1 } })).toBe('a')
    expect(findUnstorable({ a: 'fine 👩‍⚖️', b: null, c: [1, true] })).toBeNull()
    expect(findUnstorable('\uDC00')).toBe('')
    expect(findUnstorable({ a: JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) })).toMatch(/^a(\.0){99}$/)
  })
})
