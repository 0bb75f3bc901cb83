import type { Comment, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { CommentWork } from './engine-types.ts'

/**
 * The comments of a matter as they show: what was fetched, with this person's own changes that it
 * can't contain yet.
 *
 * @param readAt the board version that was known when the list was asked for
 */
export function mergeComments(fetched: readonly Comment[], work: readonly CommentWork[], readAt: number, author: MemberId): readonly Comment[] {
  const missing = work.filter(({ version }) => version === null || version > readAt)
  return missing.reduce<readonly Comment[]>((comments, { matterId, args, at }) => {
    switch (args.action) {
      case 'add': return comments.some(({ id }) => id === args.commentId) ? comments : [...comments, newComment(matterId, args, at, author)]
      case 'edit': return comments.map(comment => comment.id === args.commentId ? { ...comment, body: args.body, editedAt: at } : comment)
      case 'remove': return comments.filter(({ id }) => id !== args.commentId)
      default: return args satisfies never
    }
  }, fetched)
}

function newComment(matterId: MatterId, { commentId, body }: { commentId: string, body: string }, at: number, authorId: MemberId): Comment {
  return { id: commentId, matterId, body, authorId, authorName: null, createdAt: at, editedAt: null }
}
