import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { NumberedEntry } from '#shared/sync/outbox-entry.ts'
import { buildId, buildMatter, buildMove, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, buildStored, createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'

const matter = buildMatter({ version: 4 })
const other = buildMatter()
const edit = (title: string) => buildEdit(matter, { title })
const comment = (commentId: string): Mutation => ({ kind: 'comment', id: matter.id, args: { action: 'add', commentId, body: 'Called.' } })
const mine = (version: number, fields: Parameters<typeof rewritten>[2], n = 1) => rewritten(matter, version, fields, { by: PEOPLE.partner.id, cid: 'c1', n })

describe('a change', () => {
  it('shows at once, is kept, and is sent once it has its number', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'submitted', key: 'a', mutation: edit('Mine') })
    expect(board.title(matter)).toBe('Mine')
    expect(board.last.map(({ kind }) => kind)).toEqual(['append', 'changed'])
    expect(board.wanted('append')[0]).toMatchObject({ entry: { key: 'a', n: null, state: 'queued' }, undo: { key: 'a', matterId: matter.id } })
    board.number('a')
    expect(board.wanted('write')).toEqual([])
    expect(board.wanted('tell')[0]!.write).toMatchObject({ outbox: { put: [{ key: 'a', n: 1 }] }, undo: { put: [{ key: 'a', n: 1 }] } })
    expect(board.wanted('send')).toMatchObject([{ cid: 'c1', items: [{ n: 1, kind: 'edit', id: matter.id, args: { set: { title: 'Mine' } }, base: { title: 4 } }] }])
  })

  it('that the rules refuse ends at once and leaves nothing', () => {
    const board = createHarness({ matters: [matter], me: PEOPLE.clerk })
    const key = board.change(edit('Mine'))
    expect(board.settled[key]).toMatchObject([{ ok: false, problem: { code: 'NOT_ASSIGNED', field: 'id' } }])
    expect(board.state.entries).toEqual([])
    expect(board.last.map(({ kind }) => kind)).toEqual(['settled'])
  })

  it('that changes nothing is done at once', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit(matter.title))
    expect(board.settled[key]).toEqual([{ ok: true, version: 1, merged: false }])
  })

  it('carries what was looked at, by its maker\'s word or as it shows', () => {
    const board = createHarness({ matters: [matter] })
    const task = buildTask()
    const key = board.change(buildEdit(matter, { title: 'Mine', priority: 'LOW' }, { tasks: { put: [task], remove: ['gone'] } }), { title: { version: 2, value: 'Seen' } })
    expect(board.entry(key)!.looked).toEqual({
      'title': { version: 2, value: 'Seen' },
      'priority': { version: 4, value: 'MEDIUM' },
      [`tasks/${task.id}`]: { version: 4, value: null },
      'tasks/gone': { version: 4, value: null },
    })
    const moved = board.change(buildMove(matter, 'review'))
    expect(board.entry(moved)!.looked).toEqual({ columnId: { version: 4, value: 'in-progress' } })
    const deleted = board.change({ kind: 'delete', id: matter.id, args: {} })
    expect(Object.keys(board.entry(deleted)!.looked)).toEqual(expect.arrayContaining(['title', 'tasks', 'columnId']))
    expect(board.entry(deleted)!.looked).not.toHaveProperty('commentCount')
  })

  it('[M1] gets another number in another outbox where a copy of this device gave its number away', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(buildMove(matter, 'review'))
    board.results([{ n: 1, status: 'rejected', code: 'NUMBER_TAKEN' }])
    expect(board.settled[key]).toBeUndefined()
    expect(board.state.view.byId.get(matter.id)).toMatchObject({ columnId: 'review' })
    expect(board.wanted('append')).toMatchObject([{ entry: { key, cid: 'c1', n: 1 }, undo: { key } }])
    expect(board.wanted('write')[0]!.write.outbox).toEqual({ remove: [{ cid: 'c1', n: 1 }] })
    board.take({ kind: 'appended', key, cid: 'c2', n: 1 })
    expect(board.wanted('send')).toMatchObject([{ cid: 'c2', items: [{ n: 1, key, kind: 'move' }] }])
    expect(board.state.undo).toMatchObject([{ key, cid: 'c2', n: 1 }])
  })

  it('[M5] goes out as it was meant, with the neighbour and not with a rank', () => {
    const board = createHarness({ matters: [matter, other] })
    board.change({ kind: 'move', id: matter.id, args: { columnId: 'review', placement: { before: other.id } } })
    expect(board.wanted('send')[0]!.items).toEqual([
      { n: 1, key: 'k1', kind: 'move', id: matter.id, args: { columnId: 'review', placement: { before: other.id } }, base: { columnId: 4 } },
    ])
  })
})

