import { clearResponseHeaders, getHeader, setResponseHeaders, setResponseStatus } from 'h3'
import { assignmentsQuerySchema } from '#shared/protocol/assignment-requests.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { requireMember } from '#server/utils/session.ts'
import { readIdParam, readValidQuery } from '#server/utils/validation.ts'

/** Matters without a lawyer, everybody's open matters, and who is in court when. */
export default defineApiHandler(async (event) => {
  const member = await requireMember(event)
  const boardId = readIdParam(event, 'id')
  const { days } = readValidQuery(event, assignmentsQuerySchema)
  const known = getHeader(event, 'if-none-match')?.replace(/^W\//, '').replaceAll('"', '')
  const { assignments } = await useFirm()
  const answer = await assignments.read(member, boardId, days, known)
  if (answer) {
    setResponseHeaders(event, { 'etag': `"${answer.tag}"`, 'cache-control': 'private, no-store' })
    return answer
  }
  clearResponseHeaders(event)
  setResponseStatus(event, 304)
  setResponseHeaders(event, { 'etag': `"${known}"`, 'cache-control': 'no-store' })
  return null
})
