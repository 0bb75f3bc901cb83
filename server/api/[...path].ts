import { Problem } from '#shared/protocol/problems.ts'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'

/** What no other handler takes: an address that doesn't exist. */
export default defineApiHandler(() => {
  throw new Problem('NOT_FOUND', 'there is nothing at this address')
})
