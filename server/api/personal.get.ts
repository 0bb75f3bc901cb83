import { personalQuerySchema } from '#shared/protocol/personal-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** What is the caller's own: preferences, notifications, followed matters, and what an administrator set for all (rule N2). */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { since } = readValidQuery(event, personalQuerySchema)
  const { personal } = await useFirm()
  return await personal.read(member, since)
})
