import type { Stores } from '#server/db/repository.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { CommentArgs } from '#shared/kanban/mutation.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { Stamp } from './commit-writes.ts'

/** Writes what a comment mutation says, and answers what the comment said before. People edit their own comments; a partner may remove any. */
export async function writeComment(stores: Stores, matterId: MatterId, args: CommentArgs, { actor, at }: Stamp): Promise<string | null> {
  const known = await stores.comments.find(args.commentId)
  if (args.action === 'add') {
    if (known)
      throw new Problem('ID_TAKEN', 'the id is taken', { field: 'id' })
    const comment = { id: args.commentId, matterId, body: args.body.trim(), authorId: actor.id, authorName: null, createdAt: at, editedAt: null }
    await stores.comments.insertMany([comment])
    return null
  }
  if (!known || known.matterId !== matterId)
    throw new Problem('NOT_FOUND', 'there is no such comment')
  if (known.authorId !== actor.id && !(args.action === 'remove' && actor.role === 'PARTNER'))
    throw new Problem('INSUFFICIENT_PERMISSION', 'the comment is another member\'s')
  if (args.action === 'edit')
    await stores.comments.update(known.id, args.body.trim(), at)
  else
    await stores.comments.remove(known.id)
  return known.body
}
