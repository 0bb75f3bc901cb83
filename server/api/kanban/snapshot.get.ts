import { snapshotQuerySchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireSpoken } from '#server/utils/protocol.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** The whole board as the caller sees it. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { board, cid, protocol } = readValidQuery(event, snapshotQuerySchema)
  requireSpoken(protocol)
  const { reader } = await useFirm()
  return await reader.snapshot(member, board, cid)
})
