import { setResponseStatus } from 'h3'
import { v7 as uuidv7 } from 'uuid'
import { commentRequestSchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { readIdempotency } from '#server/utils/idempotency.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'

/** Adds a comment to a matter. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const matterId = readIdParam(event, 'id')
  const request = await readValidBody(event, commentRequestSchema)
  const { id: commentId = uuidv7(), body } = request
  const { boards } = await useFirm()
  const answer = await boards.commit({
    actor,
    target: { matterId },
    build: () => ({ kind: 'comment', id: matterId, args: { action: 'add', commentId, body } }),
    idempotency: readIdempotency(event, request),
  })
  setResponseStatus(event, 201)
  return answer
})
