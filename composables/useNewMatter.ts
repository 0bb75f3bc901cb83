import type { ComputedRef, Ref, ShallowRef, WritableComputedRef } from 'vue'
import { computed, shallowReadonly, shallowRef } from 'vue'
import { v7 as uuidv7 } from 'uuid'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { NewMatter, NewMatterField } from '#shared/kanban/new-matter.ts'
import { createArgsOf, emptyNewMatter, fieldOfProblem, missingFields } from '#shared/kanban/new-matter.ts'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import { clearDrafts, useDraft } from './useDraft.ts'
import type { KanbanView } from './useKanban.ts'
import { problemOf } from './useMatterPanel.ts'

export interface UseNewMatterReturn {
  form: WritableComputedRef<NewMatter>
  /** Whether something was typed that `discard` would forget. */
  isTouched: ComputedRef<boolean>
  /** Fields to look at again; filled by `submit`. */
  missing: ComputedRef<NewMatterField[]>
  /** The server's refusal, and the field it is about. */
  problem: Readonly<ShallowRef<SettledProblem | null>>
  problemField: ComputedRef<NewMatterField | null>
  isSending: Readonly<Ref<boolean>>
  /** The new matter's id once it is taken, or at once where no server can be asked; else null. */
  submit: () => Promise<MatterId | null>
  discard: () => void
}

export interface UseNewMatterOptions {
  /** What the form begins with, beside the usual. */
  initial?: Partial<NewMatter>
  makeId?: () => string
}

/** The form for a new matter. What is typed is kept on this device until the matter exists. */
export function useNewMatter(kanban: KanbanView, options: UseNewMatterOptions = {}): UseNewMatterReturn {
  const { initial = {}, makeId = uuidv7 } = options
  const key = `new-${kanban.boardId.value}`
  const draft = useDraft<NewMatter>({ member: kanban.me.value.id, matter: key, field: 'form' })
  const wasTried = shallowRef(false)
  const isSending = shallowRef(false)
  const problem = shallowRef<SettledProblem | null>(null)

  const empty = computed(() => ({ ...emptyNewMatter(kanban.me.value, kanban.columns.value), ...initial }))
  const form = computed({
    get: () => ({ ...empty.value, ...draft.value }),
    set: (next) => {
      draft.value = next
      problem.value = null
    },
  })

  async function submit(): Promise<MatterId | null> {
    wasTried.value = true
    if (isSending.value || missingFields(form.value).length > 0)
      return null
    const submitted = kanban.createMatter(createArgsOf(form.value, kanban.me.value, makeId))
    // Offline the matter is on the board already; the draft stays until the server has it too.
    if (!kanban.isOnline.value) {
      void submitted.settled.then(({ ok }) => ok && clearDrafts(key))
      return submitted.id
    }
    isSending.value = true
    problem.value = await problemOf(submitted)
    isSending.value = false
    if (problem.value)
      return null
    draft.value = null
    return submitted.id
  }

  return {
    form,
    isTouched: computed(() => draft.value !== null),
    missing: computed(() => wasTried.value ? missingFields(form.value) : []),
    problem: shallowReadonly(problem),
    problemField: computed(() => problem.value && fieldOfProblem(problem.value, form.value)),
    isSending: shallowReadonly(isSending),
    submit,
    discard() {
      draft.value = null
      problem.value = null
      wasTried.value = false
    },
  }
}
