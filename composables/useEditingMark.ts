import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, toValue, useId, watch } from 'vue'
import type { Member } from '#shared/kanban/member.ts'
import { memberTone } from '~/utils/member-tone.ts'
import { useMatterPanel } from './useMatterPanel.ts'
import { usePresence } from './usePresence.ts'

export interface UseEditingMarkReturn {
  /** Who else edits the field. */
  members: ComputedRef<readonly Member[]>
  /** Of the mark. */
  id: string
  /** For the `aria-describedby` of the field; nothing while nobody edits it. */
  describedBy: ComputedRef<string | undefined>
  /** Classes of the field's coloured edge. */
  edge: ComputedRef<string>
}

/**
 * Tells who else edits a field of the open matter, and tells them when this reader does.
 *
 * @param field as the matter calls it; an item's as `deadlines/<id>`
 * @param isEditing whether this reader edits it
 */
export function useEditingMark(field: MaybeRefOrGetter<string>, isEditing: MaybeRefOrGetter<boolean>): UseEditingMarkReturn {
  const presence = usePresence()
  const { matter } = useMatterPanel()
  const id = useId()
  const members = computed(() => presence.editing(matter.value.id, toValue(field)))

  watch(() => toValue(isEditing) ? `${matter.value.id}/${toValue(field)}` : null, (now, _, onCleanup) => {
    if (now !== null)
      onCleanup(presence.claim({ matterId: matter.value.id, action: 'editing', field: toValue(field) }))
  }, { immediate: true })

  return {
    members,
    id,
    describedBy: computed(() => members.value.length > 0 ? id : undefined),
    edge: computed(() => members.value.length > 0 ? `relative before:absolute before:inset-y-0.5 before:-start-2.5 before:border-s-2 before:border-inherit ${memberTone(members.value[0]!.id).edge}` : ''),
  }
}
