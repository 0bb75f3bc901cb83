import type { ComputedRef, InjectionKey, MaybeRefOrGetter } from 'vue'
import { computed, inject, provide, toValue, watch } from 'vue'
import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { EditArgs } from '#shared/kanban/mutation.ts'
import type { Capability, PermissionRefusal } from '#shared/kanban/permissions.ts'
import { refusePermission } from '#shared/kanban/permissions.ts'
import type { Looked } from '#shared/sync/outbox-entry.ts'
import type { SettledProblem, Submitted } from '#shared/sync/submitted.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'

/** One open matter, as the parts of its panel see it. */
export interface MatterPanel {
  kanban: KanbanView
  matter: ComputedRef<Matter>
  /** Also false while this page is too old to change anything (rule K1). */
  may: (capability: Capability) => boolean
  /** Why the reader may not; null when they may. */
  refusal: (capability: Capability) => PermissionRefusal | null
  /** A field as the person sees it now, for an edit that they make of it later. */
  look: (field: MatterField) => Looked
  /** Sends an edit. `looked` are the fields as the person saw them; null when it was taken. */
  edit: (args: EditArgs, looked?: Looked) => Promise<SettledProblem | null>
  /** Null for nobody, and for those whose name isn't known here. */
  nameOf: (member: MemberId | null | undefined) => string | null
}

const PANEL: InjectionKey<MatterPanel> = Symbol('matter-panel')

/** Opens a matter of the board for everything below this component. */
export function provideMatterPanel(matter: MaybeRefOrGetter<Matter>): MatterPanel {
  const kanban = useKanban()
  const refusal = (capability: Capability) => refusePermission(kanban.context.value.actor, capability, toValue(matter))
  const panel: MatterPanel = {
    kanban,
    matter: computed(() => toValue(matter)),
    refusal,
    may: capability => refusal(capability) === null && !kanban.isOutdated.value,
    look(field) {
      const { version, [field]: value } = toValue(matter)
      return { [field]: { version, value } }
    },
    edit: (args, looked) => problemOf(kanban.editMatter(toValue(matter).id, args, looked)),
    nameOf: member => (member && kanban.members.value.get(member)?.name) || null,
  }
  watch(() => toValue(matter).id, (id, _, onCleanup) => onCleanup(kanban.focus(id)), { immediate: true })
  provide(PANEL, panel)
  return panel
}

/** The matter whose panel this component is part of. */
export function useMatterPanel(): MatterPanel {
  const panel = inject(PANEL, null)
  if (!panel)
    throw new Error('useMatterPanel() needs provideMatterPanel() in a component above')
  return panel
}

/** How a change ended, put the way a form asks: what is wrong, or null. */
export async function problemOf({ settled }: Submitted): Promise<SettledProblem | null> {
  const result = await settled
  return result.ok ? null : result.problem
}
