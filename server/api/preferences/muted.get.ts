import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'

/** The matters that the caller muted, as far as they may see them. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { personal } = await useFirm()
  return await personal.mutedMatters(member)
})
