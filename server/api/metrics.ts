import { setResponseHeaders } from 'h3'
import { defineApiHandler } from '#server/utils/define-api-handler.ts'
import { useFirm } from '#server/utils/firm.ts'
import { nothingHere } from '#server/utils/nothing-here.ts'
import { isCollector } from '#server/utils/operator.ts'

/**
 * The figures of this process, for Prometheus and its like. Takes every method itself, because whoever has no
 * word must not find out by a 405 that the address exists.
 */
export default defineApiHandler(async (event) => {
  if (event.method !== 'GET' || !isCollector(event))
    throw nothingHere()
  const { metrics } = await useFirm()
  const text = await metrics.text()
  setResponseHeaders(event, { 'content-type': metrics.contentType, 'cache-control': 'no-store' })
  return text
})
