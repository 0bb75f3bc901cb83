import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidQuery } from '#server/utils/validation.ts'
import { importRowsQuerySchema } from '#shared/protocol/imports.ts'

/** What became of the rows, a page at a time. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const id = readIdParam(event, 'id')
  const query = readValidQuery(event, importRowsQuerySchema)
  const { imports } = await useFirm()
  return await imports.rows(actor, id, query)
})
