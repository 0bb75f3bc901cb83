import type { ConfigurableDocument, ConfigurableWindow } from '@vueuse/core'
import { defaultWindow, tryOnScopeDispose, useEventListener } from '@vueuse/core'
import { v7 as uuidv7 } from 'uuid'
import { computed, shallowRef, watch } from 'vue'
import { onNuxtReady } from '#imports'
import { isSameValue } from '#shared/kanban/field-draft.ts'
import type { Member } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import type { ActivityData } from '#shared/protocol/presence.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import { createOwnPlace } from '#shared/realtime/own-place.ts'
import type { PresenceEvent } from '#shared/realtime/presence.ts'
import { mergePlaces, nextExpiry, NOBODY_PRESENT, presentAt, takePresence, takePresenceEvent } from '#shared/realtime/presence.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { sayLastWord } from '~/utils/device/last-word.ts'
import { useAttention } from './useAttention.ts'
import type { KanbanView } from './useKanban.ts'
import type { PersonHere, PresenceView } from './usePresence.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'

/** A list that was read lasts so long: entries are hidden a minute after their last sign. */
const READ_EVERY_MS = 45_000
/** Coming back to a page is told in several ways at once. */
const JUST_READ_MS = 2_000
/** The server's clock is known within so much. */
const CLOCK_DOUBT_MS = 2_000

const NOBODY: readonly Member[] = []

export interface UseBoardPresenceOptions extends ConfigurableWindow, ConfigurableDocument {
  /** Time. @default the machine's */
  clock?: Clock
  /** Names this tab. @default twelve random characters */
  tab?: string
  /** Says where this tab was while the page goes away. @default a request that outlives the page */
  sayLast?: (boardId: string, memberId: string, data: ActivityData) => void
}

/** What of the board it takes to say who is there. */
export type PresenceKanban = Pick<KanbanView, 'boardId' | 'matterById' | 'members' | 'me'>

