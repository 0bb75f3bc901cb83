import type { H3Event } from 'h3'
import type { Administration } from '#server/services/administration.ts'
import { administrationFor } from '#server/services/administration.ts'
import { useFirm } from './firm.ts'
import { requireMember } from './session.ts'

/**
 * The administration as the caller may use it. Throws FORBIDDEN to everyone but administrators, as the database has
 * them now: another process may just have made somebody else of them.
 */
export async function requireAdministration(event: H3Event): Promise<Administration> {
  return administrationFor(await requireMember(event, { fresh: true }), await useFirm())
}
