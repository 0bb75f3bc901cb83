import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { receiveSnapshot, UNREAD_BOARD } from '#shared/sync/board-replica.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import type { BoardView } from '#shared/sync/board-view.ts'
import { drawBoard, EMPTY_VIEW, isDrawn, mutationContext, PENDING_CASE_NUMBER } from '#shared/sync/board-view.ts'
import type { OutboxEntry, VoidMutation } from '#shared/sync/outbox-entry.ts'
import { assign, buildId, buildMatters, NOW, PEOPLE, TODAY } from '../../helpers/builders.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'

const [first, second, third] = buildMatters(3) as [Matter, Matter, Matter]
const elsewhere = { ...third, id: buildId(0x99), columnId: 'review' }

function confirm(...matters: Matter[]): ConfirmedBoard {
  return receiveSnapshot(UNREAD_BOARD, buildSnapshot({ matters })).board
}

const board = confirm(third, first, second, elsewhere)

function entryOf(mutation: Mutation | VoidMutation, entry: Partial<OutboxEntry> = {}): OutboxEntry {
  return { key: 'k', cid: null, n: null, at: NOW, mutation, looked: {}, undoes: null, state: 'queued', result: null, ...entry }
}

function draw({ previous = EMPTY_VIEW, confirmed = board, work = [] }: {
  previous?: BoardView
  confirmed?: ConfirmedBoard
  work?: (Mutation | OutboxEntry)[]
} = {}): BoardView {
  const entries = work.map(item => 'key' in item ? item : entryOf(item))
  return drawBoard(previous, confirmed, entries, PEOPLE.partner)
}

const move = (id: string, columnId: string): Mutation => ({ kind: 'move', id, args: { columnId, placement: { end: true } } })

it('shows columns by rank', () => {
  const view = draw()
  expect(view.shown.get('in-progress')).toEqual([first, second, third])
  expect(view.shown.get('review')).toEqual([elsewhere])
  expect(view.shown.get('intake')).toBeUndefined()
})

it('keeps archived matters off the columns but not out of the view', () => {
  const view = draw({ confirmed: confirm(first, { ...second, archived: true }) })
  expect(view.shown.get('in-progress')).toEqual([first])
  expect(view.ranked.get('in-progress')).toHaveLength(2)
  expect(view.matters).toHaveLength(2)
})

describe('[C7] identity', () => {
  it('stays for everything when nothing differs', () => {
    const before = draw({ work: [move(first.id, 'review')] })
    const after = draw({ previous: before, work: [move(first.id, 'review')] })
    expect(after.byId).toBe(before.byId)
    expect(after.matters).toBe(before.matters)
    expect(after.shown).toBe(before.shown)
  })

  it('stays for rows and columns that a change does not touch', () => {
    const before = draw()
    const after = draw({ previous: before, work: [{ kind: 'edit', id: first.id, args: { set: { title: 'New' } } }] })
    expect(after.byId.get(second.id)).toBe(second)
    expect(after.shown.get('review')).toBe(before.shown.get('review'))
    expect(after.shown.get('in-progress')!.map(({ title }) => title)).toEqual(['New', second.title, third.title])
  })

  it('comes back when a change is taken back', () => {
    const before = draw()
    const after = draw({ previous: draw({ previous: before, work: [move(first.id, 'review')] }) })
    expect(after.byId.get(first.id)).toEqual(first)
    expect(after.shown.get('in-progress')).toEqual(before.shown.get('in-progress'))
  })

  it('stays for the list of shown ones when an archived one changes', () => {
    const archived = { ...second, archived: true }
    const before = draw({ confirmed: confirm(first, archived) })
    const after = draw({ previous: before, confirmed: confirm(first, { ...archived, title: 'New' }) })
    expect(after.shown.get('in-progress')).toBe(before.shown.get('in-progress'))
  })
})

describe('own changes', () => {
  it('are drawn in order, each on the one before', () => {
    const view = draw({ work: [move(first.id, 'review'), { kind: 'move', id: second.id, args: { columnId: 'review', placement: { before: first.id } } }] })
    expect(view.shown.get('review')!.map(({ id }) => id)).toEqual([elsewhere.id, second.id, first.id])
  })

  it('are left out where they no longer fit', () => {
    const view = draw({ work: [move('gone', 'review'), move(first.id, 'intake')] })
    expect(view.byId).toEqual(new Map([third, first, second, elsewhere].map(row => [row.id, row])))
  })

  it('take a deleted matter away and bring a new one', () => {
    const id = buildId(0x77)
    const view = draw({ work: [
      { kind: 'delete', id: first.id, args: {} },
      { kind: 'create', id, args: { columnId: 'intake', title: 'New', clientName: 'X', assignments: [assign(PEOPLE.partner)] } },
    ] })
    expect(view.byId.has(first.id)).toBe(false)
    expect(view.byId.get(id)).toMatchObject({ caseNumber: PENDING_CASE_NUMBER, title: 'New', version: 0 })
  })

  it('[M4] show until the rows contain them, and not again', () => {
    const edit: Mutation = { kind: 'edit', id: first.id, args: { set: { title: 'Mine' } } }
    const titleWith = (state: OutboxEntry['state']) => draw({ work: [entryOf(edit, { state })] }).byId.get(first.id)!.title
    expect(titleWith('queued')).toBe('Mine')
    expect(titleWith('acked')).toBe('Mine')
    expect(titleWith('contained')).toBe(first.title)
    expect(isDrawn(entryOf({ kind: 'void' }))).toBe(false)
  })

  it('are taken back by an undo, a deletion too as long as the rows have the matter', () => {
    const deletion: Mutation = { kind: 'delete', id: first.id, args: {} }
    const undo = entryOf({ kind: 'undo', id: first.id, args: { n: 1 } }, { undoes: { kind: 'delete', version: null, matter: null } })
    expect(draw({ work: [deletion, undo] }).byId.get(first.id)).toMatchObject({ title: first.title })
    expect(draw({ confirmed: confirm(second), work: [undo] }).byId.has(first.id)).toBe(false)
  })
})

it('answers what the rules ask', () => {
  const context = mutationContext(draw(), PEOPLE.associate, NOW)
  expect(context).toMatchObject({ actor: PEOPLE.associate, now: NOW, today: TODAY })
  expect(context.matterRanks('review')).toEqual([{ id: elsewhere.id, rank: elsewhere.rank, visible: true }])
  expect(context.matterRanks('intake')).toEqual([])
  expect(context.findMember(PEOPLE.clerk.id)).toEqual(PEOPLE.clerk)
  expect(context.findOwnChange(first.id, { n: 1 })).toBeNull()
  expect(mutationContext(EMPTY_VIEW, PEOPLE.associate, NOW).board).toEqual({ id: '', name: '', columns: [] })
})

it('draws a change on a board of 5,000 matters quickly enough to follow a drag', () => {
  const many = confirm(...buildMatters(5_000).map((row, index) => ({ ...row, columnId: ['intake', 'in-progress', 'review', 'closed'][index % 4]! })))
  const before = draw({ confirmed: many })
  const id = before.shown.get('in-progress')![700]!.id
  const after = draw({ previous: before, confirmed: many, work: [move(id, 'review')] })
  expect(after.shown.get('review')).toHaveLength(1_251)
  expect(after.shown.get('closed')).toBe(before.shown.get('closed'))
})
