import { boardPatchSchema } from '#shared/protocol/administration.ts'
import { requireAdministration } from '#server/utils/administration.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { readIdParam, readValidBody } from '#server/utils/validation.ts'

/** Renames a board, or makes it the one where everybody lands. */
export default defineApiHandler(async (event) => {
  const administration = await requireAdministration(event)
  const id = readIdParam(event, 'id')
  return await administration.updateBoard(id, await readValidBody(event, boardPatchSchema))
})
