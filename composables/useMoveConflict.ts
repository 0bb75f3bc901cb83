import type { ComputedRef, Ref } from 'vue'
import { computed, shallowRef, watch } from 'vue'
import type { Column, ColumnId } from '#shared/kanban/board.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { MovePrompt } from '#shared/kanban/move-question.ts'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import type { Conflict, ConflictField } from '#shared/sync/conflict-record.ts'
import type { UseConflictsReturn } from './useConflicts.ts'
import type { KanbanView } from './useKanban.ts'
import type { MoveMatter } from './useMoveMatter.ts'

/** A move that met somebody else's. */
export type MoveConflict = Conflict & { mutation: { kind: 'move' } }

/** A column in the little picture of what happened. */
export interface MoveStop {
  column: Column
  /** Which ways it was part of. */
  roles: ('was' | 'mine' | 'theirs')[]
}

export interface UseMoveConflictReturn {
  field: ComputedRef<ConflictField>
  /** Where it was, where this person put it and where somebody else did, in the board's order. */
  stops: ComputedRef<MoveStop[]>
  /** What going to the wanted column comes to from where the matter is now. */
  prompt: ComputedRef<MovePrompt | null>
  /** Where it may go instead, when not where it was meant to. */
  others: ComputedRef<Column[]>
  take: Ref<'mine' | 'theirs' | 'other' | null>
  other: Ref<ColumnId | undefined>
  isReady: ComputedRef<boolean>
  /** A question of the rules is on the screen, or its answer on the way. */
  isMoving: Readonly<Ref<boolean>>
  apply: (take: 'mine' | 'theirs' | 'other') => Promise<void>
}

/** The choice between two destinations of one matter. */
export function useMoveConflict(
  conflict: () => MoveConflict, shown: Ref<BaseVersions>, kanban: KanbanView, moves: Pick<MoveMatter, 'promptOf' | 'move'>,
  { follow, close }: Pick<UseConflictsReturn, 'follow' | 'close'>,
): UseMoveConflictReturn {
  const take = shallowRef<'mine' | 'theirs' | 'other' | null>(null)
  const other = shallowRef<ColumnId>()
  const isMoving = shallowRef(false)
  const field = computed(() => conflict().fields.find(({ field }) => field === 'columnId') ?? conflict().fields[0]!)
  const matter = computed(() => kanban.matterById(conflict().matterId))
  const prompt = computed(() => matter.value ? moves.promptOf(matter.value, wanted()) : null)
  const others = computed(() => prompt.value?.kind !== 'refused' || !matter.value
    ? []
    : kanban.columns.value.filter(({ id, archived }) => !archived && id !== matter.value!.columnId && moves.promptOf(matter.value!, id).kind !== 'refused'))
  const stops = computed(() => kanban.columns.value.flatMap((column): MoveStop[] => {
    const roles = ([['was', field.value.base], ['mine', wanted()], ['theirs', field.value.theirs]] as const).filter(([, id]) => id === column.id).map(([role]) => role)
    return roles.length > 0 ? [{ column, roles }] : []
  }))

  function wanted(): ColumnId {
    return conflict().mutation.args.columnId
  }

  async function apply(choice: 'mine' | 'theirs' | 'other'): Promise<void> {
    const decided = conflict()
    const { args } = decided.mutation
    if (choice === 'theirs')
      return follow(decided, 'remote', kanban.resolveConflict(decided.id, { type: 'remote' }))
    if (choice === 'mine' && prompt.value?.kind === 'go')
      return follow(decided, 'local', kanban.resolveConflict(decided.id, { type: 'local', shown: shown.value }))
    const columnId = choice === 'mine' ? args.columnId : other.value
    if (matter.value && columnId)
      await moveOn(decided, matter.value, columnId, choice === 'mine' ? args.placement : { end: true })
  }

  /** A way that the rules ask about is a move like any other; once it is made, the old one has nothing left to say. */
  async function moveOn(decided: MoveConflict, { id, closeRequest }: Matter, columnId: ColumnId, placement: MoveConflict['mutation']['args']['placement']): Promise<void> {
    isMoving.value = true
    // It is drawn before the server has heard of it, which may be long without a network. Where a partner is asked to close it, that request is drawn.
    const drawn = Promise.withResolvers<boolean>()
    const stop = watch(() => kanban.matterById(id), (row) => {
      if (row && (row.columnId === columnId || (row.closeRequest && row.closeRequest.at !== closeRequest?.at)))
        drawn.resolve(true)
    })
    const isMade = await Promise.race([moves.move(id, columnId, placement), drawn.promise])
    stop()
    isMoving.value = false
    if (!isMade)
      return
    kanban.resolveConflict(decided.id, { type: 'remote' })
    close()
  }

  return {
    field, stops, prompt, others, take, other, isMoving, apply,
    isReady: computed(() => take.value !== null && (take.value !== 'other' || other.value !== undefined)),
  }
}
