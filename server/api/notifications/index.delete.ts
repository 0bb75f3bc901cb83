import { setResponseStatus } from 'h3'
import { notificationsDeleteSchema } from '#shared/protocol/personal-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Clears some of the member's own notifications, or all that were read. Ids of nobody, and of others, are passed over alike. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { ids, upTo } = await readValidBody(event, notificationsDeleteSchema, { optional: true })
  const { notifications } = await useFirm()
  await notifications.clear(member, ids, upTo)
  setResponseStatus(event, 204)
  return null
})
