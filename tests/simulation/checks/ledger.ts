import type { MatterId } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationResult, MutationsAnswer } from '#shared/protocol/messages.ts'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import type { SettledChange } from '#shared/sync/engine-types.ts'
import type { Counts } from '../counts.ts'
import type { Device } from '../world/device.ts'
import { markOf } from '../world/marks.ts'
import type { Effect } from '../world/server.ts'
import type { Tab } from '../world/tab.ts'

/** One deed of a person, followed to its end. */
export interface Submission {
  key: string
  tab: Tab
  device: Device
  life: number
  mutation: Mutation | null
  /** Its number, and whether that outlives the page. */
  place: { cid: string, n: number, isLasting: boolean } | null
  settled: { tab: Tab, settled: Settled, mutation: Mutation }[]
}

/** The books on what people did, what they were told, and what the server did. */
export interface Ledger {
  readonly submissions: ReadonlyMap<string, Submission>
  /** Conflicts for which somebody made a choice. */
  readonly resolved: ReadonlySet<string>
  submitting: (tab: Tab, key: string, mutation: Mutation | null) => void
  resolving: (tab: Tab, conflict: Conflict) => void
  numbered: (tab: Tab, key: string, place: { cid: string, n: number }, isLasting: boolean) => void
  settled: (tab: Tab, change: SettledChange) => void
  answered: (answer: MutationsAnswer, effects: readonly Effect[], marks: ReadonlySet<string>, hidden: readonly MatterId[], reader: string) => void
  closed: (tab: Tab) => void
  /** How often the server had gone back when it first told how this change ended; null when it never told. */
  toldAfter: (key: string) => number | null
  /** A matter went away from a tab. */
  wentAway: (device: Device, matterId: MatterId) => void
  /** Whether a conflict ended by a choice, or with its matter. */
  wasTaken: (conflictId: string, device: Device, matterId: MatterId) => boolean
  /** Whether a tab's page with that life is over. */
  isOver: (tab: Tab, life: number) => boolean
}

export function createLedger(counts: Counts, fail: (invariant: string, details: string) => void): Ledger {
  const submissions = new Map<string, Submission>()
  const lastNumbers = new Map<string, number>()
  const results = new Map<string, MutationResult[]>()
  /** How often the server had gone back when it first said how a number ended. */
  const told = new Map<string, number>()
  const resolved = new Set<string>()
  const seenEnds = new Set<string>()
  const gone = new Set<string>()

  function numbered(tab: Tab, key: string, { cid, n }: { cid: string, n: number }, isLasting: boolean): void {
    const before = lastNumbers.get(cid) ?? 0
    if (n !== before + 1)
      fail('numbers dense', `${tab.name} got ${cid}.${n} after ${before}`)
    lastNumbers.set(cid, n)
    const submission = submissions.get(key)
    if (submission)
      submission.place = { cid, n, isLasting }
  }

  function settled(tab: Tab, { key, settled, mutation }: SettledChange): void {
    const submission = submissions.get(key)
    const end = `${tab.name} ${tab.life} ${key}`
    // What a restored server has lost may end again, and otherwise.
    if (seenEnds.has(end) && counts.values.restores === 0)
      fail('settled once', `${tab.name} settled ${describe(submission)} twice`)
    seenEnds.add(end)
    if (!submission)
      return
    if (submission.settled.length === 0)
      countEnd(settled, submission)
    if (tab !== submission.tab || tab.life !== submission.life)
      counts.add('sentByAnother')
    submission.settled.push({ tab, settled, mutation })
    checkEnd(submission, settled, mutation)
  }

  function toldAfter(key: string): number | null {
    const place = submissions.get(key)?.place
    return place ? told.get(`${place.cid}.${place.n}`) ?? null : null
  }

  function countEnd(settled: Settled, { place }: Submission): void {
    if (!settled.ok && !place)
      counts.add('refusedHere')
    else if (settled.ok && settled.merged)
      counts.add('merged')
    else if (!settled.ok && settled.problem.code === 'CONFLICT')
      counts.add('conflicts')
    else if (!settled.ok)
      counts.add(settled.problem.code === 'MATTER_GONE' ? 'gone' : 'rejected')
  }

  /** What a person is told agrees with what the server said. */
  function checkEnd(submission: Submission, settled: Settled, mutation: Mutation): void {
    const { place } = submission
    if (!place)
      return
    const said = results.get(`${place.cid}.${place.n}`) ?? []
    const isDone = said.some(({ status }) => status === 'ok' || status === 'merged')
    // An undo of what never came to be has nothing to do, and a matter that was there and went has been made.
    if (settled.ok && !isDone && mutation.kind !== 'undo' && mutation.kind !== 'create')
      fail('settled as done', `${describe(submission)} is said to be done, and the server never said so`)
    const isGone = !settled.ok && settled.problem.code === 'MATTER_GONE'
    if (!settled.ok && !isGone && said.length > 0 && said.every(({ status }) => status === 'ok' || status === 'merged'))
      fail('settled as refused', `${describe(submission)} is said to be refused (${settled.problem.code}), and the server did it`)
  }

  function answered(
    { cid, results: said }: MutationsAnswer, effects: readonly Effect[], marks: ReadonlySet<string>, hidden: readonly MatterId[], reader: string,
  ): void {
    if (marks.size > 0) {
      const leaked = hidden.find(id => marks.has(markOf(id)))
      if (leaked)
        fail('hidden in results', `${reader} is told of ${leaked}, which is hidden: ${JSON.stringify(said)}`)
    }
    for (const result of said) {
      const id = `${cid}.${result.n}`
      told.set(id, told.get(id) ?? counts.values.restores)
      if (result.n > 1 && !told.has(`${cid}.${result.n - 1}`))
        fail('no number left out', `${id} is answered before ${cid}.${result.n - 1} ever was`)
      const known = results.get(id) ?? []
      results.set(id, [...known, result])
      if (result.status === 'ok' || result.status === 'merged')
        continue
      if (effects.some(effect => effect.cid === cid && effect.n === result.n))
        fail('results agree', `${id} was carried out, and ${result.status} is said`)
    }
  }

  function describe(submission: Submission | undefined): string {
    const { mutation, place, key } = submission ?? {}
    return `${mutation?.kind ?? 'a deed'} ${mutation?.id ?? ''} (${place ? `${place.cid}.${place.n}` : key ?? 'unknown'})`
  }

  return {
    submissions, resolved, numbered, settled, answered,
    submitting(tab, key, mutation) {
      counts.add('submissions')
      submissions.set(key, { key, tab, device: tab.device, life: tab.life, mutation, place: null, settled: [] })
    },
    resolving(_tab, { id }) {
      counts.add('resolved')
      resolved.add(id)
    },
    closed(tab) {
      if (tab.state.entries.length > 0)
        counts.add('closedWithWork')
    },
    toldAfter,
    wentAway: (device, matterId) => void gone.add(`${device.index} ${matterId}`),
    wasTaken: (conflictId, device, matterId) => resolved.has(conflictId) || gone.has(`${device.index} ${matterId}`),
    isOver: (tab, life) => !tab.isOpen || tab.life !== life,
  }
}
