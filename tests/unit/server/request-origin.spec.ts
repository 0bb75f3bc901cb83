import { describe, expect, it } from 'vitest'
import type { RequestOrigin } from '#server/services/request-origin.ts'
import { isForeign } from '#server/services/request-origin.ts'

function buildRequest(request: Partial<RequestOrigin> = {}): RequestOrigin {
  return { method: 'POST', host: 'board.firm.example', origin: 'https://board.firm.example', fetchSite: 'same-origin', ...request }
}

describe('a change asked for by a page', () => {
  it('is taken from the board\'s own pages', () => {
    expect(isForeign(buildRequest(), null)).toBe(false)
    expect(isForeign(buildRequest({ fetchSite: undefined }), null)).toBe(false)
    expect(isForeign(buildRequest({ origin: undefined }), null)).toBe(false)
  })

  it('is taken from a script, which sends neither header', () => {
    expect(isForeign(buildRequest({ origin: undefined, fetchSite: undefined }), null)).toBe(false)
  })

  it.each(['cross-site', 'same-site'])('is refused from a %s page', (fetchSite) => {
    expect(isForeign(buildRequest({ fetchSite }), null)).toBe(true)
  })

  it.each(['https://evil.example', 'null', 'https://board.firm.example.evil.example', 'http://board.firm.example:8080'])('is refused from %s', (origin) => {
    expect(isForeign(buildRequest({ origin, fetchSite: undefined }), null)).toBe(true)
  })

  it('is taken from the public address when a proxy changed the host', () => {
    const request = buildRequest({ host: '127.0.0.1:3000', fetchSite: undefined })
    expect(isForeign(request, null)).toBe(true)
    expect(isForeign(request, new URL('https://board.firm.example'))).toBe(false)
  })

  it('is refused from the plain http of an address that people reach over https', () => {
    const request = buildRequest({ origin: 'http://board.firm.example', fetchSite: undefined })
    expect(isForeign(request, new URL('https://board.firm.example'))).toBe(true)
    expect(isForeign(buildRequest({ host: 'localhost:3000', origin: 'http://localhost:3000' }), new URL('https://board.firm.example'))).toBe(false)
    expect(isForeign(buildRequest({ host: undefined, origin: 'null', fetchSite: undefined }), null)).toBe(true)
  })

  it('may be read from anywhere, as the browser keeps the answer from foreign pages', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect(isForeign(buildRequest({ method, fetchSite: 'cross-site' }), null)).toBe(false)
  })
})
