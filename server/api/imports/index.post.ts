import { setResponseStatus } from 'h3'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readUpload } from '#server/utils/upload.ts'

/** Takes a file and answers what an import of it would do. Nothing of it is on a board yet. */
export default defineApiHandler(async (event) => {
  const actor = await requireMember(event)
  const { imports } = await useFirm()
  imports.refuseOthers(actor)
  const answer = await imports.analyse(actor, await readUpload(event))
  setResponseStatus(event, 201)
  return answer
})
