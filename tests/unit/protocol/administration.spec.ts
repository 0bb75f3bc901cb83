import { describe, expect, it } from 'vitest'
import { boardCreateSchema, boardPatchSchema, columnPatchSchema, memberCreateSchema, memberPatchSchema } from '#shared/protocol/administration.ts'

describe('the wire of the administration', () => {
  it('makes a member of a name, an address, a role and a password', () => {
    const member = { name: ' Ana Ito ', email: ' ana@firm.example ', role: 'CLERK', password: ' as typed ' }
    expect(memberCreateSchema.parse(member)).toEqual({ name: 'Ana Ito', email: 'ana@firm.example', role: 'CLERK', password: ' as typed ' })
    for (const wrong of [{ name: ' ' }, { email: 'ana' }, { role: 'BOSS' }, { password: '' }, { admin: true }])
      expect(memberCreateSchema.safeParse({ ...member, ...wrong }).success).toBe(false)
  })

  it('changes what is named of a member', () => {
    expect(memberPatchSchema.parse({ active: false })).toEqual({ active: false })
    expect(memberPatchSchema.safeParse({ id: 'x' }).success).toBe(false)
  })

  it('makes boards by a workflow and never leaves the firm without a default', () => {
    expect(boardCreateSchema.parse({ name: ' Tax ' })).toEqual({ name: 'Tax', workflow: 'default' })
    expect(boardCreateSchema.safeParse({ name: 'Tax', workflow: 'kanban' }).success).toBe(false)
    expect(boardPatchSchema.safeParse({ isDefault: true }).success).toBe(true)
    expect(boardPatchSchema.safeParse({ isDefault: false }).success).toBe(false)
  })

  it('limits a column to one matter at least, or not at all', () => {
    expect(columnPatchSchema.parse({ wip: { limit: 3, hard: true } })).toEqual({ wip: { limit: 3, hard: true } })
    expect(columnPatchSchema.parse({ wip: null, name: { en: 'Review', ja: 'レビュー' } })).toEqual({ wip: null, name: { en: 'Review', ja: 'レビュー' } })
    for (const wip of [{ limit: 0, hard: true }, { limit: 1.5, hard: true }, { limit: 3 }])
      expect(columnPatchSchema.safeParse({ wip }).success).toBe(false)
    expect(columnPatchSchema.safeParse({ name: { en: 'Review' } }).success).toBe(false)
  })
})
