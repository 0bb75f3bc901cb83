import { defineEventHandler, getRequestURL, setResponseHeader } from 'h3'
import { answerProblem } from '#server/utils/answer-problem.ts'
import { methodsOf } from '#server/utils/api-routes.ts'

/** Refuses a method that an address of the API doesn't know; the router would hand it on to the pages. */
export default defineEventHandler((event) => {
  const methods = methodsOf(getRequestURL(event).pathname)
  if (!methods || methods.includes(event.method))
    return
  setResponseHeader(event, 'allow', methods.join(', '))
  return answerProblem(event, 'METHOD_NOT_ALLOWED', `this address knows ${methods.join(', ')}`)
})