describe('the outbox', () => {
  it('[M1] sends in the order of its numbers, one request at a time', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit('One'))
    board.change(edit('Two'))
    board.change(edit('Three'))
    expect(board.state.link.send).toMatchObject({ count: 1 })
    board.results([{ n: 1, version: 2 }])
    expect(board.wanted('send')[0]!.items.map(({ n }) => n)).toEqual([2, 3])
    expect(board.state.entries.map(({ n }) => n)).toEqual([1, 2, 3])
  })

  it('[M1] lets what has no number yet hold up only what comes after it', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'submitted', key: 'a', mutation: edit('One') })
    board.take({ kind: 'submitted', key: 'b', mutation: edit('Two') })
    expect(board.wanted('send')).toEqual([])
    board.number('a')
    expect(board.wanted('send')[0]!.items.map(({ n }) => n)).toEqual([1])
    expect(board.title(matter)).toBe('Two')
  })

  it('[M1] sends what an older outbox kept before its own', () => {
    const board = createHarness({ blank: true })
    const older = buildEntry(edit('Older'), { key: 'older', cid: 'c0', n: 7 })
    board.take({ kind: 'online', online: false })
    board.open(buildStored([matter], { outbox: [buildEntry(edit('Newer')), older] }))
    expect(board.state.entries.map(({ key }) => key)).toEqual(['older', 'stored'])
    expect(board.title(matter)).toBe('Newer')
    board.take({ kind: 'online', online: true })
    expect(board.wanted('send')).toMatchObject([{ cid: 'c0', items: [{ n: 7 }] }])
  })

  it('[M1] goes on in another outbox when the storage fails', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'submitted', key: 'a', mutation: edit('One') })
    board.take({ kind: 'appended', key: 'a', cid: 'memory', n: 1 })
    expect(board.wanted('send')).toMatchObject([{ cid: 'memory', items: [{ n: 1 }] }])
    expect(board.state.cid).toBe('memory')
  })

  it('sends fifty changes at most, and no more than fit', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'online', online: false })
    for (let index = 0; index < 60; index++)
      board.change(comment(buildId(0x900 + index)))
    board.take({ kind: 'online', online: true })
    expect(board.wanted('send')[0]!.items).toHaveLength(50)

    const heavy = createHarness({ matters: [matter] })
    heavy.take({ kind: 'online', online: false })
    for (let index = 0; index < 30; index++)
      heavy.change(buildEdit(matter, { description: String(index % 10).repeat(20_000) }))
    heavy.take({ kind: 'online', online: true })
    expect(heavy.wanted('send')[0]!.items).toHaveLength(19)
  })

  it('waits offline, and goes on at once when back', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'online', online: false })
    board.change(edit('Mine'))
    expect(board.state.link.send).toBeNull()
    board.take({ kind: 'online', online: true })
    expect(board.wanted('send')).toHaveLength(1)
  })
})

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

