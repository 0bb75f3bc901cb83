import { transportSettingsFor } from '#server/services/realtime/transport-settings.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'

/** How news reach the firm's browsers. */
export default defineApiHandler(async event => await transportSettingsFor(await requireMember(event, { fresh: true }), await useFirm()).describe())
