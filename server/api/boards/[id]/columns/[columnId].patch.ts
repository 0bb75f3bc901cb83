import { columnPatchSchema } from '#shared/protocol/administration.ts'
import { requireAdministration } from '#server/utils/administration.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'

/** Changes a column's names, its WIP limit, or puts it away. */
export default defineApiHandler(async (event) => {
  const administration = await requireAdministration(event)
  const boardId = readIdParam(event, 'id')
  const columnId = readIdParam(event, 'columnId')
  return await administration.updateColumn(boardId, columnId, await readValidBody(event, columnPatchSchema))
})
