import { tryOnScopeDispose, useEventListener, useRafFn } from '@vueuse/core'
import type { Ref, ShallowRef } from 'vue'
import { shallowReadonly, shallowRef, watch } from 'vue'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import type { Clock, Timer } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { CursorPlace } from '#shared/realtime/own-cursor.ts'
import { createOwnCursor } from '#shared/realtime/own-cursor.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import type { Box } from '~/utils/cursor-place.ts'
import { placeOfPoint, pointOfPlace } from '~/utils/cursor-place.ts'
import { useKanban } from './useKanban.ts'
import { usePresence } from './usePresence.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'

/** Somebody's cursor on the window. */
export interface DrawnCursor {
  member: Member
  /** Pixels from the board's corner. */
  x: number
  y: number
  /** It hasn't moved for a while. */
  isFading: boolean
}

export interface UseLiveCursorsReturn {
  cursors: Readonly<ShallowRef<readonly DrawnCursor[]>>
  /** The board's box on the window. */
  frame: Readonly<ShallowRef<Box>>
  /** The board moved beneath them: they go along without gliding. */
  isCarried: Readonly<Ref<boolean>>
}

const FADES_AFTER_MS = 5_000
const FADING_MS = 500

/** Tells others where this reader points on the board, and draws where they do. */
export function useLiveCursors(board: Readonly<Ref<HTMLElement | null>>, clock: Clock = systemClock): UseLiveCursorsReturn {
  const kanban = useKanban()
  const presence = usePresence()
  const link = useRealTimeTransport()
  const { transport } = useRealtimeStore()
  const cursors = shallowRef<readonly DrawnCursor[]>([])
  const frame = shallowRef<Box>({ left: 0, top: 0, width: 0, height: 0 })
  const isCarried = shallowRef(false)
  const heard = new Map<MemberId, { at: NonNullable<CursorPlace>, signAt: number }>()
  let fade: Timer = null

  const own = createOwnCursor({
    clock,
    canSay: () => presence.carriesCursors.value && !presence.isInvisible.value,
    say: data => void link.emit('cursor', data).catch(() => {}),
  })

  // One reading of the page a frame, however much was heard or scrolled meanwhile.
  const { pause, resume } = useRafFn(() => {
    pause()
    draw()
  }, { immediate: false })

  function draw(): void {
    const now = clock.now()
    clock.clearTimer(fade)
    fade = null
    if (!board.value)
      return
    const { left, top, width, height } = board.value.getBoundingClientRect()
    frame.value = { left, top, width, height }
    cursors.value = [...heard].flatMap(([id, { at, signAt }]): DrawnCursor[] => {
      if (now - signAt >= FADES_AFTER_MS + FADING_MS) {
        heard.delete(id)
        return []
      }
      const member = kanban.members.value.get(id)
      const point = member && pointOfPlace(board.value!, at)
      return member && point ? [{ member, x: point.x - left, y: point.y - top, isFading: now - signAt >= FADES_AFTER_MS }] : []
    })
    const next = Math.min(...[...heard.values()].map(({ signAt }) => signAt + FADES_AFTER_MS + (now - signAt >= FADES_AFTER_MS ? FADING_MS : 0)))
    if (next !== Infinity)
      fade = clock.setTimer(() => redraw(false), Math.max(1, next - now))
  }

  function redraw(moved: boolean): void {
    isCarried.value = moved
    resume()
  }

  link.subscribe('cursor', ({ boardId, from, data: { at } }) => {
    if (boardId !== kanban.boardId.value || from === kanban.me.value.id)
      return
    if (at)
      heard.set(from, { at, signAt: clock.now() })
    else
      heard.delete(from)
    redraw(false)
  })
  // Who left points nowhere.
  link.subscribe('member:left', ({ from }) => heard.delete(from) && redraw(false))

  useEventListener(board, 'pointermove', (event: PointerEvent) => {
    if (event.pointerType !== 'touch' && event.target instanceof Element)
      own.point(placeOfPoint(event.target, { x: event.clientX, y: event.clientY }))
  }, { passive: true })
  useEventListener(board, 'pointerleave', () => own.point(null))
  useEventListener(document, 'scroll', () => heard.size > 0 && redraw(true), { capture: true, passive: true })
  useEventListener(window, 'resize', () => heard.size > 0 && redraw(true), { passive: true })
  // Cards come, go and move with the board's rows.
  watch(() => kanban.version.value, () => heard.size > 0 && redraw(false), { flush: 'post' })

  transport.want({ cursors: true })
  tryOnScopeDispose(() => {
    transport.want({ cursors: false })
    own.close()
    clock.clearTimer(fade)
  })

  return { cursors: shallowReadonly(cursors), frame: shallowReadonly(frame), isCarried: shallowReadonly(isCarried) }
}
