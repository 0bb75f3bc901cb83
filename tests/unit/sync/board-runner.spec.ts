import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { BoardRunner, BoardRunnerOptions } from '#shared/sync/board-runner.ts'
import { createBoardRunner } from '#shared/sync/board-runner.ts'
import type { BoardStorage, SharedWrite, StoredBoard } from '#shared/sync/board-storage.ts'
import type { OtherTabs } from '#shared/sync/board-world.ts'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import type { Effect, EngineState, FaultNote, Input, SettledChange, Step } from '#shared/sync/engine-types.ts'
import type { OutboxEntry, UndoStep } from '#shared/sync/outbox-entry.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock, settle } from '../../helpers/virtual-clock.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

/*
 * The runner knows nothing of what an input means, so here a test says what the engine answers with.
 */
const { engine } = vi.hoisted(() => ({ engine: { step: null as Step | null } }))
vi.mock('#shared/sync/step.ts', () => ({
  step: (...args: Parameters<Step>) => engine.step!(...args),
}))

const edit: Mutation = { kind: 'edit', id: buildId(1), args: { set: { title: 'Mine' } } }
const pull: Effect = { kind: 'pull', tag: 1, epoch: 'e1', version: 7, cid: 'c' }
const send: Effect = { kind: 'send', tag: 2, cid: 'c', items: [{ n: 1, ...edit }] }
const network: FaultNote = { kind: 'network', retryAfterMs: 0, code: null }
const settled: SettledChange = { key: 'k', matterId: buildId(1), mutation: edit, at: NOW, settled: { ok: true, version: 8, merged: false } }
const stored: StoredBoard = { cid: 'kept', confirmed: null, contactAt: null, outbox: [], conflicts: [], undo: [], notes: [] }
const entry = (key: string): OutboxEntry => ({ key, cid: null, n: null, at: NOW, mutation: edit, looked: {}, undoes: null, state: 'queued', result: null })

let clock: VirtualClock
let transport: FakeTransport
let storage: { [Call in 'open' | 'append' | 'write']: ReturnType<typeof vi.fn<BoardStorage[Call]>> } & { isLasting: boolean }
let tabs: { [Call in 'tell' | 'onTold' | 'close']: ReturnType<typeof vi.fn<OtherTabs[Call]>> }
let heard: { [Event in 'onChange' | 'onNews' | 'onSettled']: ReturnType<typeof vi.fn<BoardRunnerOptions[Event]>> }
let inputs: Input[]
let answers: Partial<Record<Input['kind'], (input: never) => { state?: Partial<EngineState>, effects?: Effect[] }>>
let ids: number

beforeEach(() => {
  clock = createVirtualClock()
  transport = createFakeTransport()
  storage = {
    isLasting: true,
    open: vi.fn<BoardStorage['open']>(async () => stored),
    append: vi.fn<BoardStorage['append']>(async () => ({ cid: 'kept', n: 5 })),
    write: vi.fn<BoardStorage['write']>(async () => {}),
  }
  tabs = { tell: vi.fn<OtherTabs['tell']>(), onTold: vi.fn<OtherTabs['onTold']>(() => () => {}), close: vi.fn<OtherTabs['close']>() }
  heard = { onChange: vi.fn<BoardRunnerOptions['onChange']>(), onNews: vi.fn<BoardRunnerOptions['onNews']>(), onSettled: vi.fn<BoardRunnerOptions['onSettled']>() }
  inputs = []
  answers = {}
  ids = 0
  engine.step = (state, input) => {
    inputs.push(input)
    const answer = answers[input.kind]?.(input as never) ?? {}
    return { state: { ...state, ...answer.state }, effects: answer.effects ?? [] }
  }
})

function run(options: Partial<BoardRunnerOptions> = {}): BoardRunner {
  return createBoardRunner({ boardId: BOARD_ID, me: PEOPLE.partner, world: { storage, transport, tabs }, clock, makeId: () => `id${++ids}`, ...heard, ...options })
}

/** Makes the engine answer the next sync with these. */
function onSync(...effects: Effect[]): void {
  answers.sync = () => ({ effects })
}

const kinds = () => inputs.map(({ kind }) => kind)

