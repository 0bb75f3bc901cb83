import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'
import { importMappingSchema } from '#shared/protocol/imports.ts'

/** Replaces the mapping and answers what it comes to. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const id = readIdParam(event, 'id')
  const { imports } = await useFirm()
  // A mapping may be as large as a file: nobody reads one from who may not import.
  imports.refuseOthers(actor)
  const mapping = await readValidBody(event, importMappingSchema)
  return await imports.map(actor, id, mapping)
})
