import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** One import: where it stands, its mapping, and before it starts its preview. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const id = readIdParam(event, 'id')
  const { imports } = await useFirm()
  return await imports.find(actor, id)
})
