import type { ComputedRef } from 'vue'
import { computed, shallowRef } from 'vue'
import type { MemberId } from '#shared/kanban/member.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useSessionStore } from '~/stores/session.ts'

export interface UseFirmPeopleReturn {
  /** Null for nobody, and for those of whom this page knows nothing. */
  nameOf: (id: MemberId | null) => string | null
  /** IANA zone of the firm's legal time; this machine's where the page doesn't know it. */
  timeZone: ComputedRef<string>
  /** Reads on the device what no open board tells. */
  learn: () => Promise<void>
}

/** Whom and what of the firm a page knows, also where no board is open: by the board that was open last, or by the device. */
export function useFirmPeople(): UseFirmPeopleReturn {
  const kanban = useKanbanStore()
  const session = useSessionStore()
  const device = useDeviceStore()
  const kept = shallowRef<Pick<ConfirmedBoard, 'members' | 'timeZone'> | null>(null)
  const known = computed(() => kanban.state.isWhole ? kanban.state.view : kept.value)

  async function learn(): Promise<void> {
    const board = session.boards.find(({ isDefault }) => isDefault) ?? session.boards[0]
    const { id } = session.me
    if (known.value || !board || !id)
      return
    const { confirmed } = await device.of(id).storage.open(board.id)
    if (session.me.id === id)
      kept.value = confirmed
  }

  return {
    nameOf: id => (id !== null && known.value?.members.get(id)?.name) || null,
    timeZone: computed(() => known.value?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
    learn,
  }
}
