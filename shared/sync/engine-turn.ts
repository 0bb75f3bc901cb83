import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { Effect, EngineState, LinkState } from './engine-types.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import type { Settled } from './submitted.ts'

/** The parts of the state that are kept on the device. */
export type Kept = Pick<EngineState, 'confirmed' | 'entries' | 'conflicts' | 'undo' | 'notes'>

/**
 * One step under way: what it has come to so far. What is to be written follows at its end from how the
 * state then differs from `disk`, and what is to be told from how it differs from `told`.
 */
export interface Turn {
  readonly before: EngineState
  readonly now: EpochMs
  readonly random: () => number
  state: EngineState
  disk: Kept
  told: Kept
  /** All rows are written anew. */
  replacesRows: boolean
  dropsRows: boolean
  purged: readonly MatterId[]
  /** Entries whose end is known since this step, with their results: other tabs have promises to keep, too. */
  ended: readonly OutboxEntry[]
  readonly appends: Effect[]
  readonly effects: Effect[]
}

/** The turn that an input begins. */
export function beginTurn(before: EngineState, now: EpochMs, random: () => number): Turn {
  return {
    before, now, random, state: before, disk: before, told: before, replacesRows: false, dropsRows: false, purged: [], ended: [], appends: [], effects: [],
  }
}

/** Goes on with some parts of the state replaced. */
export function patch(turn: Turn, part: Partial<EngineState>): void {
  turn.state = { ...turn.state, ...part }
}

/** Goes on with some parts of the link's state replaced. */
export function patchLink(turn: Turn, part: Partial<LinkState>): void {
  patch(turn, { link: { ...turn.state.link, ...part } })
}

/** The person's time: the server's clock where this one is far off. */
export function personTime({ now, state }: Turn): EpochMs {
  return now + state.clockOffset
}

/** Says how a change ended. */
export function settle(turn: Turn, { key, at, mutation }: { key: string, at: EpochMs, mutation: Mutation }, settled: Settled): void {
  turn.effects.push({ kind: 'settled', change: { key, matterId: mutation.id, mutation, at, settled } })
}

/** Says how an entry ended; a void one has ended before. */
export function settleEntry(turn: Turn, { mutation, ...entry }: OutboxEntry, settled: Settled): void {
  if (mutation.kind !== 'void')
    settle(turn, { ...entry, mutation }, settled)
}

/** The end of a change whose matter is no longer there. */
export const GONE: Settled = { ok: false, problem: { code: 'MATTER_GONE', message: 'The matter is gone' } }

/** The items as `change` leaves them, without those that it makes null; the same list when it changes none. */
export function mapKept<T>(items: readonly T[], change: (item: T) => T | null): readonly T[] {
  let isSame = true
  const changed = items.flatMap((item) => {
    const next = change(item)
    isSame &&= next === item
    return next === null ? [] : [next]
  })
  return isSame ? items : changed
}
