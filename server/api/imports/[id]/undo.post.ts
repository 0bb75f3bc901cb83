import { setResponseStatus } from 'h3'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** Starts taking the import back. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const id = readIdParam(event, 'id')
  const { imports } = await useFirm()
  const answer = await imports.undo(actor, id)
  setResponseStatus(event, 202)
  return answer
})
