import type { ActivityAnswer } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** A matter's history, newest first. */
export default defineApiHandler<ActivityAnswer>(async (event) => {
  const member = await requireMember(event)
  const { reader } = await useFirm()
  return { activity: await reader.activity(member, readIdParam(event, 'id')) }
})
