import { beginDraft } from '#shared/kanban/field-draft.ts'
import type { MatterPatch, Mutation } from '#shared/kanban/mutation.ts'
import { newMatterOf } from '#shared/kanban/new-matter.ts'
import { isTextField } from '#shared/sync/conflict-choice.ts'
import type { DraftKey } from './useDraft.ts'
import { useDraft } from './useDraft.ts'
import type { KanbanView } from './useKanban.ts'
import { newMatterDraft } from './useNewMatter.ts'

export interface UseReturnedTextsOptions {
  /** Where a field's draft is kept. @default this device */
  draftOf?: (key: DraftKey) => { value: unknown }
}

/** Puts what somebody wrote back into the draft of its field or form when its change was refused: nothing that was typed is lost. */
export function useReturnedTexts(kanban: KanbanView, { draftOf = useDraft }: UseReturnedTextsOptions = {}): void {
  kanban.onSettled(({ matterId, mutation, settled }) => {
    if (settled.ok || settled.conflictId)
      return
    if (mutation.kind === 'create') {
      const form = draftOf({ member: kanban.me.value.id, matter: newMatterDraft(kanban.boardId.value), field: 'form' })
      form.value ??= newMatterOf(mutation.args)
    }
    const matter = kanban.matterById(matterId)
    if (!matter)
      return
    if (mutation.kind === 'comment' && 'body' in mutation.args) {
      const { action, commentId, body } = mutation.args
      draftOf({ member: kanban.me.value.id, board: kanban.boardId.value, matter: matterId, field: action === 'add' ? 'comment' : `comment-${commentId}` }).value ??= body
    }
    for (const [field, value] of textsOf(mutation)) {
      const draft = draftOf({ member: kanban.me.value.id, matter: matterId, field })
      draft.value ??= beginDraft({ value: matter[field] as unknown, version: matter.version, by: null }, value)
    }
  })
}

function textsOf(mutation: Mutation): [keyof MatterPatch, unknown][] {
  return mutation.kind === 'edit' ? (Object.entries(mutation.args.set ?? {}) as [keyof MatterPatch, unknown][]).filter(([field]) => isTextField(field)) : []
}
