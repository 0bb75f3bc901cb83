import { digestQuerySchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireSpoken } from '#server/utils/protocol.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** Whether the caller's rows are the board's, at the version at which both stand (rule K2). */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { board, protocol, ...theirs } = readValidQuery(event, digestQuerySchema)
  requireSpoken(protocol)
  const { reader, digests } = await useFirm()
  return await digests.compare(member, await reader.resolveBoardId(board), theirs)
})
