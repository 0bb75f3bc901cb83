import { setResponseStatus } from 'h3'
import { notificationsPatchSchema } from '#shared/protocol/personal-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Marks the member's own notifications as read or unread. Ids of nobody, and of others, are passed over alike. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const patch = await readValidBody(event, notificationsPatchSchema)
  const { notifications } = await useFirm()
  await notifications.mark(member, patch)
  setResponseStatus(event, 204)
  return null
})