describe('what the engine wants done', () => {
  it('is done in order, and what listens hears of it', () => {
    onSync({ kind: 'changed' }, { kind: 'news', changes: [] }, { kind: 'settled', change: settled }, { kind: 'tell', write: { purge: ['m'] } })
    void run().sync()
    expect(heard.onChange).toHaveBeenCalledTimes(1)
    expect(heard.onNews).toHaveBeenCalledExactlyOnceWith([])
    expect(heard.onSettled).toHaveBeenCalledExactlyOnceWith(settled)
    expect(tabs.tell).toHaveBeenCalledExactlyOnceWith({ purge: ['m'] })
  })

  it('is done before the next input is taken, also where doing it brings that input', () => {
    const runner = run()
    const order: string[] = []
    heard.onChange.mockImplementation(() => {
      runner.tell({ kind: 'resumed' })
      order.push(`changed, ${kinds().length} taken`)
    })
    onSync({ kind: 'changed' }, { kind: 'tell', write: {} })
    tabs.tell.mockImplementation(() => order.push('told'))
    void runner.sync()
    expect(order).toEqual(['changed, 1 taken', 'told'])
    expect(kinds()).toEqual(['sync', 'resumed'])
  })

  it('goes on after a listener that throws', () => {
    const runner = run()
    heard.onChange.mockImplementationOnce(() => {
      throw new Error('x')
    })
    onSync({ kind: 'changed' })
    expect(() => void runner.sync()).toThrow('x')
    runner.tell({ kind: 'resumed' })
    expect(kinds()).toEqual(['sync', 'resumed'])
  })

  it('is a wake-up at one time only', async () => {
    const runner = run()
    onSync({ kind: 'wake', at: NOW + 1_000 })
    void runner.sync()
    onSync({ kind: 'wake', at: NOW + 3_000 })
    void runner.sync()
    await clock.advance(2_999)
    expect(kinds()).toEqual(['sync', 'sync'])
    await clock.advance(1)
    expect(kinds()).toEqual(['sync', 'sync', 'woken'])
    onSync({ kind: 'wake', at: NOW }, { kind: 'wake', at: null })
    void runner.sync()
    expect(clock.timers).toBe(0)
  })
})

describe('asking the server', () => {
  it('tells what came of a pull', async () => {
    onSync(pull)
    void run().sync()
    await settle()
    expect(transport.pull.mock.lastCall![0]).toEqual({ boardId: BOARD_ID, epoch: 'e1', version: 7, cid: 'c' })
    expect(inputs[1]).toEqual({ kind: 'answered', tag: 1, outcome: { kind: 'unchanged' } })
  })

  it('tells how it failed, and the number that the server wants', async () => {
    transport.pull.mockRejectedValueOnce(new TypeError('x'))
    transport.send.mockRejectedValueOnce(new Fault('refused', { problem: { code: 'ORDER', message: '', wanted: 3 } }))
    transport.compare.mockRejectedValueOnce(new Fault('server'))
    onSync(pull, send, { kind: 'digest', epoch: 'e1', version: 7, digest: 'd' })
    void run().sync()
    await settle()
    expect(inputs.slice(1)).toEqual([
      { kind: 'pullFailed', tag: 1, fault: network },
      { kind: 'sendFailed', tag: 2, fault: { kind: 'refused', retryAfterMs: 0, code: 'ORDER', wanted: 3 } },
      { kind: 'digested', version: 7, same: null },
    ])
  })

  it('tells the results of what was sent, and whether rows are the same', async () => {
    transport.send.mockResolvedValueOnce({ protocol: PROTOCOL_VERSION, cid: 'c', results: [{ n: 1, status: 'ok', version: 8 }] })
    transport.compare.mockResolvedValueOnce({ same: false })
    onSync(send, { kind: 'digest', epoch: 'e1', version: 7, digest: 'd' })
    void run().sync()
    await settle()
    expect(transport.send.mock.lastCall!.slice(0, 3)).toEqual([BOARD_ID, 'c', [{ n: 1, ...edit }]])
    expect(inputs.slice(1)).toEqual([
      { kind: 'results', tag: 2, cid: 'c', results: [{ n: 1, status: 'ok', version: 8 }] },
      { kind: 'digested', version: 7, same: false },
    ])
  })

  it('[C5] gives up a question for the next one of its kind', async () => {
    let late!: () => void
    transport.pull.mockImplementationOnce(() => new Promise(resolve => late = () => resolve({ kind: 'unchanged' })))
    const runner = run()
    onSync(pull)
    void runner.sync()
    onSync({ ...pull, tag: 3 })
    void runner.sync()
    late()
    await settle()
    expect(transport.pull.mock.calls[0]![1]!.aborted).toBe(true)
    expect(inputs.filter(({ kind }) => kind === 'answered')).toEqual([expect.objectContaining({ tag: 3 })])
  })

  it('takes in what comes unasked, for its own board', () => {
    run()
    const answer = buildUpdates()
    transport.tell('updates', { boardId: BOARD_ID, answer })
    transport.tell('updates', { boardId: buildId(0xB2), answer })
    expect(inputs).toEqual([{ kind: 'pushed', answer }])
  })
})

