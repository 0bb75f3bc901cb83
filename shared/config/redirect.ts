/** Parsing needs an origin; this one is nobody's. */
const NOWHERE = 'http://origin.invalid'

/**
 * The page to come back to after sign-in, when what was asked for is a path of this site; else `/`.
 * Another host, whether written as `https://…`, `//…`, `/\…` or `/..//…`, is never followed.
 */
export function safeRedirect(target: unknown): string {
  if (typeof target !== 'string' || !target.startsWith('/'))
    return '/'
  const url = URL.parse(target, NOWHERE)
  // Dots may have been all that stood before two slashes.
  if (!url || url.origin !== NOWHERE || url.pathname.startsWith('//') || /^\/(?:login\/?$|api\/)/i.test(url.pathname))
    return '/'
  return url.pathname + url.search + url.hash
}
