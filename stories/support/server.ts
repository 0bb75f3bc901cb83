import type { ProblemCode } from '#shared/protocol/problems.ts'

/** What a route of a story's server does when it is asked. */
export type Route = () => unknown

/** By method and path, as `GET /api/personal`. */
export type Routes = Readonly<Record<string, Route>>

let routes: Routes = {}

/** From now on these routes answer, and no others: what a story asks beside them is out of reach. */
export function serve(next: Routes): void {
  routes = next
}

/** A route that refuses. */
export function refuse(status: number, code: ProblemCode): Route {
  return () => {
    throw Object.assign(new Error(code), { status, data: { code, message: '' } })
  }
}

/** A route from which no answer ever comes. */
export function keepWaiting(): Promise<never> {
  return new Promise<never>(() => {})
}

/** Asks the story's server, as the app asks its own. */
export async function ask(path: string, { method = 'GET' }: { method?: string } = {}): Promise<unknown> {
  const route = routes[`${method} ${path}`]
  if (!route)
    throw new Error(`This story has no ${method} ${path}.`)
  return await route()
}
