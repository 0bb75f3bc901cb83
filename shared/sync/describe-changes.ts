import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'

/** Something that happened on the board and wasn't done here. */
export interface RemoteChange {
  matterId: MatterId
  /** Who did it; null where the server doesn't say, as for a matter that went away. */
  by: MemberId | null
  kind: 'created' | 'moved' | 'edited' | 'deleted'
  /** The matter as it is now; for a deleted one, as it last was here. */
  matter: Matter | null
}
