import { defineEventHandler, getRequestURL, setResponseHeader } from 'h3'

/** Built files, messages and the API say themselves how long they keep. */
const SPEAKS_FOR_ITSELF = /^\/(?:_|api\/)/

/** A page shows what its reader may see: no cache keeps it, and no Back button brings it to the next person at the desk. */
export default defineEventHandler((event) => {
  if (!SPEAKS_FOR_ITSELF.test(getRequestURL(event).pathname))
    setResponseHeader(event, 'cache-control', 'private, no-store')
})
