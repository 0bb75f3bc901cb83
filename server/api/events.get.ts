import { eventsQuerySchema } from '#shared/protocol/event-requests.ts'
import type { EventsAnswer } from '#shared/protocol/events.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** What was said on a board since the caller's cursor (rule A4). */
export default defineApiHandler(async (event): Promise<EventsAnswer> => {
  const member = await requireMember(event)
  const { board, since } = readValidQuery(event, eventsQuerySchema)
  const { reader, events } = await useFirm()
  return await events.read(member, await reader.resolveBoardId(board), since)
})
