import { commitInOrder } from '#server/services/commit-in-order.ts'
import { defineApiHandler, logFailure } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireSpoken } from '#server/utils/protocol.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'
import type { MutationsAnswer } from '#shared/protocol/messages.ts'
import { mutationsRequestSchema, readItem, spokenSchema } from '#shared/protocol/mutations.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'

/** Makes the numbered changes of an outbox, each once however often it comes (rules M1–M5). */
export default defineApiHandler(async (event): Promise<MutationsAnswer> => {
  const actor = await requireMember(event)
  requireSpoken((await readValidBody(event, spokenSchema)).protocol)
  const { board, cid, items } = await readValidBody(event, mutationsRequestSchema, { texts: 'unchecked' })
  const { boards } = await useFirm()
  const results = await commitInOrder(boards, { actor, boardId: board, cid, items: items.map(readItem) }, error => logFailure(event, error))
  return { protocol: PROTOCOL_VERSION, cid, results }
})
