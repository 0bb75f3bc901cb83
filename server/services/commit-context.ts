import type { FirmSettings } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Activity } from '#shared/kanban/activity.ts'
import type { MutationContext, OwnChange } from '#shared/kanban/apply-mutation.ts'
import type { Board } from '#shared/kanban/board.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import type { EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { RankedMatter } from '#shared/kanban/rank.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import { takeCaseNumbers } from './case-numbers.ts'
import { matterToWire } from './wire.ts'

/** What a mutation is read for: the board, who acts, and the outbox that it comes from, if it comes from one. */
interface ContextFrame {
  mutation: Mutation
  board: Board
  actor: Actor
  firm: FirmSettings
  now: EpochMs
  cid: string | null
}

/**
 * Reads what `applyMutation` will ask for, and no more: its questions are answered at once, from what
 * was read under the board's lock.
 */
export async function loadContext(stores: Stores, { mutation, board, actor, firm, now, cid }: ContextFrame): Promise<MutationContext> {
  const today = dateInZone(now, firm.timeZone)
  const members = new Map<string, Member>()
  if (namesMembers(mutation)) {
    for (const member of await stores.accounts.listMembers())
      members.set(member.id, member)
  }
  const ownChange = mutation.kind === 'undo' ? await findOwnChange(stores, mutation, { board, actor, cid }) : null
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
    findOwnChange: () => ownChange,
  }
}

function namesMembers(mutation: Mutation): boolean {
  return mutation.kind === 'create' || mutation.kind === 'undo'
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

/** The change that an undo names, when the actor made it on this board; of a deletion, while they may see what it took. */
async function findOwnChange(
  stores: Stores,
  { id, args }: Extract<Mutation, { kind: 'undo' }>,
  { board, actor, cid }: Pick<ContextFrame, 'board' | 'actor' | 'cid'>,
): Promise<OwnChange | null> {
  const version = 'version' in args ? args.version : cid === null ? null : await versionOf(stores, board.id, cid, args.n)
  const step = version === null ? null : await stores.activity.findByVersion(id, version)
  if (!step || step.boardId !== board.id || step.actorId !== actor.id)
    return null
  // A number that changed nothing ended in the version of an earlier one, which it doesn't name.
  if ('n' in args && (step.cid !== cid || step.n !== args.n))
    return null
  switch (step.kind) {
    case 'moved': return step.before && { kind: 'move', version, before: step.before, ...(step.after && { after: step.after }) }
    case 'edited': return { kind: 'edit', version, before: valuesOf(step.fields, 'old'), after: valuesOf(step.fields, 'new') }
    case 'deleted': {
      const matter = await findTombstone(stores, id, step.version, actor)
      return matter && { kind: 'delete', version, matter }
    }
    default: return null
  }
}

async function versionOf(stores: Stores, boardId: string, cid: string, n: number): Promise<number | null> {
  const result = await stores.mutations.findResult(boardId, cid, n)
  return result?.status === 'ok' || result?.status === 'merged' ? result.version : null
}

function valuesOf(fields: Activity['fields'], side: 'old' | 'new'): Partial<Matter> {
  return Object.fromEntries(Object.entries(fields).map(([field, change]) => [field, change[side]]))
}

async function findTombstone(stores: Stores, id: MatterId, deletedVersion: number, actor: Actor): Promise<Matter | null> {
  const record = await stores.matters.find(id)
  return record?.deletedVersion === deletedVersion && canSee(actor, record) ? matterToWire(record) : null
}
