import { memberPatchSchema } from '#shared/protocol/administration.ts'
import { requireAdministration } from '#server/utils/administration.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'

/** Changes a member's name, address, role, password, or closes the account. */
export default defineApiHandler(async (event) => {
  const administration = await requireAdministration(event)
  const id = readIdParam(event, 'id')
  return await administration.updateMember(id, await readValidBody(event, memberPatchSchema))
})
