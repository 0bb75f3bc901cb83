import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { ConfirmedBoard, ReceiveOutcome } from '#shared/sync/board-replica.ts'
import { receiveSnapshot, receiveUpdates, UNREAD_BOARD } from '#shared/sync/board-replica.ts'
import { buildMatters, NOW, PEOPLE } from '../../helpers/builders.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const [first, second] = buildMatters(2) as [Matter, Matter]

function read(snapshot: Partial<SnapshotAnswer> = {}, before = UNREAD_BOARD): ConfirmedBoard {
  return receiveSnapshot(before, buildSnapshot({ matters: [first, second], ...snapshot })).board
}

function apply(updates: Partial<UpdatesAnswer>, board = read()): ReceiveOutcome {
  return receiveUpdates(board, buildUpdates(updates))
}

function applied(updates: Partial<UpdatesAnswer>, board = read()) {
  const outcome = apply(updates, board)
  if (outcome.kind !== 'applied')
    throw new Error(outcome.kind)
  return outcome
}

describe('a full read', () => {
  it('brings everything, and says what is new', () => {
    const { board, changes } = receiveSnapshot(UNREAD_BOARD, buildSnapshot({ version: 3, matters: [first] }))
    expect(board).toMatchObject({ epoch: 'e1', version: 3 })
    expect(board.members.get(PEOPLE.partner.id)).toEqual(PEOPLE.partner)
    expect([...changes]).toEqual([[first.id, { before: null, after: first }]])
  })

  it('keeps the identity of all that is equal', () => {
    const board = read()
    const again = receiveSnapshot(board, structuredClone(buildSnapshot({ version: 9, matters: [first, second] })))
    expect(again.changes.size).toBe(0)
    expect(again.board.rows.get(first.id)).toBe(board.rows.get(first.id))
    expect(again.board.columns).toBe(board.columns)
    expect(again.board.members).toBe(board.members)
  })

  it('takes away what it does not name, and takes up a new member', () => {
    const { board, changes } = receiveSnapshot(read(), buildSnapshot({ matters: [first], members: [PEOPLE.partner, PEOPLE.clerk] }))
    expect([...changes]).toEqual([[second.id, { before: second, after: null }]])
    expect([...board.members.keys()]).toEqual([PEOPLE.partner.id, PEOPLE.clerk.id])
  })
})

describe('what is new since', () => {
  it('[C1] asks for a full read when the epoch is another', () => {
    expect(apply({ epoch: 'e2' }).kind).toBe('foreign')
  })

  it('[C2] ignores what is not newer', () => {
    expect(apply({ from: 0, version: 1, deleted: [first.id] }).kind).toBe('known')
  })

  it('[C3] does not apply what begins elsewhere', () => {
    expect(apply({ from: 2, version: 3 }).kind).toBe('gap')
    expect(apply({ from: 0, version: 3 }).kind).toBe('gap')
  })

  it('[C4] applies all of it in one step', () => {
    const added = { ...first, id: second.id.replace(/.$/, 'f'), version: 2 }
    const before = read()
    const { board, changes } = applied({
      version: 4,
      matters: [{ op: 'set', id: first.id, fields: { title: 'New', version: 4, fieldVersions: { title: { v: 4, cid: null, n: null, by: 'x', at: NOW } } } }, { op: 'put', id: added.id, matter: added }],
      deleted: [second.id, 'unknown'],
    }, before)
    expect(board.version).toBe(4)
    expect(board.rows.get(first.id)).toMatchObject({ title: 'New', version: 4 })
    expect([...board.rows.keys()]).toEqual([first.id, added.id])
    expect([...changes.keys()]).toEqual([first.id, added.id, second.id])
    expect(before.rows.get(first.id)).toBe(first)
  })

  it('[C7] keeps untouched rows and untouched parts of rows', () => {
    const { board } = applied({ matters: [{ op: 'set', id: first.id, fields: { title: 'New' } }] })
    expect(board.rows.get(second.id)).toBe(second)
    expect(board.rows.get(first.id)!.assignments).toBe(first.assignments)
  })

  it('says nothing of an op that changes nothing', () => {
    expect(applied({ matters: [{ op: 'put', id: first.id, matter: structuredClone(first) }] }).changes.size).toBe(0)
  })

  it('asks for a full read when a row that shall change is not there', () => {
    expect(apply({ matters: [{ op: 'set', id: 'unknown', fields: { title: 'x' } }] }).kind).toBe('foreign')
  })

  it('takes new columns whole, and keeps those it has without', () => {
    const board = read()
    expect(applied({ columns: null }, board).board.columns).toBe(board.columns)
    expect(applied({ columns: [board.columns[0]!] }, board).board.columns).toEqual([board.columns[0]])
  })

  it('takes the versions of the fields whole, so that those of a removed item go with it', () => {
    const stamp = (v: number) => ({ v, cid: null, n: null, by: 'x', at: NOW })
    const board = read({ matters: [{ ...first, fieldVersions: { 'title': stamp(1), 'tasks/gone': stamp(1) } }] })
    const { board: next } = applied({ matters: [{ op: 'set', id: first.id, fields: { fieldVersions: { title: stamp(2) } } }] }, board)
    expect(next.rows.get(first.id)!.fieldVersions).toEqual({ title: stamp(2) })
  })
})
