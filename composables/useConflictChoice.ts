import type { ComputedRef, WritableComputedRef } from 'vue'
import { computed } from 'vue'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import type { MatterField, MatterId } from '#shared/kanban/matter.ts'
import { LIMITS } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { ConflictQuestion, Decision, EditConflict } from '#shared/sync/conflict-choice.ts'
import { hasRest, newerThan, questionsOf, resolutionOf, versionsOf } from '#shared/sync/conflict-choice.ts'
import type { Conflict, ConflictField, Resolution } from '#shared/sync/conflict-record.ts'
import type { ClashChoice, MergePart } from '#shared/sync/merge-text.ts'
import { carryEdit, clashesOf, composeMerge, proposeMerge } from '#shared/sync/merge-text.ts'
import { useDraft } from './useDraft.ts'

/** What somebody makes of two versions of a text. */
export interface MergeDraft {
  /** The other version that it was begun with: with a newer one, the places have to be looked at again. */
  theirs: string
  /** For each place that both changed; `edited` leaves it to the text. */
  choices: (ClashChoice | 'edited' | null)[]
  /** The text as it was edited by hand; null while it is the proposal. */
  text: string | null
}

interface ChoiceDraft {
  shown: BaseVersions
  takes: Record<string, Decision['take']>
  merges: Record<string, MergeDraft>
}

/** A text that is put together. */
export interface TextMerge {
  parts: MergePart[]
  draft: MergeDraft
  text: string
  /** Why it can't go in as it is; null when it can. */
  problem: 'undecided' | 'tooLong' | 'empty' | null
  limit: number
}

export interface UseConflictChoiceReturn {
  questions: ComputedRef<ConflictQuestion[]>
  /** The change holds more than what is asked about. */
  hasRest: ComputedRef<boolean>
  takeOf: (question: ConflictQuestion) => Decision['take'] | null
  take: (question: ConflictQuestion, take: Decision['take']) => void
  mergeOf: (question: ConflictQuestion) => TextMerge
  /** Decides a place that both changed. */
  choose: (question: ConflictQuestion, place: number, choice: ClashChoice | 'edited') => void
  /** Edits the text by hand. Where both changed just one place, that decides it: there is no other that could be overlooked. */
  write: (question: ConflictQuestion, text: string) => void
  /** Every question has its answer, and nothing newer waits to be looked at. */
  isReady: ComputedRef<boolean>
  /** What the choices come to. */
  resolution: ComputedRef<Resolution>
  resolutionOfAll: (take: 'mine' | 'theirs') => Resolution
  forget: () => void
}

/** What changed once more since it was shown; nothing is decided before that was seen. */
export interface UseConflictSightReturn {
  /** The versions that are or were on the screen when the person looked. */
  shown: WritableComputedRef<BaseVersions>
  newer: ComputedRef<ConflictField[]>
  look: () => void
}

type DraftOf = (key: { member: MemberId, matter: MatterId, field: string }) => ReturnType<typeof useDraft<ChoiceDraft>>

/** What a person chose so far; it outlives the dialog and a reload. */
export function useConflictDraft(conflict: Conflict, me: MemberId, draftOf: DraftOf = useDraft): ReturnType<DraftOf> {
  return draftOf({ member: me, matter: conflict.matterId, field: `conflict-${conflict.id}` })
}

/** @param before the versions that were shown before a decision met a newer value once more */
export function useConflictSight(conflict: () => Conflict, draft: ReturnType<DraftOf>, before: BaseVersions | null = null): UseConflictSightReturn {
  const atFirst = before ?? versionsOf(conflict())
  const shown = computed({
    get: () => draft.value?.shown ?? atFirst,
    set: (versions) => { draft.value = { takes: {}, merges: {}, ...draft.value, shown: versions } },
  })
  return { shown, newer: computed(() => newerThan(conflict(), shown.value)), look: () => shown.value = versionsOf(conflict()) }
}

