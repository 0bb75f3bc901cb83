import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import { REAL_TIME_EVENTS } from '#shared/protocol/events.ts'
import type { Collection } from '#shared/realtime/collections.ts'
import { changeOf, eventsOf } from '#shared/realtime/collections.ts'
import { BOARD_ID, buildBoard, buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'

const matter = buildMatter({ columnId: 'review' })
const told = (row: Matter | null) => ({ boardId: BOARD_ID, matterId: matter.id, matter: row, by: PEOPLE.clerk.id })
const all = { event: '*' } as const

describe('the changes of a collection', () => {
  it('of matters name what happened, the row as it is now, and who did it', () => {
    expect(changeOf('matters', all, 'matter:created', told(matter))).toEqual({ event: 'INSERT', boardId: BOARD_ID, id: matter.id, row: matter, by: PEOPLE.clerk.id })
    expect(changeOf('matters', all, 'matter:updated', told(matter))).toMatchObject({ event: 'UPDATE' })
    expect(changeOf('matters', all, 'matter:deleted', told(null))).toMatchObject({ event: 'DELETE', row: null })
  })

  it('of columns, comments and members do so in the same form', () => {
    const [column] = buildBoard().columns
    expect(changeOf('columns', all, 'column:updated', { boardId: BOARD_ID, columnId: column!.id, column: column! })).toMatchObject({ event: 'UPDATE', id: column!.id, row: column })
    expect(changeOf('comments', all, 'comment:created', { boardId: BOARD_ID, matterId: matter.id, count: 3 })).toMatchObject({ event: 'INSERT', id: matter.id, row: { count: 3 } })
    const who = { boardId: BOARD_ID, from: PEOPLE.clerk.id, at: NOW }
    expect(changeOf('members', all, 'member:joined', who)).toEqual({ event: 'INSERT', boardId: BOARD_ID, id: PEOPLE.clerk.id, at: NOW, row: null })
    expect(changeOf('members', all, 'member:left', who)).toMatchObject({ event: 'DELETE' })
    const data = { tab: 't1', matterId: matter.id, action: 'editing' } as const
    expect(changeOf('members', all, 'member:activity', { ...who, data })).toMatchObject({ event: 'UPDATE', row: data })
  })

  it('leave out what is about another collection', () => {
    expect(changeOf('columns', all, 'matter:created', told(matter))).toBeNull()
    expect(changeOf('matters', all, 'connection:lost', { at: NOW })).toBeNull()
  })

  it('come from events that there are, each of one collection', () => {
    const names = (['matters', 'columns', 'comments', 'members'] satisfies Collection[]).flatMap(eventsOf)
    expect(names.filter(name => !REAL_TIME_EVENTS.includes(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
    expect(names).toHaveLength(12)
  })
})

describe('a subscription', () => {
  it('wants one kind of event, or every one', () => {
    expect(changeOf('matters', { event: 'INSERT' }, 'matter:created', told(matter))).not.toBeNull()
    expect(changeOf('matters', { event: 'INSERT' }, 'matter:updated', told(matter))).toBeNull()
  })

  it('is narrowed by fields of the row and of the change', () => {
    const wants = (filter: object) => changeOf('matters', { event: '*', filter }, 'matter:updated', told(matter)) !== null
    expect([wants({}), wants({ columnId: 'review' }), wants({ columnId: 'intake' })]).toEqual([true, true, false])
    expect([wants({ id: matter.id, boardId: BOARD_ID }), wants({ id: buildId(0xFF) }), wants({ columnId: 'review', boardId: buildId(0xFF) })]).toEqual([true, false, false])
    expect(wants({ nonsense: 1 })).toBe(false)
  })

  it('is narrowed by a predicate, which sees the whole change', () => {
    expect(changeOf('matters', { event: '*', filter: ({ by }) => by === PEOPLE.clerk.id }, 'matter:updated', told(matter))).not.toBeNull()
    expect(changeOf('matters', { event: '*', filter: ({ row }) => row === null }, 'matter:updated', told(matter))).toBeNull()
  })

  it('hears that a row is gone, whose fields nobody knows any more', () => {
    expect(changeOf('matters', { event: '*', filter: { columnId: 'intake' } }, 'matter:deleted', told(null))).not.toBeNull()
    expect(changeOf('matters', { event: '*', filter: { columnId: 'intake', id: buildId(0xFF) } }, 'matter:deleted', told(null))).toBeNull()
  })
})
