import { transportSettingsSchema } from '#shared/protocol/administration.ts'
import { transportSettingsFor } from '#server/services/realtime/transport-settings.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Sets how news reach the firm's browsers, from now on: open pages hear of it at once, or at their next poll. */
export default defineApiHandler(async (event) => {
  const settings = transportSettingsFor(await requireMember(event, { fresh: true }), await useFirm())
  return await settings.set(await readValidBody(event, transportSettingsSchema))
})
