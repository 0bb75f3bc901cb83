import { describe, expect, it } from 'vitest'
import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import { itemKey } from '#shared/kanban/list-items.ts'
import { findConflicts, findDeletionConflicts, findOthers, standing } from '#shared/sync/conflict.ts'
import { assign, buildId, buildMatter, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'

const written = (v: number, cid: string | null = null) => ({ v, cid, n: null, by: PEOPLE.partner.id, at: NOW + v })

/** A matter of which each field was last written at version 5. */
const current = buildMatter({ fieldVersions: Object.fromEntries(MATTER_FIELDS.map(field => [field, written(5)])) })
const wanted = { ...current, title: 'Mine', rank: 'a5', tags: ['mine'], assignments: [assign(PEOPLE.partner)] } satisfies Matter
const changed: MatterField[] = ['title', 'rank', 'tags', 'assignments']

describe('a conflict', () => {
  it('[X1] is a field that is newer than what was looked at and holds another value', () => {
    expect(findConflicts(current, wanted, changed, { title: 4 }))
      .toEqual([{ field: 'title', version: 5, value: current.title, by: PEOPLE.partner.id, at: NOW + 5 }])
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
      .toEqual([{ field: itemKey('tasks', a), version: 5, value: a, by: PEOPLE.partner.id, at: NOW + 5 }])
    expect(findConflicts(listed, { ...listed, tasks: [b] }, ['tasks'], { [itemKey('tasks', a)]: 4 })).toHaveLength(1)
  })

  it('[X2] of a list is none when the other changed another item, or the same one before', () => {
    expect(findConflicts(listed, { ...listed, tasks: [a, { ...b, title: 'Send it' }] }, ['tasks'], { [itemKey('tasks', b)]: 4 })).toEqual([])
    expect(findConflicts(listed, renamed, ['tasks'], { [itemKey('tasks', a)]: 5 })).toEqual([])
  })

  it('[X1] is none with what an earlier number of the same outbox wrote', () => {
    const own = { ...current, fieldVersions: { ...current.fieldVersions, title: written(5, 'mine') } }
    expect(findConflicts(own, wanted, changed, { title: 4 }, 'mine')).toEqual([])
    expect(findConflicts(own, wanted, changed, { title: 4 }, 'other')).toHaveLength(1)
    expect(findConflicts(own, wanted, changed, { title: 4 })).toHaveLength(1)
  })

  it('[X1] [X4] is a change to an item that somebody removed, until that was shown', () => {
    const without = { ...current, tasks: [b], fieldVersions: { ...current.fieldVersions, tasks: written(5, 'mine') } }
    const revived = { ...without, tasks: [b, a] }
    const key = itemKey('tasks', a)
    expect(findConflicts(without, revived, ['tasks'], { [key]: 4 }, 'mine'))
      .toEqual([{ field: key, version: 5, value: null, by: PEOPLE.partner.id, at: NOW + 5 }])
    expect(findConflicts(without, revived, ['tasks'], { [key]: 5 }, 'mine')).toEqual([])
    expect(findConflicts(without, revived, ['tasks'], { title: 4 }, 'mine')).toEqual([])
  })
})

describe('a conflict of a deletion', () => {
  const base = Object.fromEntries(MATTER_FIELDS.map(field => [field, 4]))

  it('[X2] is whatever others wrote since, but for the place in the column', () => {
    const conflicts = findDeletionConflicts(current, base)
    expect(conflicts).toHaveLength(MATTER_FIELDS.length - 2)
    expect(conflicts.map(({ field }) => field)).not.toContain('rank')
    expect(conflicts).toContainEqual({ field: 'title', version: 5, value: current.title, by: PEOPLE.partner.id, at: NOW + 5 })
    expect(findDeletionConflicts(current, { title: 5, nonsense: 0 } as object)).toEqual([])
    expect(findDeletionConflicts(current, undefined)).toEqual([])
  })

  it('[X2] knows items, and its own', () => {
    const task = buildTask()
    const key = itemKey('tasks', task)
    const matter = { ...current, tasks: [task], fieldVersions: { [key]: written(5, 'mine') } }
    expect(findDeletionConflicts(matter, { [key]: 4 }, 'other')).toEqual([{ field: key, version: 5, value: task, by: PEOPLE.partner.id, at: NOW + 5 }])
    expect(findDeletionConflicts(matter, { [key]: 4 }, 'mine')).toEqual([])
  })
})

describe('what others changed beside a change', () => {
  const task = buildTask()
  const others = (fieldVersions: Matter['fieldVersions'], base: BaseVersions = { title: 4 }) =>
    findOthers({ ...current, tasks: [task], fieldVersions }, { ...current, title: 'Mine', tasks: [task] }, ['title'], base, 'mine')

  it('[X2] is every newer field that isn\'t written too, by another outbox or by none', () => {
    expect(others({ title: written(5), priority: written(6), hold: written(7, 'mine'), description: written(8, 'other'), columnId: written(4) })).toEqual([
      { field: 'priority', version: 6, by: PEOPLE.partner.id, at: NOW + 6 },
      { field: 'description', version: 8, by: PEOPLE.partner.id, at: NOW + 8 },
    ])
  })

  it('leaves out what says nothing to a person, and everything when nobody says what they looked at', () => {
    expect(others({ rank: written(5), stageEnteredAt: written(5), commentCount: written(5) })).toEqual([])
    expect(findOthers(current, wanted, ['title'], undefined, 'mine')).toEqual([])
    expect(findOthers(current, wanted, ['title'], {}, 'mine')).toEqual([])
  })

  it('[X4] of a list is its items, or the list when one was removed', () => {
    const key = itemKey('tasks', task)
    expect(others({ tasks: written(6), [key]: written(6) }).map(({ field }) => field)).toEqual([key])
    expect(others({ tasks: written(7), [key]: written(6) }).map(({ field }) => field)).toEqual(['tasks', key])
  })

  it('[X2] is nothing where both wanted the same', () => {
    expect(others({ hold: written(6) }, { title: 4, hold: 4 })).toEqual([])
    expect(others({ columnId: written(6), closedOn: written(6), closeOutcome: written(6) }, { columnId: 4 })).toEqual([])
  })

  it('counts from the newest that its maker looked at', () => {
    const base = { title: 0, description: 6 }
    expect(others({ priority: written(6), hold: written(7) }, base).map(({ field }) => field)).toEqual(['hold'])
  })
})

describe('a field as it stands', () => {
  it('is its maker\'s who wrote it, else who last wrote the matter', () => {
    expect(standing(current, 'title')).toEqual({ field: 'title', version: 5, value: current.title, by: PEOPLE.partner.id, at: NOW + 5 })
    const bare = { ...current, fieldVersions: {} }
    expect(standing(bare, 'title')).toEqual({ field: 'title', version: bare.version, value: bare.title, by: bare.updatedBy, at: bare.updatedAt })
  })
})
