/** What a browser says about the page that a request comes from. */
export interface RequestOrigin {
  method: string
  /** `Host` */
  host: string | undefined
  /** `Origin` */
  origin: string | undefined
  /** `Sec-Fetch-Site` */
  fetchSite: string | undefined
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Whether a request that may change something comes from another site's page. Browsers send at least
 * one of the two headers with every such request; a script sends neither, and has no one's cookie to abuse.
 *
 * @param baseUrl the public address, when a proxy may have changed `Host`; over https its own host without is foreign, too
 */
export function isForeign({ method, host, origin, fetchSite }: RequestOrigin, baseUrl: URL | null): boolean {
  if (SAFE_METHODS.includes(method))
    return false
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
    return true
  if (origin === undefined)
    return false
  const page = URL.parse(origin)
  if (page === null)
    return true
  return page.host === baseUrl?.host ? page.origin !== baseUrl.origin : page.host !== host
}
