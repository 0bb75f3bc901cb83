import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'

/** The member's own imports, newest first. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const { imports } = await useFirm()
  return await imports.list(actor)
})
