import { v7 as uuidv7 } from 'uuid'
import type { FirmSettings, MatterDeadlines, MemberRecord, NotificationRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { addDays, dateInZone, deadlineInstant } from '#shared/kanban/deadline.ts'
import type { Deadline, EpochMs, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { Clock } from '#shared/realtime/clock.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { DataOf } from './news-of-change.ts'
import { dueOf } from './news-of-change.ts'
import { isMuted } from './notify-change.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const EVERY_MS = 10 * MINUTE_MS
/** Days before a deadline on which people are told, from the last one on. */
const THRESHOLDS = [1, 3] as const
/** How many are written in one transaction. */
const BATCH = 500

type Near = { matter: MatterDeadlines, dedupeKey: string, data: DataOf<'deadlineNear'> }
type Told = Near & { memberId: MemberId }

export interface DeadlineWatchOptions {
  repository: Repository
  firm: Pick<FirmSettings, 'timeZone'>
  /** Hears of counters that moved, after the commit. */
  heads: { moved: (heads: ReadonlyMap<MemberId, number>) => void }
  /** @default systemClock */
  clock?: Clock
  /** Hears of a round that failed; the next one comes all the same. */
  onError: (error: unknown) => void
}

/** Tells of deadlines that are near (rule N8), while the server runs. */
export interface DeadlineWatch {
  /** One round; answers how many were told. A server that starts begins with one: what came near meanwhile is there before anybody looks. */
  look: () => Promise<number>
  /** Waits for a round that runs. */
  stop: () => Promise<void>
}

/** Looks every ten minutes; where several processes share a database, one of them does. */
export function startDeadlineWatch({ repository, firm, heads, clock = systemClock, onError }: DeadlineWatchOptions): DeadlineWatch {
  /** What is known to have been told: what isn't named any more isn't near any more. */
  let known = new Set<string>()
  let running: Promise<unknown> = Promise.resolve()
  let isStopped = false

  async function look(): Promise<number> {
    const letGo = await repository.claim('deadline-watch')
    if (!letGo)
      return 0
    try {
      const wanted = await findNear(repository)
      const fresh = await withoutTold(wanted.filter(told => !known.has(nameOf(told))))
      const left = new Set(fresh.map(nameOf))
      for (const [boardId, ofBoard] of Map.groupBy(fresh, ({ matter }) => matter.boardId)) {
        for (let start = 0; start < ofBoard.length; start += BATCH)
          (await write(boardId, ofBoard.slice(start, start + BATCH))).forEach(told => left.delete(nameOf(told)))
      }
      // Who could not be told any more may be next time.
      known = new Set(wanted.map(nameOf)).difference(left)
      return fresh.length - left.size
    }
    finally {
      await letGo()
    }
  }

  /** Everybody who is to know of a deadline that is near now, of these matters or of all. */
  async function findNear({ notifications, accounts, personal }: Stores, matterIds?: readonly MatterId[]): Promise<Told[]> {
    const now = clock.now()
    const near = (await notifications.openDeadlines(matterIds)).flatMap(matter => nearOf(matter, now, firm.timeZone))
    if (near.length === 0)
      return []
    const members = new Map((await accounts.listMembers()).filter(member => member.active && isStaff(member)).map(member => [member.id, member]))
    const preferences = await personal.preferencesOf([...members.keys()])
    const followers = Map.groupBy(await notifications.followsAmong([...new Set(near.map(({ matter }) => matter.id))]), ({ matterId }) => matterId)
    return near.flatMap((one) => {
      const concerned = new Set([...one.matter.assignments, ...followers.get(one.matter.id) ?? []].map(({ memberId }) => memberId))
      const may = (member: MemberRecord | undefined) => member && canSee(member, one.matter)
        && !isMuted(preferences.get(member.id), 'deadlineNear', one.matter)
      return [...concerned].filter(id => may(members.get(id))).map(memberId => ({ ...one, memberId }))
    })
  }

  async function withoutTold(wanted: readonly Told[]): Promise<Told[]> {
    if (wanted.length === 0)
      return []
    const [memberIds, keys] = [new Set(wanted.map(({ memberId }) => memberId)), new Set(wanted.map(({ dedupeKey }) => dedupeKey))]
    const told = await repository.notifications.toldKeys([...memberIds], [...keys])
    const names = new Set(told.map(nameOf))
    return wanted.filter(one => !names.has(nameOf(one)))
  }

  /**
   * Writes those that are still so under the board's lock, and answers them: a wall that rises meanwhile comes before, and there is nothing to tell, or
   * after, and finds what was told.
   */
  async function write(boardId: string, wanted: readonly Told[]): Promise<Told[]> {
    const { told, moved } = await repository.transaction(async (stores) => {
      await stores.boards.lock(boardId)
      const names = new Set(wanted.map(nameOf))
      const still = await findNear(stores, [...new Set(wanted.map(({ matter }) => matter.id))])
      const told = still.filter(one => one.matter.boardId === boardId && names.has(nameOf(one)))
      const heads = await stores.personal.bump(told.map(({ memberId }) => memberId))
      await stores.notifications.insert(told.map(({ memberId, matter, dedupeKey, data }): NotificationRecord => ({
        id: uuidv7(),
        memberId,
        dedupeKey,
        version: heads.get(memberId)!,
        type: 'deadlineNear',
        boardId,
        matterId: matter.id,
        actorId: null,
        at: clock.now(),
        data,
        readAt: null,
        clearedAt: null,
      })))
      return { told, moved: heads }
    })
    heads.moved(moved)
    return told
  }

  function again(): void {
    timer = clock.setTimer(() => {
      running = look().catch(onError).finally(() => {
        if (!isStopped)
          again()
      })
    }, EVERY_MS)
  }
  let timer: unknown
  again()

  return {
    look,
    async stop() {
      isStopped = true
      clock.clearTimer(timer)
      await running
    },
  }
}

function nameOf({ memberId, dedupeKey }: Pick<NotificationRecord, 'memberId' | 'dedupeKey'>): string {
  return `${memberId} ${dedupeKey}`
}

/** The matter's deadlines that are near, each by the threshold that it passed last. */
function nearOf(matter: MatterDeadlines, now: EpochMs, timeZone: string): Near[] {
  // A day in another zone is at most two away, and telling when a day ends takes long for thousands of them.
  const today = dateInZone(now, timeZone)
  const [first, last] = [addDays(today, -2), addDays(today, THRESHOLDS.at(-1)! + 2)]
  return matter.deadlines.flatMap((deadline) => {
    if (deadline.doneAt !== null || deadline.date < first || deadline.date > last)
      return []
    const dueAt = deadlineInstant(deadline, timeZone)
    const days = dueAt <= now ? undefined : THRESHOLDS.find(threshold => dueAt - now <= threshold * DAY_MS)
    return days === undefined ? [] : [{ matter, ...newsOf(matter, deadline, dueAt, days) }]
  })
}

function newsOf(matter: MatterDeadlines, deadline: Deadline, dueAt: EpochMs, days: number): Omit<Near, 'matter'> {
  return {
    dedupeKey: `deadlineNear:${matter.id}:${deadline.id}:${dueAt}:${days}`,
    data: { deadline: { id: deadline.id, kind: deadline.kind }, due: dueOf(deadline), days },
  }
}
