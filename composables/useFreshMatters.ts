import type { ShallowRef } from 'vue'
import { onScopeDispose, shallowReadonly, shallowRef } from 'vue'
import type { MatterId } from '#shared/kanban/matter.ts'

export interface UseFreshMattersReturn {
  /** Matters that a colleague changed a moment ago. */
  fresh: Readonly<ShallowRef<ReadonlySet<MatterId>>>
  markFresh: (matterIds: readonly MatterId[]) => void
}

/**
 * Which cards glow for a moment.
 *
 * @param forMs how long, in milliseconds; as long as the card's animation
 */
export function useFreshMatters(forMs = 2_400): UseFreshMattersReturn {
  const fresh = shallowRef<ReadonlySet<MatterId>>(new Set())
  const timers = new Map<MatterId, ReturnType<typeof setTimeout>>()

  function markFresh(matterIds: readonly MatterId[]): void {
    for (const id of matterIds) {
      clearTimeout(timers.get(id))
      timers.set(id, setTimeout(fade, forMs, id))
    }
    fresh.value = new Set(timers.keys())
  }

  function fade(id: MatterId): void {
    timers.delete(id)
    fresh.value = new Set(timers.keys())
  }

  onScopeDispose(() => timers.forEach(clearTimeout))
  return { fresh: shallowReadonly(fresh), markFresh }
}
