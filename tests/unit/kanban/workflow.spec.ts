import { describe, expect, it } from 'vitest'
import type { Lifecycle } from '#shared/kanban/matter.ts'
import type { WorkflowTemplate } from '#shared/kanban/workflow.ts'
import {
  allowedColumns, columnsFromTemplate, DEFAULT_WORKFLOW, isTransitionAllowed, LITIGATION_WORKFLOW, WORKFLOW_TEMPLATES,
} from '#shared/kanban/workflow.ts'
import { buildBoard, buildColumn } from '../../helpers/builders.ts'

/** The workflows of docs/domain.md, written down a second time: column, English, Japanese, lifecycle, where it may go. */
const TABLES: Record<WorkflowTemplate['key'], [key: string, en: string, ja: string, kind: Lifecycle, to: string[]][]> = {
  default: [
    ['intake', 'Intake', '受付', 'PENDING', ['initial-review', 'closed']],
    ['initial-review', 'Initial review', '初回確認', 'PENDING', ['in-progress', 'waiting-client', 'closed']],
    ['in-progress', 'In progress', '進行中', 'OPEN', ['review', 'waiting-client', 'ready-filing', 'closed']],
    ['review', 'Review', 'レビュー', 'OPEN', ['in-progress', 'ready-filing', 'waiting-client', 'closed']],
    ['waiting-client', 'Waiting for client', 'クライアント待ち', 'OPEN', ['in-progress', 'review', 'closed']],
    ['ready-filing', 'Ready for filing', '申請準備完了', 'OPEN', ['review', 'in-progress', 'closed']],
    ['closed', 'Closed', '完了', 'CLOSED', ['in-progress']],
  ],
  litigation: [
    ['intake', 'Intake', '受付', 'PENDING', ['initial-review', 'closed']],
    ['initial-review', 'Initial review', '初回確認', 'PENDING', ['investigation', 'research', 'closed']],
    ['investigation', 'Investigation', '調査', 'OPEN', ['research', 'draft-pleadings', 'closed']],
    ['research', 'Research', 'リサーチ', 'OPEN', ['draft-pleadings', 'filed', 'closed']],
    ['draft-pleadings', 'Draft pleadings', '訴状作成', 'OPEN', ['filed', 'research', 'closed']],
    ['filed', 'Filed', '提訴済み', 'OPEN', ['discovery', 'settlement', 'closed']],
    ['discovery', 'Discovery', '証拠開示', 'OPEN', ['mediation', 'trial-prep', 'settlement', 'closed']],
    ['mediation', 'Mediation', '調停', 'OPEN', ['settlement', 'trial-prep', 'closed']],
    ['trial-prep', 'Trial preparation', '審理準備', 'OPEN', ['trial', 'settlement', 'closed']],
    ['trial', 'Trial', '審理', 'OPEN', ['settlement', 'closed']],
    ['settlement', 'Settlement', '和解', 'OPEN', ['closed']],
    // Reopened litigation starts again from its research.
    ['closed', 'Closed', '完了', 'CLOSED', ['research']],
  ],
}

const CRITICAL = { default: ['closed'], litigation: ['trial', 'settlement', 'closed'] }

describe.each(WORKFLOW_TEMPLATES)('the $key workflow', (template) => {
  const table = TABLES[template.key]
  const board = buildBoard({ template })

  it('has the columns in order, named in both languages', () => {
    expect(board.columns.map(({ key, name, kind, position }) => [key, name.en, name.ja, kind, position]))
      .toEqual(table.map(([key, en, ja, kind], position) => [key, en, ja, kind, position]))
  })

  it.each(board.columns.flatMap(from => board.columns.map(to => ({ from, to, pair: `${from.key} > ${to.key}` }))))('$pair', ({ from, to }) => {
    const targets = table.find(([key]) => key === from.key)![4]
    expect(isTransitionAllowed(from, to)).toBe(from.key === to.key || targets.includes(to.key))
  })

  it('lists where a matter may go in the order of the board, staying left out', () => {
    for (const [key, , , , to] of table) {
      const listed = allowedColumns(board, board.columns.find(column => column.key === key)!).map(column => column.key)
      expect(listed).toEqual(board.columns.map(column => column.key).filter(column => to.includes(column)))
    }
  })

  it('asks for a confirmation and a reason on the way into its critical columns', () => {
    expect(board.columns.filter(({ critical }) => critical).map(({ key }) => key)).toEqual(CRITICAL[template.key])
  })

  it('can be left: from each open column a matter can get to the closed one', () => {
    for (const column of board.columns.filter(({ kind }) => kind !== 'CLOSED'))
      expect(allowedColumns(board, column).map(({ key }) => key)).toContain('closed')
  })
})

describe('a workflow on a board', () => {
  it('takes ids from its maker and starts without limits', () => {
    const columns = columnsFromTemplate(DEFAULT_WORKFLOW, key => `id-of-${key}`)
    expect(columns[0]).toMatchObject({ id: 'id-of-intake', allowedTargets: ['id-of-initial-review', 'id-of-closed'], wip: null, archived: false })
  })

  it('drops targets that it has no column for', () => {
    const columns = columnsFromTemplate({ ...LITIGATION_WORKFLOW, columns: [{ ...LITIGATION_WORKFLOW.columns[0]!, to: ['nowhere'] }] }, key => key)
    expect(columns[0]!.allowedTargets).toEqual([])
  })

  it('lets every move pass from an imported column', () => {
    const [toDo, done] = [buildColumn({ key: 'to-do' }), buildColumn({ key: 'done', kind: 'CLOSED' })]
    expect(isTransitionAllowed(toDo, done)).toBe(true)
    expect(isTransitionAllowed(done, toDo)).toBe(true)
  })

  it('takes nothing new into an archived column, yet what is there may stay', () => {
    const [toDo, attic] = [buildColumn({ key: 'to-do' }), buildColumn({ key: 'attic', archived: true })]
    expect(isTransitionAllowed(toDo, attic)).toBe(false)
    expect(isTransitionAllowed(attic, attic)).toBe(true)
    expect(allowedColumns({ columns: [toDo, attic] }, attic)).toEqual([toDo])
  })
})
