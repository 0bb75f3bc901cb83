import type { VisitAnswer } from '#shared/protocol/activity.ts'
import { noteVisit } from '#server/services/activity/board-activity.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** Notes that the caller looks at a board, and tells when they did before. */
export default defineApiHandler<VisitAnswer>(async (event) => {
  const member = await requireMember(event)
  const { repository } = await useFirm()
  return { lastVisit: await noteVisit(repository, member, readIdParam(event, 'id'), Date.now()) }
})
