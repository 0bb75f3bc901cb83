import { shallowReactive } from 'vue'
import type { BoardId } from '#shared/kanban/board.ts'
import { isSameValue } from '#shared/kanban/field-draft.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { Connection } from './connection.ts'
import type { DraftNews } from './draft-disk.ts'
import { createDraftDisk } from './draft-disk.ts'
import type { FormerDraft } from './former-drafts.ts'

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
  /** How many hold something that was typed; an editor that was only opened holds nothing. Reactive. */
  typed: () => number
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

interface Early {
  first: string | null
  last: DraftNews
}

/** Opens the drafts of a member: usable at once, and complete when `load` is done. */
export function createDrafts({ connection, former = [], onWritten, onFailed, clock = systemClock }: DraftsOptions): DraftsControl {
  const disk = createDraftDisk({ connection, clock, isCurrent, onFailed })
  const values = shallowReactive(new Map<string, unknown>())
  const boards = new Map<MatterId, BoardId>()
  const held = new Map<string, number>()
  /** What other tabs wrote into fields that are held here. */
  const missed = new Map<string, DraftNews>()
  /** Written before the disk was read; null once it has been. */
  let early: Map<string, Early> | null = new Map()
  const droppedEarly = new Set<MatterId>()
  let loading: Promise<void> | null = null

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
    disk.write(news)
    onWritten(news)
  }

  function isCurrent({ matter, field, text }: DraftNews): boolean {
    const key = keyOf(matter, field)
    return !missed.has(key) && JSON.stringify(values.get(key) ?? null) === (text ?? 'null')
  }

  function load(): Promise<void> {
    loading ??= disk.read().then(takeIn).catch(onFailed).finally(() => loading = null)
    return loading
  }

  async function takeIn(read: readonly DraftNews[]): Promise<void> {
    const kept = new Map(read.filter(({ matter }) => !droppedEarly.has(matter)).map(news => [keyOf(news.matter, news.field), news]))
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
        await disk.writeSynced(news)
      }
      remove()
    }
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
    if (!matters)
      disk.stop()
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
    disk.forget(matter)
  }

  function mattersOn(board: BoardId): MatterId[] {
    const typed = new Set([...values.keys()].map(matterOf))
    return [...typed].filter(matter => boards.get(matter) === board)
  }

  return {
    get: (matter, field) => values.get(keyOf(matter, field)) ?? null,
    typed: () => [...values.values()].filter(isTyped).length,
    set, hold, forget, load, mattersOn, follow, drop,
  }
}

function isTyped(draft: unknown): boolean {
  return typeof draft !== 'object' || draft === null || !('seen' in draft) || !('value' in draft) || !isSameValue(draft.value, draft.seen)
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
