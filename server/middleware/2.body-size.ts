import { defineEventHandler, getRequestHeader, getRequestURL, setResponseHeader } from 'h3'
import { answerProblem } from '#server/utils/answer-problem.ts'
import { isOperator } from '#server/utils/operator.ts'
import { MAX_IMPORT_BYTES } from '#shared/import/import-fields.ts'

const KB = 1_024
/** A matter at all its limits takes some 300 KB. */
const MAX_BODY_BYTES = 1_024 * KB
/** The largest file, and what a form or a command puts around it. */
const MAX_IMPORT_BODY_BYTES = MAX_IMPORT_BYTES + 1_024 * KB

/** Where a file goes, and what is decided about each of its people. */
const IMPORT_BODIES = /^\/api\/imports(?:\/[^/]+\/mapping)?$/

/** Refuses bodies that are too long, by the length they announce; they must announce one. */
export default defineEventHandler((event) => {
  if (getRequestHeader(event, 'transfer-encoding') !== undefined)
    return refuse('BAD_REQUEST', 'say how long the body is (Content-Length)')
  const isImport = IMPORT_BODIES.test(getRequestURL(event).pathname) || isOperator(event)
  const max = isImport ? MAX_IMPORT_BODY_BYTES : MAX_BODY_BYTES
  if (Number(getRequestHeader(event, 'content-length') ?? 0) > max)
    return refuse(isImport ? 'IMPORT_TOO_LARGE' : 'PAYLOAD_TOO_LARGE', `the body may have ${max / KB} KB`)

  function refuse(code: 'BAD_REQUEST' | 'PAYLOAD_TOO_LARGE' | 'IMPORT_TOO_LARGE', message: string) {
    // The rest of the body is still on its way: the connection can't be used again.
    setResponseHeader(event, 'connection', 'close')
    return answerProblem(event, code, message)
  }
})
