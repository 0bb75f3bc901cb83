import type { BoardId } from '#shared/kanban/board.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { BoardPosition, KnownBoard } from '#shared/realtime/transport.ts'
import { createBoardExchanges, faultOf } from './board-exchanges.ts'
import type { BoardStorage } from './board-storage.ts'
import type { BoardWorld } from './board-world.ts'
import type { Resolution } from './conflict-record.ts'
import type { RemoteChange } from './describe-changes.ts'
import { createEngineState } from './engine-state.ts'
import { lastUndoable } from './engine-submit.ts'
import type { Effect, EngineState, Input, SettledChange } from './engine-types.ts'
import type { Looked } from './outbox-entry.ts'
import { step } from './step.ts'
import type { Settled, Submitted } from './submitted.ts'

export interface BoardRunnerOptions {
  boardId: BoardId
  /** Who works here. */
  me: Member
  /** Null where nothing is asked, sent or kept: in a render on the server. */
  world: BoardWorld | null
  clock: Clock
  /** Makes names that nobody else makes; later ones are greater. */
  makeId: () => string
  /** Something that shows is different. */
  onChange: () => void
  /** What others did. */
  onNews: (changes: RemoteChange[]) => void
  /** How an own change ended, also one of an earlier page. */
  onSettled: (change: SettledChange) => void
}

/** One board at work: the engine, and the world that it is told of and acts upon. */
export interface BoardRunner {
  readonly state: EngineState
  /** Where this board's reader stands, as a transport wants to know it. */
  position: () => BoardPosition
  /** The rows of this board, as a transport wants to know them; null before the first full read. */
  known: () => KnownBoard | null
  /** Takes in a full read that came with the page; `isWhole` false when its rows are still to come. */
  start: (answer: SnapshotAnswer, isWhole: boolean) => void
  /** Takes in what the device kept. */
  open: () => Promise<void>
  /** Asks for what is new; true when nothing was. Rejects with a `Fault`. */
  sync: (signal?: AbortSignal) => Promise<boolean>
  /** Draws a change and sends it. `looked`: the fields as an editor opened them. */
  submit: (mutation: Mutation, looked?: Looked) => Submitted
  /** Takes back the last own change; null when there is none. */
  undo: () => Submitted | null
  /** Ends a conflict; null when it is no longer there. */
  resolve: (conflictId: string, resolution: Resolution) => Submitted | null
  /** Tells the engine of something that wants no answer. */
  tell: (input: Extract<Input, { kind: 'online' | 'resumed' | 'identified' | 'noteRead' }>) => void
  /** Ends everything; what was under way settles with `NETWORK`. */
  close: () => void
}

const GIVEN_UP: Settled = { ok: false, problem: { code: 'NETWORK' } }

