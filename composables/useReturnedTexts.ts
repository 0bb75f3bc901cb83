import { beginDraft } from '#shared/kanban/field-draft.ts'
import type { MatterPatch, Mutation } from '#shared/kanban/mutation.ts'
import { isTextField } from '#shared/sync/conflict-choice.ts'
import type { DraftKey } from './useDraft.ts'
import { useDraft } from './useDraft.ts'
import type { KanbanView } from './useKanban.ts'

export interface UseReturnedTextsOptions {
  /** Where a field's draft is kept. @default this device */
  draftOf?: (key: DraftKey) => { value: unknown }
}

/** Puts what somebody wrote back into the field's draft when its change was refused: nothing that was typed is lost. */
export function useReturnedTexts(kanban: KanbanView, { draftOf = useDraft }: UseReturnedTextsOptions = {}): void {
  kanban.onSettled(({ matterId, mutation, settled }) => {
    const matter = kanban.matterById(matterId)
    if (!matter || settled.ok || settled.conflictId)
      return
    for (const [field, value] of textsOf(mutation)) {
      const draft = draftOf({ member: kanban.me.value.id, matter: matterId, field })
      draft.value ??= beginDraft({ value: matter[field] as unknown, version: matter.version, by: null }, value)
    }
  })
}

function textsOf(mutation: Mutation): [keyof MatterPatch, unknown][] {
  return mutation.kind === 'edit' ? (Object.entries(mutation.args.set ?? {}) as [keyof MatterPatch, unknown][]).filter(([field]) => isTextField(field)) : []
}
