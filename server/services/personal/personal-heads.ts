import type { Bus } from '#server/bus/bus.ts'
import type { AwarenessRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'

/** Where everything that is a member's own stands (rule N1), from memory. */
export interface PersonalHeads {
  /** Never asks the database. */
  tagOf: (memberId: MemberId) => PersonalTag
  /** Takes in counters that a transaction here moved, the firm's perhaps among them; called after its commit. */
  moved: (heads: ReadonlyMap<MemberId, number>, firm?: number) => void
  /** Takes in what was read of one member, which may be newer than what is known here. */
  seen: (memberId: MemberId, head: number, firm: Pick<AwarenessRecord, 'version' | 'generation'>) => void
  /** Whether a counter, or (null) the firm's, is said to be further than is known here. */
  isBehind: (memberId: MemberId | null, version: number) => boolean
  /** Hears whose tag moved; null: everybody's. Returns how to stop. */
  onMoved: (listener: (memberId: MemberId | null) => void) => () => void
  /** Looks where all counters stand, as other processes may have moved them. Rejects where the database is away. */
  refresh: () => Promise<void>
  close: () => void
}

export interface PersonalHeadsOptions {
  repository: Pick<Repository, 'personal' | 'firm'>
  bus: Pick<Bus, 'publish'>
}

/** The tag of these counters. Those of another generation are no older and no newer ones: a backup was restored. */
export function personalTag(head: number, { version, generation }: Pick<AwarenessRecord, 'version' | 'generation'>): PersonalTag {
  return `${head}.${version}${generation === null ? '' : `.${generation}`}`
}

/** Reads all counters once, and keeps them: a poll costs no database call (rule R4). */
export async function openPersonalHeads({ repository, bus }: PersonalHeadsOptions): Promise<PersonalHeads> {
  const heads = new Map<MemberId, number>()
  let firm = 0
  let generation: string | null = null
  const listeners = new Set<(memberId: MemberId | null) => void>()
  const tell = (memberId: MemberId | null) => listeners.forEach(listener => listener(memberId))

  const isBehind: PersonalHeads['isBehind'] = (memberId, version) => version > (memberId === null ? firm : heads.get(memberId) ?? 0)

  /** Counters only grow: what arrives late changes nothing. All stand before anybody hears of one; answers those that moved. */
  function take(versions: readonly (readonly [MemberId | null, number])[]): (readonly [MemberId | null, number])[] {
    const fresh = versions.filter(([memberId, version]) => isBehind(memberId, version))
    for (const [memberId, version] of fresh) {
      if (memberId === null)
        firm = version
      else
        heads.set(memberId, version)
    }
    fresh.forEach(([memberId]) => tell(memberId))
    return fresh
  }

  /** Counters of another generation aren't compared with those that are known. */
  function begin(found: string | null): void {
    if (found === generation)
      return
    generation = found
    heads.clear()
    firm = 0
    tell(null)
  }

  async function refresh(): Promise<void> {
    const members = await repository.personal.heads()
    const { version, generation: found } = await repository.firm.awareness()
    begin(found)
    take([[null, version], ...members.map(head => [head.memberId, head.version] as const)])
  }

  await refresh()
  return {
    tagOf: memberId => personalTag(heads.get(memberId) ?? 0, { version: firm, generation }),
    moved(moved, firmHead = 0) {
      for (const [memberId, version] of take([[null, firmHead], ...moved]))
        bus.publish({ kind: 'personal', memberId, version })
    },
    seen(memberId, head, { version, generation: found }) {
      begin(found)
      take([[null, version], [memberId, head]])
    },
    isBehind,
    onMoved(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh,
    close: () => listeners.clear(),
  }
}
