import type { Repository } from '#server/db/repository.ts'
import type { TransportKind } from '#shared/config/features.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { can } from '#shared/kanban/permissions.ts'
import type { TransportSettings, TransportSettingsAnswer } from '#shared/protocol/administration.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { TransportPolicy } from './ports.ts'
import type { SocketRegistry } from './socket-registry.ts'

/** How news reach the firm's browsers, as an administrator sees and sets it. */
export interface TransportAdministration {
  describe: () => Promise<TransportSettingsAnswer>
  set: (settings: TransportSettings) => Promise<TransportSettingsAnswer>
}

export interface TransportAdministrationOptions {
  repository: Pick<Repository, 'accounts'>
  policy: TransportPolicy
  sockets: Pick<SocketRegistry, 'size'>
}

/** As `actor` may use it. Throws FORBIDDEN to everyone but administrators. */
export function transportSettingsFor(actor: Actor, { repository, policy, sockets }: TransportAdministrationOptions): TransportAdministration {
  if (!can(actor, 'administer'))
    throw new Problem('FORBIDDEN', 'only an administrator may do this')

  async function describe(): Promise<TransportSettingsAnswer> {
    const members: Record<TransportKind, number> = { polling: 0, priority: 0, hybrid: 0, websocket: 0, off: 0 }
    for (const member of await repository.accounts.listMembers()) {
      if (member.active)
        members[policy.of(member)]++
    }
    return { ...policy.settings(), sockets: sockets.size, members }
  }

  return {
    describe,
    async set(settings) {
      await policy.set(settings)
      return await describe()
    },
  }
}
