import type { Ref, ShallowRef } from 'vue'
import { computed, ref, shallowRef } from 'vue'
import type { OwnPlace } from '#shared/realtime/own-place.ts'
import type { MergedPlace } from '#shared/realtime/presence.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { PersonHere, PresenceView } from '~/composables/usePresence.ts'
import { NOW } from './builders.ts'

/** Who is on a board, set by hand: what ends in `Now` is what the view of that name shows. */
export interface FakePresence extends PresenceView {
  membersNow: ShallowRef<readonly PersonHere[]>
  enabledNow: Ref<boolean>
  isInvisibleNow: Ref<boolean>
  cursorsNow: Ref<boolean>
  carriesCursorsNow: Ref<boolean>
  /** Where the page says that its reader is, in the order in which they began. */
  claimed: OwnPlace[]
  /** Matters in whose comment a key was pressed; null for a comment that was sent. */
  typed: (string | null)[]
  notes: string[]
  /** The next note fails with this. */
  refuseNext: (error: Error) => void
}

/** Somebody who is at places. */
export function person(member: Member, ...places: (Partial<MergedPlace> & Pick<MergedPlace, 'matterId'>)[]): PersonHere {
  return { member, since: NOW - 600_000, places: places.map(place => ({ action: 'viewing', fields: [], isTyping: false, ...place })) }
}

export function createFakePresence(members: readonly PersonHere[] = []): FakePresence {
  const membersNow = shallowRef(members)
  const [enabledNow, isInvisibleNow, cursorsNow, carriesCursorsNow] = [ref(true), ref(false), ref(false), ref(true)]
  const claimed: OwnPlace[] = []
  const typed: (string | null)[] = []
  const notes: string[] = []
  let refusal: Error | null = null
  const whoIs = (isMeant: (place: MergedPlace) => boolean) => membersNow.value.filter(({ places }) => places.some(isMeant)).map(({ member }) => member)

  return {
    membersNow, enabledNow, isInvisibleNow, cursorsNow, carriesCursorsNow, claimed, typed, notes,
    enabled: computed(() => enabledNow.value),
    members: computed(() => membersNow.value),
    isInvisible: computed(() => isInvisibleNow.value),
    cursors: computed(() => cursorsNow.value),
    carriesCursors: computed(() => carriesCursorsNow.value),
    at: matterId => whoIs(place => place.matterId === matterId),
    editing: (matterId, field) => whoIs(place => place.matterId === matterId && place.fields.includes(field)),
    typing: matterId => whoIs(place => place.matterId === matterId && place.isTyping),
    claim(place) {
      claimed.push(place)
      return () => void claimed.splice(claimed.indexOf(place), 1)
    },
    type: matterId => void typed.push(matterId),
    stopTyping: () => void typed.push(null),
    async sendNote(text) {
      const refused = refusal
      refusal = null
      if (refused)
        throw refused
      notes.push(text)
    },
    refuseNext: error => refusal = error,
  }
}
