import { meRequestSchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { describeMe } from '#server/utils/me.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Sets the language of the caller's screens; null follows the browser. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { locale } = await readValidBody(event, meRequestSchema)
  const { accounts } = await useFirm()
  await accounts.setLocale(member.id, locale)
  return await describeMe({ ...member, locale })
})
