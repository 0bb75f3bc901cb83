import { describe, expect, it } from 'vitest'
import { layOutBoard, wipState } from '#shared/kanban/board-layout.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { buildBoard, buildColumn, buildMatter, buildMatters, NOW } from '../../helpers/builders.ts'

function columnsWith(matters: readonly Matter[], options: Partial<Parameters<typeof layOutBoard>[0]> = {}) {
  const layout = layOutBoard({
    columns: buildBoard().columns,
    mattersIn: columnId => matters.filter(matter => matter.columnId === columnId),
    ...options,
  })
  return Object.fromEntries(layout.map(({ column, matters, total }) => [column.key, { ids: matters.map(({ id }) => id), total }]))
}

describe('the board on the screen', () => {
  it('puts each matter into its column and counts what filters hide', () => {
    const [first, second] = buildMatters(2) as [Matter, Matter]
    expect(columnsWith([first, second], { isShown: ({ id }) => id === second.id })['in-progress']).toEqual({ ids: [second.id], total: 2 })
  })

  it('leaves archived columns out unless they are asked for', () => {
    const columns = [buildColumn(), buildColumn({ key: 'old', archived: true })]
    expect(Object.keys(columnsWith([], { columns }))).toEqual(['to-do'])
    expect(Object.keys(columnsWith([], { columns, withArchivedColumns: true }))).toEqual(['to-do', 'old'])
  })

  it('doesn\'t count archived matters that are shown', () => {
    const [first, second] = [buildMatter(), buildMatter({ archived: true })]
    expect(columnsWith([first, second])['in-progress']).toEqual({ ids: [first.id, second.id], total: 1 })
  })

  it('shows closed matters newest first', () => {
    const [old, young, twin] = [1, 3, 3].map(hours => buildMatter({ columnId: 'closed', stageEnteredAt: NOW + hours }))
    expect(columnsWith([old!, twin!, young!]).closed!.ids).toEqual([young!.id, twin!.id, old!.id])
    expect(columnsWith([young!, twin!, old!]).closed!.ids).toEqual([young!.id, twin!.id, old!.id])
  })

  it('[C8] keeps a held matter where it was lifted, whoever moves it meanwhile', () => {
    const [first, held, last] = buildMatters(3) as [Matter, Matter, Matter]
    const elsewhere = { ...held, columnId: 'review' }
    const layout = columnsWith([first, elsewhere, last], { held: { matter: held, columnId: 'in-progress', index: 1 } })
    expect(layout['in-progress']!.ids).toEqual([first.id, held.id, last.id])
    expect(layout.review!.ids).toEqual([])
  })

  it('says how full a column is against its limit', () => {
    expect(wipState({ wip: null }, 90)).toBeNull()
    expect(wipState({ wip: { limit: 3, hard: false } }, 2)).toBe('free')
    expect(wipState({ wip: { limit: 3, hard: false } }, 3)).toBe('full')
    expect(wipState({ wip: { limit: 3, hard: true } }, 4)).toBe('over')
  })
})
