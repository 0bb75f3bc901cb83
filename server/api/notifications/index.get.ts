import type { NotificationsAnswer } from '#shared/protocol/notifications.ts'
import { notificationsQuerySchema } from '#shared/protocol/personal-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** The member's own notifications, newest first, a page of them (rule N7). */
export default defineApiHandler<NotificationsAnswer>(async (event) => {
  const member = await requireMember(event)
  const query = readValidQuery(event, notificationsQuerySchema)
  const { notifications } = await useFirm()
  return await notifications.history(member, query)
})
