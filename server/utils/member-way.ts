import type { H3Event } from 'h3'
import type { SessionMember } from '#server/services/account-service.ts'
import type { TransportKind } from '#shared/config/features.ts'
import { useFirm } from './firm.ts'
import { requireMember } from './session.ts'

/**
 * The way that the caller's page should use; null while it uses that, or didn't say which it uses. Before a page is
 * sent another way the database is asked: another process may just have sent it this one.
 */
export async function otherWay(event: H3Event, member: SessionMember, via: TransportKind | undefined): Promise<TransportKind | null> {
  const { policy } = await useFirm()
  if (via === undefined || policy.of(member) === via)
    return null
  await policy.refresh()
  const way = policy.of(await requireMember(event, { fresh: true }))
  return way === via ? null : way
}
