import { useEventListener } from '@vueuse/core'
import { watch } from 'vue'
import { defineNuxtPlugin, onNuxtReady } from '#imports'
import { useAttention } from '~/composables/useAttention.ts'
import { usePersonalStore } from '~/stores/personal.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { mayShowDesktop } from '~/utils/device/desktop-notices.ts'

/** Coming back is worth a question, but not each of two clicks into the window. */
const LOOKED_MS = 5_000
/** A page without a board hears of nothing by itself, and asks this often. */
const ASK_EVERY_MS = 30_000
/** So often asks a page in the background for its member, whom this browser may tell of what it hears. */
const ASK_HIDDEN_EVERY_MS = 60_000

/**
 * Keeps what is the member's own the newest (rule N2): asks once at the start, when something moved, when the link is
 * back and when somebody looks again, and now and then where nothing else would tell. Who turned live updates off is
 * asked for once, and then only by hand. What a member changed last is sent although they leave the page at once.
 */
export default defineNuxtPlugin(() => {
  const session = useSessionStore()
  const personal = usePersonalStore()
  const { transport } = useRealtimeStore()
  let askedAt = -Infinity
  let isLooking = false

  // What fails is asked for again by the next of these reasons.
  function refresh(): void {
    askedAt = Date.now()
    void personal.refresh().catch(() => {})
  }

  function look(leastMs: number): void {
    const since = Date.now() - askedAt
    if (session.member && session.transport !== 'off' && navigator.onLine && (since >= leastMs || since < 0))
      refresh()
  }

  /** How often to ask because nothing tells by itself; null while something does, or nobody could be told. */
  function askEvery(): number | null {
    if (isLooking)
      return transport.boardId === null ? ASK_EVERY_MS : null
    const { connection } = transport
    const isTold = transport.role === 'follower' || (connection.state === 'live' && connection.via === 'socket')
    return !isTold && personal.preferences.desktop && mayShowDesktop() ? ASK_HIDDEN_EVERY_MS : null
  }

  transport.on('personal', ({ tag }) => void personal.hear(tag).catch(() => {}))
  transport.on('connection:established', () => look(LOOKED_MS))
  transport.on('connection:restored', () => look(0))
  useAttention((looks) => {
    isLooking = looks
    if (looks)
      look(LOOKED_MS)
  })
  useEventListener(window, 'pagehide', () => personal.hurry())
  const timer = setInterval(() => {
    const every = askEvery()
    if (every !== null)
      look(every)
  }, LOOKED_MS)
  onNuxtReady(() => watch(() => session.member?.id, id => id !== undefined && navigator.onLine && refresh(), { immediate: true }))
  import.meta.hot?.dispose(() => clearInterval(timer))
})
