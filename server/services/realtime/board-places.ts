import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { ActivityData, Place } from '#shared/protocol/presence.ts'

/** So long a place is one after it was last said (rule A1); a page says it again every 30 s. */
const KEEP_MS = 60_000
/** So long one that another process told of is one, if that doesn't tell again. */
const TOLD_MS = 45_000
/** Tabs of a member on a board; of more the one that was silent longest is forgotten. */
const MAX_TABS = 10

/** Where the tabs of members are on the boards, whether they said so here or elsewhere. */
export interface BoardPlaces {
  /** Takes in where a tab is now. `isOwn`: it was said in this process. Answers where the tab was until now; null for nowhere. */
  say: (boardId: string, memberId: MemberId, data: ActivityData, isOwn: boolean) => Place | null
  /** Takes in what another process knows; what was said since counts more. */
  told: (boardId: string, memberId: MemberId, places: readonly Place[]) => void
  /** Oldest word first. `isOwn`: only those that were said in this process. */
  of: (boardId: string, memberId: MemberId, isOwn?: boolean) => Place[]
  /** The member isn't on the board any more. */
  forget: (boardId: string, memberId: MemberId) => void
  /** Of how many members on how many boards anything is remembered. */
  readonly size: number
}

interface Noted {
  place: Place
  isOwn: boolean
  until: EpochMs
}

/** @param now epoch milliseconds */
export function createBoardPlaces(now: () => EpochMs): BoardPlaces {
  /** By board and member, by tab: the one that spoke last stands last. */
  const members = new Map<string, Map<string, Noted>>()
  let sweptAt = now()
  const keyOf = (boardId: string, memberId: MemberId) => `${boardId} ${memberId}`

  function kept(key: string): Map<string, Noted> | undefined {
    const tabs = members.get(key)
    tabs?.forEach(({ until }, tab) => until <= now() && tabs.delete(tab))
    if (tabs?.size === 0)
      members.delete(key)
    return tabs
  }

  /** Whoever isn't asked about any more is forgotten. */
  function sweep(): void {
    if (now() - sweptAt < KEEP_MS)
      return
    sweptAt = now()
    for (const key of [...members.keys()])
      kept(key)
  }

  function note(key: string, noted: Noted): void {
    const tabs = members.get(key) ?? new Map<string, Noted>()
    members.set(key, tabs)
    tabs.delete(noted.place.tab)
    tabs.set(noted.place.tab, noted)
    if (tabs.size > MAX_TABS)
      tabs.delete(tabs.keys().next().value!)
  }

  return {
    say(boardId, memberId, { tab, matterId, action, field }, isOwn) {
      sweep()
      const key = keyOf(boardId, memberId)
      const before = kept(key)?.get(tab)?.place ?? null
      if (action === 'gone')
        members.get(key)?.delete(tab)
      else
        note(key, { place: { tab, matterId, action, ...field !== undefined && { field } }, isOwn, until: now() + KEEP_MS })
      return before
    },
    told(boardId, memberId, places) {
      sweep()
      const key = keyOf(boardId, memberId)
      for (const place of places) {
        if (!kept(key)?.has(place.tab))
          note(key, { place, isOwn: false, until: now() + TOLD_MS })
      }
    },
    of(boardId, memberId, isOwn = false) {
      return [...kept(keyOf(boardId, memberId))?.values() ?? []].filter(noted => noted.isOwn || !isOwn).map(({ place }) => place)
    },
    forget: (boardId, memberId) => void members.delete(keyOf(boardId, memberId)),
    get size() { return members.size },
  }
}
