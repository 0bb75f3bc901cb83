import { clearResponseHeaders, getHeader, setResponseHeaders, setResponseStatus } from 'h3'
import { pollBoard } from '#server/services/realtime/poll-board.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import { updatesQuerySchema } from '#shared/protocol/messages.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireSpoken } from '#server/utils/protocol.ts'
import { requireMember } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** What changed on a board since the caller's version (rules R1–R6). */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const query = readValidQuery(event, updatesQuerySchema)
  requireSpoken(query.protocol)
  const { reader, policy, events } = await useFirm()
  const gone = new AbortController()
  event.node.res.once('close', () => gone.abort())
  const known = getHeader(event, 'if-none-match')?.replace(/^W\//, '').replaceAll('"', '')
  let polled = await pollBoard({ reader, events }, member, query, { etag: known, signal: gone.signal })
  if (query.wait > 0) {
    // Whoever was held may have lost the session, or have another role, by now (rule W5).
    const still = await requireMember(event)
    if (still.role !== member.role)
      polled = await pollBoard({ reader, events }, still, { ...query, wait: 0 }, { etag: known })
  }
  // Who wants no news isn't there for the others either (rule A1).
  if (policy.of(member) !== 'off')
    events.polled(member, await reader.resolveBoardId(query.board))
  const { result, events: said } = polled
  if (result.kind === 'reset') {
    setResponseStatus(event, 409)
    return { reset: result.reason }
  }
  const { epoch, version } = result.kind === 'news' ? result.answer : result
  const etag = `"${epoch}.${version}"`
  if (result.kind === 'unchanged' && !said) {
    // Most answers are this one: it carries nothing that the browser doesn't keep from the last (rule R4).
    clearResponseHeaders(event)
    setResponseStatus(event, 304)
    setResponseHeaders(event, { etag, 'cache-control': 'no-store' })
    return null
  }
  setResponseHeaders(event, { etag, 'cache-control': 'private, no-store' })
  const answer = result.kind === 'news' ? result.answer : reader.nothingNew(result)
  return { ...answer, ...(said && { events: said }) } satisfies UpdatesAnswer
})
