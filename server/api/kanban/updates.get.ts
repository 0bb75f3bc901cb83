import { clearResponseHeaders, getHeader, setResponseHeaders, setResponseStatus } from 'h3'
import type { PolledBoard } from '#server/services/realtime/poll-board.ts'
import { pollBoard } from '#server/services/realtime/poll-board.ts'
import type { TransportKind } from '#shared/config/features.ts'
import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import { updatesQuerySchema } from '#shared/protocol/messages.ts'
import { AT_EASE_MS, WISH_HEADER } from '#shared/realtime/poll-policy.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { otherWay } from '#server/utils/member-way.ts'
import { requireSpoken } from '#server/utils/protocol.ts'
import { requireMember, requireSession } from '#server/utils/session.ts'
import { readValidQuery } from '#server/utils/validation.ts'

/** What changed on a board since the caller's version (rules R1–R7). */
export default defineApiHandler(async (event) => {
  const { member, sessionId } = await requireSession(event)
  const query = readValidQuery(event, updatesQuerySchema)
  requireSpoken(query.protocol)
  const { reader, policy, events, heads } = await useFirm()
  const gone = new AbortController()
  event.node.res.once('close', () => gone.abort())
  const known = getHeader(event, 'if-none-match')?.replace(/^W\//, '').replaceAll('"', '')
  // A page that should use another way is told at once, in whatever it asked for.
  const stop = policy.onChange((memberId) => {
    if (query.via !== undefined && (memberId === null || memberId === member.id))
      gone.abort()
  })
  let transport: TransportKind | null
  let polled: PolledBoard
  try {
    transport = await otherWay(event, member, query.via)
    polled = await pollBoard({ reader, events, heads }, member, transport ? { ...query, wait: 0 } : query, {
      etag: transport ? undefined : known, signal: gone.signal,
    })
  }
  finally {
    stop()
  }
  if (query.wait > 0) {
    // Whoever was held may have lost the session, or have another role or way, by now (rule W5).
    const still = await requireMember(event)
    const way = await otherWay(event, still, query.via)
    if (still.role !== member.role || way !== transport)
      polled = await pollBoard({ reader, events, heads }, still, { ...query, wait: 0 }, { etag: way ? undefined : known })
    transport = way
  }
  // Who wants no news isn't there for the others either (rule A1).
  if (policy.of(member) !== 'off')
    events.polled(member, await reader.resolveBoardId(query.board), sessionId)
  const { result, events: said, own } = polled
  if (result.kind === 'reset') {
    setResponseStatus(event, 409)
    return { reset: result.reason }
  }
  const { epoch, version } = result.kind === 'news' ? result.answer : result
  const etag = `"${epoch}.${version}"`
  if (result.kind === 'unchanged' && !transport && !said && own === null) {
    // Most answers are this one: it carries nothing that the browser doesn't keep from the last (rule R4), but for the wish of a busy server.
    const { next } = reader.nothingNew(result)
    clearResponseHeaders(event)
    setResponseStatus(event, 304)
    setResponseHeaders(event, { etag, 'cache-control': 'no-store' })
    if (next > AT_EASE_MS) {
      event.node.res.setHeader(WISH_HEADER, next)
      // HTTP/1.1 keeps a connection without being told to; its lines would take the answer over its 200 bytes.
      event.node.res.removeHeader('connection')
    }
    return null
  }
  setResponseHeaders(event, { etag, 'cache-control': 'private, no-store' })
  const answer = result.kind === 'news' ? result.answer : reader.nothingNew(result)
  return { ...answer, ...(transport && { transport }), ...(said && { events: said }), ...(own !== null && { own }) } satisfies UpdatesAnswer
})
