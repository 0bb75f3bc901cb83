import type { MutationResultRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import type { Actor } from '#shared/kanban/member.ts'
import type { MutationResult } from '#shared/protocol/messages.ts'
import type { ReadItem } from '#shared/protocol/mutations.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { standing } from '#shared/sync/conflict.ts'
import type { Applied } from './commit-mutation.ts'
import { findVisible } from './commit-mutation.ts'
import type { Stamp } from './commit-writes.ts'

/*
 * How numbered mutations ended (rules M1–M3). What is stored names fields and holds none of their values:
 * those are read again for whoever asks, as they stand and as far as they may be seen.
 */

/** The stamp of a mutation that comes from an outbox, and what the device calls it. */
export type NumberedStamp = Stamp & Required<Pick<Stamp, 'origin'>> & { key?: string | undefined }

type Ending = Omit<MutationResultRecord, 'boardId' | 'cid' | 'n' | 'changeKey' | 'createdAt'>

const NOTHING: Ending = { status: 'ok', version: 0, matterId: null, code: null, field: null, allowed: null, conflicts: null, others: null }

/** A browser needs one outbox, and a tab that can't use its storage one each time that it is loaded. */
const MAX_NEW_CLIENTS = 500
const NEW_CLIENTS_MS = 24 * 3_600_000

/**
 * What a number came to that was used before; null of the one that comes next. Throws `ORDER` when
 * numbers before it are missing, `FORBIDDEN` when the outbox is somebody else's, and `TOO_MANY_ATTEMPTS`
 * when a member begins outboxes without end.
 */
export async function findKnown(stores: Stores, { boardId, actor, at, key, origin: { cid, n } }: NumberedStamp): Promise<MutationResult | null> {
  const client = await stores.mutations.findClient(boardId, cid)
  if (client && client.memberId !== actor.id)
    throw new Problem('FORBIDDEN', 'the outbox is another member\'s')
  const wanted = (client?.last ?? 0) + 1
  if (n > wanted)
    throw new Problem('ORDER', 'numbers before this one are missing', { wanted })
  if (!client && await stores.mutations.countClients(boardId, actor.id, at - NEW_CLIENTS_MS) >= MAX_NEW_CLIENTS)
    throw new Problem('TOO_MANY_ATTEMPTS', `a member may begin ${MAX_NEW_CLIENTS} outboxes a day`)
  if (n === wanted)
    return null
  const record = await stores.mutations.findResult(boardId, cid, n)
  if (!record)
    return { n, status: 'rejected', version: 0, code: 'RESULT_FORGOTTEN' }
  // A device that was copied, or restored from a copy, gives its numbers once more: this change was never made.
  if (key !== undefined && record.changeKey !== null && record.changeKey !== key)
    return { n, status: 'rejected', version: 0, code: 'NUMBER_TAKEN' }
  return await toResult(stores, actor, record)
}

/** Stores how the next number of an outbox ended, which uses it up. */
export async function storeEnding(stores: Stores, { boardId, actor, at, key, origin: { cid, n } }: NumberedStamp, ending: Ending): Promise<MutationResult> {
  const record: MutationResultRecord = { ...ending, boardId, cid, n, changeKey: key ?? null, createdAt: at }
  if (n === 1)
    await stores.mutations.insertClient({ boardId, cid, memberId: actor.id, last: n, createdAt: at, lastSeenAt: at })
  else
    await stores.mutations.advance(boardId, cid, n, at)
  await stores.mutations.insertResult(record)
  return await toResult(stores, actor, record)
}

/** A mutation that was made. */
export function endingOf(matterId: string, { version, others }: Applied): Ending {
  return { ...NOTHING, matterId, status: others.length > 0 ? 'merged' : 'ok', version, others: others.length > 0 ? others : null }
}

/** A mutation that was refused, and one that couldn't be read; a void one, which does nothing, is done. */
export function endingWithout({ mutation, field }: ReadItem, problem: Problem | null): Ending {
  if (!mutation)
    return { ...NOTHING, status: 'rejected', code: 'VALIDATION', field }
  if (!problem || mutation.kind === 'void')
    return NOTHING
  const { code, details } = problem
  if (code === 'MATTER_GONE')
    return { ...NOTHING, status: 'gone' }
  if (code === 'CONFLICT')
    return { ...NOTHING, status: 'conflict', matterId: mutation.id, conflicts: details.conflicts?.map(conflict => conflict.field) ?? [] }
  // What isn't there before, or no longer, can't go away meanwhile.
  const matterId = mutation.kind === 'create' || mutation.kind === 'undo' ? null : mutation.id
  return { ...NOTHING, status: 'rejected', matterId, code, field: details.field ?? null, allowed: details.allowed ?? null }
}

/** A result as it is answered today. Of a matter that isn't there any more for this person, a refusal says no more than that. */
async function toResult(stores: Stores, actor: Actor, record: MutationResultRecord): Promise<MutationResult> {
  const { n, status, version, matterId, code, field, allowed, conflicts, others } = record
  const isDone = status === 'ok' || status === 'merged'
  const matter = matterId !== null && (others || !isDone) ? await findVisible(stores, actor, matterId) : null
  if (isDone || matterId === null || matter) {
    return {
      n,
      status,
      version,
      ...(code && { code }),
      ...(field && { field }),
      ...(allowed && { allowed }),
      ...(conflicts && matter && { conflicts: conflicts.map(name => standing(matter, name)) }),
      ...(others && matter && { others }),
    }
  }
  return { n, status: 'gone', version: 0 }
}
