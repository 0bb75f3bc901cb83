import type { PresenceChoices } from '#server/services/realtime/presence-choices.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'

/** Who wants to be seen, as a test says. */
export interface FakeChoices extends PresenceChoices {
  hide: (member: Pick<Member, 'id'>) => void
  show: (member: Pick<Member, 'id'>) => void
  /** Turns the firm's presence on or off. */
  turn: (isOn: boolean) => void
}

/** To begin with everybody is seen. */
export function createFakeChoices(): FakeChoices {
  const invisible = new Set<MemberId>()
  const listeners = new Set<(memberId: MemberId | null) => void>()
  const tell = (memberId: MemberId | null) => listeners.forEach(listener => listener(memberId))
  let isOn = true

  return {
    isOn: () => isOn,
    isInvisible: memberId => invisible.has(memberId),
    settled: () => Promise.resolve(),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => listeners.clear(),
    hide({ id }) {
      invisible.add(id)
      tell(id)
    },
    show({ id }) {
      invisible.delete(id)
      tell(id)
    },
    turn(next) {
      isOn = next
      tell(null)
    },
  }
}
