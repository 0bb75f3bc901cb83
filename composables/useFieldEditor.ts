import type { ComputedRef, Ref, WritableComputedRef } from 'vue'
import { computed, shallowReadonly, shallowRef, watch } from 'vue'
import type { FieldDraft, FieldState } from '#shared/kanban/field-draft.ts'
import { beginDraft, followField, isSameValue, keepMine, standingOf } from '#shared/kanban/field-draft.ts'
import type { SettledProblem } from '#shared/sync/submitted.ts'

export interface UseFieldEditorOptions<Value> {
  /** The field as the board shows it. */
  current: () => FieldState<Value>
  /** Where what is typed lives on; see `useDraft`. */
  draft: Ref<FieldDraft<Value> | null>
  /** Sends what was made of the field, with what its maker had looked at; null when it was taken. */
  save: (draft: FieldDraft<Value>) => Promise<SettledProblem | null>
}

export interface UseFieldEditorReturn<Value> {
  editing: Readonly<Ref<boolean>>
  /** What the editor holds; the field's own value while nobody types. */
  value: WritableComputedRef<Value>
  /** Something was typed here and not saved. */
  hasDraft: ComputedRef<boolean>
  /** A colleague's newer value, when it isn't the one typed. */
  theirs: ComputedRef<FieldState<Value> | null>
  saving: Readonly<Ref<boolean>>
  problem: Readonly<Ref<SettledProblem | null>>
  start: () => void
  /**
   * Saves and closes. Waits for a choice while a newer value stands against it; a newer value that only the
   * server knew makes a conflict, which keeps the text (rule X3).
   */
  save: () => Promise<void>
  /** Closes and keeps what was typed as a draft. */
  cancel: () => void
  /** Closes and forgets what was typed. */
  discard: () => void
  useTheirs: () => void
  keepMine: () => void
}

/** Edits one field while its matter may change beneath: the typed text never moves, a newer value is shown beside it. */
export function useFieldEditor<Value>(options: UseFieldEditorOptions<Value>): UseFieldEditorReturn<Value> {
  const { draft } = options
  const editing = shallowRef(false)
  /** Without a network a save takes long, and the next one doesn't wait for it. */
  const underWay = shallowRef(0)
  const saving = computed(() => underWay.value > 0)
  const problem = shallowRef<SettledProblem | null>(null)

  const field = computed(options.current)
  const standing = computed(() => draft.value ? standingOf(draft.value, field.value) : { kind: 'same' as const })
  const theirs = computed(() => standing.value.kind === 'conflict' && !saving.value ? standing.value.theirs : null)
  const value = computed({
    get: () => draft.value ? draft.value.value : field.value.value,
    set: (next) => {
      draft.value = { ...(draft.value ?? beginDraft(field.value)), value: next }
    },
  })

  // While a save is on its way the field shows our own value: it is not news.
  watch([field, draft], () => {
    const followed = draft.value && !saving.value ? followField(draft.value, field.value) : draft.value
    if (!isSameValue(followed, draft.value))
      draft.value = followed
  }, { flush: 'sync' })

  function close(): void {
    editing.value = false
    problem.value = null
  }

  async function save(): Promise<void> {
    if (theirs.value)
      return
    const sent = draft.value
    if (!sent || standing.value.kind === 'same')
      return saving.value ? close() : discard()
    close()
    underWay.value++
    const refusal = await options.save(sent).finally(() => underWay.value--)
    if (refusal && refusal.code !== 'CONFLICT') {
      draft.value ??= sent
      problem.value = refusal
      editing.value = true
    }
    else if (isSameValue(draft.value, sent)) {
      draft.value = null
    }
  }

  function discard(): void {
    draft.value = null
    close()
  }

  return {
    editing: shallowReadonly(editing),
    value,
    hasDraft: computed(() => !saving.value && standing.value.kind !== 'same'),
    theirs,
    saving,
    problem: shallowReadonly(problem),
    start() {
      draft.value ??= beginDraft(field.value)
      editing.value = true
    },
    save,
    cancel() {
      if (standing.value.kind === 'same')
        draft.value = null
      close()
    },
    discard,
    useTheirs: discard,
    keepMine() {
      if (draft.value)
        draft.value = keepMine(draft.value, field.value)
    },
  }
}
