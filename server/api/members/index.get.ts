import type { MembersAnswer } from '#shared/protocol/administration.ts'
import { requireAdministration } from '#server/utils/administration.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'

/** Everyone in the firm, closed accounts too. */
export default defineApiHandler(async (event) => {
  const administration = await requireAdministration(event)
  return { members: await administration.listMembers() } satisfies MembersAnswer
})
