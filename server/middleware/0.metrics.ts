import { defineEventHandler, getRequestURL } from 'h3'
import { countIn, processTally } from '#server/services/metrics/tally.ts'
import { routeOf } from '#server/utils/api-routes.ts'

const POLL = '/api/kanban/updates'
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Counts requests to the API by what they came to, once they are over. Addresses count as the list of routes has them. */
export default defineEventHandler((event) => {
  const { pathname } = getRequestURL(event)
  if (!pathname.startsWith('/api/'))
    return
  const { res } = event.node
  res.once('close', () => {
    const route = routeOf(pathname) ?? 'other'
    const method = METHODS.includes(event.method) ? event.method : 'other'
    const status = res.writableFinished ? `${Math.floor(res.statusCode / 100)}xx` : 'aborted'
    countIn(processTally.requests, `${method} ${route} ${status}`)
    if (route === POLL && res.writableFinished && res.statusCode < 500)
      countIn(processTally.polls, res.statusCode)
  })
})