/** Follows who is on the board, and says where this page's reader is, until the scope ends. */
export function useBoardPresence(kanban: PresenceKanban, options: UseBoardPresenceOptions = {}): PresenceView {
  const { clock = systemClock, window = defaultWindow, tab = uuidv7().slice(-12), sayLast = sayLastWord } = options
  const session = useSessionStore()
  const personal = usePersonalStore()
  const { transport } = useRealtimeStore()
  const link = useRealTimeTransport()

  const enabled = computed(() => session.member !== null && isStaff(kanban.me.value) && personal.firm.presence && link.kind.value !== 'off')
  const isInvisible = computed(() => personal.preferences.presence === 'invisible')

  const state = shallowRef(NOBODY_PRESENT)
  const lookedAt = shallowRef(clock.now())
  let expiry: Timer = null

  function become(next: typeof state.value): void {
    state.value = next
    look()
  }

  /** What shows is what shows now; who goes for want of a sign goes by a timer. */
  function look(): void {
    const now = lookedAt.value = clock.now()
    clock.clearTimer(expiry)
    const next = nextExpiry(state.value, now)
    expiry = next === null ? null : clock.setTimer(look, Math.max(1, next - now))
  }

  let isReady = false
  let isLooking = false
  let reading: AbortController | null = null
  let readAt = -Infinity
  let nextRead: Timer = null

  async function read(): Promise<void> {
    clock.clearTimer(nextRead)
    nextRead = null
    if (!isReady || !enabled.value || !isLooking || reading)
      return
    const own = reading = new AbortController()
    readAt = clock.now()
    const asOf = personal.now() - CLOCK_DOUBT_MS
    // Who can't be asked isn't missed for a minute; then nobody shows.
    const answer = await transport.presence(kanban.boardId.value, own.signal).catch(() => null)
    if (own.signal.aborted)
      return
    reading = null
    if (answer)
      become(takePresence(state.value, answer.enabled ? answer : { members: [] }, { asOf, now: clock.now() }))
    nextRead = clock.setTimer(() => void read(), Math.max(0, readAt + READ_EVERY_MS - clock.now()))
  }

  function stopReading(): void {
    reading?.abort()
    reading = null
    clock.clearTimer(nextRead)
    nextRead = null
  }

  function hear(event: PresenceEvent & { boardId: string }): void {
    if (enabled.value && event.boardId === kanban.boardId.value && event.from !== kanban.me.value.id)
      become(takePresenceEvent(state.value, event, clock.now()))
  }

  const place = createOwnPlace({ tab, clock, say: data => link.emit('member:activity', data) })

  if (window) {
    link.subscribe('member:joined', event => hear({ topic: 'member:joined', ...event }))
    link.subscribe('member:left', event => hear({ topic: 'member:left', ...event }))
    link.subscribe('member:activity', event => hear({ topic: 'member:activity', ...event }))
    link.subscribe('connection:restored', () => {
      void read()
      place.repeat()
    })
    watch(enabled, (isOn) => {
      stopReading()
      if (!isOn)
        become(NOBODY_PRESENT)
      void read()
    })
    // By another clock nothing that is known can be told from what comes.
    watch(() => personal.now() - clock.now(), (ahead, before) => {
      if (Math.abs(ahead - before) < CLOCK_DOUBT_MS)
        return
      stopReading()
      become(NOBODY_PRESENT)
      void read()
    })
    // Not before what came with the page is shown as it came.
    onNuxtReady(() => {
      isReady = true
      void read()
    })
    watch(() => enabled.value && !isInvisible.value, mayTell => place.allow(mayTell), { immediate: true })
    useAttention((looks) => {
      isLooking = looks
      place.attend(looks)
      if (looks && clock.now() - readAt >= JUST_READ_MS)
        void read()
      else if (!looks)
        stopReading()
    }, options)
    // Before the transport hears of it: what it is about to end carries no last word.
    useEventListener(window, 'pagehide', () => {
      const last = place.leave()
      if (last)
        sayLast(kanban.boardId.value, kanban.me.value.id, last)
    }, { capture: true })
    tryOnScopeDispose(() => {
      const last = place.leave()
      if (last)
        void link.emit('member:activity', last).catch(() => {})
      place.close()
      isLooking = false
      stopReading()
      clock.clearTimer(expiry)
    })
  }

  const members = computed<readonly PersonHere[]>((before) => {
    const next = presentAt(state.value, lookedAt.value).flatMap(({ id, since, places }): PersonHere[] => {
      const member = id === kanban.me.value.id ? undefined : kanban.members.value.get(id)
      // A place at a matter that isn't on this screen, or not any more, is told once it is.
      return member ? [{ member, since, places: mergePlaces(places.filter(({ matterId }) => matterId === null || kanban.matterById(matterId))) }] : []
    })
    return before && isSameValue(before, next) ? before : next
  })

  /** By matter and what is done there; `*` is anything. */
  const index = computed(() => {
    const found = new Map<string, Member[]>()
    const note = (key: string, member: Member) => found.set(key, [...found.get(key) ?? [], member])
    for (const { member, places } of members.value) {
      for (const { matterId, isTyping, fields } of places) {
        if (matterId === null)
          continue
        note(`${matterId} *`, member)
        if (isTyping)
          note(`${matterId} typing`, member)
        fields.forEach(field => note(`${matterId} edits ${field}`, member))
      }
    }
    return found
  })
  const found = (key: string) => index.value.get(key) ?? NOBODY

  return {
    enabled,
    members,
    at: matterId => found(`${matterId} *`),
    editing: (matterId, field) => found(`${matterId} edits ${field}`),
    typing: matterId => found(`${matterId} typing`),
    isInvisible,
    cursors: computed(() => enabled.value && personal.preferences.cursors),
    carriesCursors: computed(() => link.connection.value.state === 'live' && link.connection.value.via === 'socket'),
    claim: place.claim,
    type: place.type,
    stopTyping: place.stopTyping,
    sendNote: text => link.emit('note', { text: text.trim() }),
  }
}
