import { meRequestSchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { describeMe } from '#server/utils/me.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Sets the language of the caller's screens and how news come to them; what isn't named stays. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { locale, transport } = await readValidBody(event, meRequestSchema)
  const { accounts } = await useFirm()
  if (locale !== undefined)
    await accounts.setLocale(member.id, locale)
  if (transport !== undefined)
    await accounts.setTransport(member.id, transport)
  return await describeMe({ ...member, ...(locale !== undefined && { locale }), ...(transport !== undefined && { transport }) })
})
