import { setResponseStatus } from 'h3'
import { boardCreateSchema } from '#shared/protocol/administration.ts'
import { requireAdministration } from '#server/utils/administration.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Adds a board that follows one of the workflows. */
export default defineApiHandler(async (event) => {
  const administration = await requireAdministration(event)
  const board = await administration.createBoard(await readValidBody(event, boardCreateSchema))
  setResponseStatus(event, 201)
  return board
})
