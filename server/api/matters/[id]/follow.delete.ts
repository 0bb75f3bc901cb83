import { setResponseStatus } from 'h3'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** Has the member no longer told of changes to a matter. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const matterId = readIdParam(event, 'id')
  const { notifications } = await useFirm()
  await notifications.unfollow(member, matterId)
  setResponseStatus(event, 204)
  return null
})
