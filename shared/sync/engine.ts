import { applyMutation, moveStateOf } from '#shared/kanban/apply-mutation.ts'
import type { Refusal } from '#shared/kanban/apply-mutation.ts'
import type { BoardId } from '#shared/kanban/board.ts'
import type { BaseVersions, CommentArgs, EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import { itemKey } from '#shared/kanban/list-items.ts'
import type { EpochMs, ItemKey, Matter, MatterId } from '#shared/kanban/matter.ts'
import { ITEM_FIELDS, MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { MutationAnswer, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { createLoopGuard } from '#shared/realtime/loop-guard.ts'
import type { RealTimeTransport } from '#shared/realtime/transport.ts'
import type { ConfirmedBoard, RowChanges } from './board-replica.ts'
import { receiveSnapshot, receiveUpdates, UNREAD_BOARD } from './board-replica.ts'
import type { AcknowledgedRow, BoardView } from './board-view.ts'
import { drawBoard, EMPTY_VIEW, mutationContext, withOwnMove } from './board-view.ts'
import type { RemoteChange } from './describe-changes.ts'
import { describeChanges } from './describe-changes.ts'
import type { OutboxEntry } from './outbox.ts'
import { createOutbox } from './outbox.ts'
import type { Settled, Submitted } from './submitted.ts'
import type { OwnMove } from './undo-stack.ts'
import { lastMoveVersion, stillUndoable, withAnswer, withMove } from './undo-stack.ts'

/** So many acknowledged comments are remembered for lists that were fetched before them. */
const COMMENTS_KEPT = 100

/** Clocks this close are taken for equal: an answer's way takes time, too. */
const CLOCKS_AGREE_MS = 60_000

/** A comment's change that a fetched list may lack; `version` is null until the server has it. */
export interface CommentWork {
  matterId: MatterId
  args: CommentArgs
  version: number | null
  at: EpochMs
}

export interface BoardEngineOptions {
  boardId: BoardId
  /** Who works here. */
  actor: () => Actor
  transport: Pick<RealTimeTransport, 'on' | 'pull' | 'send'>
  clock: Clock
  /** Names this engine's outbox. */
  cid: string
  /** Something is different: the view, what waits, or what can be undone. Once an input (rule C4). */
  onChange: () => void
  onRemoteChanges: (changes: RemoteChange[]) => void
}

export interface BoardEngine {
  readonly view: BoardView
  /** Changes that the server hasn't confirmed, in order. */
  readonly waiting: readonly OutboxEntry[]
  readonly canUndo: boolean
  /** When the board last changed here, by anybody; null for never. */
  readonly changedAt: EpochMs | null
  /** The server's wish for the next poll, in milliseconds (rule R5); null without one. */
  readonly wish: number | null
  readonly commentWork: readonly CommentWork[]
  /** Whether all rows have been read once. */
  readonly isWhole: boolean
  /** What the server's clock is ahead of this one, in milliseconds; 0 when they nearly agree. */
  readonly clockOffset: number
  /** Gives a full read that came another way, like with the page; `isWhole` false when its rows are still to come. */
  start: (answer: SnapshotAnswer, isWhole?: boolean) => void
  /** Asks for what is new; false when something was. Rejects with a `Fault`. */
  sync: (signal?: AbortSignal) => Promise<boolean>
  /** Draws a change and sends it, unless the rules refuse it already here. */
  submit: (mutation: Mutation) => Submitted
  /** Takes back the last own move; null when there is none. */
  undo: () => Submitted | null
  setOnline: (online: boolean) => void
  /** Goes on after signing in. */
  resume: () => void
  close: () => void
}

/** One board's meaning: what is confirmed, what waits, and the view of both. It asks when told to. */
export function createBoardEngine(options: BoardEngineOptions): BoardEngine {
  const { boardId, actor, transport, clock, cid, onChange, onRemoteChanges } = options
  const guard = createLoopGuard(() => clock.now())
  const acknowledged = new Map<MatterId, AcknowledgedRow>()
  /** What of it the full read under way must contain. */
  let acknowledgedBefore: ReadonlyMap<MatterId, AcknowledgedRow> = new Map()
  let confirmed: ConfirmedBoard = UNREAD_BOARD
  let view: BoardView = EMPTY_VIEW
  let moves: readonly OwnMove[] = []
  let commentsDone: readonly CommentWork[] = []
  let changedAt: EpochMs | null = null
  let wish: number | null = null
  /** Only a full read helps. */
  let needsSnapshot = true
  let awaitsSnapshot = false
  let hasGap = false
  let isWhole = false
  let clockOffset = 0
  const now = () => clock.now() + clockOffset

  const outbox = createOutbox({
    cid,
    clock,
    send: (mutation, key, signal) => transport.send(boardId, mutation, key, signal),
    onAcknowledged: acknowledge,
    onRefused: refuse,
  })
  const stops = [
    transport.on('snapshot', (id, answer) => {
      if (id === boardId && awaitsSnapshot)
        start(answer)
    }),
    transport.on('updates', (id, answer) => {
      if (id === boardId)
        receive(answer)
    }),
  ]

  function draw(): void {
    const previous = view
    view = drawBoard(view, confirmed, acknowledged, outbox.entries, actor())
    moves = stillUndoable(moves, view.byId)
    if (view.byId !== previous.byId)
      changedAt = previous.epoch === null ? changedAt : clock.now()
    onChange()
  }

  function start(answer: SnapshotAnswer, hasRows = true): void {
    awaitsSnapshot = false
    needsSnapshot = !hasRows
    const isFirst = !isWhole
    isWhole ||= hasRows
    const ahead = answer.now - clock.now()
    clockOffset = Math.abs(ahead) < CLOCKS_AGREE_MS ? 0 : ahead
    // Versions of another epoch, or beyond a board that went back, say nothing about this one. What was
    // acknowledged while the read was under way is newer than it.
    if (answer.epoch !== confirmed.epoch || answer.version < confirmed.version)
      acknowledgedBefore.forEach((row, id) => acknowledged.get(id) === row && acknowledged.delete(id))
    const { board, changes } = receiveSnapshot(confirmed, answer)
    confirmed = board
    settleInto(isFirst ? new Map() : changes)
  }

  function receive(answer: UpdatesAnswer): void {
    const outcome = receiveUpdates(confirmed, answer)
    switch (outcome.kind) {
      case 'applied':
        wish = answer.next
        confirmed = outcome.board
        settleInto(outcome.changes)
        break
      case 'gap':
        hasGap = true
        break
      case 'foreign':
        needsSnapshot = true
        hasGap = true
        break
      case 'known':
        break
      default: outcome satisfies never
    }
  }

  /** Everything that a new confirmed board means for what is laid over it. */
  function settleInto(changes: RowChanges): void {
    const own = new Set([...acknowledged].filter(([, { matter }]) => matter === null).map(([id]) => id))
    for (const [id, { version, matter }] of acknowledged) {
      if (confirmed.version >= version || (matter && (confirmed.rows.get(id)?.version ?? -1) >= matter.version))
        acknowledged.delete(id)
    }
    const gone = new Set([...changes].flatMap(([id, { after }]) => after ? [] : [id]))
    if (gone.size > 0)
      purge(gone)
    const remote = describeChanges(changes, (id, by) => own.has(id) || by === actor().id)
    draw()
    if (remote.length > 0)
      onRemoteChanges(remote)
  }

  /** Nothing of a matter stays that is no longer there for this reader (rule C6). */
  function purge(gone: ReadonlySet<MatterId>): void {
    outbox.drop(
      ({ mutation }) => mutation.kind !== 'create' && gone.has(mutation.id),
      { ok: false, problem: { code: 'MATTER_GONE', message: 'The matter is gone' } },
    )
    moves = moves.filter(({ matterId }) => !gone.has(matterId))
    commentsDone = commentsDone.filter(({ matterId }) => !gone.has(matterId))
  }

  async function sync(signal?: AbortSignal): Promise<boolean> {
    const before = confirmed
    hasGap = false
    wish = null
    const outcome = await pull(signal)
    if (outcome.kind === 'reset') {
      needsSnapshot = true
      hasGap = true
    }
    if (hasGap) {
      if (guard.reset())
        throw new Fault('out-of-sync')
      await pull(signal)
    }
    return confirmed === before
  }

  function pull(signal?: AbortSignal): ReturnType<RealTimeTransport['pull']> {
    awaitsSnapshot = needsSnapshot
    acknowledgedBefore = new Map(acknowledged)
    return transport.pull({ boardId, epoch: needsSnapshot ? null : confirmed.epoch, version: confirmed.version, cid }, signal)
  }

  function submit(mutation: Mutation, undo?: OwnMove): Submitted {
    const row = view.byId.get(mutation.id) ?? null
    const id = mutation.kind === 'comment' ? mutation.args.commentId : mutation.id
    const result = applyMutation(row, mutation, withOwnMove(mutationContext(view, actor(), now()), undo?.before ?? null))
    if (!result.ok)
      return { id, settled: Promise.resolve(refused(result.refusal)) }
    if (!result.deleted && result.changed.length === 0)
      return { id, settled: Promise.resolve({ ok: true, matter: result.matter, version: view.version }) }

    const { n, settled } = outbox.enqueue(withBase(mutation, row), now(), undo && { undoes: undo.n, before: undo.before })
    if (mutation.kind === 'move' && !undo)
      moves = withMove(moves, { matterId: mutation.id, n, version: null, before: moveStateOf(row!) })
    draw()
    return { id, settled }
  }

  function undo(): Submitted | null {
    const move = moves.at(-1)
    const row = move && view.byId.get(move.matterId)
    if (!move || !row)
      return null
    moves = moves.slice(0, -1)
    const args = { columnId: move.before.columnId, placement: { end: true as const }, undoOf: move.version ?? lastMoveVersion(row) }
    return submit({ kind: 'move', id: move.matterId, args }, move)
  }

  function acknowledge(entry: OutboxEntry, { version, matter }: MutationAnswer): void {
    const { mutation } = entry
    if (version > confirmed.version)
      acknowledged.set(mutation.id, { version, matter })
    moves = withAnswer(moves, entry.n, version)
    if (mutation.kind === 'comment')
      commentsDone = [...commentsDone, { matterId: mutation.id, args: mutation.args, version, at: entry.at }].slice(-COMMENTS_KEPT)
    for (const later of outbox.entries) {
      if (later.mutation.id === mutation.id)
        later.mutation = afterOwn(later, entry, version, matter)
    }
    draw()
  }

  function refuse(entry: OutboxEntry): void {
    moves = withAnswer(moves, entry.n, null)
    // What was to be undone has not happened: that is as good.
    const row = view.byId.get(entry.mutation.id) ?? null
    outbox.drop(({ undoes }) => undoes === entry.n, { ok: true, matter: row, version: view.version })
    draw()
  }

  function close(): void {
    stops.forEach(stop => stop())
    outbox.close()
  }

  return {
    get view() { return view },
    get waiting() { return outbox.entries },
    get isWhole() { return isWhole },
    get clockOffset() { return clockOffset },
    get canUndo() { return moves.length > 0 },
    get changedAt() { return changedAt },
    get wish() { return wish },
    get commentWork() {
      return [...commentsDone, ...outbox.entries.flatMap(({ mutation, at }) =>
        mutation.kind === 'comment' ? [{ matterId: mutation.id, args: mutation.args, version: null, at }] : [])]
    },
    start, sync, submit, undo, close,
    setOnline: outbox.setOnline,
    resume: outbox.resume,
  }
}

function refused({ code, field, allowed }: Refusal): Settled {
  return { ok: false, problem: { code, message: 'The rules of the board refuse it', ...(field && { field }), ...(allowed && { allowed }) } }
}

/** The mutation with the versions that the person looked at (rule X1), where its maker didn't say. */
function withBase(mutation: Mutation, row: Matter | null): Mutation {
  if (!row || mutation.base)
    return mutation
  const seen = (fields: readonly string[]) => Object.fromEntries(
    MATTER_FIELDS.filter(field => fields.includes(field)).map(field => [field, row.fieldVersions[field]?.v ?? 0]))
  switch (mutation.kind) {
    case 'edit': {
      const base = { ...seen(Object.keys(mutation.args.set ?? {})), ...seenItems(mutation.args, row) }
      return Object.keys(base).length > 0 ? { ...mutation, base } : mutation
    }
    case 'move': return mutation.args.undoOf === undefined ? { ...mutation, base: seen(['columnId']) } : mutation
    case 'delete': return { ...mutation, base: seen(MATTER_FIELDS) }
    case 'create':
    case 'comment': return mutation
    default: return mutation satisfies never
  }
}

/** The versions of the list items that an edit replaces or removes. */
function seenItems(args: EditArgs, row: Matter): BaseVersions {
  const named = ITEM_FIELDS.flatMap(field => [
    ...(args[field]?.put ?? []).map(item => itemKey(field, item)),
    ...(args[field]?.remove ?? []).map((id): ItemKey => `${field}/${id}`),
  ])
  return Object.fromEntries(named.map(key => [key, row.fieldVersions[key]?.v ?? 0]))
}

/**
 * A later change of a matter, once an earlier one of the same person is done: what that wrote isn't
 * somebody else's newer value, and the move that this takes back now has a version.
 */
function afterOwn(later: OutboxEntry, earlier: OutboxEntry, version: number, matter: Matter | null): Mutation {
  const { mutation } = later
  if (mutation.kind === 'move' && later.undoes === earlier.n)
    return { ...mutation, args: { ...mutation.args, undoOf: version } }
  if (!mutation.base || !matter)
    return mutation
  const base = Object.fromEntries(Object.entries(mutation.base).map(([field, seen]) => {
    const last = matter.fieldVersions[field as keyof BaseVersions]
    return [field, last?.v === version ? version : seen]
  }))
  return { ...mutation, base } as Mutation
}
