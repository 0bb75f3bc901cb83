import { commentRequestSchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { readIdempotency } from '#server/utils/idempotency.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'

/** Changes one of the caller's own comments. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const matterId = readIdParam(event, 'id')
  const commentId = readIdParam(event, 'commentId')
  const request = await readValidBody(event, commentRequestSchema)
  const { boards } = await useFirm()
  return await boards.commit({
    actor,
    target: { matterId },
    build: () => ({ kind: 'comment', id: matterId, args: { action: 'edit', commentId, body: request.body } }),
    idempotency: readIdempotency(event, request),
  })
})
