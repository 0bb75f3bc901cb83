import type { BoardActivityAnswer } from '#shared/protocol/activity.ts'
import { boardActivityQuerySchema } from '#shared/protocol/activity-requests.ts'
import { readBoardActivity } from '#server/services/activity/board-activity.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidQuery } from '#server/utils/validation.ts'

/** What happened on a board, newest first, a page of it. */
export default defineApiHandler<BoardActivityAnswer>(async (event) => {
  const member = await requireMember(event)
  const { repository } = await useFirm()
  return await readBoardActivity(repository, member, readIdParam(event, 'id'), readValidQuery(event, boardActivityQuerySchema))
})
