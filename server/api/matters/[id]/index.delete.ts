import { deleteRequestSchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { readIdempotency } from '#server/utils/idempotency.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'

/** Deletes a matter. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const matterId = readIdParam(event, 'id')
  const request = await readValidBody(event, deleteRequestSchema, { optional: true })
  const { base, ...args } = request
  const { boards } = await useFirm()
  return await boards.commit({
    actor,
    target: { matterId },
    build: () => ({ kind: 'delete', id: matterId, args, base }),
    idempotency: readIdempotency(event, request),
  })
})
