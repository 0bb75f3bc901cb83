import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { NumberedEntry } from '#shared/sync/outbox-entry.ts'
import { buildId, buildMatter, buildMove, NOW, PEOPLE } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, buildStored, createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'

const matter = buildMatter({ version: 4 })
const other = buildMatter()
const edit = (title: string) => buildEdit(matter, { title })
const comment = (commentId: string): Mutation => ({ kind: 'comment', id: matter.id, args: { action: 'add', commentId, body: 'Called.' } })
const mine = (version: number, fields: Parameters<typeof rewritten>[2], n = 1) => rewritten(matter, version, fields, { by: PEOPLE.partner.id, cid: 'c1', n })

describe('a result', () => {
  it('[M4] leaves the change drawn until the rows contain it', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit('Mine'))
    board.results([{ n: 1, version: 2 }])
    expect(board.settled[key]).toEqual([{ ok: true, version: 2, merged: false }])
    expect(board.entry(key)).toMatchObject({ state: 'acked', result: { version: 2 } })
    expect(board.disk.outbox.get(key)).toMatchObject({ state: 'acked' })
    expect(board.title(matter)).toBe('Mine')
    expect(board.wanted('pull')).toHaveLength(1)
    board.update({ matters: [putOp(mine(2, { title: 'Mine' }))], acks: { c1: 1 } })
    expect(board.state.entries).toEqual([])
    expect(board.disk.outbox.size).toBe(0)
    expect(board.title(matter)).toBe('Mine')
  })

  it('[M4] ends the change at once when the rows contain it already', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(comment(buildId(0x900)))
    board.update({ matters: [putOp(mine(2, { commentCount: 1 }))], acks: { c1: 1 } })
    expect(board.entry(key)).toMatchObject({ state: 'contained' })
    expect(board.state.view.byId.get(matter.id)!.commentCount).toBe(1)
    expect(board.settled[key]).toBeUndefined()
    board.results([{ n: 1, version: 2 }])
    expect(board.state.entries).toEqual([])
    expect(board.settled[key]).toHaveLength(1)
  })

  it('[M4] that got lost is asked for again, though the rows contain the change', () => {
    const board = createHarness({ matters: [matter] })
    board.change(comment(buildId(0x900)))
    board.update({ matters: [putOp(mine(2, { commentCount: 1 }))], acks: { c1: 1 } })
    board.fail({})
    board.now = board.state.link.sendAt
    board.take({ kind: 'woken' })
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1 }])
  })

  it('[M2] counts by its number, also when its request was given up or another answered first', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit('Mine'))
    const { tag } = board.state.link.send!
    board.now += 30_000
    board.take({ kind: 'woken' })
    expect(board.state.link.send).toBeNull()
    board.results([{ n: 1, version: 2 }, { n: 9, version: 3 }], tag)
    expect(board.settled[key]).toHaveLength(1)
    board.results([{ n: 1, version: 2 }], tag)
    expect(board.settled[key]).toHaveLength(1)
  })

  it('with nothing in it is tried again later', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit('Mine'))
    board.results([])
    expect(board.state.link).toMatchObject({ send: null, sendFailures: 1, sendAt: NOW + 500 })
  })

  it('of a comment is remembered for lists that were fetched before', () => {
    const board = createHarness({ matters: [matter] })
    board.change(comment(buildId(0x900)))
    board.results([{ n: 1, version: 2 }])
    expect(board.state.commentsDone).toMatchObject([{ matterId: matter.id, version: 2, args: { action: 'add' } }])
  })

  it('of a change that went in beside others\' leaves a note until it is read', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit('Mine'))
    const others = [{ field: 'priority' as const, version: 2, by: PEOPLE.partner2.id, at: NOW }]
    board.results([{ n: 1, status: 'merged', version: 3, others }])
    expect(board.settled[key]).toEqual([{ ok: true, version: 3, merged: true }])
    expect(board.state.notes).toEqual([{ id: 'c1.1', matterId: matter.id, others }])
    expect(board.disk.notes.size).toBe(1)
    board.take({ kind: 'noteRead', id: 'c1.1' })
    expect(board.state.notes).toEqual([])
    expect(board.disk.notes.size).toBe(0)
  })

  it('that refuses takes the change back with its reason, and asks why', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(buildMove(matter, 'review'))
    board.results([{ n: 1, status: 'rejected', code: 'WIP_LIMIT', field: 'columnId', allowed: ['intake'] }])
    expect(board.settled[key]).toMatchObject([{ ok: false, problem: { code: 'WIP_LIMIT', field: 'columnId', allowed: ['intake'] } }])
    expect(board.state.view.byId.get(matter.id)!.columnId).toBe('in-progress')
    expect(board.state.undo).toEqual([])
    expect(board.disk.outbox.size).toBe(0)
    const gone = board.change(edit('Mine'))
    board.results([{ n: 2, status: 'gone' }])
    expect(board.settled[gone]).toMatchObject([{ ok: false, problem: { code: 'MATTER_GONE' } }])
    expect(board.wanted('pull')).toHaveLength(1)
    const unsaid = board.change(edit('Mine'))
    board.results([{ n: 3, status: 'rejected' }])
    expect(board.settled[unsaid]).toMatchObject([{ ok: false, problem: { code: 'INTERNAL' } }])
  })
})

