import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { describeMe } from '#server/utils/me.ts'
import { requireMember } from '#server/utils/session.ts'

/** Who is signed in, and the boards there are. */
export default defineApiHandler(async event => await describeMe(await requireMember(event)))
