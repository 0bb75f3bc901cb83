import type { Notification } from '#shared/protocol/notifications.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import { useSessionStore } from '~/stores/session.ts'
import { buildNews } from '../../tests/helpers/notification-builders.ts'
import type { Routes } from './server.ts'

/** A server by which the member was told this, newest first. */
export function told(items: Notification[]): Routes {
  return {
    'GET /api/personal': (): PersonalAnswer => {
      const { preferences, firm, member } = useSessionStore()
      const { locale = null, transport = null } = member ?? {}
      return { tag: '1.1', preferences, account: { locale, transport }, firm, follows: [], notifications: buildNews({ full: true, items }), now: Date.now() }
    },
    'PATCH /api/notifications': () => null,
    'DELETE /api/notifications': () => null,
  }
}
