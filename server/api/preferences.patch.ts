import { preferencesPatchSchema } from '#shared/protocol/personal-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Sets some of the caller's preferences on all of their devices; what isn't named stays (rule N3). */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const patch = await readValidBody(event, preferencesPatchSchema)
  const { personal } = await useFirm()
  return await personal.setPreferences(member.id, patch)
})
