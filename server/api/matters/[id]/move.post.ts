import { moveRequestSchema } from '#shared/protocol/messages.ts'
import { moveMutation } from '#server/services/mutation-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { readIdempotency } from '#server/utils/idempotency.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'

/** Moves a matter to a column and a place in it. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const matterId = readIdParam(event, 'id')
  const request = await readValidBody(event, moveRequestSchema)
  const { boards } = await useFirm()
  return await boards.commit({ actor, target: { matterId }, build: moveMutation(request), idempotency: readIdempotency(event, request) })
})
