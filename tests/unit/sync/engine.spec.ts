import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationAnswer } from '#shared/protocol/messages.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { BoardEngine } from '#shared/sync/engine.ts'
import { createBoardEngine } from '#shared/sync/engine.ts'
import { buildTask, assign, BOARD_ID, buildId, buildMatters, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const [first, second] = buildMatters(2, { assignments: [assign(PEOPLE.partner)] }) as [Matter, Matter]

let clock: VirtualClock
let transport: FakeTransport
let engine: BoardEngine
const onChange = vi.fn()
const onRemoteChanges = vi.fn()

beforeEach(() => {
  vi.clearAllMocks()
  clock = createVirtualClock()
  transport = createFakeTransport()
  // Unless a test answers itself, the server takes what shows.
  transport.send.mockImplementation(async (_, { id }) => ({ version: 2_000, matter: engine.view.byId.get(id) ?? null }))
  engine = createBoardEngine({ boardId: BOARD_ID, actor: () => PEOPLE.partner, transport, clock, cid: 'c', onChange, onRemoteChanges })
})

/** A row as a server would leave it after writing `fields` at `version`. */
function written(row: Matter, version: number, fields: Partial<Matter>, by = PEOPLE.partner.id): Matter {
  const stamps = Object.fromEntries(Object.keys(fields).map(field => [field, { v: version, cid: null, n: null, by }]))
  return { ...row, ...fields, version, updatedBy: by, fieldVersions: { ...row.fieldVersions, ...stamps } }
}

function start(): void {
  engine.start(buildSnapshot({ matters: [first, second] }))
}

/** The next answer to a pull. */
function nextPull(event: 'snapshot' | 'updates', answer: unknown): void {
  transport.pull.mockImplementationOnce(async () => {
    transport.emit(event, BOARD_ID, answer as never)
    return { kind: 'fresh' }
  })
}

/** Holds the next send until it is answered. */
function nextSend(): (answer: MutationAnswer | Fault) => Promise<void> {
  let settle!: (answer: MutationAnswer | Fault) => void
  transport.send.mockImplementationOnce(() => new Promise((resolve, reject) =>
    settle = answer => answer instanceof Fault ? reject(answer) : resolve(answer)))
  return async (answer) => {
    await clock.advance(0)
    settle(answer)
    await clock.advance(0)
  }
}

const titleOf = (row: Matter) => engine.view.byId.get(row.id)?.title
const retitle = (row: Matter, title: string): Mutation => ({ kind: 'edit', id: row.id, args: { set: { title } } })
const toReview = (row: Matter): Mutation => ({ kind: 'move', id: row.id, args: { columnId: 'review', placement: { end: true } } })

describe('reading', () => {
  it('[C1] reads everything first, and from there only what is new', async () => {
    nextPull('snapshot', buildSnapshot({ matters: [first] }))
    expect(engine.isWhole).toBe(false)
    expect(await engine.sync()).toBe(false)
    expect(engine.isWhole).toBe(true)
    expect(await engine.sync()).toBe(true)
    expect(transport.pull.mock.calls.map(([position]) => position)).toEqual([
      { boardId: BOARD_ID, epoch: null, version: 0, cid: 'c' },
      { boardId: BOARD_ID, epoch: 'e1', version: 1, cid: 'c' },
    ])
  })

  it('goes on from what came with the page', async () => {
    start()
    await engine.sync()
    expect(transport.pull.mock.calls[0]![0].version).toBe(1)
  })

  it('still reads everything when the page came without rows', async () => {
    engine.start(buildSnapshot({ matters: [] }), false)
    expect(engine.view.columns).not.toEqual([])
    expect(engine.isWhole).toBe(false)
    nextPull('snapshot', buildSnapshot({ matters: [first] }))
    await engine.sync()
    expect(transport.pull.mock.calls[0]![0].epoch).toBeNull()
    expect(engine.isWhole).toBe(true)
    expect(onRemoteChanges).not.toHaveBeenCalled()
  })

  it('reads everything anew after a reset, and tells what others did meanwhile', async () => {
    start()
    transport.pull.mockResolvedValueOnce({ kind: 'reset', why: 'pruned' })
    nextPull('snapshot', buildSnapshot({ version: 9, matters: [first, written(second, 9, { columnId: 'review' }, PEOPLE.clerk.id)] }))
    await engine.sync()
    expect(transport.pull.mock.calls[1]![0].epoch).toBeNull()
    expect(onRemoteChanges).toHaveBeenCalledExactlyOnceWith([expect.objectContaining({ matterId: second.id, by: PEOPLE.clerk.id, kind: 'moved' })])
  })

  it('[C3] catches up once, from where it stands, after an answer that begins elsewhere', async () => {
    start()
    nextPull('updates', buildUpdates({ from: 3, version: 4 }))
    nextPull('updates', buildUpdates({ from: 1, version: 4 }))
    await engine.sync()
    expect(engine.view.version).toBe(4)
    expect(transport.pull.mock.calls[1]![0].version).toBe(1)
  })

  it('[C1] reads everything after an answer from another epoch', async () => {
    start()
    nextPull('updates', buildUpdates({ epoch: 'e2' }))
    nextPull('snapshot', buildSnapshot({ epoch: 'e2', matters: [first] }))
    await engine.sync()
    expect(engine.view.epoch).toBe('e2')
    expect(engine.view.byId.has(second.id)).toBe(false)
  })

  it('[T6] says "out of sync" instead of resetting round and round', async () => {
    start()
    transport.pull.mockResolvedValue({ kind: 'reset', why: 'epoch' })
    await engine.sync()
    await engine.sync()
    await expect(engine.sync()).rejects.toMatchObject({ kind: 'out-of-sync' })
  })

  it('[C5] drops a full read that it did not ask for', () => {
    start()
    transport.emit('snapshot', BOARD_ID, buildSnapshot({ version: 9, matters: [] }))
    expect(engine.view.byId.size).toBe(2)
  })

  it('[C2] drops a late copy, and what is about another board', () => {
    start()
    transport.emit('updates', BOARD_ID, buildUpdates({ from: 0, version: 1, deleted: [first.id] }))
    transport.emit('updates', buildId(0xB2), buildUpdates({ deleted: [first.id] }))
    transport.emit('snapshot', buildId(0xB2), buildSnapshot())
    expect(engine.view.byId.size).toBe(2)
    expect(engine.wish).toBeNull()
  })

  it('[R5] passes the server\'s wish on, for one poll', async () => {
    start()
    nextPull('updates', buildUpdates({ next: 30_000 }))
    await engine.sync()
    expect(engine.wish).toBe(30_000)
    await engine.sync()
    expect(engine.wish).toBeNull()
  })

  it('knows when the board last changed', async () => {
    start()
    expect(engine.changedAt).toBeNull()
    await clock.advance(1_000)
    nextPull('updates', buildUpdates({ matters: [{ op: 'set', id: first.id, fields: { title: 'x' } }] }))
    await engine.sync()
    expect(engine.changedAt).toBe(NOW + 1_000)
  })

  it('knows a clock that is wrong, and lets a small difference be', () => {
    engine.start(buildSnapshot({ now: NOW + 30_000 }))
    expect(engine.clockOffset).toBe(0)
    engine.start(buildSnapshot({ now: NOW - 3_600_000 }))
    expect(engine.clockOffset).toBe(-3_600_000)
  })

  it('tells nobody of their own changes', async () => {
    start()
    nextPull('updates', buildUpdates({ matters: [{ op: 'put', id: first.id, matter: written(first, 2, { title: 'x' }) }] }))
    await engine.sync()
    expect(onRemoteChanges).not.toHaveBeenCalled()
  })
})

describe('own changes', () => {
  beforeEach(start)

  it('show at once, and count as waiting until the server has them', async () => {
    const answer = nextSend()
    engine.submit(retitle(first, 'Mine'))
    expect(titleOf(first)).toBe('Mine')
    expect(engine.waiting).toHaveLength(1)
    await answer({ version: 2, matter: written(first, 2, { title: 'Mine' }) })
    expect(engine.waiting).toEqual([])
  })

  it('[M4] stay drawn after the answer until their version arrives', async () => {
    const answer = nextSend()
    engine.submit(retitle(first, 'Mine'))
    await answer({ version: 5, matter: written(first, 5, { title: 'Mine' }) })
    expect(titleOf(first)).toBe('Mine')
    transport.emit('updates', BOARD_ID, buildUpdates({ version: 4 }))
    expect(titleOf(first)).toBe('Mine')
    transport.emit('updates', BOARD_ID, buildUpdates({ from: 4, version: 6, matters: [{ op: 'put', id: first.id, matter: written(first, 6, { title: 'Theirs' }) }] }))
    expect(titleOf(first)).toBe('Theirs')
  })

  it('[M4] are not drawn over a row that is newer, whatever the board\'s version', async () => {
    const answer = nextSend()
    engine.submit(retitle(first, 'Mine'))
    transport.emit('updates', BOARD_ID, buildUpdates({ version: 6, matters: [{ op: 'put', id: first.id, matter: written(first, 6, { title: 'Theirs' }) }] }))
    await answer({ version: 5, matter: written(first, 5, { title: 'Mine' }) })
    expect(titleOf(first)).toBe('Theirs')
  })

  it('go back when the server refuses, with its reason', async () => {
    const answer = nextSend()
    const { settled } = engine.submit(retitle(first, 'Mine'))
    const problem = { code: 'CONFLICT' as const, message: '', conflicts: [{ field: 'title', version: 3, value: 'Theirs', by: PEOPLE.clerk.id, at: NOW }] }
    await answer(new Fault('refused', { problem }))
    expect(titleOf(first)).toBe(first.title)
    expect(await settled).toEqual({ ok: false, problem })
  })

  it('are refused without asking the server when the rules say no', async () => {
    const { settled } = engine.submit({ kind: 'move', id: first.id, args: { columnId: 'intake', placement: { end: true } } })
    expect(await settled).toMatchObject({ ok: false, problem: { code: 'INVALID_TRANSITION', allowed: expect.arrayContaining(['review']) } })
    expect(await engine.submit(retitle(first, ' ')).settled).toMatchObject({ ok: false, problem: { code: 'VALIDATION', field: 'title' } })
    await clock.advance(1_000)
    expect(transport.send).not.toHaveBeenCalled()
  })

  it('that change nothing are done already', async () => {
    expect(await engine.submit(retitle(first, first.title)).settled).toEqual({ ok: true, matter: first, version: 1 })
    expect(engine.waiting).toEqual([])
  })

  it('wait offline and go when back', async () => {
    engine.setOnline(false)
    engine.submit(retitle(first, 'Mine'))
    await clock.advance(60_000)
    expect(transport.send).not.toHaveBeenCalled()
    engine.setOnline(true)
    await clock.advance(0)
    expect(transport.send).toHaveBeenCalledTimes(1)
  })

  it('go on after signing in again', async () => {
    transport.send.mockRejectedValueOnce(new Fault('signed-out'))
    engine.submit(retitle(first, 'Mine'))
    await clock.advance(60_000)
    engine.resume()
    await clock.advance(0)
    expect(engine.waiting).toEqual([])
  })

  it('use the server\'s clock when ours is wrong', () => {
    engine.start(buildSnapshot({ now: NOW + 7_200_000, matters: [first] }))
    engine.submit(retitle(first, 'Mine'))
    expect(engine.view.byId.get(first.id)!.updatedAt).toBe(NOW + 7_200_000)
  })

  it('are given up when the engine closes, which then hears nothing more', async () => {
    engine.setOnline(false)
    const { settled } = engine.submit(retitle(first, 'Mine'))
    engine.close()
    expect(await settled).toEqual({ ok: false, problem: { code: 'NETWORK' } })
    transport.emit('updates', BOARD_ID, buildUpdates())
    expect(engine.view.version).toBe(1)
  })
})

describe('[X1] the versions that a person looked at', () => {
  const stamp = (v: number) => ({ v, cid: null, n: null, by: 'x' })
  const row: Matter = { ...first, fieldVersions: { title: stamp(1), priority: stamp(1), columnId: stamp(1) } }

  beforeEach(() => engine.start(buildSnapshot({ matters: [row] })))

  async function sentBase(mutation: Mutation): Promise<Mutation['base']> {
    engine.submit(mutation)
    await clock.advance(0)
    return transport.send.mock.lastCall![1].base
  }

  it('go with an edit, a move and a deletion', async () => {
    expect(await sentBase({ kind: 'edit', id: row.id, args: { set: { title: 'x', description: 'y' } } })).toEqual({ title: 1, description: 0 })
    expect(await sentBase(toReview(row))).toEqual({ columnId: 1 })
    expect(await sentBase({ kind: 'delete', id: row.id, args: {} })).toMatchObject({ title: 1, tags: 0 })
  })

  it('go with each item of a list that is replaced or removed', async () => {
    expect(await sentBase({ kind: 'edit', id: row.id, args: { tasks: { put: [buildTask({ id: buildId(7) })], remove: [buildId(8)] } } }))
      .toEqual({ [`tasks/${buildId(7)}`]: 0, [`tasks/${buildId(8)}`]: 0 })
  })

  it('are those that the editor gives', async () => {
    expect(await sentBase({ ...retitle(row, 'x'), base: { title: 0 } } as Mutation)).toEqual({ title: 0 })
  })

  it('are not asked where changes merge', async () => {
    expect(await sentBase({ kind: 'edit', id: row.id, args: { tags: { add: ['x'] } } })).toBeUndefined()
    expect(await sentBase({ kind: 'comment', id: row.id, args: { action: 'add', commentId: buildId(9), body: 'x' } })).toBeUndefined()
  })

  it('take in what the same person wrote before, and nothing that others did', async () => {
    const answer = nextSend()
    engine.submit({ kind: 'edit', id: row.id, args: { set: { title: 'One' } } })
    engine.submit({ kind: 'edit', id: row.id, args: { set: { title: 'Two', priority: 'HIGH' } } })
    engine.submit(retitle(first, 'Three'))
    await answer({ version: 8, matter: { ...written(row, 8, { title: 'One' }), fieldVersions: { title: stamp(8), priority: stamp(7) } } })
    await clock.advance(0)
    expect(transport.send.mock.calls[1]![1].base).toEqual({ title: 8, priority: 1 })
  })
})

describe('undo', () => {
  beforeEach(start)

  it('[undoOf] takes the last move back, by the version that it made', async () => {
    const answer = nextSend()
    engine.submit(toReview(first))
    await answer({ version: 2, matter: written(first, 2, { columnId: 'review', rank: 'a0' }) })
    expect(engine.canUndo).toBe(true)
    expect(engine.undo()!.id).toBe(first.id)
    expect(engine.view.byId.get(first.id)!.columnId).toBe('in-progress')
    expect(engine.canUndo).toBe(false)
    await clock.advance(0)
    expect(transport.send.mock.lastCall![1]).toMatchObject({ kind: 'move', args: { undoOf: 2, columnId: 'in-progress' } })
  })

  it('of a move that is still on its way waits for its version', async () => {
    const answer = nextSend()
    engine.submit(toReview(first))
    await clock.advance(0)
    engine.undo()
    expect(engine.view.byId.get(first.id)!.columnId).toBe('in-progress')
    await answer({ version: 7, matter: written(first, 7, { columnId: 'review', rank: 'a0' }) })
    expect(engine.view.byId.get(first.id)!.columnId).toBe('in-progress')
    expect(transport.send.mock.lastCall![1]).toMatchObject({ args: { undoOf: 7 } })
  })

  it('of a move that the server refuses is done with it', async () => {
    const answer = nextSend()
    engine.submit(toReview(first))
    await clock.advance(0)
    const undone = engine.undo()!
    await answer(new Fault('refused', { problem: { code: 'WIP_LIMIT', message: '' } }))
    expect(await undone.settled).toMatchObject({ ok: true })
    expect(transport.send).toHaveBeenCalledTimes(1)
    expect(engine.canUndo).toBe(false)
  })

  it('is over once somebody else has moved the matter', async () => {
    const answer = nextSend()
    engine.submit(toReview(first))
    await answer({ version: 2, matter: written(first, 2, { columnId: 'review', rank: 'a0' }) })
    transport.emit('updates', BOARD_ID, buildUpdates({ version: 3, matters: [{ op: 'put', id: first.id, matter: written(first, 3, { columnId: 'waiting-client' }) }] }))
    expect(engine.canUndo).toBe(false)
    expect(engine.undo()).toBeNull()
  })
})

describe('[C6] a matter that goes away', () => {
  beforeEach(start)

  it('leaves nothing behind', async () => {
    engine.setOnline(false)
    const { settled } = engine.submit(toReview(first))
    engine.submit({ kind: 'comment', id: first.id, args: { action: 'add', commentId: buildId(9), body: 'x' } })
    transport.emit('updates', BOARD_ID, buildUpdates({ deleted: [first.id] }))
    expect(engine.view.byId.has(first.id)).toBe(false)
    expect(engine.waiting).toEqual([])
    expect(engine.canUndo).toBe(false)
    expect(engine.commentWork).toEqual([])
    expect(await settled).toMatchObject({ ok: false, problem: { code: 'MATTER_GONE' } })
    expect(onRemoteChanges).toHaveBeenCalledExactlyOnceWith([expect.objectContaining({ kind: 'deleted', matterId: first.id })])
  })

  it('is no news to who deleted it', async () => {
    const answer = nextSend()
    engine.submit({ kind: 'delete', id: first.id, args: {} })
    expect(engine.view.byId.has(first.id)).toBe(false)
    await answer({ version: 2, matter: null })
    expect(engine.view.byId.has(first.id)).toBe(false)
    transport.emit('updates', BOARD_ID, buildUpdates({ deleted: [first.id] }))
    expect(onRemoteChanges).not.toHaveBeenCalled()
  })
})

describe('comments', () => {
  beforeEach(start)

  it('are remembered after the answer, for lists that were fetched before it', async () => {
    const answer = nextSend()
    const { id } = engine.submit({ kind: 'comment', id: first.id, args: { action: 'add', commentId: buildId(9), body: 'x' } })
    expect(id).toBe(buildId(9))
    expect(engine.commentWork).toMatchObject([{ matterId: first.id, version: null, at: NOW }])
    await answer({ version: 4, matter: written(first, 4, { commentCount: 1 }) })
    expect(engine.commentWork).toMatchObject([{ matterId: first.id, version: 4 }])
  })
})

it('takes no old acknowledgement over into another epoch', async () => {
  start()
  const answer = nextSend()
  engine.submit(retitle(first, 'Mine'))
  await answer({ version: 50, matter: written(first, 50, { title: 'Mine' }) })
  transport.pull.mockResolvedValueOnce({ kind: 'reset', why: 'epoch' })
  nextPull('snapshot', buildSnapshot({ epoch: 'e2', version: 3, matters: [first] }))
  await engine.sync()
  expect(titleOf(first)).toBe(first.title)
})
