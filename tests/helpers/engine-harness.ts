import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { EditArgs, Mutation } from '#shared/kanban/mutation.ts'
import type { MutationResult, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import { receiveSnapshot, UNREAD_BOARD } from '#shared/sync/board-replica.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import type { StorageWrite, StoredBoard } from '#shared/sync/board-storage.ts'
import type { Effect, EngineState, FaultNote, Input, SettledChange } from '#shared/sync/engine-types.ts'
import type { Looked, NumberedEntry, OutboxEntry } from '#shared/sync/outbox-entry.ts'
import { createEngineState, step } from '#shared/sync/step.ts'
import { BOARD_ID, NOW, PEOPLE } from './builders.ts'
import { buildSnapshot, buildUpdates } from './wire-builders.ts'

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>

/** What the device would hold after everything that the engine wanted written. */
export interface Disk {
  outbox: Map<string, OutboxEntry>
  conflicts: Map<string, unknown>
  undo: Map<string, unknown>
  notes: Map<string, unknown>
  confirmed: ConfirmedBoard | null
  purged: string[]
}

/** The engine at a desk: it is told things one by one, and what it wants done is looked at. Nothing that goes in may be changed by it. */
export interface EngineHarness {
  state: EngineState
  now: number
  readonly disk: Disk
  /** What it wanted done for the last input. */
  last: Effect[]
  take: (input: Input) => Effect[]
  /** The effects of a kind for the last input. */
  wanted: <Kind extends Effect['kind']>(kind: Kind) => EffectOf<Kind>[]
  open: (stored?: Partial<StoredBoard>) => Effect[]
  /** Asks, and gives the answer. */
  pull: (outcome: PullOutcome) => Effect[]
  /** Answers the pull under way. */
  answer: (outcome: PullOutcome) => Effect[]
  /** Gives a full read of these rows. */
  read: (matters: Matter[], snapshot?: Partial<SnapshotAnswer>) => Effect[]
  /** Gives an update from where the board stands. */
  update: (updates: Partial<UpdatesAnswer>) => Effect[]
  /** Makes a change, and gives it its number. Returns its key. */
  change: (mutation: Mutation, looked?: Looked) => string
  /** Gives an entry its number. */
  number: (key: string) => Effect[]
  /** Takes back the last change; returns the key. */
  undo: () => string
  /** Answers the send under way, or an earlier one. */
  results: (results: Partial<MutationResult>[], tag?: number) => Effect[]
  fail: (fault: Partial<FaultNote>) => Effect[]
  entry: (key: string) => OutboxEntry | undefined
  title: (matter: Pick<Matter, 'id'>) => string | undefined
  /** How changes ended, by key, in order. */
  readonly settled: Record<string, SettledChange['settled'][]>
}

/** An engine of the default board; `matters` are read and `opened` came before the test begins, unless `blank`. */
export function createHarness({ matters = [], me = PEOPLE.partner, blank = false, random = () => 0.5 }: {
  matters?: Matter[]
  me?: Member
  blank?: boolean
  random?: () => number
} = {}): EngineHarness {
  const disk: Disk = { outbox: new Map(), conflicts: new Map(), undo: new Map(), notes: new Map(), confirmed: null, purged: [] }
  const settled: EngineHarness['settled'] = {}
  const appends = new Map<string, EffectOf<'append'>>()
  let keys = 0
  let numbers = 0

  const harness: EngineHarness = {
    state: createEngineState({ boardId: BOARD_ID, me, cid: 'c0' }),
    now: NOW,
    disk,
    last: [],
    settled,
    take(input) {
      deepFreeze(harness.state)
      deepFreeze(input)
      if (input.kind === 'appended')
        append(input)
      const { state, effects } = step(harness.state, input, harness.now, random)
      harness.state = state
      harness.last = effects
      effects.forEach(perform)
      return effects
    },
    wanted: kind => harness.last.filter(effect => effect.kind === kind) as EffectOf<typeof kind>[],
    open(stored = {}) {
      stored.outbox?.forEach(entry => disk.outbox.set(entry.key, entry))
      stored.conflicts?.forEach(conflict => disk.conflicts.set(conflict.id, conflict))
      stored.undo?.forEach(undo => disk.undo.set(undo.key, undo))
      stored.notes?.forEach(note => disk.notes.set(note.id, note))
      disk.confirmed = stored.confirmed ?? disk.confirmed
      numbers = Math.max(numbers, ...stored.outbox?.map(({ n }) => n) ?? [])
      const empty: StoredBoard = { cid: 'c1', confirmed: null, contactAt: null, outbox: [], conflicts: [], undo: [], notes: [] }
      return harness.take({ kind: 'opened', stored: { ...empty, ...stored } })
    },
    pull(outcome) {
      harness.take({ kind: 'sync' })
      return harness.answer(outcome)
    },
    answer: outcome => harness.take({ kind: 'answered', tag: harness.state.link.pull!.tag, outcome }),
    read: (rows, snapshot) => harness.pull({ kind: 'snapshot', answer: buildSnapshot({ matters: rows, now: harness.now, ...snapshot }) }),
    update(updates) {
      const from = harness.state.confirmed.version
      const answer = buildUpdates({ from, version: from + 1, ...updates })
      if (!harness.state.link.pull)
        harness.take({ kind: 'sync' })
      return harness.answer({ kind: 'updates', answer })
    },
    change(mutation, looked) {
      const key = `k${++keys}`
      harness.take({ kind: 'submitted', key, mutation, ...(looked && { looked }) })
      if (harness.wanted('append').length > 0)
        harness.number(key)
      return key
    },
    number: key => harness.take({ kind: 'appended', key, cid: 'c1', n: ++numbers }),
    undo() {
      const key = `k${++keys}`
      harness.take({ kind: 'undone', key })
      if (harness.wanted('append').length > 0)
        harness.number(key)
      return key
    },
    results(results, tag = harness.state.link.send?.tag) {
      const whole = results.map((result): MutationResult => ({ n: numbers, status: 'ok', version: 0, ...result }))
      return harness.take({ kind: 'results', tag: tag ?? 0, cid: 'c1', results: whole })
    },
    fail: fault => harness.take({ kind: 'sendFailed', tag: harness.state.link.send!.tag, fault: { kind: 'network', retryAfterMs: 0, code: null, ...fault } }),
    entry: key => harness.state.entries.find(entry => entry.key === key),
    title: ({ id }) => harness.state.view.byId.get(id)?.title,
  }

  function perform(effect: Effect): void {
    if (effect.kind === 'settled')
      (settled[effect.change.key] ??= []).push(effect.change.settled)
    if (effect.kind === 'append')
      appends.set(effect.entry.key, effect)
    if (effect.kind === 'write')
      write(effect.write)
  }

  function append({ key, cid, n }: Extract<Input, { kind: 'appended' }>): void {
    const { entry, undo } = appends.get(key)!
    disk.outbox.set(key, { ...entry, cid, n })
    if (undo)
      disk.undo.set(key, { ...undo, cid, n })
  }

  function write({ outbox, conflicts, undo, notes, purge, rows, dropRows }: StorageWrite): void {
    outbox?.put?.forEach(entry => disk.outbox.set(entry.key, entry))
    for (const { cid, n } of outbox?.remove ?? []) {
      for (const [key, entry] of disk.outbox) {
        if (entry.cid === cid && entry.n === n)
          disk.outbox.delete(key)
      }
    }
    put(disk.conflicts, conflicts, ({ id }) => id)
    put(disk.undo, undo, ({ key }) => key)
    put(disk.notes, notes, ({ id }) => id)
    disk.purged.push(...purge ?? [])
    if (dropRows)
      disk.confirmed = null
    if (rows) {
      const held = new Map(rows.from === null ? [] : disk.confirmed?.rows)
      rows.remove.forEach(id => held.delete(id))
      rows.put.forEach(id => held.set(id, rows.confirmed.rows.get(id)!))
      disk.confirmed = { ...rows.confirmed, rows: held }
    }
  }

  if (!blank) {
    harness.open()
    harness.read(matters)
  }
  return harness
}

function put<T>(kept: Map<string, unknown>, { put: added = [], remove = [] }: { put?: T[], remove?: string[] } = {}, keyOf: (item: T) => string): void {
  added.forEach(item => kept.set(keyOf(item), item))
  remove.forEach(key => kept.delete(key))
}

/** A stored board with these rows, as it was when the server last said that they are right. */
export function buildStored(
  matters: Matter[],
  { snapshot, ...stored }: Partial<StoredBoard> & { snapshot?: Partial<SnapshotAnswer> } = {},
): Partial<StoredBoard> {
  return { confirmed: receiveSnapshot(UNREAD_BOARD, buildSnapshot({ matters, ...snapshot })).board, contactAt: NOW - 60_000, ...stored }
}

/** An entry that is stored: number 1 of the default outbox. */
export function buildEntry(mutation: NumberedEntry['mutation'], entry: Partial<NumberedEntry> = {}): NumberedEntry {
  return { key: 'stored', cid: 'c1', n: 1, at: NOW - 1_000, mutation, looked: {}, undoes: null, state: 'queued', result: null, ...entry }
}

export function buildEdit({ id }: Pick<Matter, 'id'>, set: EditArgs['set'], args: EditArgs = {}): Mutation & { kind: 'edit' } {
  return { kind: 'edit', id, args: { set, ...args } }
}

/** A row as the server tells it after somebody changed fields of it. */
export function rewritten(
  matter: Matter,
  version: number,
  fields: Partial<Matter>,
  { by = PEOPLE.partner2.id, cid = null, n = null }: { by?: string, cid?: string | null, n?: number | null } = {},
): Matter {
  const names = Object.keys(fields).filter(field => (MATTER_FIELDS as readonly string[]).includes(field)) as MatterField[]
  const fieldVersions = { ...matter.fieldVersions, ...Object.fromEntries(names.map(field => [field, { v: version, cid, n, by, at: NOW }])) }
  return { ...matter, ...fields, version, updatedBy: by, updatedAt: NOW, fieldVersions }
}

/** A row as an op. */
export function putOp(matter: Matter): { op: 'put', id: string, matter: Matter } {
  return { op: 'put', id: matter.id, matter }
}

/** Makes every change of the value, also of a map in it, throw. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value))
    return value
  if (value instanceof Map) {
    for (const method of ['set', 'delete', 'clear'])
      Object.defineProperty(value, method, { value: refuseChange })
    value.forEach(deepFreeze)
  }
  Object.freeze(value)
  Object.values(value).forEach(deepFreeze)
  return value
}

function refuseChange(): never {
  throw new TypeError('The map is frozen')
}
