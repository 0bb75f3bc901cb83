import { can } from '#shared/kanban/permissions.ts'
import { awarenessPatchSchema } from '#shared/protocol/personal-requests.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Sets whether people see who is here, what is shown aloud, and the maintenance that everybody is told of. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event, { fresh: true })
  if (!can(member, 'administer'))
    throw new Problem('FORBIDDEN', 'only an administrator may do this')
  const { awareness } = await useFirm()
  return await awareness.set(member.id, await readValidBody(event, awarenessPatchSchema))
})
