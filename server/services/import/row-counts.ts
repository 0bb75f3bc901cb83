import type { ImportCounts, ResultCounts } from '#shared/protocol/imports.ts'
import type { MatterDraft } from './draft.ts'
import { emptyCounts } from './import-job.ts'
import type { Outcome } from './evaluate-rows.ts'

const RESULT_OF = { create: 'created', update: 'updated', skip: 'skipped', fail: 'failed' } as const

export function resultOf({ kind }: Outcome): typeof RESULT_OF[Outcome['kind']] {
  return RESULT_OF[kind]
}

/** The codes that a row's result carries: why it didn't come in, or what to know of it. */
export function codesOf(outcome: Outcome): string[] {
  return 'notes' in outcome ? outcome.notes : [outcome.reason]
}

/** Sums up outcomes, on top of what was summed up before. */
export function addOutcomes(
  { results, reasons }: { results: ResultCounts, reasons: Record<string, number> },
  outcomes: readonly Outcome[],
): { results: ResultCounts, reasons: Record<string, number> } {
  const sum = { results: { ...emptyCounts(), ...results }, reasons: { ...reasons } }
  for (const outcome of outcomes) {
    sum.results[resultOf(outcome)]++
    for (const code of codesOf(outcome))
      sum.reasons[code] = (sum.reasons[code] ?? 0) + 1
  }
  return sum
}

/** Counts what a file holds, row by row. */
export function createContentCounter(columns: { total: number, archived: number }, members: number) {
  const tags = new Set<string>()
  const counts: ImportCounts = {
    columns: columns.total, archivedColumns: columns.archived, matters: 0, archivedMatters: 0, comments: 0, tasks: 0, deadlines: 0, members, tags: 0,
  }
  return {
    add(draft: MatterDraft): void {
      counts.matters++
      counts.archivedMatters += draft.fields.archived ? 1 : 0
      counts.comments += draft.comments.length
      counts.tasks += draft.tasks.length
      counts.deadlines += draft.deadlines.length
      draft.tags.forEach(tag => tags.add(tag))
    },
    counts: (): ImportCounts => ({ ...counts, tags: tags.size }),
  }
}
