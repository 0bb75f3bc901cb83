import type { Actor } from '#shared/kanban/member.ts'
import { Problem } from '#shared/protocol/problems.ts'

/** What the firm's people say to each other is none of a client's. */
export function refuseClients({ role }: Actor): void {
  if (role === 'CLIENT')
    throw new Problem('FORBIDDEN', 'only for those who work at the firm')
}

export function boardGone(): Problem {
  return new Problem('BOARD_GONE', 'there is no such board')
}
