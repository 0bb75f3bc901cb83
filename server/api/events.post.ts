import { setResponseHeader, setResponseStatus } from 'h3'
import { sayRequestSchema } from '#shared/protocol/event-requests.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Says something to the others on a board (rule A4). */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const { board, topic, data } = await readValidBody(event, sayRequestSchema)
  const { events } = await useFirm()
  try {
    await events.say(member, board, topic, data)
  }
  catch (error) {
    if (error instanceof Problem && error.code === 'TOO_MANY_ATTEMPTS')
      setResponseHeader(event, 'retry-after', 1)
    throw error
  }
  setResponseStatus(event, 204)
  return null
})
