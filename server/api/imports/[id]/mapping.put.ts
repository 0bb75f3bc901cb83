import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'
import { importMappingSchema } from '#shared/protocol/imports.ts'

/** Replaces the mapping and answers what it comes to. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const id = readIdParam(event, 'id')
  const mapping = await readValidBody(event, importMappingSchema)
  const { imports } = await useFirm()
  return await imports.map(actor, id, mapping)
})
