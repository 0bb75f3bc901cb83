import type { Actor } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { UpdatesAnswer, UpdatesQuery } from '#shared/protocol/messages.ts'
import { BOARD_ID } from './builders.ts'
import type { TestFirm } from './test-firm.ts'

/** What a reader of the test board asks, from its beginning and without waiting. */
export function newsQuery(changes: Partial<UpdatesQuery> = {}): UpdatesQuery {
  return { board: BOARD_ID, epoch: 'epoch-1', version: 0, wait: 0, includeDeleted: true, ...changes }
}

/** What is new on the test board for somebody; throws when nothing is. */
export async function newsFor({ reader }: TestFirm, actor: Actor, changes: Partial<UpdatesQuery> = {}): Promise<UpdatesAnswer> {
  const result = await reader.updates(actor, newsQuery(changes))
  if (result.kind !== 'news')
    throw new Error(`expected news, got ${JSON.stringify(result)}`)
  return result.answer
}

/** An edit that everybody who may see the matter sees. */
export function retitle(id: string, title: string): Mutation {
  return { kind: 'edit', id, args: { set: { title } } }
}
