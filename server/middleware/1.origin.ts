import { defineEventHandler, getRequestHeader } from 'h3'
import { isForeign } from '#server/services/request-origin.ts'
import { answerProblem } from '#server/utils/answer-problem.ts'
import { useFirmConfig } from '#server/utils/firm-config.ts'

/** Refuses changes that another site's page asks for with our member's cookie. */
export default defineEventHandler((event) => {
  const origin = {
    method: event.method,
    host: getRequestHeader(event, 'host'),
    origin: getRequestHeader(event, 'origin'),
    fetchSite: getRequestHeader(event, 'sec-fetch-site'),
  }
  if (isForeign(origin, useFirmConfig().baseUrl))
    return answerProblem(event, 'BAD_ORIGIN', 'changes are taken from the board\'s own pages only')
})
