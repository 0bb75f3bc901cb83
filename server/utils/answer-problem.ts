import type { H3Event } from 'h3'
import { setResponseHeader, setResponseStatus } from 'h3'
import type { ProblemBody } from '#shared/protocol/problems.ts'
import { Problem } from '#shared/protocol/problems.ts'

/** Ends a request in a middleware: `return answerProblem(event, 'BAD_ORIGIN', '…')`. */
export function answerProblem(event: H3Event, code: ProblemBody['code'], message: string): ProblemBody {
  const problem = new Problem(code, message)
  setResponseStatus(event, problem.status)
  setResponseHeader(event, 'cache-control', 'private, no-store')
  return problem.toBody()
}