describe('a sync', () => {
  it.each([['news', false], ['unchanged', true]] as const)('that brings %s says so', async (outcome, isUnchanged) => {
    onSync({ kind: 'synced', outcome })
    expect(await run().sync()).toBe(isUnchanged)
  })

  it('that fails rejects with the fault', async () => {
    onSync({ kind: 'syncFailed', fault: { kind: 'server', retryAfterMs: 7, code: null } })
    await expect(run().sync()).rejects.toMatchObject({ kind: 'server', retryAfterMs: 7, problem: null })
    onSync({ kind: 'syncFailed', fault: { kind: 'refused', retryAfterMs: 0, code: 'BOARD_GONE' } })
    await expect(run().sync()).rejects.toMatchObject({ kind: 'refused', problem: { code: 'BOARD_GONE' } })
  })

  it('that nobody waits for any more drops its request', async () => {
    transport.pull.mockImplementation(() => new Promise(() => {}))
    onSync(pull)
    const abort = new AbortController()
    const synced = run().sync(abort.signal)
    abort.abort()
    await expect(synced).rejects.toMatchObject({ kind: 'network' })
    expect(transport.pull.mock.lastCall![1]!.aborted).toBe(true)
    expect(inputs.at(-1)).toEqual({ kind: 'pullFailed', tag: 1, fault: network })
  })

  it('that is given up before it begins asks nothing', async () => {
    await expect(run().sync(AbortSignal.abort())).rejects.toMatchObject({ kind: 'network' })
    expect(inputs).toEqual([])
  })
})

describe('what the person does', () => {
  it('is promised an end', async () => {
    const runner = run()
    answers.submitted = ({ key }: { key: string }) => ({ effects: [{ kind: 'settled', change: { ...settled, key } }] })
    const { id, settled: end } = runner.submit(edit, { title: { version: 3, value: 'Old' } })
    expect(id).toBe(edit.id)
    expect(await end).toEqual(settled.settled)
    expect(inputs).toEqual([{ kind: 'submitted', key: 'id2', mutation: edit, looked: { title: { version: 3, value: 'Old' } } }])
  })

  it('is named after the comment where it is one', () => {
    const { id } = run().submit({ kind: 'comment', id: edit.id, args: { action: 'add', commentId: buildId(9), body: 'x' } })
    expect(id).toBe(buildId(9))
  })

  it('may be taken back, while there is something to take back', () => {
    const runner = run()
    expect(runner.undo()).toBeNull()
    const deleted = (matterId: string): UndoStep => ({ key: matterId, cid: 'c', n: 1, matterId, change: { kind: 'delete', version: 8, matter: null } })
    answers.sync = () => ({ state: { undo: [deleted(buildId(1)), deleted(buildId(2))] } })
    void runner.sync()
    expect(runner.undo()).toMatchObject({ id: buildId(2) })
    expect(inputs.at(-1)).toEqual({ kind: 'undone', key: 'id2' })
  })

  it('may end a conflict that is still there', () => {
    const runner = run()
    expect(runner.resolve('c.1', { type: 'remote' })).toBeNull()
    answers.sync = () => ({ state: { conflicts: [{ id: 'c.1', matterId: buildId(1) } as Conflict] } })
    void runner.sync()
    expect(runner.resolve('c.1', { type: 'remote' })).toMatchObject({ id: buildId(1) })
    expect(inputs.at(-1)).toEqual({ kind: 'resolved', key: 'id2', conflictId: 'c.1', resolution: { type: 'remote' } })
  })
})

