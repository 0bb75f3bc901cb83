import { setResponseStatus } from 'h3'
import { createRequestSchema } from '#shared/protocol/messages.ts'
import { createMutation } from '#server/services/mutation-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { readIdempotency } from '#server/utils/idempotency.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Opens a matter. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const request = await readValidBody(event, createRequestSchema)
  const { boards, reader } = await useFirm()
  const boardId = await reader.resolveBoardId(request.board)
  const answer = await boards.commit({
    actor,
    target: { boardId },
    build: createMutation(request, actor),
    idempotency: readIdempotency(event, request),
  })
  setResponseStatus(event, 201)
  return answer
})
