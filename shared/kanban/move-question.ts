import type { MutationContext, Refusal } from './apply-mutation.ts'
import { refuseMove } from './apply-mutation.ts'
import type { Column, ColumnId } from './board.ts'
import { findColumn } from './board.ts'
import { openBindingDeadlines } from './deadline.ts'
import type { CloseOutcome, Deadline, Matter } from './matter.ts'
import { CLOSE_OUTCOMES } from './matter.ts'
import { can } from './permissions.ts'

/** What still has to be asked of a person who moves a matter. */
export interface MoveQuestion {
  /** `request-close`: the person may not close, but may ask a partner to. */
  kind: 'critical' | 'close' | 'reopen' | 'request-close'
  column: Column
  /** What may come of a closing; empty for other moves. */
  outcomes: CloseOutcome[]
  /** Open deadlines of a court, a statute or an agency: closing in spite of them wants a confirmation. */
  bindingDeadlines: Deadline[]
}

/** What a move into a column comes to for this person. */
export type MovePrompt
  = | { kind: 'go' }
    | { kind: 'ask', question: MoveQuestion }
    | { kind: 'refused', refusal: Refusal }

/** Whether a matter can go to a column at once, wants answers first, or may not. Decides by the rules that the server applies. */
export function promptOfMove(matter: Matter, columnId: ColumnId, context: MutationContext): MovePrompt {
  const refusal = refuseMove(matter, { columnId }, context)
  if (!refusal)
    return { kind: 'go' }
  const from = findColumn(context.board, matter.columnId)
  const column = findColumn(context.board, columnId)
  const asks = refusal.code === 'REASON_REQUIRED' || refusal.code === 'CONFIRMATION_REQUIRED'
  const requests = refusal.code === 'INSUFFICIENT_PERMISSION' && column?.kind === 'CLOSED' && can(context.actor, 'requestClose', matter)
    && (!from?.allowedTargets || from.allowedTargets.includes(columnId))
  if (!column || (!asks && !requests))
    return { kind: 'refused', refusal }
  const closes = column.kind === 'CLOSED'
  return {
    kind: 'ask',
    question: {
      kind: requests ? 'request-close' : closes ? 'close' : from?.kind === 'CLOSED' ? 'reopen' : 'critical',
      column,
      outcomes: closes ? CLOSE_OUTCOMES.filter(outcome => outcome !== 'DECLINED' || from?.kind === 'PENDING') : [],
      bindingDeadlines: closes ? openBindingDeadlines(matter) : [],
    },
  }
}
