import { describe, expect, it } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import { REAL_TIME_EVENTS } from '#shared/protocol/events.ts'
import { createBoardEventSource } from '#shared/realtime/derive-events.ts'
import { createTransportEmitter } from '#shared/realtime/transport-events.ts'
import type { KnownBoard } from '#shared/realtime/transport.ts'
import { BOARD_ID, buildColumn, buildId, buildMatter, PEOPLE } from '../../helpers/builders.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const { partner, associate } = PEOPLE
const stamp = (v: number) => ({ v, cid: null, n: null, by: partner.id, at: v })

function open(known?: (boardId: string) => KnownBoard | null) {
  const { on, tell } = createTransportEmitter()
  const told: unknown[][] = []
  for (const event of REAL_TIME_EVENTS)
    on(event, data => told.push([event, data]))
  const source = createBoardEventSource(tell, known && { known })
  return {
    source,
    read: (snapshot: Parameters<typeof buildSnapshot>[0]) => source.pulled(BOARD_ID, { kind: 'snapshot', answer: buildSnapshot(snapshot) }),
    push: (updates: Parameters<typeof buildUpdates>[0]) => source.pushed(BOARD_ID, buildUpdates(updates)),
    take: () => told.splice(0),
  }
}

describe('what is told of matters', () => {
  it('is nothing at the first full read, and how it differs at the next', () => {
    const { read, take } = open()
    const [kept, changed, gone, added] = [buildMatter(), buildMatter(), buildMatter(), buildMatter({ version: 3, updatedBy: associate.id })]
    read({ matters: [kept, changed, gone] })
    expect(take()).toEqual([])
    const after = { ...changed, version: 2, updatedBy: partner.id }
    read({ version: 3, matters: [kept, after, added] })
    expect(take()).toEqual([
      ['matter:updated', { boardId: BOARD_ID, matterId: after.id, matter: after, by: partner.id }],
      ['matter:created', { boardId: BOARD_ID, matterId: added.id, matter: added, by: associate.id }],
      ['matter:deleted', { boardId: BOARD_ID, matterId: gone.id, matter: null, by: null }],
    ])
  })

  it('is the whole row, of which the answer has some fields', () => {
    const { source, read, take } = open()
    const matter = buildMatter()
    read({ matters: [matter] })
    source.pulled(BOARD_ID, { kind: 'updates', answer: buildUpdates({ matters: [{ op: 'set', id: matter.id, fields: { version: 2, title: 'Other', updatedBy: partner.id } }] }) })
    expect(take()).toEqual([['matter:updated', { boardId: BOARD_ID, matterId: matter.id, matter: { ...matter, version: 2, title: 'Other', updatedBy: partner.id }, by: partner.id }]])
    source.pulled(BOARD_ID, { kind: 'unchanged' })
    source.pulled(BOARD_ID, { kind: 'reset', why: 'large' })
    expect(take()).toEqual([])
  })

  it('has no row where only fields of it were ever told', () => {
    const { push, take } = open()
    push({ matters: [{ op: 'set', id: 'm', fields: { version: 2, commentCount: 4 } }], deleted: ['n'] })
    expect(take()).toEqual([
      ['matter:updated', { boardId: BOARD_ID, matterId: 'm', matter: null, by: null }],
      ['comment:updated', { boardId: BOARD_ID, matterId: 'm', count: 4 }],
      ['matter:deleted', { boardId: BOARD_ID, matterId: 'n', matter: null, by: null }],
    ])
    // A late answer of more than that tells the rest of it.
    const whole = buildMatter({ id: 'm', version: 3 })
    push({ from: 1, version: 3, matters: [{ op: 'put', id: 'm', matter: whole }], deleted: ['n'] })
    expect(take()).toEqual([['matter:updated', { boardId: BOARD_ID, matterId: 'm', matter: whole, by: whole.updatedBy }]])
  })

  it('begins with the rows that came with the page', () => {
    const matter = buildMatter()
    const { push, take } = open(() => ({ epoch: 'e1', version: 1, columns: [], rows: new Map([[matter.id, matter]]) }))
    push({ matters: [{ op: 'set', id: matter.id, fields: { version: 2, title: 'Other' } }] })
    expect(take()).toMatchObject([['matter:updated', { matter: { id: matter.id, clientName: matter.clientName, title: 'Other' } }]])
  })

  it('leaves out what the reader has from before, when what was told is told by another', () => {
    const matter = buildMatter({ version: 3, title: 'Third' })
    const { push, take } = open(() => ({ epoch: 'e1', version: 3, columns: [], rows: new Map([[matter.id, matter]]) }))
    push({ from: 1, version: 2, matters: [{ op: 'set', id: matter.id, fields: { version: 2, title: 'Second' } }] })
    push({ from: 1, version: 3, matters: [{ op: 'set', id: matter.id, fields: { version: 3, title: 'Third' } }] })
    expect(take()).toEqual([])
    push({ from: 1, version: 4, matters: [{ op: 'set', id: matter.id, fields: { version: 4, title: 'Fourth' } }] })
    expect(take()).toMatchObject([['matter:updated', { matter: { clientName: matter.clientName, title: 'Fourth' } }]])
  })

  it('[C3] waits for the answer that the reader can take in, when something got lost', () => {
    const matter = buildMatter({ title: 'First' })
    const { push, take } = open(() => ({ epoch: 'e1', version: 1, columns: [], rows: new Map([[matter.id, matter]]) }))
    push({ from: 2, version: 3, matters: [{ op: 'set', id: matter.id, fields: { version: 3, title: 'Third' } }] })
    expect(take()).toEqual([])
    push({ from: 1, version: 3, matters: [{ op: 'set', id: matter.id, fields: { version: 3, title: 'Third' } }] })
    expect(take()).toMatchObject([['matter:updated', { matter: { clientName: matter.clientName, title: 'Third' } }]])
  })

  it('counts a sign of life and a call to ask for nothing', () => {
    const { read, push, take } = open()
    const matter = buildMatter({ version: 2 })
    read({})
    push({ from: 1, version: 1 })
    push({ from: 2, version: 2 })
    push({ from: 1, version: 2, matters: [{ op: 'put', id: matter.id, matter }] })
    expect(take()).toMatchObject([['matter:created', { matterId: matter.id }]])
  })

  it('is that it is gone, where a role gave sight of it and took it again', () => {
    const { read, push, take } = open()
    const matter = buildMatter({ version: 1 })
    read({ version: 3 })
    push({ from: 3, version: 5, matters: [{ op: 'put', id: matter.id, matter }] })
    push({ from: 3, version: 7 })
    expect(take().map(([event]) => event)).toEqual(['matter:created', 'matter:deleted'])
  })
})

