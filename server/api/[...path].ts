import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { nothingHere } from '#server/utils/nothing-here.ts'

/** What no other handler takes: an address that doesn't exist. */
export default defineApiHandler(() => {
  throw nothingHere()
})