/** Carries out what the engine wants done, and tells it what came of it. */
export function createBoardRunner({ boardId, me, world, clock, makeId, onChange, onNews, onSettled }: BoardRunnerOptions): BoardRunner {
  const inputs: Input[] = []
  const settlers = new Map<string, (settled: Settled) => void>()
  const exchanges = world && createBoardExchanges(boardId, world.transport, take)
  const stops = world
    ? [
        world.transport.on('updates', ({ boardId: id, answer }) => id === boardId && take({ kind: 'pushed', answer })),
        world.tabs.onTold(write => take({ kind: 'told', write })),
        world.tabs.close,
      ]
    : []
  let state = createEngineState({ boardId, me, cid: makeId() })
  let syncs: { resolve: (isUnchanged: boolean) => void, reject: (fault: Fault) => void }[] = []
  let lastKept: Promise<void> = Promise.resolve()
  let timer: Timer | null = null
  let isBusy = false
  let isClosed = false

  /** One input after another, also where one's effects bring the next. */
  function take(input: Input): void {
    inputs.push(input)
    if (isBusy)
      return
    isBusy = true
    try {
      for (let next = inputs.shift(); next && !isClosed; next = inputs.shift()) {
        const stepped = step(state, next, clock.now(), () => clock.random())
        state = stepped.state
        for (const effect of stepped.effects) {
          // What listens may close it.
          if (!isClosed)
            perform(effect)
        }
      }
    }
    finally {
      isBusy = false
    }
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case 'changed': return onChange()
      case 'news': return onNews(effect.changes)
      case 'settled': return settle(effect.change)
      case 'synced': return endSyncs(({ resolve }) => resolve(effect.outcome === 'unchanged'))
      case 'syncFailed': return endSyncs(({ reject }) => reject(faultOf(effect.fault)))
      case 'pull':
      case 'send':
      case 'digest': return exchanges?.ask(effect)
      case 'append': {
        const { entry, undo } = effect
        return void keep(storage => storage.append(boardId, entry, undo), place => take({ kind: 'appended', key: entry.key, ...place }))
      }
      case 'write': return void keep(storage => storage.write(boardId, effect.write))
      case 'reopen': return void open()
      case 'tell': return world?.tabs.tell(effect.write)
      case 'wake': return setWake(effect.at)
      default: effect satisfies never
    }
  }

  /** One call to the storage after another. One that fails all the same doesn't stop the next. */
  function keep<Answer>(call: (storage: BoardStorage) => Promise<Answer>, told: (answer: Answer) => void = () => {}): Promise<void> {
    if (!world)
      return lastKept
    const { storage } = world
    const kept = lastKept.then(() => call(storage))
    lastKept = kept.then(() => {}, () => {})
    return kept.then(told, () => {})
  }

  function setWake(at: number | null): void {
    clock.clearTimer(timer)
    timer = at === null || !world ? null : clock.setTimer(() => take({ kind: 'woken' }), Math.max(0, at - clock.now()))
  }

  function settle(change: SettledChange): void {
    settlers.get(change.key)?.(change.settled)
    settlers.delete(change.key)
    onSettled(change)
  }

  function open(): Promise<void> {
    return keep(storage => storage.open(boardId), stored => take({ kind: 'opened', stored }))
  }

  function sync(signal?: AbortSignal): Promise<boolean> {
    const synced = new Promise<boolean>((resolve, reject) => syncs.push({ resolve, reject }))
    if (isClosed || signal?.aborted)
      giveUpSyncs()
    else
      take({ kind: 'sync' })
    signal?.addEventListener('abort', giveUpSyncs)
    return synced.finally(() => signal?.removeEventListener('abort', giveUpSyncs))
  }

  /** Nobody waits for the answer any more. */
  function giveUpSyncs(): void {
    exchanges?.dropPull()
    endSyncs(({ reject }) => reject(new Fault('network')))
  }

  function endSyncs(end: (sync: typeof syncs[number]) => void): void {
    const ended = syncs
    syncs = []
    ended.forEach(end)
  }

  /** Hands in something that the person did, and promises how it ends. */
  function begin(id: string, inputOf: (key: string) => Input): Submitted {
    if (isClosed)
      return { id, settled: Promise.resolve(GIVEN_UP) }
    const key = makeId()
    const settled = new Promise<Settled>(resolve => settlers.set(key, resolve))
    take(inputOf(key))
    return { id, settled }
  }

  /** Without an epoch as long as only a full read helps. */
  function position(): BoardPosition {
    const { confirmed: { epoch, version }, cid, link: { needsSnapshot } } = state
    return { boardId, epoch: needsSnapshot ? null : epoch, version, cid }
  }

  function known(): KnownBoard | null {
    const { confirmed: { epoch, version, columns, rows }, isWhole } = state
    return isWhole && epoch !== null ? { epoch, version, columns, rows } : null
  }

  function submit(mutation: Mutation, looked?: Looked): Submitted {
    const id = mutation.kind === 'comment' ? mutation.args.commentId : mutation.id
    return begin(id, key => ({ kind: 'submitted', key, mutation, ...looked && { looked } }))
  }

  function undo(): Submitted | null {
    const last = lastUndoable(state)
    return last ? begin(last.matterId, key => ({ kind: 'undone', key })) : null
  }

  function resolve(conflictId: string, resolution: Resolution): Submitted | null {
    const conflict = state.conflicts.find(({ id }) => id === conflictId)
    return conflict ? begin(conflict.matterId, key => ({ kind: 'resolved', key, conflictId, resolution })) : null
  }

  function close(): void {
    isClosed = true
    stops.forEach(stop => stop())
    setWake(null)
    exchanges?.close()
    giveUpSyncs()
    settlers.forEach(settler => settler(GIVEN_UP))
    settlers.clear()
  }

  return {
    get state() { return state },
    position, known,
    start: (answer, isWhole) => take({ kind: 'started', answer, isWhole }),
    open, sync, submit, undo, resolve,
    tell: take,
    close,
  }
}
