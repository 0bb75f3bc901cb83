import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { BoardId } from '#shared/kanban/board.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Mark, NotificationBook } from '#shared/notifications/notification-book.ts'
import { applyMark, EMPTY_BOOK, freshOf, inOrder, takeHistory, takeNews } from '#shared/notifications/notification-book.ts'
import type { Notification, NotificationsAnswer } from '#shared/protocol/notifications.ts'
import { MOST_MARKED } from '#shared/protocol/notifications.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import type { NotificationType } from '#shared/protocol/preferences.ts'
import { ApiProblem, useApi } from '~/composables/useApi.ts'
import { usePersonalStore } from './personal.ts'
import { useSessionStore } from './session.ts'

const PAGE = 50

/** Which notifications are looked at. */
export interface NotificationFilter {
  /** Null for all. */
  type: NotificationType | null
  unread: boolean
  /** Null for all. The server doesn't tell boards apart: what it sends is sifted here. */
  boardId: BoardId | null
}

/** How far the history was read for a filter. */
interface Reading {
  /** Everything that fits the filter is here from this time on. */
  from: EpochMs
  before: string | null
  isEnd: boolean
}

/** The member's notifications, the same in all tabs and on all devices: what is shown is the server's, with what was just done to it drawn in. */
export const useNotificationsStore = defineStore('notifications', () => {
  const api = useApi()
  const session = useSessionStore()
  const personal = usePersonalStore()
  const confirmed = shallowRef<NotificationBook>(EMPTY_BOOK)
  /** What was done and isn't answered yet, in order. */
  const marks = shallowRef<readonly Mark[]>([])
  const isLoaded = shallowRef(false)
  const filter = shallowRef<NotificationFilter>({ type: null, unread: false, boardId: null })
  const readings = shallowRef<ReadonlyMap<string, Reading>>(new Map())
  const isLoading = shallowRef(false)
  const problem = shallowRef<ApiProblem | null>(null)
  /** Whether the panel is on the screen: the bell shows it, and a notice can ask for it. */
  const isOpen = shallowRef(false)
  /** Whether a notice on the screen tells what others do on the board: the others leave it its place. */
  const hasBoardNotice = shallowRef(false)
  const freshListeners = new Set<(fresh: Notification[]) => void>()
  /** When the server last told, by its own clock. */
  let syncedAt: EpochMs | null = null
  /** Answers to requests of one member aren't taken in for the next. */
  let era = 0

  const book = computed(() => marks.value.reduce(applyMark, confirmed.value))
  const unread = computed(() => book.value.unread)
  const isEnd = computed(() => confirmed.value.wholeFrom === -Infinity || (readings.value.get(keyOf(filter.value))?.isEnd ?? false))
  /** What fits the filter, newest first, as far down as nothing is missing in between. */
  const items = computed(() => {
    const from = isEnd.value ? -Infinity : Math.min(confirmed.value.wholeFrom, readings.value.get(keyOf(filter.value))?.from ?? Infinity)
    return inOrder(book.value.byId.values().filter(item => item.at >= from && fits(item, filter.value)))
  })

  personal.onNotifications(take)

  function take(news: PersonalAnswer['notifications']): void {
    const fresh = freshOf(confirmed.value, news, syncedAt)
    if (news.full)
      readings.value = new Map()
    confirmed.value = takeNews(confirmed.value, news)
    syncedAt = personal.now()
    isLoaded.value = true
    if (fresh.length > 0)
      freshListeners.forEach(listener => listener(fresh))
  }

  /** Hears of notifications that came while this page was open; returns how to stop. */
  function onFresh(listener: (fresh: Notification[]) => void): () => void {
    freshListeners.add(listener)
    return () => freshListeners.delete(listener)
  }

  /** Reads on in the history of what is looked at; where that fails, `problem` says why. */
  async function loadMore(): Promise<void> {
    if (isLoading.value || isEnd.value)
      return
    const looked = filter.value
    const begun = era
    isLoading.value = true
    problem.value = null
    try {
      const { before } = readings.value.get(keyOf(looked)) ?? {}
      const answer = await api<NotificationsAnswer>('/api/notifications', {
        headers: { 'aster-member': session.me.id },
        query: { limit: PAGE, before: before ?? undefined, type: looked.type ?? undefined, unread: looked.unread || undefined },
      })
      if (begun === era)
        takePage(looked, answer)
    }
    catch (error) {
      if (!(error instanceof ApiProblem))
        throw error
      if (begun === era)
        problem.value = error
    }
    finally {
      if (begun === era)
        isLoading.value = false
    }
  }

  function takePage(looked: NotificationFilter, { notifications, before }: NotificationsAnswer): void {
    confirmed.value = takeHistory(confirmed.value, notifications)
    const from = Math.min(...notifications.map(({ at }) => at), readings.value.get(keyOf(looked))?.from ?? Infinity)
    readings.value = new Map(readings.value).set(keyOf(looked), { from, before, isEnd: before === null })
  }

  /** Asks for everything again that should have come by itself. */
  async function reload(): Promise<void> {
    problem.value = null
    try {
      await personal.refresh()
    }
    catch (error) {
      if (!(error instanceof ApiProblem))
        throw error
      problem.value = error
    }
  }

  function look(next: Partial<NotificationFilter>): void {
    filter.value = { ...filter.value, ...next }
    problem.value = null
  }

  async function markRead(ids: readonly string[], read = true): Promise<void> {
    const meant = ids.filter(id => (book.value.byId.get(id)?.read ?? !read) !== read)
    const seen = read ? upToFor(meant) : {}
    await markInPieces(meant, read ? 'read' : 'unread', piece => change('PATCH', { ids: piece, read, ...seen }))
  }

  async function markAllRead(): Promise<void> {
    const seen = upToFor([])
    if (unread.value > 0)
      await mark([{ ids: new Set(book.value.byId.keys()), change: 'read', all: true }], () => change('PATCH', { all: true, read: true, ...seen }))
  }

  /** What came after the newest that is here, nobody has seen: it is neither read nor cleared with the rest, but for what isn't here at all. */
  function upToFor(ids: readonly string[]): { upTo?: EpochMs } {
    const { byId } = book.value
    const newest = byId.values().reduce((most, { at }) => Math.max(most, at), 0)
    return newest > 0 && ids.every(id => byId.has(id)) ? { upTo: newest } : {}
  }

  /** Clears these, or all that were read. */
  async function clear(ids?: readonly string[]): Promise<void> {
    if (ids) {
      const seen = upToFor(ids)
      return await markInPieces(ids, 'gone', piece => change('DELETE', { ids: piece, ...seen }))
    }
    const gone = [...book.value.byId.values()].filter(({ read }) => read).map(({ id }) => id)
    await mark([{ ids: new Set(gone), change: 'gone' }], () => change('DELETE', {}))
  }

  /** Has the server refuse it where somebody else is signed in by now. */
  function change(method: 'PATCH' | 'DELETE', body: object): Promise<unknown> {
    return api('/api/notifications', { method, body, headers: { 'aster-member': session.me.id }, keepalive: true })
  }

  /** One request takes so many; what the first took is done, also where the next is refused. */
  async function markInPieces(ids: readonly string[], change: Mark['change'], send: (piece: string[]) => Promise<unknown>): Promise<void> {
    const pieces = Array.from({ length: Math.ceil(ids.length / MOST_MARKED) }, (_, index) => ids.slice(index * MOST_MARKED, (index + 1) * MOST_MARKED))
    await mark(pieces.map(piece => ({ ids: new Set(piece), change })), ({ ids }) => send([...ids]))
  }

  /** Shows at once what was done, and takes it back, with the `ApiProblem` thrown, when the server refuses it. */
  async function mark(done: readonly Mark[], send: (mark: Mark) => Promise<unknown>): Promise<void> {
    const begun = era
    marks.value = [...marks.value, ...done]
    try {
      for (const one of done) {
        await send(one)
        if (begun !== era)
          return
        personal.noteChange()
        confirmed.value = applyMark(confirmed.value, one)
        marks.value = marks.value.filter(other => other !== one)
      }
    }
    finally {
      marks.value = marks.value.filter(other => !done.includes(other))
    }
  }

  function forget(): void {
    era++
    confirmed.value = EMPTY_BOOK
    marks.value = []
    readings.value = new Map()
    filter.value = { type: null, unread: false, boardId: null }
    isLoaded.value = isLoading.value = isOpen.value = false
    problem.value = null
    syncedAt = null
  }

  // At once, so that nothing of one member is ever there for the next.
  watch(() => session.lastMember?.id, (_, before) => before !== undefined && forget(), { flush: 'sync' })

  return {
    /** What is unread in all, and what is shown. */
    unread, items,
    /** False until the server has told them for the first time. */
    isLoaded,
    isLoading, isEnd, problem, filter, isOpen, hasBoardNotice,
    byId: computed(() => book.value.byId),
    onFresh, look, loadMore, reload, markRead, markAllRead, clear,
  }
})

/** Boards share a reading: the server sends those of all. */
function keyOf({ type, unread }: NotificationFilter): string {
  return `${type ?? ''}|${unread}`
}

function fits({ type, read, matter }: Notification, looked: NotificationFilter): boolean {
  return (looked.type === null || type === looked.type) && !(looked.unread && read) && (looked.boardId === null || matter?.boardId === looked.boardId)
}