describe('what is kept', () => {
  it('is opened, and then appended to and written in turn', async () => {
    const calls: string[] = []
    let opened!: () => void
    storage.open.mockImplementation(() => new Promise(resolve => opened = () => resolve(stored)))
    storage.append.mockImplementation(async (_, { key }) => {
      calls.push(`${key} begins`)
      await settle()
      calls.push(`${key} ends`)
      return { cid: 'kept', n: 5 }
    })
    storage.write.mockImplementation(async () => void calls.push('write'))
    const runner = run()
    const opening = runner.open()
    onSync({ kind: 'append', entry: entry('a'), undo: null }, { kind: 'write', write: { contactAt: NOW } }, { kind: 'append', entry: entry('b'), undo: null })
    void runner.sync()
    await settle()
    expect(calls).toEqual([])
    opened()
    await opening
    await vi.waitFor(() => expect(calls).toEqual(['a begins', 'a ends', 'write', 'b begins', 'b ends']))
    await settle()
    expect(inputs.slice(1)).toEqual([
      { kind: 'opened', stored }, { kind: 'appended', key: 'a', cid: 'kept', n: 5 }, { kind: 'appended', key: 'b', cid: 'kept', n: 5 },
    ])
  })

  it('is no reason to stop when the storage fails against its word', async () => {
    storage.open.mockRejectedValueOnce(new Error('x'))
    storage.append.mockRejectedValueOnce(new Error('x'))
    storage.write.mockRejectedValueOnce(new Error('x'))
    const runner = run()
    await runner.open()
    onSync({ kind: 'append', entry: entry('a'), undo: null }, { kind: 'write', write: {} }, { kind: 'append', entry: entry('b'), undo: null })
    void runner.sync()
    await settle()
    expect(inputs.slice(1)).toEqual([{ kind: 'appended', key: 'b', cid: 'kept', n: 5 }])
  })

  it('is read again when the engine misses something', async () => {
    onSync({ kind: 'reopen' })
    void run().sync()
    await settle()
    expect(inputs.slice(1)).toEqual([{ kind: 'opened', stored }])
  })

  it('is heard of from other tabs', () => {
    run()
    const write: SharedWrite = { notes: { remove: ['c.1'] } }
    tabs.onTold.mock.lastCall![0](write)
    expect(inputs).toEqual([{ kind: 'told', write }])
  })
})

describe('after it is closed', () => {
  it('nothing happens any more, and what was under way is given up', async () => {
    transport.pull.mockImplementation(() => new Promise(() => {}))
    transport.send.mockImplementation(() => new Promise(() => {}))
    const stopHearing = vi.fn()
    tabs.onTold.mockReturnValue(stopHearing)
    const runner = run()
    const { settled: end } = runner.submit(edit)
    onSync(pull, send, { kind: 'append', entry: entry('a'), undo: null }, { kind: 'wake', at: NOW + 1_000 })
    const synced = runner.sync()
    runner.close()
    await expect(synced).rejects.toMatchObject({ kind: 'network' })
    expect(await end).toEqual({ ok: false, problem: { code: 'NETWORK' } })
    expect([transport.pull.mock.lastCall![1]!.aborted, transport.send.mock.lastCall![3]!.aborted]).toEqual([true, true])
    expect(stopHearing).toHaveBeenCalledTimes(1)
    expect(tabs.close).toHaveBeenCalledTimes(1)

    const taken = inputs.length
    transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates() })
    await clock.advance(60_000)
    await expect(runner.sync()).rejects.toMatchObject({ kind: 'network' })
    expect(await runner.submit(edit).settled).toEqual({ ok: false, problem: { code: 'NETWORK' } })
    expect(inputs).toHaveLength(taken)
  })

  it('nor does the rest of a step in which it was closed', () => {
    const runner = run()
    heard.onChange.mockImplementation(() => runner.close())
    onSync({ kind: 'changed' }, { kind: 'tell', write: {} })
    runner.sync().catch(() => {})
    expect(tabs.tell).not.toHaveBeenCalled()
  })
})

it('only builds its state in a render on the server', async () => {
  answers.started = () => ({ effects: [
    { kind: 'changed' }, { kind: 'write', write: {} }, { kind: 'tell', write: {} }, { kind: 'wake', at: NOW }, pull, { kind: 'append', entry: entry('a'), undo: null },
  ] })
  const runner = run({ world: null })
  const answer = buildSnapshot()
  runner.start(answer, true)
  await runner.open()
  await clock.advance(1_000)
  expect(inputs).toEqual([{ kind: 'started', answer, isWhole: true }])
  expect(heard.onChange).toHaveBeenCalledTimes(1)
  expect(transport.pull).not.toHaveBeenCalled()
})
