import type { FirmSettings } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { MutationContext } from '#shared/kanban/apply-mutation.ts'
import type { Board } from '#shared/kanban/board.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { RankedMatter } from '#shared/kanban/rank.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { takeCaseNumbers } from './case-numbers.ts'

/**
 * Reads what `applyMutation` will ask for, and no more: its questions are answered at once, from what
 * was read under the board's lock.
 */
export async function loadContext(
  stores: Stores,
  { mutation, board, actor, firm, now }: { mutation: Mutation, board: Board, actor: Actor, firm: FirmSettings, now: EpochMs },
): Promise<MutationContext> {
  const today = dateInZone(now, firm.timeZone)
  const members = new Map<string, Member>()
  if (namesMembers(mutation)) {
    for (const member of await stores.accounts.listMembers())
      members.set(member.id, member)
  }
  const ranks = new Map<string, RankedMatter[]>()
  for (const columnId of columnsInQuestion(mutation, board))
    ranks.set(columnId, await loadRanks(stores, columnId, actor))
  return {
    board,
    actor,
    now,
    today,
    findMember: id => members.get(id),
    matterRanks: id => ranks.get(id) ?? [],
    nextCaseNumber: await loadNextCaseNumber(stores, firm, mutation, today),
    findOwnMove: await loadOwnMove(stores, mutation, actor),
  }
}

function namesMembers(mutation: Mutation): boolean {
  return mutation.kind === 'create'
    || (mutation.kind === 'edit' && Boolean(mutation.args.assignments ?? mutation.args.set?.clientMemberIds))
}

/** Where the matter shall go, and the columns that may be full: a refusal names those that aren't. */
function columnsInQuestion(mutation: Mutation, board: Board): Set<string> {
  if (mutation.kind !== 'move' && mutation.kind !== 'create')
    return new Set()
  return new Set([mutation.args.columnId, ...board.columns.filter(({ wip }) => wip?.hard).map(({ id }) => id)])
}

/** What is put away takes no place that anybody could count. */
async function loadRanks(stores: Stores, columnId: string, actor: Actor): Promise<RankedMatter[]> {
  const matters = await stores.matters.ranksIn(columnId)
  return matters.map(matter => ({ id: matter.id, rank: matter.rank, visible: !matter.archived && canSee(actor, matter) }))
}

async function loadNextCaseNumber(
  stores: Stores,
  firm: FirmSettings,
  mutation: Mutation,
  today: string,
): Promise<MutationContext['nextCaseNumber']> {
  if (mutation.kind !== 'create' || mutation.args.caseNumber?.trim())
    return () => ''
  const { clientName, fields } = mutation.args
  const [number = ''] = await takeCaseNumbers(stores, firm, [{ clientName, practiceArea: fields?.practiceArea ?? null }], today)
  return () => number
}

async function loadOwnMove(stores: Stores, mutation: Mutation, actor: Actor): Promise<MutationContext['findOwnMove']> {
  const version = mutation.kind === 'move' ? mutation.args.undoOf : undefined
  if (version === undefined)
    return () => null
  const move = await stores.activity.findMove(mutation.id, version)
  const before = move?.actorId === actor.id ? move.before : null
  return () => before
}
