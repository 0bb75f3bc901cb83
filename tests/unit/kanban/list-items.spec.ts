import { describe, expect, it } from 'vitest'
import { itemKey, itemsByKey, overwrittenItems } from '#shared/kanban/list-items.ts'
import { assign, buildId, buildMatter, buildTask, PEOPLE } from '../../helpers/builders.ts'

const [a, b] = [buildTask({ id: buildId(1) }), buildTask({ id: buildId(2) })]
const matter = buildMatter({ tasks: [a, b], deadlines: [], assignments: [assign(PEOPLE.partner)] })

describe('the items of a matter\'s lists', () => {
  it('go by their id, and people by whom they are', () => {
    expect([...itemsByKey(matter).keys()]).toEqual([`tasks/${a.id}`, `tasks/${b.id}`, `assignments/${PEOPLE.partner.id}`])
    expect(itemKey('deadlines', { id: 'x' })).toBe('deadlines/x')
  })

  it('are overwritten when they change or go, not when one comes or their order changes', () => {
    const done = { ...a, doneAt: 1 }
    expect([...overwrittenItems(matter, { ...matter, tasks: [done] }).keys()]).toEqual([`tasks/${a.id}`, `tasks/${b.id}`])
    expect(overwrittenItems(matter, { ...matter, tasks: [b, a, buildTask({ id: buildId(3) })] }).size).toBe(0)
  })
})
