import type { Bus } from '#server/bus/bus.ts'
import type { TransportRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { AccountService } from '#server/services/account-service.ts'
import type { TransportMode } from '#shared/config/features.ts'
import { transportFor } from '#shared/config/transport-policy.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { TransportPolicy } from './ports.ts'

/** The policy of a process that others may set, too. */
export interface SharedTransportPolicy extends TransportPolicy {
  /** Looks what another process may have set. Rejects where the database is away, and everything stays as it was. */
  refresh: () => Promise<void>
}

export interface TransportPolicyOptions {
  repository: Pick<Repository, 'firm'>
  accounts: Pick<AccountService, 'onChanged'>
  bus: Pick<Bus, 'publish' | 'subscribe'>
  /** What the flag says. */
  flag: TransportMode
  /** Hears of a look at the database that failed. @default nobody */
  onError?: (error: unknown) => void
}

/** Reads the firm's settings once, and keeps them in memory. */
export async function openTransportPolicy(
  { repository, accounts, bus, flag, onError = () => {} }: TransportPolicyOptions,
): Promise<SharedTransportPolicy> {
  let record = await repository.firm.transport()
  /** Only the newest of several looks counts, and none that began before something was set here. */
  let turn = 0
  let looking: Promise<void> | undefined
  const listeners = new Set<(memberId: MemberId | null) => void>()
  const tell = (memberId: MemberId | null) => listeners.forEach(listener => listener(memberId))

  function take(next: TransportRecord): void {
    const isOther = next.mode !== record.mode || next.share !== record.share
    record = next
    if (isOther)
      tell(null)
  }

  async function look(): Promise<void> {
    const own = ++turn
    try {
      const found = await repository.firm.transport()
      if (own === turn)
        take(found)
    }
    finally {
      looking = undefined
    }
  }

  const stops = [
    accounts.onChanged(memberId => tell(memberId)),
    bus.subscribe((message) => {
      if (message.kind === 'settings')
        look().catch(onError)
    }),
  ]

  return {
    of: ({ id, transport }) => transportFor({ mode: record.mode ?? flag, share: record.share, choice: transport, memberId: id }),
    settings: () => ({ ...record, flag }),
    async set(next) {
      await repository.firm.setTransport(next)
      turn++
      take(next)
      bus.publish({ kind: 'settings' })
    },
    refresh: () => looking ??= look(),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      stops.forEach(stop => stop())
      listeners.clear()
    },
  }
}
