import { shallowRef } from 'vue'
import type { FieldDraft, FieldState } from '#shared/kanban/field-draft.ts'
import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import type { MatterPatch } from '#shared/kanban/mutation.ts'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import { useDraft } from './useDraft.ts'
import type { UseFieldEditorReturn } from './useFieldEditor.ts'
import { useFieldEditor } from './useFieldEditor.ts'
import { useMatterPanel } from './useMatterPanel.ts'

/** A matter's field that is set as a whole and has the same form in a patch as in the row. */
export type PlainField = Exclude<keyof MatterPatch, 'hold' | 'closeRequest'>

export interface UseMatterFieldOptions {
  /** Keep what is typed on this device until it is saved. @default true */
  keepDraft?: boolean
}

/** The editor of one field of the open matter: sends only this field, with the version that was looked at. */
export function useMatterField<Field extends PlainField>(
  field: Field,
  { keepDraft = true }: UseMatterFieldOptions = {},
): UseFieldEditorReturn<Matter[Field]> {
  const { kanban, matter, versionOf, edit } = useMatterPanel()
  type Draft = FieldDraft<Matter[Field]>
  const draft = keepDraft
    ? useDraft<Draft>({ member: kanban.me.value.id, matter: matter.value.id, field })
    : shallowRef<Draft | null>(null)

  return useFieldEditor<Matter[Field]>({
    draft,
    current: () => ({ value: matter.value[field], version: versionOf(field), by: matter.value.fieldVersions[field]?.by ?? null }),
    async save(value, base) {
      const problem = await edit({ set: { [field]: value } as MatterPatch }, { [field]: base })
      // The board may not have the newer value yet, and reading on should show it.
      if (problem?.code === 'CONFLICT')
        void kanban.refresh()
      return problem
    },
    met: problem => conflictOn(problem, field),
  })
}

/** The newer value of a field that a refused edit met. */
function conflictOn<Field extends MatterField>(problem: SettledProblem, field: Field): FieldState<Matter[Field]> | null {
  const conflict = 'conflicts' in problem && problem.conflicts?.find(conflict => conflict.field === field)
  return conflict ? { value: conflict.value as Matter[Field], version: conflict.version, by: conflict.by } : null
}
