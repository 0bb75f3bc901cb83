import { tryOnMounted, tryOnScopeDispose } from '@vueuse/core'
import type { Ref } from 'vue'
import { computed, shallowRef } from 'vue'
import type { BoardId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { useDeviceStore } from '~/stores/device.ts'

/** Whose draft it is, and of what: a field, a comment, a new task. */
export interface DraftKey {
  member: MemberId
  /** Of a matter: its board. When a full read of that board lacks the matter, the draft goes with it (rule C6). */
  board?: BoardId
  matter: MatterId
  field: string
}

/**
 * Something typed and not yet sent. Each letter is kept on this device at once, so that it outlives Escape,
 * navigation, a reload and a crash; it is gone once set to null. A value is kept as it is when it is set:
 * change it as a whole. A device that keeps nothing costs the keeping, not the typing.
 */
export function useDraft<Value>({ member, board, matter, field }: DraftKey): Ref<Value | null> {
  const device = useDeviceStore()
  // A server render knows no drafts, and the first render in the browser must equal it.
  const isShown = shallowRef(false)
  // Its own for good: what is typed on one member's screen is never another's.
  const drafts = computed(() => device.of(member).drafts)

  let letGo = () => {}
  tryOnMounted(() => {
    letGo = drafts.value.hold(matter, field)
    isShown.value = true
  })
  tryOnScopeDispose(() => letGo())

  return computed({
    get: () => isShown.value ? drafts.value.get(matter, field) as Value | null : null,
    set(value) {
      isShown.value = true
      drafts.value.set(matter, field, value, board)
    },
  })
}

/** Forgets what the member at this screen typed about a matter. */
export function clearDrafts(matter: MatterId): void {
  useDeviceStore().forgetDrafts(matter)
}
