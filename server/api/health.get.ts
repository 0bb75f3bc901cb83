import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'

/** Whether the server and its database answer; for supervisors and load balancers. */
export default defineApiHandler(async () => {
  const { repository } = await useFirm()
  const firm = await repository.firm.get()
  return { status: 'ok', demo: firm?.demo ?? false }
})
