import type { Stores } from '#server/db/repository.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { Problem } from '#shared/protocol/problems.ts'

/**
 * Who asks, as the transaction finds them. The session that let them in may be older than their role: what is
 * read or written in one state of the board is so by the role of that state (rule W1). Throws `UNAUTHENTICATED`
 * when the account was closed.
 */
export async function currentActor({ accounts }: Pick<Stores, 'accounts'>, { id }: Actor): Promise<Actor> {
  const member = await accounts.findMember(id)
  if (!member?.active)
    throw new Problem('UNAUTHENTICATED', 'the account was closed')
  return { id, role: member.role }
}
