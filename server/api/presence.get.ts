import { presenceQuerySchema } from '#shared/protocol/event-requests.ts'
import type { PresenceAnswer } from '#shared/protocol/presence.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** Who is on a board, and where (rules A1, A3). */
export default defineApiHandler(async (event): Promise<PresenceAnswer> => {
  const member = await requireMember(event)
  const { board } = readValidQuery(event, presenceQuerySchema)
  const { reader, events } = await useFirm()
  return await events.present(member, await reader.resolveBoardId(board))
})
