import { setResponseHeader } from 'h3'
import type { TicketAnswer } from '#shared/protocol/administration.ts'
import { NotNow } from '#server/services/realtime/admission.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { requireSession } from '#server/utils/session.ts'
import { useSocketDoor } from '#server/utils/socket-door.ts'

/** A single-use ticket for the caller's next socket (rule S1), or why there would be none: a browser can't read that from a refused upgrade. */
export default defineApiHandler(async (event): Promise<TicketAnswer> => {
  const session = await requireSession(event)
  try {
    return { ticket: await (await useSocketDoor()).ticket(session) }
  }
  catch (error) {
    if (error instanceof NotNow)
      setResponseHeader(event, 'retry-after', error.retryAfterS)
    throw error
  }
})
