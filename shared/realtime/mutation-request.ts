import type { BoardId } from '#shared/kanban/board.ts'
import type { CommentArgs, CreateArgs, Mutation, Placement } from '#shared/kanban/mutation.ts'

/** A mutation as the HTTP route for single ones wants it. */
export interface MutationRequest {
  method: 'POST' | 'PATCH' | 'DELETE'
  path: string
  body: Record<string, unknown>
}

/** Route, method and body of a mutation (rule M: single mutations). */
export function mutationRequest(boardId: BoardId, mutation: Mutation): MutationRequest {
  const path = `/api/matters/${mutation.id}`
  switch (mutation.kind) {
    case 'create': return { method: 'POST', path: '/api/matters', body: { id: mutation.id, board: boardId, ...createBody(mutation.args) } }
    case 'edit': {
      const { set, ...lists } = mutation.args
      return { method: 'PATCH', path, body: { ...set, ...lists, base: mutation.base } }
    }
    case 'move': {
      const { columnId, placement, ...rest } = mutation.args
      return { method: 'POST', path: `${path}/move`, body: { column: columnId, ...placeBody(placement), ...rest, base: mutation.base } }
    }
    case 'delete': return { method: 'DELETE', path, body: { reason: mutation.args.reason, base: mutation.base } }
    case 'comment': return commentRequest(path, mutation.args)
    default: return mutation satisfies never
  }
}

function createBody({ columnId, placement = { end: true }, fields, externalRefs: _fromImports, ...rest }: CreateArgs): Record<string, unknown> {
  return { column: columnId, ...placeBody(placement), ...fields, ...rest }
}

function commentRequest(path: string, args: CommentArgs): MutationRequest {
  const comment = `${path}/comments/${args.commentId}`
  switch (args.action) {
    case 'add': return { method: 'POST', path: `${path}/comments`, body: { id: args.commentId, body: args.body } }
    case 'edit': return { method: 'PATCH', path: comment, body: { body: args.body } }
    case 'remove': return { method: 'DELETE', path: comment, body: {} }
    default: return args satisfies never
  }
}

/** The wire's word for the end is to name no place. */
function placeBody(placement: Placement): Record<string, unknown> {
  return 'end' in placement ? {} : placement
}
