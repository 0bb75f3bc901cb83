import type { CommentsAnswer } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** A matter's comments, oldest first. */
export default defineApiHandler<CommentsAnswer>(async (event) => {
  const member = await requireMember(event)
  const { reader } = await useFirm()
  return { comments: await reader.comments(member, readIdParam(event, 'id')) }
})
