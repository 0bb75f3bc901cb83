import { defineApiHandler } from '#server/utils/define-api-handler.ts'

/** The server's time, for pages that measure how long an answer takes. It asks nothing of anybody, so that it is the way that is measured. */
export default defineApiHandler(() => ({ now: Date.now() }))
