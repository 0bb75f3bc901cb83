import { describe, expect, it } from 'vitest'
import { findColumn, resolveColumn } from '#shared/kanban/board.ts'
import { buildBoard, buildColumn } from '../../helpers/builders.ts'

describe('naming a column', () => {
  const board = buildBoard({ columns: { 'in-progress': { id: 'the-id' } } })

  it.each(['the-id', 'in-progress', 'IN_PROGRESS', 'In-Progress'])('%s means the column in progress', (name) => {
    expect(resolveColumn(board, name)?.key).toBe('in-progress')
  })

  it('prefers an id to a key', () => {
    const columns = [buildColumn({ id: 'a', key: 'b' }), buildColumn({ id: 'b', key: 'a' })]
    expect(resolveColumn({ columns }, 'a')?.key).toBe('b')
  })

  it('takes an imported key as it is written', () => {
    const columns = [buildColumn({ key: 'to_do' })]
    expect(resolveColumn({ columns }, 'to_do')?.key).toBe('to_do')
  })

  it('knows when a board has no such column', () => {
    expect(resolveColumn(board, 'nowhere')).toBeUndefined()
    expect(findColumn(board, 'in-progress')).toBeUndefined()
    expect(findColumn(board, 'the-id')?.key).toBe('in-progress')
  })
})
