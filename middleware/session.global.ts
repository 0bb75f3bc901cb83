import { safeRedirect } from '#shared/config/redirect.ts'
import { useSessionStore } from '~/stores/session.ts'

/** Who is signed out is asked to sign in and then comes back to the page they wanted. */
export default defineNuxtRouteMiddleware(async (to) => {
  const session = useSessionStore()
  const { isHydrating, payload } = useNuxtApp()
  // What the server found out a moment ago came along with the page.
  if (!session.member && !(import.meta.client && isHydrating && payload.serverRendered))
    await session.load()
  if (to.path === '/login')
    return session.member ? navigateTo(safeRedirect(to.query.redirect), { replace: true }) : undefined
  if (!session.member)
    return navigateTo({ path: '/login', query: to.fullPath === '/' ? {} : { redirect: to.fullPath } }, { replace: true })
})
