import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { readIdempotency } from '#server/utils/idempotency.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** Removes a comment: the caller's own, or as a partner any. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const matterId = readIdParam(event, 'id')
  const commentId = readIdParam(event, 'commentId')
  const { boards } = await useFirm()
  return await boards.commit({
    actor,
    target: { matterId },
    build: () => ({ kind: 'comment', id: matterId, args: { action: 'remove', commentId } }),
    idempotency: readIdempotency(event, null),
  })
})
