import type { MatterId } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationsAnswer } from '#shared/protocol/messages.ts'
import type { StorageWrite } from '#shared/sync/board-storage.ts'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import type { Effect, EngineState, Input } from '#shared/sync/engine-types.ts'
import type { Chance } from '../chance.ts'
import type { Counts } from '../counts.ts'
import { marksIn } from '../world/marks.ts'
import type { Schedule } from '../world/schedule.ts'
import type { Server } from '../world/server.ts'
import type { Tab } from '../world/tab.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { createTabChecks } from './tab-checks.ts'
import { checkEffects } from './server-checks.ts'

/** Something that must never be. */
export interface Violation {
  /** A short name of the rule that is broken, the same for the same kind of breach. */
  invariant: string
  details: string
  at: number
}

/** Looks on at everything that happens, and says when something must not be. */
export interface Checker {
  readonly violations: Violation[]
  readonly ledger: Ledger
  opened: (tab: Tab) => void
  closed: (tab: Tab) => void
  /** A person does something. */
  submitting: (tab: Tab, key: string, mutation: Mutation | null) => void
  resolving: (tab: Tab, conflict: Conflict) => void
  stepped: (tab: Tab, before: EngineState, input: Input, effects: readonly Effect[]) => void
  /** The storage gave a number; `isLasting` false where only the page's memory did. */
  numbered: (tab: Tab, key: string, place: { cid: string, n: number }, isLasting: boolean) => void
  stored: (tab: Tab, write: StorageWrite) => void
  /**
   * What the server is about to say.
   *
   * @param hiddenBefore the matters that the reader didn't see before it was asked
   */
  answered: (tab: Tab, answer: MutationsAnswer, hiddenBefore: readonly MatterId[]) => MutationsAnswer | Promise<MutationsAnswer>
  fail: (invariant: string, details: string) => void
}

export function createChecker(schedule: Schedule, server: Server, chance: Chance, counts: Counts): Checker {
  const violations: Violation[] = []
  const fail = (invariant: string, details: string) => void violations.push({ invariant, details, at: schedule.now })
  const ledger = createLedger(counts, fail)
  const tabChecks = createTabChecks({ schedule, server, chance, counts, ledger, fail })

  function answered(tab: Tab, answer: MutationsAnswer, hiddenBefore: readonly MatterId[]): MutationsAnswer | Promise<MutationsAnswer> {
    const reader = tab.device.member()
    const [effects, hidden] = [server.effects(), server.hiddenFrom(reader)]
    const check = (done: Awaited<typeof effects>, away: Awaited<typeof hidden>) => {
      checkEffects(done, fail)
      ledger.answered(answer, done, marksIn(JSON.stringify(answer)), away.filter(id => hiddenBefore.includes(id)), reader.name)
      return answer
    }
    return effects instanceof Promise || hidden instanceof Promise
      ? Promise.all([effects, hidden]).then(([done, away]) => check(done, away))
      : check(effects, hidden)
  }

  function stored(tab: Tab, { outbox }: StorageWrite): void {
    for (const { cid, n } of outbox?.remove ?? []) {
      if (server.truth && !server.truth.wasUsed(cid, n))
        fail('pending or done', `${tab.name} drops ${cid}.${n}, which the server never had`)
    }
  }

  return {
    violations, ledger, fail, answered, stored,
    opened: tabChecks.opened,
    closed: ledger.closed,
    submitting: ledger.submitting,
    resolving: ledger.resolving,
    numbered: ledger.numbered,
    stepped: tabChecks.stepped,
  }
}
