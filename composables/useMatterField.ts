import { shallowRef } from 'vue'
import type { FieldDraft } from '#shared/kanban/field-draft.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { MatterPatch } from '#shared/kanban/mutation.ts'
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

/** The editor of one field of the open matter: sends only this field, with what was looked at. */
export function useMatterField<Field extends PlainField>(
  field: Field,
  { keepDraft = true }: UseMatterFieldOptions = {},
): UseFieldEditorReturn<Matter[Field]> {
  const { kanban, matter, edit } = useMatterPanel()
  type Draft = FieldDraft<Matter[Field]>
  const draft = keepDraft
    ? useDraft<Draft>({ member: kanban.me.value.id, board: kanban.boardId.value, matter: matter.value.id, field })
    : shallowRef<Draft | null>(null)

  return useFieldEditor<Matter[Field]>({
    draft,
    current: () => ({ value: matter.value[field], version: matter.value.version, by: matter.value.fieldVersions[field]?.by ?? null }),
    save: ({ value, seen, base }) => edit({ set: { [field]: value } as MatterPatch }, { [field]: { version: base, value: seen } }),
  })
}
