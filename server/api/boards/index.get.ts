import type { BoardsAnswer } from '#shared/protocol/administration.ts'
import { requireAdministration } from '#server/utils/administration.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'

/** Every board with its columns. */
export default defineApiHandler(async (event) => {
  const administration = await requireAdministration(event)
  return { boards: await administration.listBoards() } satisfies BoardsAnswer
})
