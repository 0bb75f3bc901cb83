import type { ComputedRef, ShallowRef, WritableComputedRef } from 'vue'
import { computed, shallowReadonly, shallowRef } from 'vue'
import { v7 as uuidv7 } from 'uuid'
import type { BoardId } from '#shared/kanban/board.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { NewMatter, NewMatterField } from '#shared/kanban/new-matter.ts'
import { createArgsOf, emptyNewMatter, fieldOfProblem, missingFields } from '#shared/kanban/new-matter.ts'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import { useDraft } from './useDraft.ts'
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
  isSending: ComputedRef<boolean>
  /** The new matter's id once it is taken, or at once where no server can be asked; else null. */
  submit: () => Promise<MatterId | null>
  discard: () => void
}

export interface UseNewMatterOptions {
  /** What the form begins with, beside the usual. */
  initial?: Partial<NewMatter>
  makeId?: () => string
}

/** Under what the form for a new matter is kept, as if it were a matter. */
export function newMatterDraft(boardId: BoardId): string {
  return `new-${boardId}`
}

/** The form for a new matter. What is typed is kept on this device, as a draft and then in the outbox; refused, it is a draft again. */
export function useNewMatter(kanban: KanbanView, options: UseNewMatterOptions = {}): UseNewMatterReturn {
  const { initial = {}, makeId = uuidv7 } = options
  const draft = useDraft<NewMatter>({ member: kanban.me.value.id, matter: newMatterDraft(kanban.boardId.value), field: 'form' })
  const wasTried = shallowRef(false)
  /** What is on its way. */
  const sent = shallowRef<NewMatter | null>(null)
  const isSending = computed(() => sent.value !== null)
  const problem = shallowRef<SettledProblem | null>(null)

  /** Whether a server's word can be waited for. */
  const isReachable = computed(() => kanban.isOnline.value && kanban.status.value.state !== 'waiting')
  const empty = computed(() => ({ ...emptyNewMatter(kanban.me.value, kanban.columns.value), ...initial }))
  const form = computed({
    get: () => ({ ...empty.value, ...sent.value ?? draft.value }),
    set: (next) => {
      draft.value = next
      problem.value = null
    },
  })

  async function submit(): Promise<MatterId | null> {
    wasTried.value = true
    if (isSending.value || missingFields(form.value).length > 0)
      return null
    const typed = form.value
    const submitted = kanban.createMatter(createArgsOf(typed, kanban.me.value, makeId))
    // The outbox has it now: a draft that stayed would offer the same matter a second time.
    draft.value = null
    if (!isReachable.value && kanban.matterById(submitted.id))
      return submitted.id
    sent.value = typed
    problem.value = await problemOf(submitted)
    // Given up when the member left: nothing of theirs is kept then.
    if (problem.value && problem.value.code !== 'NETWORK')
      draft.value ??= typed
    sent.value = null
    return problem.value ? null : submitted.id
  }

  return {
    form,
    isTouched: computed(() => draft.value !== null),
    missing: computed(() => wasTried.value ? missingFields(form.value) : []),
    problem: shallowReadonly(problem),
    problemField: computed(() => problem.value && fieldOfProblem(problem.value, form.value)),
    isSending,
    submit,
    discard() {
      draft.value = null
      problem.value = null
      wasTried.value = false
    },
  }
}
