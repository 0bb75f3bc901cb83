import { useI18n } from '#imports'
import type { InjectionKey, ShallowRef } from 'vue'
import { inject, onScopeDispose, provide, shallowReadonly, shallowRef } from 'vue'
import type { ColumnId } from '#shared/kanban/board.ts'
import type { CloseOutcome, Matter, MatterId } from '#shared/kanban/matter.ts'
import type { MovePrompt, MoveQuestion } from '#shared/kanban/move-question.ts'
import { promptOfMove } from '#shared/kanban/move-question.ts'
import type { Placement } from '#shared/kanban/mutation.ts'
import type { SettledProblem, Submitted } from '#shared/sync/submitted.ts'
import { isToldLater } from './useAwayReport.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'
import { useNotifications } from './useNotifications.ts'
import { useRefusalWords } from './useRefusalWords.ts'
import { useRiskyAction } from './useRiskyAction.ts'
import { useUndo } from './useUndo.ts'

/** What a person is asked on the way of a move. */
export interface OpenMoveQuestion extends MoveQuestion {
  matter: Matter
}

export interface MoveAnswer {
  reason: string
  outcome?: CloseOutcome
  /** The person was told about open binding deadlines and goes on. */
  confirmed?: boolean
}

export interface MoveMatter {
  /** The question on the screen, which `MoveDialog` shows; null while there is none. */
  question: Readonly<ShallowRef<OpenMoveQuestion | null>>
  /** Answers it; null gives the move up. */
  answer: (answer: MoveAnswer | null) => void
  /** What a move would come to, to mark columns and menu items. */
  promptOf: (matter: Matter, columnId: ColumnId) => MovePrompt
  /**
   * Moves a matter, asks first where the rules want it, and tells how it ended. True once the server
   * has taken it; a closing that a partner is asked for is no move.
   */
  move: (matterId: MatterId, columnId: ColumnId, placement?: Placement) => Promise<boolean>
  /** Takes back the last change. */
  undo: () => Promise<boolean>
  columnName: (columnId: ColumnId) => string
}

const MOVE: InjectionKey<MoveMatter> = Symbol('move-matter')

/** Lets everything below this component move matters of `kanban`. The component shows `question` in a `MoveDialog`. */
export function provideMoveMatter(kanban: KanbanView): MoveMatter {
  const moves = createMoveMatter(kanban)
  provide(MOVE, moves)
  return moves
}

/** Moves matters, with the questions and the words that belong to it. */
export function useMoveMatter(): MoveMatter {
  return inject(MOVE, null) ?? createMoveMatter(useKanban())
}

function createMoveMatter(kanban: KanbanView): MoveMatter {
  const { t, locale } = useI18n()
  const notices = useNotifications()
  const refusalInWords = useRefusalWords(kanban)
  const { undo, offer } = useUndo(kanban)
  const { isRisky, askFirst } = useRiskyAction(kanban)
  const question = shallowRef<OpenMoveQuestion | null>(null)
  let resolveQuestion: ((answer: MoveAnswer | null) => void) | null = null

  async function move(matterId: MatterId, columnId: ColumnId, placement: Placement = { end: true }): Promise<boolean> {
    const matter = kanban.matterById(matterId)
    if (!matter)
      return tellRefusal('', { code: 'MATTER_GONE', message: '' })
    const prompt = promptOf(matter, columnId)
    if (prompt.kind === 'refused')
      return tellRefusal(matter.caseNumber, { ...prompt.refusal, message: '' })
    if (prompt.kind === 'go')
      return send(matter, columnId, kanban.moveMatter(matterId, { columnId, placement }))
    if (prompt.question.kind !== 'request-close' && isRisky() && !await askFirst())
      return false
    const given = await ask({ ...prompt.question, matter })
    if (!given)
      return false
    return prompt.question.kind === 'request-close'
      ? requestClose(matter, given)
      : send(matter, columnId, kanban.moveMatter(matterId, { columnId, placement, ...given }))
  }

  async function send(matter: Matter, columnId: ColumnId, { settled }: Submitted): Promise<boolean> {
    const result = await settled
    if (isToldLater(result))
      return result.ok
    if (!result.ok)
      return tellRefusal(matter.caseNumber, result.problem)
    // A card that only changed places in its column says so by itself.
    if (matter.columnId !== columnId)
      offer({ matterId: matter.id, title: t('board.move.done', { matter: matter.caseNumber, column: columnName(columnId) }), icon: 'i-lucide-check' })
    return true
  }

  async function requestClose(matter: Matter, { reason, outcome = 'COMPLETED' }: MoveAnswer): Promise<boolean> {
    const result = await kanban.editMatter(matter.id, { set: { closeRequest: { reason, outcome } } }).settled
    if (isToldLater(result))
      return false
    if (!result.ok)
      return tellRefusal(matter.caseNumber, result.problem)
    notices.info({ title: t('board.move.requested', { matter: matter.caseNumber }), icon: 'i-lucide-stamp' })
    return false
  }

  function tellRefusal(caseNumber: string, problem: SettledProblem): false {
    // That waits for a choice, and has a notice of its own.
    if (problem.code === 'CONFLICT')
      return false
    notices.error({
      title: caseNumber ? t('board.move.refused', { matter: caseNumber }) : t('board.move.failed'),
      description: refusalInWords(problem),
      icon: 'i-lucide-circle-slash',
      duration: 9_000,
    })
    return false
  }

  /** One question at a time: a second move gives the first one up. */
  function ask(next: OpenMoveQuestion): Promise<MoveAnswer | null> {
    answer(null)
    question.value = next
    return new Promise(resolve => resolveQuestion = resolve)
  }

  function answer(given: MoveAnswer | null): void {
    question.value = null
    resolveQuestion?.(given)
    resolveQuestion = null
  }

  function promptOf(matter: Matter, columnId: ColumnId): MovePrompt {
    return promptOfMove(matter, columnId, kanban.context.value)
  }

  function columnName(columnId: ColumnId): string {
    return kanban.columns.value.find(({ id }) => id === columnId)?.name[locale.value] ?? ''
  }

  onScopeDispose(() => answer(null))
  return { question: shallowReadonly(question), answer, promptOf, move, undo, columnName }
}
