import { setResponseStatus } from 'h3'
import { memberCreateSchema } from '#shared/protocol/administration.ts'
import { requireAdministration } from '#server/utils/administration.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Adds a member, who may sign in at once. */
export default defineApiHandler(async (event) => {
  const administration = await requireAdministration(event)
  const member = await administration.createMember(await readValidBody(event, memberCreateSchema))
  setResponseStatus(event, 201)
  return member
})
