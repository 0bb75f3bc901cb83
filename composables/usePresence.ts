import type { ComputedRef, InjectionKey } from 'vue'
import { computed, inject, provide } from 'vue'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { OwnPlace } from '#shared/realtime/own-place.ts'
import type { MergedPlace } from '#shared/realtime/presence.ts'

/** Somebody else who is on the board. */
export interface PersonHere {
  member: Member
  since: EpochMs
  /** Where they are, the most they do first; empty, or without a matter, on the board itself. */
  places: MergedPlace[]
}

/** Who else is on the open board, and where; and where this page says that its reader is. */
export interface PresenceView {
  /** The firm wants it, the reader is one of those whom it is for, and their way brings news. */
  enabled: ComputedRef<boolean>
  /** All others, in the order in which they came. */
  members: ComputedRef<readonly PersonHere[]>
  /** Who has a matter open, whatever they do there. The array keeps its identity while nothing changes. */
  at: (matterId: MatterId) => readonly Member[]
  /** Who edits a field of it; an item's is `deadlines/<id>`. */
  editing: (matterId: MatterId, field: string) => readonly Member[]
  /** Who writes a comment on it. */
  typing: (matterId: MatterId) => readonly Member[]
  /** The reader chose not to be seen. */
  isInvisible: ComputedRef<boolean>
  /** Whether cursors are shown and sent, by the reader's own choice. */
  cursors: ComputedRef<boolean>
  /** Whether the way that is used brings cursors at all: only a socket does. */
  carriesCursors: ComputedRef<boolean>
  /** Says that the reader is at a place, until what it returns is called. */
  claim: (place: OwnPlace) => () => void
  /** A key was pressed in the comment of a matter. */
  type: (matterId: MatterId) => void
  /** The comment was sent. */
  stopTyping: () => void
  /** Says a short word to all on the board. Rejects with a `Fault`. */
  sendNote: (text: string) => Promise<void>
}

const PRESENCE: InjectionKey<PresenceView> = Symbol('presence')

const NOBODY: readonly Member[] = []

/** Where no page provides it nobody is there, and nothing is said. */
const ALONE: PresenceView = {
  enabled: computed(() => false),
  members: computed(() => []),
  at: () => NOBODY,
  editing: () => NOBODY,
  typing: () => NOBODY,
  isInvisible: computed(() => false),
  cursors: computed(() => false),
  carriesCursors: computed(() => false),
  claim: () => () => {},
  type: () => {},
  stopTyping: () => {},
  sendNote: () => Promise.resolve(),
}

/** Hands down who is on the board, as `useBoardPresence` follows it, to everything below this component. */
export function providePresence(presence: PresenceView): PresenceView {
  provide(PRESENCE, presence)
  return presence
}

/** Who is on the board that a component above has opened. */
export function usePresence(): PresenceView {
  return inject(PRESENCE, ALONE)
}