describe('a failure to send', () => {
  it('that passes is tried again after a growing time, or after what the server asked', () => {
    const board = createHarness({ matters: [matter], random: () => 1 })
    board.change(edit('Mine'))
    const waits = Array.from({ length: 7 }, () => {
      board.fail({})
      const wait = board.state.link.sendAt - board.now
      expect(board.state.link.wakeAt).toBe(board.state.link.sendAt)
      board.now += wait - 1
      board.take({ kind: 'woken' })
      expect(board.wanted('send')).toEqual([])
      board.now += 1
      board.take({ kind: 'woken' })
      expect(board.wanted('send')).toHaveLength(1)
      return wait
    })
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    board.fail({ kind: 'server', retryAfterMs: 60_000 })
    expect(board.state.link.sendAt - board.now).toBe(66_000)
  })

  it('of one that is given up is nobody\'s', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit('Mine'))
    expect(board.take({ kind: 'sendFailed', tag: 99, fault: { kind: 'network', retryAfterMs: 0, code: null } })).toEqual([])
    expect(board.state.link.send).not.toBeNull()
  })

  it('for want of a session stops until it is resumed', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit('Mine'))
    board.fail({ kind: 'signed-out' })
    board.now += 3_600_000
    board.take({ kind: 'woken' })
    expect(board.wanted('send')).toEqual([])
    board.take({ kind: 'resumed' })
    expect(board.wanted('send')).toHaveLength(1)
  })

  it('[K1] because the page is too old keeps everything and takes nothing more', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit('Mine'))
    board.fail({ kind: 'outdated' })
    expect(board.state.isOutdated).toBe(true)
    expect(board.disk.outbox.has(key)).toBe(true)
    board.take({ kind: 'resumed' })
    expect(board.wanted('send')).toEqual([])
    const late = board.change(edit('More'))
    expect(board.settled[late]).toMatchObject([{ ok: false, problem: { code: 'UPGRADE_REQUIRED' } }])
    const undone = board.undo()
    expect(board.settled[undone]).toMatchObject([{ ok: false, problem: { code: 'UPGRADE_REQUIRED' } }])
    expect(board.state.undo).toHaveLength(1)
  })

  it('because the board is gone ends what waits for it', () => {
    const board = createHarness({ matters: [matter] })
    const keys = [board.change(edit('One')), board.change(edit('Two'))]
    board.fail({ kind: 'refused', code: 'BOARD_GONE' })
    for (const key of keys)
      expect(board.settled[key]).toMatchObject([{ ok: false, problem: { code: 'BOARD_GONE' } }])
    expect(board.state.entries).toEqual([])
    expect(board.disk.outbox.size).toBe(0)
    expect(board.title(matter)).toBe(matter.title)
  })

  it('of a whole request is found by sending one by one, and costs only what is to blame', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'online', online: false })
    const keys = ['One', 'Two', 'Three'].map(title => board.change(edit(title)))
    board.take({ kind: 'online', online: true })
    board.fail({ kind: 'refused', code: 'VALIDATION' })
    expect(board.wanted('send')[0]!.items.map(({ n }) => n)).toEqual([1])
    board.fail({ kind: 'refused', code: 'VALIDATION' })
    expect(board.settled[keys[0]!]).toMatchObject([{ ok: false, problem: { code: 'VALIDATION' } }])
    expect(board.wanted('send')[0]!.items).toEqual([{ n: 1, key: keys[0], kind: 'void' }])
    board.results([{ n: 1 }])
    expect(board.wanted('send')[0]!.items.map(({ n }) => n)).toEqual([2, 3])
    expect(board.settled[keys[1]!]).toBeUndefined()
  })

  it('even of a void stops the sending until it is resumed', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit('Mine'))
    board.fail({ kind: 'refused' })
    board.fail({ kind: 'refused' })
    expect(board.wanted('send')).toEqual([])
    board.now += 3_600_000
    board.take({ kind: 'woken' })
    expect(board.wanted('send')).toEqual([])
    board.take({ kind: 'resumed' })
    expect(board.wanted('send')).toHaveLength(1)
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
