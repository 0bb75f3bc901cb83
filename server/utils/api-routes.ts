/*
 * The API's addresses and methods, so that a wrong method is told from a wrong address. A test holds
 * this list equal to the files of server/api.
 */

/** Methods by path; a segment in square brackets stands for any. */
export const API_ROUTES: Readonly<Record<string, readonly string[]>> = {
  '/api/auth/login': ['POST'],
  '/api/auth/logout': ['POST'],
  '/api/auth/me': ['GET', 'PATCH'],
  '/api/boards': ['GET', 'POST'],
  '/api/boards/[id]': ['PATCH'],
  '/api/boards/[id]/activity': ['GET'],
  '/api/boards/[id]/assignments': ['GET'],
  '/api/boards/[id]/columns/[columnId]': ['PATCH'],
  '/api/boards/[id]/visit': ['POST'],
  '/api/events': ['GET', 'POST'],
  '/api/firm/awareness': ['PUT'],
  '/api/health': ['GET'],
  '/api/imports': ['GET', 'POST'],
  '/api/imports/[id]': ['DELETE', 'GET'],
  '/api/imports/[id]/commit': ['POST'],
  '/api/imports/[id]/mapping': ['PUT'],
  '/api/imports/[id]/rows': ['GET'],
  '/api/imports/[id]/undo': ['POST'],
  '/api/kanban/digest': ['GET'],
  '/api/kanban/mutations': ['POST'],
  '/api/kanban/snapshot': ['GET'],
  '/api/kanban/ticket': ['POST'],
  '/api/kanban/updates': ['GET'],
  '/api/kanban/ws': ['GET'],
  '/api/matters': ['POST'],
  '/api/matters/[id]': ['DELETE', 'GET', 'PATCH'],
  '/api/matters/[id]/activity': ['GET'],
  '/api/matters/[id]/comments': ['GET', 'POST'],
  '/api/matters/[id]/comments/[commentId]': ['DELETE', 'PATCH'],
  '/api/matters/[id]/follow': ['DELETE', 'PUT'],
  '/api/matters/[id]/move': ['POST'],
  '/api/members': ['GET', 'POST'],
  '/api/members/[id]': ['PATCH'],
  '/api/notifications': ['DELETE', 'GET', 'PATCH'],
  '/api/personal': ['GET'],
  '/api/ping': ['GET'],
  '/api/preferences': ['PATCH'],
  '/api/preferences/muted': ['GET'],
  '/api/presence': ['GET'],
  '/api/transport': ['GET', 'PUT'],
}

/** The methods that an address knows; null for one that doesn't exist. */
export function methodsOf(pathname: string): readonly string[] | null {
  const route = routeOf(pathname)
  return route === null ? null : API_ROUTES[route]!
}

/** The address as the list has it, without anybody's id; null for one that doesn't exist. */
export function routeOf(pathname: string): string | null {
  // Polls come here many times a second.
  if (Object.hasOwn(API_ROUTES, pathname))
    return pathname
  const segments = pathname.split('/').filter(Boolean)
  return Object.keys(API_ROUTES).find((path) => {
    const parts = path.split('/').filter(Boolean)
    return parts.length === segments.length && parts.every((part, index) => part.startsWith('[') || part === segments[index])
  }) ?? null
}
