import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { buildId, buildMatter, buildMove, buildTask, PEOPLE } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, buildStored, createHarness } from '../../helpers/engine-harness.ts'

const matter = buildMatter({ version: 4 })
const other = buildMatter()
const edit = (title: string) => buildEdit(matter, { title })
const comment = (commentId: string): Mutation => ({ kind: 'comment', id: matter.id, args: { action: 'add', commentId, body: 'Called.' } })

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

  it('[M1] keeps its undo waiting for the new number when it loses its own', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit('Mine'))
    const key = board.change(buildMove(matter, 'review'))
    const undo = board.undo()
    expect(board.entry(undo)!.mutation).toMatchObject({ kind: 'undo', args: { n: 2 } })
    board.results([{ n: 2, status: 'rejected', code: 'NUMBER_TAKEN' }])
    expect([board.entry(key)!.n, board.entry(undo)!.mutation]).toMatchObject([null, { args: { n: 0 } }])
    board.take({ kind: 'appended', key, cid: 'c2', n: 1 })
    expect(board.entry(undo)!.mutation).toMatchObject({ kind: 'undo', args: { n: 1 } })
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
