import type { Board, Column } from './board.ts'
import type { Lifecycle } from './matter.ts'

interface ColumnTemplate {
  key: string
  name: { en: string, ja: string }
  kind: Lifecycle
  /** Keys of the columns a matter may go to from here. */
  to: string[]
  critical?: boolean
}

export interface WorkflowTemplate {
  key: 'default' | 'litigation'
  name: { en: string, ja: string }
  columns: ColumnTemplate[]
}

export const DEFAULT_WORKFLOW: WorkflowTemplate = {
  key: 'default',
  name: { en: 'Matters', ja: '案件' },
  columns: [
    { key: 'intake', name: { en: 'Intake', ja: '受付' }, kind: 'PENDING', to: ['initial-review', 'closed'] },
    { key: 'initial-review', name: { en: 'Initial review', ja: '初回確認' }, kind: 'PENDING', to: ['in-progress', 'waiting-client', 'closed'] },
    { key: 'in-progress', name: { en: 'In progress', ja: '進行中' }, kind: 'OPEN', to: ['review', 'waiting-client', 'ready-filing', 'closed'] },
    { key: 'review', name: { en: 'Review', ja: 'レビュー' }, kind: 'OPEN', to: ['in-progress', 'ready-filing', 'waiting-client', 'closed'] },
    { key: 'waiting-client', name: { en: 'Waiting for client', ja: 'クライアント待ち' }, kind: 'OPEN', to: ['in-progress', 'review', 'closed'] },
    { key: 'ready-filing', name: { en: 'Ready for filing', ja: '申請準備完了' }, kind: 'OPEN', to: ['review', 'in-progress', 'closed'] },
    { key: 'closed', name: { en: 'Closed', ja: '完了' }, kind: 'CLOSED', to: ['in-progress'], critical: true },
  ],
}

export const LITIGATION_WORKFLOW: WorkflowTemplate = {
  key: 'litigation',
  name: { en: 'Litigation', ja: '訴訟' },
  columns: [
    { key: 'intake', name: { en: 'Intake', ja: '受付' }, kind: 'PENDING', to: ['initial-review', 'closed'] },
    { key: 'initial-review', name: { en: 'Initial review', ja: '初回確認' }, kind: 'PENDING', to: ['investigation', 'research', 'closed'] },
    { key: 'investigation', name: { en: 'Investigation', ja: '調査' }, kind: 'OPEN', to: ['research', 'draft-pleadings', 'closed'] },
    { key: 'research', name: { en: 'Research', ja: 'リサーチ' }, kind: 'OPEN', to: ['draft-pleadings', 'filed', 'closed'] },
    { key: 'draft-pleadings', name: { en: 'Draft pleadings', ja: '訴状作成' }, kind: 'OPEN', to: ['filed', 'research', 'closed'] },
    { key: 'filed', name: { en: 'Filed', ja: '提訴済み' }, kind: 'OPEN', to: ['discovery', 'settlement', 'closed'] },
    { key: 'discovery', name: { en: 'Discovery', ja: '証拠開示' }, kind: 'OPEN', to: ['mediation', 'trial-prep', 'settlement', 'closed'] },
    { key: 'mediation', name: { en: 'Mediation', ja: '調停' }, kind: 'OPEN', to: ['settlement', 'trial-prep', 'closed'] },
    { key: 'trial-prep', name: { en: 'Trial preparation', ja: '審理準備' }, kind: 'OPEN', to: ['trial', 'settlement', 'closed'] },
    { key: 'trial', name: { en: 'Trial', ja: '審理' }, kind: 'OPEN', to: ['settlement', 'closed'], critical: true },
    { key: 'settlement', name: { en: 'Settlement', ja: '和解' }, kind: 'OPEN', to: ['closed'], critical: true },
    { key: 'closed', name: { en: 'Closed', ja: '完了' }, kind: 'CLOSED', to: ['research'], critical: true },
  ],
}

export const WORKFLOW_TEMPLATES = [DEFAULT_WORKFLOW, LITIGATION_WORKFLOW]

/** Columns of a new board, with ids from `makeId`. */
export function columnsFromTemplate(template: WorkflowTemplate, makeId: (key: string) => string): Column[] {
  const ids = new Map(template.columns.map(column => [column.key, makeId(column.key)]))
  return template.columns.map((column, position) => ({
    id: ids.get(column.key)!,
    key: column.key,
    name: column.name,
    kind: column.kind,
    position,
    allowedTargets: column.to.flatMap(key => ids.get(key) ?? []),
    critical: column.critical ?? false,
    wip: null,
    archived: false,
  }))
}

/** Whether the workflow lets a matter go from one column to another. Staying is always legal. */
export function isTransitionAllowed(from: Column, to: Column): boolean {
  if (from.id === to.id)
    return true
  return !to.archived && (from.allowedTargets === null || from.allowedTargets.includes(to.id))
}

/** Where the workflow leads from here, in the board's order. */
export function allowedColumns(board: Pick<Board, 'columns'>, from: Column): Column[] {
  return board.columns.filter(column => column.id !== from.id && isTransitionAllowed(from, column))
}
