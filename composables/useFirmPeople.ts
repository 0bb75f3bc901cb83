import type { ComputedRef } from 'vue'
import { computed, shallowRef } from 'vue'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import { useDeviceStore } from '~/stores/device.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { useSessionStore } from '~/stores/session.ts'

export interface UseFirmPeopleReturn {
  /** Null for nobody, and for those of whom this page knows nothing. */
  nameOf: (id: MemberId | null) => string | null
  /** IANA zone of the firm's legal time. */
  timeZone: ComputedRef<string>
  /** Reads on the device the names that no open board tells. */
  learn: () => Promise<void>
}

/** Whom of the firm a page knows, also where no board is open: by the board that was open last, or by the device. */
export function useFirmPeople(): UseFirmPeopleReturn {
  const kanban = useKanbanStore()
  const session = useSessionStore()
  const device = useDeviceStore()
  const kept = shallowRef<ReadonlyMap<MemberId, Member> | null>(null)
  const known = computed(() => kanban.state.isWhole ? kanban.state.view.members : kept.value)

  async function learn(): Promise<void> {
    const board = session.boards.find(({ isDefault }) => isDefault) ?? session.boards[0]
    const { id } = session.me
    if (known.value || !board || !id)
      return
    const { confirmed } = await device.of(id).storage.open(board.id)
    if (session.me.id === id)
      kept.value = confirmed?.members ?? null
  }

  return {
    nameOf: id => (id !== null && known.value?.get(id)?.name) || null,
    timeZone: computed(() => session.timeZone),
    learn,
  }
}
