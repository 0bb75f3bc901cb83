import type { ComputedRef } from 'vue'
import { computed, shallowRef } from 'vue'
import type { Activity } from '#shared/kanban/activity.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Member, MemberId } from '#shared/kanban/member.ts'
import type { OwnPlace } from '#shared/realtime/own-place.ts'
import type { UseBoardActivityOptions, UseBoardActivityReturn } from './useBoardActivity.ts'
import { useBoardActivity } from './useBoardActivity.ts'
import { useKanban } from './useKanban.ts'
import type { PersonHere } from './usePresence.ts'
import { usePresence } from './usePresence.ts'
import { useRealTimeTransport } from './useRealTimeTransport.ts'

/** Actions that are looked at as the newest. */
const NEWEST = 50
/** Who came or went is news for so long, in milliseconds, and of so many people. */
const RECENT_MS = 10 * 60_000
const RECENT_PEOPLE = 5

/** Somebody came to the board, or left it. */
export interface Passage {
  member: Member
  at: EpochMs
}

export interface UseUserActivityReturn {
  /** Who else is on the board now. */
  activeUsers: ComputedRef<readonly PersonHere[]>
  /** The newest 50 things that happened on the board, live. */
  actions: ComputedRef<readonly Activity[]>
  /** Who came within the last ten minutes and is still here, the last one first. */
  joined: ComputedRef<readonly Passage[]>
  /** Who left within the last ten minutes, the last one first. */
  left: ComputedRef<readonly Passage[]>
  /** Notes where the reader is and what they do there, for the others to see, until what it returns is called. */
  trackAction: (action: OwnPlace) => () => void
  /** All that happened, with older pages. */
  feed: UseBoardActivityReturn
}

/** What people do on the open board: who is here, who came and went, and what was done. */
export function useUserActivity(options: UseBoardActivityOptions = {}): UseUserActivityReturn {
  const kanban = useKanban()
  const presence = usePresence()
  const link = useRealTimeTransport()
  const feed = useBoardActivity(options)
  const gone = shallowRef<readonly { id: MemberId, at: EpochMs }[]>([])

  link.subscribe('member:left', ({ boardId, from, at }) => {
    if (boardId === kanban.boardId.value)
      gone.value = [{ id: from, at }, ...gone.value.filter(({ id }) => id !== from)].slice(0, RECENT_PEOPLE)
  })
  link.subscribe('member:joined', ({ boardId, from }) => {
    if (boardId === kanban.boardId.value)
      gone.value = gone.value.filter(({ id }) => id !== from)
  })
  const isRecent = ({ at }: { at: EpochMs }) => at > kanban.now.value - RECENT_MS

  return {
    activeUsers: presence.members,
    actions: computed(() => feed.steps.value.slice(0, NEWEST)),
    joined: computed(() => presence.members.value.map(({ member, since }) => ({ member, at: since }))
      .filter(isRecent).sort((one, other) => other.at - one.at).slice(0, RECENT_PEOPLE)),
    left: computed(() => !presence.enabled.value
      ? []
      : gone.value.filter(isRecent).flatMap(({ id, at }) => {
          const member = id === kanban.me.value.id ? undefined : kanban.members.value.get(id)
          return member ? [{ member, at }] : []
        })),
    trackAction: presence.claim,
    feed,
  }
}
