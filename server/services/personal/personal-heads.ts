import type { Bus } from '#server/bus/bus.ts'
import type { Repository } from '#server/db/repository.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { PersonalTag } from '#shared/protocol/personal.ts'

/** Where everything that is a member's own stands (rule N1), from memory. */
export interface PersonalHeads {
  /** Never asks the database. */
  tagOf: (memberId: MemberId) => PersonalTag
  /** Takes in counters that a transaction here moved; called after its commit. */
  moved: (heads: ReadonlyMap<MemberId, number>) => void
  /** The same of the firm's counter. */
  firmMoved: (version: number) => void
  /** Takes in what was read of one member, which may be newer than what is known here. */
  seen: (memberId: MemberId, head: number, firm: number) => void
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

/** Reads all counters once, and keeps them: a poll costs no database call (rule R4). */
export async function openPersonalHeads({ repository, bus }: PersonalHeadsOptions): Promise<PersonalHeads> {
  const heads = new Map<MemberId, number>()
  let firm = 0
  const listeners = new Set<(memberId: MemberId | null) => void>()
  const tell = (memberId: MemberId | null) => listeners.forEach(listener => listener(memberId))

  const isBehind: PersonalHeads['isBehind'] = (memberId, version) => version > (memberId === null ? firm : heads.get(memberId) ?? 0)

  /** Counters only grow: what arrives late changes nothing. */
  function take(memberId: MemberId | null, version: number): boolean {
    if (!isBehind(memberId, version))
      return false
    if (memberId === null)
      firm = version
    else
      heads.set(memberId, version)
    tell(memberId)
    return true
  }

  function takeOwn(memberId: MemberId | null, version: number): void {
    if (take(memberId, version))
      bus.publish({ kind: 'personal', memberId, version })
  }

  async function refresh(): Promise<void> {
    const members = await repository.personal.heads()
    const { version } = await repository.firm.awareness()
    members.forEach(head => take(head.memberId, head.version))
    take(null, version)
  }

  await refresh()
  return {
    tagOf: memberId => `${heads.get(memberId) ?? 0}.${firm}`,
    moved: moved => moved.forEach((version, memberId) => takeOwn(memberId, version)),
    firmMoved: version => takeOwn(null, version),
    seen(memberId, head, firmHead) {
      take(memberId, head)
      take(null, firmHead)
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