describe('another board, another epoch', () => {
  it('begins anew with the board that is read', () => {
    const { source, read, take } = open()
    read({ matters: [buildMatter()] })
    const answer = buildSnapshot({ board: { id: buildId(0xB2), name: 'Other' }, matters: [buildMatter()] })
    source.pulled(answer.board.id, { kind: 'snapshot', answer })
    expect(take()).toEqual([])
  })

  it('[C1] tells how the first full read of an epoch differs, and nothing of epochs that were left', () => {
    const { read, push, take } = open()
    const [same, restored, gone] = [buildMatter(), buildMatter({ version: 4 }), buildMatter()]
    read({ version: 4, matters: [same, restored, gone] })
    push({ epoch: 'e2', from: 2, version: 3, deleted: [same.id] })
    expect(take()).toEqual([])
    read({ epoch: 'e2', version: 2, matters: [same, { ...restored, version: 2, title: 'As it was' }] })
    expect(take().map(([event, data]) => [event, (data as { matterId: string }).matterId])).toEqual([['matter:updated', restored.id], ['matter:deleted', gone.id]])
    push({ epoch: 'e1', from: 4, version: 5, deleted: [same.id] })
    read({ epoch: 'e1', version: 9, matters: [] })
    expect(take()).toEqual([])
  })

  it('remembers a few epochs, however many there were', () => {
    const { read, push, take } = open()
    for (let epoch = 1; epoch <= 12; epoch++)
      read({ epoch: `e${epoch}`, version: 1, matters: [] })
    push({ epoch: 'e11', from: 1, version: 2, deleted: ['m'] })
    push({ epoch: 'e1', from: 1, version: 2, deleted: ['m'] })
    expect(take()).toEqual([])
  })
})

describe('what is told of comments', () => {
  it('goes by their number, and of a rewritten one by its version', () => {
    const { read, push, take } = open()
    const matter = buildMatter({ commentCount: 2 })
    const set = (v: number, commentCount: number): Partial<Matter> => ({ version: v, commentCount, fieldVersions: { commentCount: stamp(v) } })
    read({ matters: [matter] })
    push({ matters: [{ op: 'set', id: matter.id, fields: set(2, 4) }] })
    push({ from: 2, version: 3, matters: [{ op: 'set', id: matter.id, fields: set(3, 4) }] })
    push({ from: 3, version: 4, matters: [{ op: 'set', id: matter.id, fields: set(4, 3) }] })
    push({ from: 4, version: 5, matters: [{ op: 'set', id: matter.id, fields: { version: 5, title: 'Other' } }] })
    expect(take().filter(([event]) => String(event).startsWith('comment:'))).toEqual([
      ['comment:created', { boardId: BOARD_ID, matterId: matter.id, count: 4 }],
      ['comment:updated', { boardId: BOARD_ID, matterId: matter.id, count: 4 }],
      ['comment:deleted', { boardId: BOARD_ID, matterId: matter.id, count: 3 }],
    ])
  })
})

describe('what is told of columns', () => {
  it('is which came, changed and went', () => {
    const { read, push, take } = open()
    const [a, b, c] = ['a', 'b', 'c'].map(key => buildColumn({ key })) as [ReturnType<typeof buildColumn>, ReturnType<typeof buildColumn>, ReturnType<typeof buildColumn>]
    read({ columns: [a, b] })
    const renamed = { ...b, name: { en: 'Doing', ja: '進行中' } }
    push({ columns: [{ ...renamed }, c] })
    expect(take()).toEqual([
      ['column:deleted', { boardId: BOARD_ID, columnId: 'a', column: null }],
      ['column:updated', { boardId: BOARD_ID, columnId: 'b', column: renamed }],
      ['column:created', { boardId: BOARD_ID, columnId: 'c', column: c }],
    ])
    push({ from: 2, version: 3, columns: [{ ...renamed }, c] })
    expect(take()).toEqual([])
  })

  it('is nothing where it isn\'t known what there was', () => {
    const { push, take } = open()
    push({ columns: [buildColumn()] })
    push({ from: 2, version: 3, columns: [buildColumn({ archived: true })] })
    expect(take()).toMatchObject([['column:updated', { column: { archived: true } }]])
  })
})
