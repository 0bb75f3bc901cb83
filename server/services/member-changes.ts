import type { AccessEntry, BoardHead, BoardRecord, MemberPatch, MemberRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { emailTaken } from './account-service.ts'
import { changeOf } from './commit-writes.ts'
import { turnRole } from './notifications/notify-change.ts'

interface MemberChange {
  actor: Actor
  id: MemberId
  patch: MemberPatch
  at: EpochMs
}

/**
 * Takes the next version of every board and notes on each that its people changed. The locks come in
 * one order, so that two changes at once don't wait for each other.
 */
export async function lockAllBoards(stores: Stores, { actor, at }: Pick<MemberChange, 'actor' | 'at'>): Promise<BoardRecord[]> {
  const records: BoardRecord[] = []
  for (const id of (await stores.boards.heads()).map(board => board.id).sort()) {
    const board = await stores.boards.takeVersion(id)
    if (!board)
      continue
    await stores.boards.setMembersVersion(id, board.version)
    await stores.log.appendChanges(id, board.version, [changeOf(null, { boardId: id, version: board.version, actor, at })])
    records.push(board)
  }
  return records
}

interface MemberChanged {
  member: MemberRecord
  heads: BoardHead[]
  moved: ReadonlyMap<MemberId, number>
}

/**
 * Changes a member. Another role may show or hide matters: that is written to the access log of each
 * board that is touched, under its lock, so that it is ordered with the edits (rule W1).
 *
 * @returns the member, where the touched boards now stand, and the counters that moved
 */
export async function changeMember(repository: Repository, { actor, id, patch, at }: MemberChange): Promise<MemberChanged> {
  try {
    return await repository.transaction(async (stores) => {
      // Whoever changes what is shown of anybody locks all boards, beginning with this one: the member stays as found.
      const [first] = (await stores.boards.heads()).map(board => board.id).sort()
      if (first !== undefined)
        await stores.boards.lock(first)
      const before = await findMember(stores, id)
      const changesWhatIsShown = (['name', 'role', 'active'] as const).some(field => patch[field] !== undefined && patch[field] !== before[field])
      const heads = changesWhatIsShown ? await lockAllBoards(stores, { actor, at }) : []
      for (const head of heads)
        await writeTransitions(stores, head, before, { ...before, ...patch })
      await refuseToLoseLastAdmin(stores, before, patch)
      if (patch.active === false && id === actor.id)
        throw new Problem('FORBIDDEN', 'nobody closes their own account', { field: 'active' })
      await stores.accounts.updateMember(id, patch)
      if (patch.active === false)
        await stores.accounts.revokeSessionsOf(id, at)
      const after = await findMember(stores, id)
      return { member: after, heads, moved: after.role === before.role ? new Map<MemberId, number>() : await turnRole(stores, before, after) }
    })
  }
  catch (error) {
    throw error instanceof UniqueViolation ? emailTaken() : error
  }
}

/** Matters that were deleted count, too: who saw one before can't be told from the new role. */
async function writeTransitions(stores: Stores, board: BoardRecord, before: MemberRecord, after: MemberRecord): Promise<void> {
  const entries = (await stores.matters.accessOnBoard(board.id, board.floor)).flatMap((matter): AccessEntry[] => {
    const visible = canSee(after, matter)
    return visible === canSee(before, matter) ? [] : [{ memberId: after.id, matterId: matter.id, visible }]
  })
  await stores.log.appendAccess(board.id, board.version, entries)
}

/** Without an administrator nobody could ever add one again. */
async function refuseToLoseLastAdmin(stores: Stores, before: MemberRecord, patch: MemberPatch): Promise<void> {
  const stays = (patch.role ?? before.role) === 'ADMIN' && (patch.active ?? before.active)
  if (before.role !== 'ADMIN' || !before.active || stays)
    return
  const others = (await stores.accounts.listMembers()).filter(member => member.id !== before.id && member.role === 'ADMIN' && member.active)
  if (others.length === 0)
    throw new Problem('LAST_ADMIN', 'the firm needs an administrator')
}

async function findMember(stores: Pick<Stores, 'accounts'>, id: MemberId): Promise<MemberRecord> {
  const member = await stores.accounts.findMember(id)
  if (!member)
    throw new Problem('NOT_FOUND', 'there is no such member')
  return member
}
