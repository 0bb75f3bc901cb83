import { getRequestURL, setResponseHeader } from 'h3'
import { Problem } from '#shared/protocol/problems.ts'
import { methodsOf } from '#server/utils/api-routes.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'

/** What no other handler takes: a method that an address doesn't know, or an address that doesn't exist. */
export default defineApiHandler((event) => {
  const methods = methodsOf(getRequestURL(event).pathname)
  if (!methods)
    throw new Problem('NOT_FOUND', 'there is nothing at this address')
  setResponseHeader(event, 'allow', methods.join(', '))
  throw new Problem('METHOD_NOT_ALLOWED', `this address knows ${methods.join(', ')}`)
})