/** The choices for an edit that met newer values, question by question. */
export function useConflictChoice(conflict: () => EditConflict, draft: ReturnType<DraftOf>, { shown, newer }: UseConflictSightReturn): UseConflictChoiceReturn {
  const questions = computed(() => questionsOf(conflict()))
  const merges = computed(() => new Map(questions.value.filter(({ merge }) => merge?.kind === 'text').map(question => [question.id, textMergeOf(question, draft.value?.merges[question.id])])))
  const decisions = computed(() => Object.fromEntries(questions.value.map(question => [question.id, decisionOf(question)])))

  function takeOf(question: ConflictQuestion): Decision['take'] | null {
    return draft.value?.takes[question.id] ?? usualTake(question, merges.value.get(question.id))
  }

  function decisionOf(question: ConflictQuestion): Decision | undefined {
    const take = takeOf(question)
    if (take !== 'merge')
      return take ? { take } : undefined
    if (question.merge?.kind === 'value')
      return { take, value: question.merge.value }
    const merge = merges.value.get(question.id)
    return merge && !merge.problem ? { take, value: merge.text } : undefined
  }

  function change(question: ConflictQuestion, take: Decision['take'], merge?: MergeDraft): void {
    const { takes = {}, merges = {} } = draft.value ?? {}
    draft.value = {
      shown: shown.value,
      takes: { ...takes, [question.id]: take },
      merges: merge ? { ...merges, [question.id]: merge } : merges,
    }
  }

  return {
    questions,
    hasRest: computed(() => hasRest(conflict())),
    takeOf,
    take: (question, take) => change(question, take),
    mergeOf: question => merges.value.get(question.id)!,
    choose(question, place, choice) {
      const { draft: before, parts } = merges.value.get(question.id)!
      const choices = before.choices.with(place, choice)
      const text = before.text === null ? null : carryEdit(composeChoices(parts, before.choices), before.text, composeChoices(parts, choices))
      change(question, 'merge', { ...before, choices, text })
    },
    write(question, text) {
      const { draft: before } = merges.value.get(question.id)!
      const choices = before.choices.length === 1 ? [before.choices[0] ?? 'edited' as const] : before.choices
      change(question, 'merge', { ...before, choices, text })
    },
    isReady: computed(() => newer.value.length === 0 && Object.values(decisions.value).every(decision => decision !== undefined)),
    resolution: computed(() => resolutionOf(conflict(), decisions.value, shown.value)),
    resolutionOfAll: take => resolutionOf(conflict(), Object.fromEntries(questions.value.map(({ id }) => [id, { take }])), shown.value),
    forget: () => draft.value = null,
  }
}

/** Where both changes fit together, that is what most people want; they still see it before it goes in. */
function usualTake({ merge }: ConflictQuestion, textMerge: TextMerge | undefined): Decision['take'] | null {
  const fits = textMerge ? textMerge.problem === null && textMerge.draft.choices.length === 0 : merge?.kind === 'value'
  return fits ? 'merge' : null
}

function textMergeOf({ id, fields: [field] }: ConflictQuestion, kept: MergeDraft | undefined): TextMerge {
  const [base, mine, theirs] = [field!.base, field!.mine, field!.theirs].map(value => String(value ?? ''))
  const parts = proposeMerge(base!, mine!, theirs!)
  const draft: MergeDraft = {
    theirs: theirs!,
    choices: kept && kept.theirs === theirs ? kept.choices : clashesOf(parts).map(() => null),
    text: kept?.text ?? null,
  }
  const text = draft.text ?? composeChoices(parts, draft.choices)
  const limit = LIMITS[id as keyof typeof LIMITS]
  return { parts, draft, text, limit, problem: problemOf(id as MatterField, text, draft, limit) }
}

function problemOf(field: MatterField, text: string, { choices }: MergeDraft, limit: number): TextMerge['problem'] {
  if (choices.includes(null))
    return 'undecided'
  if (text.length > limit)
    return 'tooLong'
  return text.trim() === '' && (field === 'title' || field === 'caseNumber') ? 'empty' : null
}

function composeChoices(parts: readonly MergePart[], choices: MergeDraft['choices']): string {
  return composeMerge(parts, choices.map(choice => choice === 'edited' ? null : choice))
}
