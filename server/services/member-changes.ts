import type { AccessEntry, BoardHead, MemberPatch, MemberRecord } from '#server/db/records.ts'
import type { Repository, Stores } from '#server/db/repository.ts'
import { UniqueViolation } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Actor, MemberId } from '#shared/kanban/member.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { emailTaken } from './account-service.ts'

interface MemberChange {
  actor: Actor
  id: MemberId
  patch: MemberPatch
  at: EpochMs
}

/**
 * Changes a member. Another role may show or hide matters: that is written to the access log of each
 * board that is touched, under its lock, so that it is ordered with the edits (rule W1).
 *
 * @returns the member, and where the touched boards now stand
 */
export async function changeMember(repository: Repository, { actor, id, patch, at }: MemberChange): Promise<{ member: MemberRecord, heads: BoardHead[] }> {
  try {
    const changesRole = patch.role !== undefined && patch.role !== (await findMember(repository, id)).role
    const boardIds = changesRole ? (await repository.boards.heads()).map(board => board.id).sort() : []
    return await repository.transaction(async (stores) => {
      // The locks come first, and in one order, so that two changes at once don't wait for each other.
      const heads: BoardHead[] = []
      for (const boardId of boardIds)
        heads.push(...await lock(stores, boardId))
      const before = await findMember(stores, id)
      for (const head of heads)
        await writeTransitions(stores, head, before, { ...before, ...patch })
      await refuseToLoseLastAdmin(stores, before, patch)
      if (patch.active === false && id === actor.id)
        throw new Problem('FORBIDDEN', 'nobody closes their own account', { field: 'active' })
      await stores.accounts.updateMember(id, patch)
      if (patch.active === false)
        await stores.accounts.revokeSessionsOf(id, at)
      return { member: await findMember(stores, id), heads }
    })
  }
  catch (error) {
    throw error instanceof UniqueViolation ? emailTaken() : error
  }
}

async function lock(stores: Stores, boardId: string): Promise<BoardHead[]> {
  const board = await stores.boards.takeVersion(boardId)
  return board ? [{ id: board.id, epoch: board.epoch, version: board.version }] : []
}

async function writeTransitions(stores: Stores, board: BoardHead, before: MemberRecord, after: MemberRecord): Promise<void> {
  const entries = (await stores.matters.listByBoard(board.id)).flatMap((matter): AccessEntry[] => {
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
