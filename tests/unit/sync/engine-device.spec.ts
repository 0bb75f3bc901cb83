import { describe, expect, it } from 'vitest'
import type { SharedWrite } from '#shared/sync/board-storage.ts'
import type { NumberedEntry } from '#shared/sync/outbox-entry.ts'
import { buildId, buildMatter, buildMove, NOW, PEOPLE } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, buildStored, createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'
import { buildSnapshot } from '../../helpers/wire-builders.ts'

const HOUR = 3_600_000
const matter = buildMatter({ title: 'Base' })
const newer = { ...matter, title: 'Newer', version: 5 }
const edit = buildEdit(matter, { title: 'Mine' })

describe('what the device kept', () => {
  it('shows at once, also offline, with what waits drawn in and sent', () => {
    const board = createHarness({ blank: true })
    board.open(buildStored([matter], { outbox: [buildEntry(edit)] }))
    expect(board.title(matter)).toBe('Mine')
    expect(board.state).toMatchObject({ isWhole: true, isConfirmed: false, cid: 'c1' })
    expect(board.wanted('write')).toEqual([])
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1 }])
    board.results([{ n: 1, version: 2 }])
    expect(board.settled.stored).toMatchObject([{ ok: true }])
  })

  it('gives way to newer rows of the page, which are written', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'started', answer: buildSnapshot({ version: 5, matters: [newer] }), isWhole: true })
    board.open(buildStored([matter], { outbox: [buildEntry(buildMove(matter, 'review'))] }))
    expect(board.state.view.byId.get(matter.id)).toMatchObject({ title: 'Newer', columnId: 'review' })
    expect(board.wanted('write')[0]!.write).toMatchObject({ rows: { from: null, put: [matter.id] } })
  })

  it('comes before older rows of the page, and stands in for rows that are still to come', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'started', answer: buildSnapshot({ matters: [matter] }), isWhole: true })
    board.open(buildStored([newer], { snapshot: { version: 5 } }))
    expect(board.title(matter)).toBe('Newer')
    const partial = createHarness({ blank: true })
    partial.take({ kind: 'started', answer: buildSnapshot({ version: 9, matters: [] }), isWhole: false })
    partial.open(buildStored([newer], { snapshot: { version: 5 } }))
    expect(partial.state).toMatchObject({ isWhole: true, confirmed: { version: 5 } })
    partial.take({ kind: 'sync' })
    expect(partial.wanted('pull')).toMatchObject([{ version: 5 }])
  })

  it('that equals the page\'s rows isn\'t written again', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'started', answer: buildSnapshot({ matters: [matter] }), isWhole: true })
    board.open({ ...buildStored([matter]), contactAt: NOW })
    expect(board.wanted('write')).toEqual([])
  })

  it('of another epoch gives way, and what waits is sent again', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'started', answer: buildSnapshot({ epoch: 'e2', matters: [matter] }), isWhole: true })
    const acked = buildEntry(edit, { state: 'acked', result: { n: 1, status: 'ok', version: 1 } })
    const step = { key: 'x', cid: 'c1', n: 1, matterId: matter.id, change: { kind: 'edit' as const, version: 1, before: { title: 'Old' }, after: { title: 'Base' } } }
    board.open(buildStored([newer], { outbox: [acked], undo: [step] }))
    expect(board.entry('stored')).toMatchObject({ state: 'queued' })
    expect(board.title(matter)).toBe('Mine')
    expect(board.state.undo).toEqual([])
    expect(board.disk.undo.size).toBe(0)
    expect(board.disk.outbox.get('stored')).toMatchObject({ state: 'queued' })
  })

  it('puts what was done before it came in behind what it kept', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'started', answer: buildSnapshot({ matters: [matter] }), isWhole: true })
    board.take({ kind: 'submitted', key: 'late', mutation: buildEdit(matter, { title: 'Late' }) })
    board.open(buildStored([matter], { outbox: [buildEntry(edit)] }))
    expect(board.state.entries.map(({ key }) => key)).toEqual(['stored', 'late'])
    expect(board.title(matter)).toBe('Late')
  })

  it('[M4] isn\'t drawn again where the row says that it went into it', () => {
    const board = createHarness({ blank: true })
    const id = buildId(0x79)
    const made = rewritten({ ...matter, id }, 3, { commentCount: 1 }, { by: PEOPLE.partner.id, cid: 'c1', n: 2 })
    board.take({ kind: 'started', answer: buildSnapshot({ version: 3, matters: [made] }), isWhole: true })
    board.open(buildStored([], { outbox: [
      buildEntry({ kind: 'create', id, args: { columnId: 'intake', title: 'x', clientName: 'x' } }, { key: 'made', n: 1 }),
      buildEntry({ kind: 'comment', id, args: { action: 'add', commentId: buildId(0x900), body: 'x' } }, { n: 2 }),
    ] }))
    expect(board.state.entries.map(({ state }) => state)).toEqual(['contained', 'contained'])
    expect(board.state.view.byId.get(id)).toEqual(made)
  })

  it('read again brings what was missed, and nothing that has ended here', () => {
    const board = createHarness({ matters: [matter] })
    const ended = board.change(edit)
    board.results([{ n: 1, version: 1 }])
    board.open(buildStored([matter], { outbox: [
      buildEntry(edit, { key: ended }), buildEntry(buildMove(matter, 'review'), { key: 'theirs', n: 2 }),
    ] }))
    expect(board.state.entries.map(({ key }) => key)).toEqual(['theirs'])
    expect([...board.disk.outbox.keys()]).toEqual(['theirs'])
  })
})

