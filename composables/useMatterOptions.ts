import type { ComputedRef } from 'vue'
import { useI18n } from '#imports'
import { computed } from 'vue'
import type { AssignmentRole, CloseOutcome, Confidentiality, DeadlineKind, DeadlineSource, PracticeArea, Priority } from '#shared/kanban/matter.ts'
import {
  ASSIGNMENT_ROLES, CLOSE_OUTCOMES, CONFIDENTIALITIES, DEADLINE_KINDS, DEADLINE_SOURCES, PRACTICE_AREAS, PRIORITIES,
} from '#shared/kanban/matter.ts'

/** One value to choose, with its name in the reader's language. */
export interface Option<Value> {
  value: Value
  label: string
}

export interface UseMatterOptionsReturn {
  priorities: ComputedRef<Option<Priority>[]>
  confidentialities: ComputedRef<Option<Confidentiality>[]>
  /** In the language's own order; the first is none at all. */
  practiceAreas: ComputedRef<Option<PracticeArea | null>[]>
  assignmentRoles: ComputedRef<Option<AssignmentRole>[]>
  deadlineKinds: ComputedRef<Option<DeadlineKind>[]>
  deadlineSources: ComputedRef<Option<DeadlineSource>[]>
  closeOutcomes: ComputedRef<Option<CloseOutcome>[]>
}

/** The values of a matter's choices, named. */
export function useMatterOptions(): UseMatterOptionsReturn {
  const { t, locale } = useI18n()
  const named = <Value extends string>(family: string, values: readonly Value[]) =>
    computed(() => values.map((value): Option<Value> => ({ value, label: t(`enums.${family}.${value}`) })))

  const areas = named('practiceArea', PRACTICE_AREAS)
  return {
    priorities: named('priority', PRIORITIES),
    confidentialities: named('confidentiality', CONFIDENTIALITIES),
    practiceAreas: computed(() => [
      { value: null, label: t('common.none') },
      ...areas.value.toSorted((a, b) => a.label.localeCompare(b.label, locale.value)),
    ]),
    assignmentRoles: named('assignmentRole', ASSIGNMENT_ROLES),
    deadlineKinds: named('deadlineKind', DEADLINE_KINDS),
    deadlineSources: named('deadlineSource', DEADLINE_SOURCES),
    closeOutcomes: named('closeOutcome', CLOSE_OUTCOMES),
  }
}
