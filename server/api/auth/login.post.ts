import { setResponseHeader } from 'h3'
import { loginRequestSchema } from '#shared/protocol/messages.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { TooManyTries } from '#server/services/sign-in-guard.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { describeMe } from '#server/utils/me.ts'
import { clientAddress, giveSession, readSessionId } from '#server/utils/session.ts'
import { signInGuard } from '#server/utils/sign-in-guard.ts'
import { readValidBody } from '#server/utils/validation.ts'

/** Opens a session. A wrong password and an unknown address answer alike, after the same time. */
export default defineApiHandler(async (event) => {
  const { email, password } = await readValidBody(event, loginRequestSchema)
  const address = clientAddress(event)
  try {
    await signInGuard.enter(email, address)
  }
  catch (error) {
    if (error instanceof TooManyTries)
      setResponseHeader(event, 'retry-after', error.retryAfterS)
    throw error
  }
  const { accounts } = await useFirm()
  const opened = await accounts.signIn(email, password)
  if (!opened)
    throw new Problem('INVALID_CREDENTIALS', 'the address or the password is wrong')
  await signInGuard.succeeded(email, address)
  // The browser forgets the session before this one; so does the server.
  const before = await readSessionId(event)
  if (before !== null)
    await accounts.signOut(before)
  await giveSession(event, opened.sessionId)
  return await describeMe(opened.member)
})
