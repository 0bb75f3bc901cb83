import type { Repository, Stores } from '#server/db/repository.ts'
import { currentActor } from '#server/services/current-actor.ts'
import type { EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { PreferencesPatch } from '#shared/protocol/personal-requests.ts'
import type { MutedMattersAnswer, PersonalAnswer, PersonalTag } from '#shared/protocol/personal.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { fullList, patchPreferences } from '#shared/protocol/preferences-patch.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { withoutOver } from './firm-awareness.ts'
import type { PersonalHeads } from './personal-heads.ts'
import { personalTag } from './personal-heads.ts'

/** What is a member's own, read and written by themselves. */
export interface PersonalService {
  /** Everything, or with the tag that the page has, what of the notifications came since (rule N2). */
  read: (member: Actor, since?: PersonalTag) => Promise<PersonalAnswer>
  preferences: (memberId: MemberId) => Promise<Preferences>
  /** The muted matters by name, without those that the member doesn't see. */
  mutedMatters: (member: Actor) => Promise<MutedMattersAnswer>
  /** Sets what the patch names, and answers all of them (rule N3). Throws `LIST_FULL`. */
  setPreferences: (memberId: MemberId, patch: PreferencesPatch) => Promise<Preferences>
}

export interface PersonalServiceOptions {
  repository: Repository
  heads: Pick<PersonalHeads, 'moved' | 'seen'>
  /** The notifications that came or changed above a counter, or (null) those that a page begins with. */
  readNotifications: (stores: Stores, member: Actor, from: { since: number | null }) => Promise<PersonalAnswer['notifications']>
  /** @default Date.now */
  now?: () => EpochMs
}

export function createPersonalService({ repository, heads, readNotifications, now = Date.now }: PersonalServiceOptions): PersonalService {
  async function preferencesIn({ personal }: Stores, memberId: MemberId): Promise<Preferences> {
    return await personal.preferences(memberId) ?? DEFAULT_PREFERENCES
  }

  return {
    async read(member, since) {
      const { answer, head, awareness } = await repository.consistentRead(async (stores) => {
        const reader = await currentActor(stores, member)
        const head = await stores.personal.head(reader.id)
        const awareness = await stores.firm.awareness()
        const at = now()
        const answer: PersonalAnswer = {
          tag: personalTag(head, awareness),
          preferences: await preferencesIn(stores, reader.id),
          account: await accountIn(stores, reader.id),
          firm: withoutOver(awareness.firm, at),
          follows: await visibleFollows(stores, reader),
          notifications: await readNotifications(stores, reader, { since: counterOf(since, head, awareness.generation) }),
          now: at,
        }
        return { answer, head, awareness }
      })
      // Another process may have written it, and this one not yet have heard: the next poll shall name the same tag.
      heads.seen(member.id, head, awareness)
      return answer
    },
    preferences: memberId => preferencesIn(repository, memberId),
    mutedMatters: member => repository.consistentRead(async (stores) => {
      const reader = await currentActor(stores, member)
      const { mutedMatters } = await preferencesIn(stores, reader.id)
      const found = await stores.matters.findMany(mutedMatters)
      const seen = found.filter(matter => matter.deletedVersion === null && canSee(reader, matter))
      return { matters: seen.map(({ id, boardId, caseNumber, title }) => ({ id, boardId, caseNumber, title })) }
    }),
    async setPreferences(memberId, patch) {
      const { next, moved } = await repository.transaction(async (stores) => {
        // The counter's lock comes first: who else patches these waits for it, and reads what was written here.
        const moved = await stores.personal.bump([memberId])
        const before = await preferencesIn(stores, memberId)
        const next = patchPreferences(before, patch)
        const full = fullList(before, next)
        if (full)
          throw new Problem('LIST_FULL', 'there is no room for more entries', { field: full })
        await stores.personal.setPreferences(memberId, next, now())
        return { next, moved }
      })
      heads.moved(moved)
      return next
    },
  }
}

/** The member's part of a tag; null where a page can't have it from this database, as after a backup was restored. */
function counterOf(tag: PersonalTag | undefined, head: number, generation: string | null): number | null {
  const [counter, , ofGeneration = null] = tag?.split('.') ?? []
  const since = Number(counter ?? Number.NaN)
  return ofGeneration === generation && Number.isSafeInteger(since) && since <= head ? since : null
}

async function accountIn({ accounts }: Stores, memberId: MemberId): Promise<PersonalAnswer['account']> {
  const { locale = null, transport = null } = await accounts.findMember(memberId) ?? {}
  return { locale, transport }
}

async function visibleFollows({ notifications, matters }: Stores, reader: Actor): Promise<MatterId[]> {
  const followed = await notifications.followsOf(reader.id)
  const access = await matters.accessOf(followed)
  return access.filter(matter => matter.deletedVersion === null && canSee(reader, matter)).map(({ id }) => id)
}