describe('a conflict whose writing got lost', () => {
  it('[X3] is written when the device is read again', () => {
    const board = createHarness({ matters: [matter] })
    board.change(edit)
    board.results([{ n: 1, status: 'conflict', conflicts: [{ field: 'title', value: 'Theirs', version: 2, by: PEOPLE.partner2.id, at: NOW }] }])
    board.disk.conflicts.clear()
    board.open(buildStored([matter]))
    expect([...board.disk.conflicts.keys()]).toEqual(['c1.1'])
  })
})

describe('[W4] the lease', () => {
  it.each([
    ['ended while nobody looked', -12 * HOUR],
    ['was made by a clock that was wrong', 6 * 60_000],
  ])('that %s drops the rows and keeps what waits', (_, contactAt) => {
    const board = createHarness({ blank: true })
    board.open({ ...buildStored([matter], { outbox: [buildEntry(edit)] }), contactAt: NOW + contactAt })
    expect(board.state).toMatchObject({ isWhole: false, confirmed: { rows: new Map() } })
    expect(board.wanted('write')[0]!.write).toMatchObject({ dropRows: true })
    expect(board.entry('stored')).toBeDefined()
    board.take({ kind: 'sync' })
    expect(board.wanted('pull')).toMatchObject([{ epoch: null }])
  })

  it('that still runs shows them', () => {
    const board = createHarness({ blank: true })
    board.open({ ...buildStored([matter]), contactAt: NOW - 12 * HOUR + 1 })
    expect(board.title(matter)).toBe('Base')
    expect(board.state.contactAt).toBe(NOW - 12 * HOUR + 1)
  })

  it('ends at once when the board is not for this person any more', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'sync' })
    board.take({ kind: 'pullFailed', tag: board.state.link.pull!.tag, fault: { kind: 'refused', retryAfterMs: 0, code: 'BOARD_GONE' } })
    expect(board.state).toMatchObject({ isWhole: false, confirmed: { rows: new Map() }, view: { matters: [] } })
    expect(board.wanted('write')[0]!.write).toMatchObject({ dropRows: true })
    expect(board.wanted('syncFailed')).toHaveLength(1)
  })

  it('ends while the board is open, and the rows come back with the next answer', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'online', online: false })
    const key = board.change(edit)
    board.now += 12 * HOUR - 1
    board.take({ kind: 'woken' })
    expect(board.title(matter)).toBe('Mine')
    expect(board.state.link.wakeAt).toBe(NOW + 12 * HOUR)
    board.now += 1
    board.take({ kind: 'woken' })
    expect(board.title(matter)).toBeUndefined()
    expect(board.state.isWhole).toBe(false)
    expect(board.disk.confirmed).toBeNull()
    expect(board.disk.outbox.has(key)).toBe(true)
    board.read([matter])
    expect(board.title(matter)).toBe('Mine')
    expect(board.wanted('news')).toEqual([])
    expect(board.disk.confirmed?.rows.size).toBe(1)
  })

  it('runs anew with each good answer, which is written once a minute', () => {
    const board = createHarness({ matters: [matter] })
    board.now += 30_000
    board.pull({ kind: 'unchanged' })
    expect(board.state.contactAt).toBe(NOW + 30_000)
    expect(board.wanted('write')).toEqual([])
    expect(board.state.link.wakeAt).toBe(NOW + 60_000)
    board.now += 30_000
    board.take({ kind: 'woken' })
    expect(board.wanted('write')).toEqual([{ kind: 'write', write: { contactAt: NOW + 30_000 } }])
    board.take({ kind: 'woken' })
    expect(board.wanted('write')).toEqual([])
  })
})

