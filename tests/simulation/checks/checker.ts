import type { MatterId } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationsAnswer, NumberedMutation, SnapshotAnswer } from '#shared/protocol/messages.ts'
import type { StorageWrite } from '#shared/sync/board-storage.ts'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import type { Effect, EngineState, Input } from '#shared/sync/engine-types.ts'
import type { Chance } from '../chance.ts'
import type { Counts } from '../counts.ts'
import { marksIn } from '../world/marks.ts'
import type { Schedule } from '../world/schedule.ts'
import type { Effect as Done, Server } from '../world/server.ts'
import type { Tab } from '../world/tab.ts'
import { createLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { createTabChecks } from './tab-checks.ts'
import { checkEffects, checkOverwritten } from './server-checks.ts'

/** Something that must never be. */
export interface Violation {
  /** A short name of the rule that is broken, the same for the same kind of breach. */
  invariant: string
  details: string
  at: number
}

type Answered = MutationsAnswer | Promise<MutationsAnswer>

/** What is looked at before and after a request. */
type Look = readonly [SnapshotAnswer, readonly MatterId[], readonly Done[]]

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
  /** Has a request of changes carried out, and looks at what comes of it. */
  sends: (tab: Tab, cid: string, items: readonly NumberedMutation[], send: () => Answered) => Answered
  fail: (invariant: string, details: string) => void
}

export function createChecker(schedule: Schedule, server: Server, chance: Chance, counts: Counts): Checker {
  const violations: Violation[] = []
  const fail = (invariant: string, details: string) => void violations.push({ invariant, details, at: schedule.now })
  const ledger = createLedger(counts, fail)
  const tabChecks = createTabChecks({ schedule, server, chance, counts, ledger, fail })

  function sends(tab: Tab, cid: string, items: readonly NumberedMutation[], send: () => Answered): Answered {
    const reader = tab.device.member()
    const look = () => [server.snapshot(reader), server.hiddenFrom(reader), server.effects()] as const
    const check = (answer: MutationsAnswer, before: Look, after: Look) => {
      const [{ matters }, hiddenBefore, doneBefore] = before
      const [, hidden, done] = after
      checkEffects(done, fail)
      const rows = new Map(matters.map(matter => [matter.id, matter]))
      checkOverwritten(cid, items, { rows, done: done.slice(doneBefore.length).filter(effect => effect.cid === cid) }, fail)
      ledger.answered(answer, done, marksIn(JSON.stringify(answer)), hidden.filter(id => hiddenBefore.includes(id)), reader.name)
      return answer
    }
    const before = look()
    if (!before.some(part => part instanceof Promise)) {
      const answer = send() as MutationsAnswer
      return check(answer, before as Look, look() as Look)
    }
    return Promise.all(before).then(async known => check(await send(), known, await Promise.all(look())))
  }

  function stored(tab: Tab, { outbox }: StorageWrite): void {
    for (const { cid, n } of outbox?.remove ?? []) {
      if (server.truth && !server.truth.wasUsed(cid, n))
        fail('pending or done', `${tab.name} drops ${cid}.${n}, which the server never had`)
    }
  }

  return {
    violations, ledger, fail, sends, stored,
    opened: tabChecks.opened,
    closed: ledger.closed,
    submitting: ledger.submitting,
    resolving: ledger.resolving,
    numbered: ledger.numbered,
    stepped: tabChecks.stepped,
  }
}
