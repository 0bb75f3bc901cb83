import { shallowReactive } from 'vue'
import type { BoardId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { Connection } from './connection.ts'
import { writerOf } from './connection.ts'
import type { FormerDraft } from './former-drafts.ts'
import type { KeptDraft } from './schema.ts'
import { rangeOf } from './schema.ts'

/** What a member typed and hasn't sent, in memory and on the disk behind it. */
export interface Drafts {
  /** Null without one. Reactive. */
  get: (matter: MatterId, field: string) => unknown
  /** Keeps it at once; null forgets it. `board`: of a matter, the board that it is on. */
  set: (matter: MatterId, field: string, value: unknown, board?: BoardId) => void
  /** While a field is on the screen, another tab doesn't change its draft under the hands of who writes. Returns how to let go. */
  hold: (matter: MatterId, field: string) => () => void
  /** Forgets those of a matter, here and on the disk. */
  forget: (matter: MatterId) => void
}

/** A draft as another tab wrote it; `text` is JSON, null when it is gone. */
export interface DraftNews {
  matter: MatterId
  field: string
  text: string | null
  board: BoardId | null
}

/** What the device does with drafts, beside those who type them. */
export interface DraftsControl extends Drafts {
  /** Reads what is on the disk. */
  load: () => Promise<void>
  /** The matters of a board of which something is typed. */
  mattersOn: (board: BoardId) => MatterId[]
  /** Takes in what another tab wrote. */
  follow: (news: DraftNews) => void
  /** Forgets those of some matters, or all, in memory alone: the disk is seen to. */
  drop: (matters?: readonly MatterId[]) => void
}

export interface DraftsOptions {
  connection: Connection
  /** Left by an earlier version of the page; each is taken over once. */
  former?: readonly FormerDraft[]
  /** A draft was kept or forgotten here. */
  onWritten: (news: DraftNews) => void
  /** A draft could not be kept. It lives on in memory. */
  onFailed: () => void
  /** @default the machine's */
  clock?: Clock
}

/**
 * A letter goes out at once and needs no sync to outlive the page and the browser; waiting for the disk at
 * each would let letters queue up behind it, where a tab that closes loses them. What outlives a power cut
 * is this old at most, in milliseconds.
 */
const SYNC_MS = 1_000

interface Early {
  first: string | null
  last: DraftNews
}

/** Opens the drafts of a member: usable at once, and complete when `load` is done. */
export function createDrafts({ connection, former = [], onWritten, onFailed, clock = systemClock }: DraftsOptions): DraftsControl {
  const values = shallowReactive(new Map<string, unknown>())
  const boards = new Map<MatterId, BoardId>()
  const held = new Map<string, number>()
  /** What other tabs wrote into fields that are held here. */
  const missed = new Map<string, DraftNews>()
  /** Written before the disk was read; null once it has been. */
  let early: Map<string, Early> | null = new Map()
  const droppedEarly = new Set<MatterId>()
  let loading: Promise<void> | null = null
  let latest: DraftNews | null = null
  let timer: Timer | null = null

  function set(matter: MatterId, field: string, value: unknown, board: BoardId | null = null): void {
    const key = keyOf(matter, field)
    const text = value === null || value === undefined ? null : JSON.stringify(value)
    const news = { matter, field, text, board }
    show(news, text === null ? null : value)
    missed.delete(key)
    if (!early)
      return write(news)
    early.set(key, { first: text, ...early.get(key), last: news })
    // A browser that couldn't read a moment ago may now.
    if (!loading)
      void load()
  }

  function show({ matter, field, board }: Omit<DraftNews, 'text'>, value: unknown): void {
    if (board !== null)
      boards.set(matter, board)
    if (value === null)
      values.delete(keyOf(matter, field))
    else
      values.set(keyOf(matter, field), value)
  }

  function write(news: DraftNews): void {
    keep(news, 'relaxed').catch(onFailed)
    latest = news
    timer ??= clock.setTimer(sync, SYNC_MS)
    onWritten(news)
  }

  /** Writes the latest once more, unless it was overtaken: what is synced takes everything before it along. */
  function sync(): void {
    timer = null
    const { matter, field, text } = latest!
    if (isCurrent(keyOf(matter, field), text))
      keep(latest!, 'strict').catch(onFailed)
  }

  function isCurrent(key: string, text: string | null): boolean {
    return !missed.has(key) && JSON.stringify(values.get(key) ?? null) === (text ?? 'null')
  }

  function keep({ matter, field, text, board }: DraftNews, durability: 'strict' | 'relaxed'): Promise<void> {
    return connection.send(['drafts'], durability, (tx) => {
      const drafts = writerOf(tx, 'drafts')
      if (text === null)
        drafts.delete([matter, field])
      else
        drafts.put({ text, board } satisfies KeptDraft, [matter, field])
    })
  }

  function load(): Promise<void> {
    loading ??= readKept().then(takeIn).catch(onFailed).finally(() => loading = null)
    return loading
  }

  async function takeIn(kept: ReadonlyMap<string, DraftNews>): Promise<void> {
    const before = early ?? new Map<string, Early>()
    early = null
    for (const [key, { first, last }] of before) {
      const known = kept.get(key)
      // An editor that was only opened gives way to what is kept; what was typed on does not.
      if (known && first !== null && first === last.text)
        show(known, parse(known.text))
      else
        write(last)
    }
    for (const [key, known] of kept) {
      if (!before.has(key))
        show(known, parse(known.text))
    }
    for (const { matter, field, text, remove } of former) {
      const key = keyOf(matter, field)
      const news = { matter, field, text, board: null }
      const value = parse(text)
      if (value !== null && !kept.has(key) && !before.has(key) && !droppedEarly.has(matter)) {
        show(news, value)
        await keep(news, 'strict')
      }
      remove()
    }
  }

  async function readKept(): Promise<Map<string, DraftNews>> {
    const tx = (await connection.use()).transaction('drafts')
    const [keys, drafts] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()])
    return new Map(keys.map(([matter, field], index) => [keyOf(matter, field), { matter, field, ...drafts[index]! }] as const)
      .filter(([, { matter }]) => !droppedEarly.has(matter)))
  }

  function hold(matter: MatterId, field: string): () => void {
    const key = keyOf(matter, field)
    held.set(key, (held.get(key) ?? 0) + 1)
    let isHeld = true
    return () => {
      if (!isHeld)
        return
      isHeld = false
      const others = held.get(key)! - 1
      if (others > 0)
        return void held.set(key, others)
      held.delete(key)
      const news = missed.get(key)
      missed.delete(key)
      if (news)
        follow(news)
    }
  }

  function follow(news: DraftNews): void {
    const key = keyOf(news.matter, news.field)
    if (held.has(key))
      missed.set(key, news)
    else
      show(news, parse(news.text))
  }

  function drop(matters?: readonly MatterId[]): void {
    if (!matters) {
      clock.clearTimer(timer)
      timer = null
    }
    matters?.forEach(matter => early && droppedEarly.add(matter))
    for (const map of [values, missed, ...early ? [early] : []]) {
      for (const key of [...map.keys()]) {
        if (!matters || matters.includes(matterOf(key)))
          map.delete(key)
      }
    }
  }

  function forget(matter: MatterId): void {
    drop([matter])
    connection.send(['drafts'], 'strict', tx => void writerOf(tx, 'drafts').delete(rangeOf(matter))).catch(onFailed)
  }

  function mattersOn(board: BoardId): MatterId[] {
    const typed = new Set([...values.keys()].map(matterOf))
    return [...typed].filter(matter => boards.get(matter) === board)
  }

  return { get: (matter, field) => values.get(keyOf(matter, field)) ?? null, set, hold, forget, load, mattersOn, follow, drop }
}

function keyOf(matter: MatterId, field: string): string {
  return JSON.stringify([matter, field])
}

function matterOf(key: string): MatterId {
  return (JSON.parse(key) as [MatterId, string])[0]
}

/** A text that isn't JSON is no draft of ours. */
function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown
  }
  catch {
    return null
  }
}