describe('a server that goes on elsewhere', () => {
  it('[M2] gets again what it had acknowledged and lost', () => {
    const board = createHarness({ matters: [matter] })
    const first = board.change(edit('One'))
    board.results([{ n: 1, version: 2 }])
    board.change(edit('Two'))
    board.fail({ kind: 'refused', code: 'ORDER', wanted: 1 })
    expect(board.entry(first)).toMatchObject({ state: 'queued' })
    expect(board.wanted('reopen')).toEqual([])
    board.now = board.state.link.sendAt
    board.take({ kind: 'woken' })
    expect(board.wanted('send')[0]!.items.map(({ n }) => n)).toEqual([1, 2])
    board.results([{ n: 1, version: 2 }, { n: 2, version: 3 }])
    expect(board.settled[first]).toHaveLength(1)
  })

  it('[M2] gets a void for a number that the device no longer has either', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit('One'))
    board.results([{ n: 1, version: 1 }])
    const second = board.change(edit('Two'))
    board.fail({ kind: 'refused', code: 'ORDER', wanted: 1 })
    expect(board.wanted('reopen')).toHaveLength(1)
    board.open(buildStored([matter], { outbox: [buildEntry(edit('Two'), { key: second, n: 2 })] }))
    board.now = board.state.link.sendAt
    board.take({ kind: 'woken' })
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1, kind: 'void' }, { n: 2, kind: 'edit' }])
    board.results([{ n: 1 }, { n: 2, version: 2 }])
    expect(board.settled[second]).toHaveLength(1)
    expect(Object.keys(board.settled)).toHaveLength(2)
  })

  it('[M2] never gets a void for a number that another tab gave meanwhile', () => {
    const board = createHarness({ matters: [matter, other] })
    board.take({ kind: 'submitted', key: 'mine', mutation: edit('Mine') })
    board.take({ kind: 'appended', key: 'mine', cid: 'c1', n: 2 })
    board.fail({ kind: 'refused', code: 'ORDER', wanted: 1 })
    const theirs = buildEntry(buildEdit(other, { title: 'Theirs' }), { key: 'theirs', n: 1 })
    board.open(buildStored([matter, other], { outbox: [theirs, buildEntry(edit('Mine'), { key: 'mine', n: 2 })] }))
    board.now = board.state.link.sendAt
    board.take({ kind: 'woken' })
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1, kind: 'edit', id: other.id }, { n: 2 }])
  })

  it('[M2] gets a void for what was done in the memory of this page', () => {
    const board = createHarness({ matters: [matter] })
    for (const n of [1, 2]) {
      board.take({ kind: 'submitted', key: `m${n}`, mutation: edit(`Mine ${n}`) })
      board.take({ kind: 'appended', key: `m${n}`, cid: 'memory', n })
      if (n === 1)
        board.take({ kind: 'results', tag: board.state.link.send!.tag, cid: 'memory', results: [{ n, status: 'ok', version: 1 }] })
    }
    board.fail({ kind: 'refused', code: 'ORDER', wanted: 1 })
    board.open(buildStored([matter]))
    expect(board.state.entries).toMatchObject([{ n: 1, mutation: { kind: 'void' } }, { n: 2, mutation: { kind: 'edit' } }])
  })

  it('[M2] is not filled up in the outbox of a tab that stands alone', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'told', write: { outbox: { put: [buildEntry(edit('Theirs'), { cid: 'alone', n: 5 })] } } })
    board.open(buildStored([matter]))
    board.now += 3_000
    board.take({ kind: 'woken' })
    board.fail({ kind: 'refused', code: 'ORDER', wanted: 4 })
    board.open(buildStored([matter]))
    expect(board.state.entries.map(({ n }) => n)).toEqual([5])
    expect(board.state.link.wanted).toBeNull()
  })
})

describe('what the server made and doesn\'t tell', () => {
  const acked = () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit('Mine'))
    board.results([{ n: 1, version: 9 }])
    return { board, key }
  }

  it('[M4] is asked for again, still drawn, and settles no second time', () => {
    const { board, key } = acked()
    board.answer({ kind: 'unchanged' })
    expect(board.entry(key)).toMatchObject({ state: 'acked' })
    board.pull({ kind: 'unchanged' })
    expect(board.title(matter)).toBe('Mine')
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1 }])
    board.results([{ n: 1, version: 2 }])
    expect(board.entry(key)).toMatchObject({ state: 'acked', result: { version: 2 } })
    expect(board.settled[key]).toHaveLength(1)
  })

  it('[M4] is sent again when the rows have got that far without it', () => {
    const { board, key } = acked()
    board.update({ version: 9, acks: {} })
    expect(board.entry(key)).toMatchObject({ state: 'queued' })
    expect(board.title(matter)).toBe('Mine')
  })

  it('is sent again here when another tab has learned that it may be lost', () => {
    const { board, key } = acked()
    const entry = board.disk.outbox.get(key) as NumberedEntry
    board.take({ kind: 'told', write: { outbox: { put: [{ ...entry, state: 'queued' }] } } })
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1 }])
  })

  it('and whose matter a restored server lost is said to be done only once', () => {
    const { board, key } = acked()
    board.pull({ kind: 'reset', why: 'epoch' })
    board.answer({ kind: 'snapshot', answer: buildSnapshot({ epoch: 'e2', matters: [other] }) })
    expect(board.entry(key)).toMatchObject({ mutation: { kind: 'void' } })
    expect(board.settled[key]).toMatchObject([{ ok: true }])
  })
})