describe('what another tab tells', () => {
  const theirs = (entry: Partial<NumberedEntry> = {}) => buildEntry(edit, { key: 'theirs', ...entry })
  const told = (write: SharedWrite) => ({ kind: 'told' as const, write })

  it('shows here, is that tab\'s to send, and is sent here when it isn\'t', () => {
    const board = createHarness({ matters: [matter] })
    board.take(told({ outbox: { put: [theirs()] } }))
    expect(board.title(matter)).toBe('Mine')
    expect(board.last.map(({ kind }) => kind)).toEqual(['changed', 'wake'])
    expect(board.wanted('wake')).toEqual([{ kind: 'wake', at: NOW + 3_000 }])
    board.now += 3_000
    board.take({ kind: 'woken' })
    expect(board.wanted('send')[0]!.items).toMatchObject([{ n: 1 }])
  })

  it('comes in order before what has no number, and holds up what comes after it', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'submitted', key: 'mine', mutation: buildEdit(matter, { title: 'Later' }) })
    board.take(told({ outbox: { put: [theirs({ n: 1 })] } }))
    expect(board.state.entries.map(({ key }) => key)).toEqual(['theirs', 'mine'])
    board.take({ kind: 'appended', key: 'mine', cid: 'c1', n: 2 })
    expect(board.wanted('send')).toEqual([])
  })

  it('of an outbox that isn\'t ours is that tab\'s alone', () => {
    const board = createHarness({ matters: [matter] })
    board.take(told({ outbox: { put: [theirs({ cid: 'memory' })] } }))
    expect(board.state.entries).toEqual([])
  })

  it('[M4] of a change that was made stays drawn until the rows here contain it, and is not written again', () => {
    const board = createHarness({ matters: [matter] })
    const result = { n: 1, status: 'ok' as const, version: 3 }
    board.take(told({ outbox: { put: [theirs()] } }))
    board.take(told({ outbox: { put: [theirs({ state: 'acked', result })], remove: [{ cid: 'c1', n: 1 }] } }))
    expect(board.title(matter)).toBe('Mine')
    expect(board.settled).toEqual({})
    expect(board.wanted('write')).toEqual([])
    expect(board.wanted('pull')).toHaveLength(1)
    board.update({ matters: [putOp(rewritten(matter, 3, { title: 'Mine' }, { by: PEOPLE.partner.id }))], version: 3, acks: { c1: 1 } })
    expect(board.state.entries).toEqual([])
    expect(board.title(matter)).toBe('Mine')
    board.take(told({ outbox: { put: [theirs({ key: 'new', n: 2, state: 'acked', result: { ...result, n: 2, version: 9 } })], remove: [{ cid: 'c1', n: 2 }] } }))
    expect(board.title(matter)).toBe('Mine')
    expect(board.entry('new')).toMatchObject({ state: 'acked' })
  })

  it('of the end of an own change keeps its promise', () => {
    const board = createHarness({ matters: [matter] })
    const done = board.change(edit)
    const refused = board.change(buildMove(matter, 'review'))
    const entries = board.state.entries as NumberedEntry[]
    board.take(told({ outbox: {
      put: [
        { ...entries[0]!, state: 'acked', result: { n: 1, status: 'ok', version: 1 } },
        { ...entries[1]!, state: 'contained', result: { n: 2, status: 'rejected', version: 0, code: 'WIP_LIMIT' } },
      ],
      remove: [{ cid: 'c1', n: 1 }, { cid: 'c1', n: 2 }],
    } }))
    expect(board.settled[done]).toMatchObject([{ ok: true }])
    expect(board.settled[refused]).toMatchObject([{ ok: false, problem: { code: 'WIP_LIMIT' } }])
    expect(board.state.entries).toEqual([])
  })

  it('of an own change that became void settles it', () => {
    const board = createHarness({ matters: [matter] })
    const change = board.change(edit)
    const undone = board.undo()
    const [first, second] = board.state.entries as [NumberedEntry, NumberedEntry]
    const asVoid = (entry: NumberedEntry): NumberedEntry => ({ ...entry, mutation: { kind: 'void' }, looked: {}, undoes: null })
    board.take(told({ outbox: { put: [asVoid(first), asVoid(second)] } }))
    expect(board.settled[change]).toMatchObject([{ ok: false, problem: { code: 'MATTER_GONE' } }])
    expect(board.settled[undone]).toMatchObject([{ ok: true }])
    expect(board.wanted('write')).toEqual([])
  })

  it('of an own change that became void after it was done says no more of it', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit)
    const entry = board.entry(key) as NumberedEntry
    board.results([{ n: 1, version: 9 }])
    board.take(told({ outbox: { put: [{ ...entry, mutation: { kind: 'void' }, looked: {} }] } }))
    expect(board.settled[key]).toMatchObject([{ ok: true }])
  })

  it('late, of what has ended here, is old news', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit)
    const entry = board.entry(key) as NumberedEntry
    board.results([{ n: 1, version: 1 }])
    board.take(told({ outbox: { put: [entry] } }))
    expect(board.state.entries).toEqual([])
  })

  it('too late, of what was ended elsewhere, is taken off the device again', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change({ kind: 'comment', id: matter.id, args: { action: 'add', commentId: buildId(0x900), body: 'x' } })
    board.update({ acks: { c1: 1 } })
    expect(board.disk.outbox.get(key)).toMatchObject({ state: 'contained' })
    board.take(told({ outbox: { remove: [{ cid: 'c1', n: 1 }] } }))
    expect(board.disk.outbox.size).toBe(0)
  })

  it('of conflicts, notes and steps shows here', () => {
    const board = createHarness({ matters: [matter] })
    const conflict = { id: 'c1.9', matterId: matter.id, mutation: edit as never, at: NOW, fields: [] }
    const note = { id: 'c1.8', matterId: matter.id, others: [] }
    board.take(told({ conflicts: { put: [conflict] }, notes: { put: [note] } }))
    expect(board.state).toMatchObject({ conflicts: [{ id: 'c1.9' }], notes: [{ id: 'c1.8' }] })
    board.take(told({ conflicts: { remove: ['c1.9'] }, notes: { remove: ['c1.8'] } }))
    expect(board.state).toMatchObject({ conflicts: [], notes: [] })
    expect(board.wanted('write')).toEqual([])
    expect(board.wanted('tell')).toEqual([])
  })

  it('[C6] of a matter that is gone takes it away here, and older rows don\'t bring it back', () => {
    const board = createHarness({ matters: [matter] })
    const key = board.change(edit)
    board.take(told({ purge: [matter.id], purgedAt: { epoch: 'e1', version: 3 } }))
    expect(board.title(matter)).toBeUndefined()
    expect(board.settled[key]).toMatchObject([{ problem: { code: 'MATTER_GONE' } }])
    expect(board.wanted('pull')).toHaveLength(1)
    expect(board.wanted('write')[0]!.write).toMatchObject({ outbox: { put: [{ mutation: { kind: 'void' } }] } })
    board.update({ version: 2, matters: [putOp({ ...matter, version: 2 })] })
    expect(board.title(matter)).toBeUndefined()
    board.update({ version: 3, deleted: [matter.id] })
    expect(board.wanted('write')[0]!.write).toMatchObject({ rows: { remove: [matter.id] } })
    board.update({ version: 4, matters: [putOp({ ...matter, version: 4 })] })
    expect(board.title(matter)).toBe('Base')
    expect(board.state.link.gone).toEqual([])
  })

  it('[C6] of a matter that has come back since is old news', () => {
    const board = createHarness({ matters: [matter] })
    board.take(told({ purge: [matter.id], purgedAt: { epoch: 'e1', version: 1 } }))
    expect(board.title(matter)).toBe('Base')
  })

  it('[C6] of a matter that is gone in another epoch is asked of the server', () => {
    const board = createHarness({ matters: [matter] })
    board.take(told({ purge: [matter.id], purgedAt: { epoch: 'e0', version: 30 } }))
    expect(board.title(matter)).toBe('Base')
    expect(board.wanted('pull')).toHaveLength(1)
  })
})
