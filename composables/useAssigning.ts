import type { ComputedRef, Ref, ShallowRef } from 'vue'
import { computed, shallowReadonly, shallowRef, watch } from 'vue'
import type { Overview } from '#shared/assignments/overview.ts'
import { withAssignment } from '#shared/assignments/overview.ts'
import { itemKey } from '#shared/kanban/list-items.ts'
import type { Assignment, EpochMs, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { leadOf } from '#shared/kanban/unassigned.ts'
import type { MutationAnswer } from '#shared/protocol/messages.ts'
import type { ProblemCode } from '#shared/protocol/problems.ts'
import type { Api } from './useApi.ts'
import { ApiProblem, problemCodeOf } from './useApi.ts'

/** Who was on a matter, as the person looked at it. */
export type LookedMatter = Pick<Matter, 'id' | 'caseNumber' | 'title' | 'assignments' | 'version'>

/** Somebody else chose another lawyer meanwhile. */
export interface AssignConflict {
  matter: LookedMatter
  /** What this person wanted. */
  mine: Assignment
  /** Who leads it now, who made it so and when. */
  lead: MemberId
  by: MemberId
  at: EpochMs
}

export type AssignOutcome
  = | { kind: 'done', matter: LookedMatter, mine: Assignment, version: number }
    | { kind: 'conflict' }
    | { kind: 'refused', code: ProblemCode | 'NETWORK' }

export interface UseAssigningReturn {
  /** The server's overview, with what is on its way drawn in. */
  overview: ComputedRef<Overview | null>
  /** Matters whose assignment the server hasn't confirmed. */
  pending: ComputedRef<ReadonlySet<MatterId>>
  /** What waits for a choice. */
  conflict: Readonly<ShallowRef<AssignConflict | null>>
  assign: (matter: LookedMatter, mine: Assignment) => Promise<AssignOutcome>
  /** Ends the conflict: `mine` sends the choice once more, on what was shown. */
  resolve: (choice: 'mine' | 'theirs') => Promise<AssignOutcome | null>
  /** Takes back an assignment by the version that it made. */
  undo: (matterId: MatterId, version: number) => Promise<{ kind: 'done' } | { kind: 'refused', code: ProblemCode | 'NETWORK' }>
}

interface Pending {
  matterId: MatterId
  mine: Assignment
  before: readonly Assignment[]
  epoch: string
  /** Null until the server has it. */
  version: number | null
}

/** Beside whom somebody else put a helper on the matter, one tries again by oneself; not for ever. */
const TRIES = 3

/** Putting somebody on a matter: shown at once, sent as an ordinary edit on what was looked at, and taken back when it is refused. */
export function useAssigning(source: Readonly<Ref<Overview | null>>, { api, reload }: {
  api: Api
  /** Has the overview asked for again. */
  reload: () => void
}): UseAssigningReturn {
  const sent = shallowRef<readonly Pending[]>([])
  const conflict = shallowRef<AssignConflict | null>(null)

  function drop(entry: Pending): void {
    sent.value = sent.value.filter(other => other !== entry)
  }

  // What the server's answer contains is drawn by it, in the same step.
  watch(source, (now) => {
    if (now && sent.value.some(entry => isContained(entry, now)))
      sent.value = sent.value.filter(entry => !isContained(entry, now))
  }, { flush: 'sync' })

  async function assign(matter: LookedMatter, mine: Assignment): Promise<AssignOutcome> {
    const entry: Pending = { matterId: matter.id, mine, before: matter.assignments, epoch: epochOf(source.value), version: null }
    sent.value = [...sent.value.filter(({ matterId }) => matterId !== matter.id), entry]
    try {
      const version = await send(matter, mine)
      if (version === null) {
        drop(entry)
        reload()
        return { kind: 'conflict' }
      }
      const kept = { ...entry, version }
      sent.value = sent.value.map(other => other === entry ? kept : other).filter(other => !source.value || !isContained(other, source.value))
      return { kind: 'done', matter, mine, version }
    }
    catch (error) {
      drop(entry)
      reload()
      if (!(error instanceof ApiProblem))
        throw error
      return { kind: 'refused', code: problemCodeOf(error) }
    }
  }

  /** The version that it made; null where somebody else has chosen another lawyer. */
  async function send(matter: LookedMatter, mine: Assignment): Promise<number | null> {
    const lookedLead = leadIn(matter)
    let looked = matter
    for (let tries = 1; ; tries++) {
      try {
        // Whoever is added was in nobody's list: a list that is newer than this says that it isn't what was looked at.
        const items = [...looked.assignments, mine].map(assignment => itemKey('assignments', assignment))
        const base = Object.fromEntries(items.map(key => [key, looked.version]))
        return (await api<MutationAnswer>(`/api/matters/${matter.id}`, { method: 'PATCH', body: { assignments: { put: [mine] }, base } })).version
      }
      catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 'CONFLICT' || tries === TRIES)
          throw error
        const { matter: now } = await api<{ matter: Matter }>(`/api/matters/${matter.id}`)
        const lead = leadIn(now)
        if (mine.role === 'PRIMARY_LAWYER' && lead !== null && lead !== lookedLead && lead !== mine.memberId) {
          const last = now.fieldVersions[`assignments/${lead}`] ?? now.fieldVersions.assignments
          conflict.value = { matter: now, mine, lead, by: last?.by ?? now.updatedBy, at: last?.at ?? now.updatedAt }
          return null
        }
        looked = now
      }
    }
  }

  function leadIn({ assignments }: Pick<Matter, 'assignments'>): MemberId | null {
    return leadOf({ assignments }, id => source.value?.members[id])
  }

  return {
    overview: computed(() => sent.value.reduce<Overview | null>(
      (overview, { matterId, mine, before }) => overview && withAssignment(overview, { matterId, ...mine, before }), source.value,
    )),
    pending: computed(() => new Set(sent.value.filter(({ version }) => version === null).map(({ matterId }) => matterId))),
    conflict: shallowReadonly(conflict),
    assign,
    async resolve(choice) {
      const open = conflict.value
      conflict.value = null
      return open && choice === 'mine' ? await assign(open.matter, open.mine) : null
    },
    async undo(matterId, version) {
      try {
        // The column isn't looked at where a change is taken back.
        await api<MutationAnswer>(`/api/matters/${matterId}/move`, { method: 'POST', body: { column: 'back', undoOf: version } })
        sent.value = sent.value.filter(entry => entry.matterId !== matterId)
        reload()
        return { kind: 'done' }
      }
      catch (error) {
        reload()
        if (!(error instanceof ApiProblem))
          throw error
        return { kind: 'refused', code: problemCodeOf(error) }
      }
    },
  }
}

function isContained({ version, epoch }: Pending, now: Overview): boolean {
  return version !== null && (now.version >= version || epochOf(now) !== epoch)
}

function epochOf(overview: Overview | null): string {
  return overview?.tag.split('.')[0] ?? ''
}
