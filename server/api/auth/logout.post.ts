import { setResponseStatus } from 'h3'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { dropSession, readSessionId } from '#server/utils/session.ts'

/** Ends the session, in the browser and here: a copy of the cookie opens nothing any more. */
export default defineApiHandler(async (event) => {
  const sessionId = await readSessionId(event)
  if (sessionId !== null)
    await (await useFirm()).accounts.signOut(sessionId)
  await dropSession(event)
  setResponseStatus(event, 204)
  return null
})
