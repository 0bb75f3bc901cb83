import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus } from 'h3'

/*
 * A page in a test starts as for somebody who is signed out: the middleware asks who is there before the
 * test's own part begins. And Vue says once a page that what Nuxt is built on may change.
 */

registerEndpoint('/api/auth/me', (event) => {
  setResponseStatus(event, 401)
  return { code: 'UNAUTHENTICATED', message: 'nobody is signed in' }
})

const { info } = console
console.info = (...words: unknown[]) => {
  if (!String(words[0]).startsWith('<Suspense> is an experimental feature'))
    info(...words)
}
