import { describe, expect, it } from 'vitest'
import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import { itemKey } from '#shared/kanban/list-items.ts'
import { findConflicts } from '#shared/sync/conflict.ts'
import { assign, buildId, buildMatter, buildTask, PEOPLE } from '../../helpers/builders.ts'

const written = (v: number) => ({ v, cid: null, n: null, by: PEOPLE.partner.id })

/** A matter of which each field was last written at version 5. */
const current = buildMatter({ fieldVersions: Object.fromEntries(MATTER_FIELDS.map(field => [field, written(5)])) })
const wanted = { ...current, title: 'Mine', rank: 'a5', tags: ['mine'], assignments: [assign(PEOPLE.partner)] } satisfies Matter
const changed: MatterField[] = ['title', 'rank', 'tags', 'assignments']

describe('a conflict', () => {
  it('[X1] is a field that is newer than what was looked at and holds another value', () => {
    expect(findConflicts(current, wanted, changed, { title: 4 }))
      .toEqual([{ field: 'title', version: 5, value: current.title, by: PEOPLE.partner.id, at: current.updatedAt }])
  })

  it('[X1] is none when nothing newer was written, or the same', () => {
    expect(findConflicts(current, wanted, changed, { title: 5 })).toEqual([])
    expect(findConflicts({ ...current, title: 'Mine' }, wanted, changed, { title: 4 })).toEqual([])
    expect(findConflicts({ ...current, fieldVersions: {} }, wanted, changed, { title: 4 })).toEqual([])
  })

  it('asks only about fields that the person looked at and changed', () => {
    expect(findConflicts(current, wanted, changed, undefined)).toEqual([])
    expect(findConflicts(current, wanted, changed, { description: 1 })).toEqual([])
    expect(findConflicts(current, wanted, ['rank'], { title: 4 })).toEqual([])
  })

  it('[X2] lets ranks stand by the last writer, and lists merge by what was put and removed', () => {
    expect(findConflicts(current, wanted, changed, { rank: 1, tags: 1, assignments: 1 })).toEqual([])
  })

  const [a, b] = [buildTask({ id: buildId(1), title: 'Call the court' }), buildTask({ id: buildId(2), title: 'File the answer' })]
  const listed = { ...current, tasks: [a, b], fieldVersions: { ...current.fieldVersions, [itemKey('tasks', a)]: written(5) } }
  const renamed = { ...listed, tasks: [{ ...a, title: 'Ring the court' }, b] }

  it('[X4] of a list is the single item that somebody changed too', () => {
    expect(findConflicts(listed, renamed, ['tasks'], { [itemKey('tasks', a)]: 4 }))
      .toEqual([{ field: itemKey('tasks', a), version: 5, value: a, by: PEOPLE.partner.id, at: current.updatedAt }])
    expect(findConflicts(listed, { ...listed, tasks: [b] }, ['tasks'], { [itemKey('tasks', a)]: 4 })).toHaveLength(1)
  })

  it('[X2] of a list is none when the other changed another item, or the same one before', () => {
    expect(findConflicts(listed, { ...listed, tasks: [a, { ...b, title: 'Send it' }] }, ['tasks'], { [itemKey('tasks', b)]: 4 })).toEqual([])
    expect(findConflicts(listed, renamed, ['tasks'], { [itemKey('tasks', a)]: 5 })).toEqual([])
  })
})
