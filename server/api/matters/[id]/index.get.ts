import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam } from '#server/utils/validation.ts'

/** One matter. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { reader } = await useFirm()
  const matter = await reader.matter(member, readIdParam(event, 'id'))
  return { version: matter.version, matter }
})
