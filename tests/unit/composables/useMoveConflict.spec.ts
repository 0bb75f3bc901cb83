import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import { promptOfMove } from '#shared/kanban/move-question.ts'
import type { BaseVersions } from '#shared/kanban/mutation.ts'
import type { MoveConflict, UseMoveConflictReturn } from '~/composables/useMoveConflict.ts'
import { useMoveConflict } from '~/composables/useMoveConflict.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { settle } from '../../helpers/virtual-clock.ts'

const move = vi.fn<(id: string, columnId: string, placement?: object) => Promise<boolean>>()
const follow = vi.fn(async () => {})
const close = vi.fn()
let kanban: FakeKanban
let choice: UseMoveConflictReturn
let conflict: MoveConflict

/** This person wanted it in `mine`; a colleague put it where it is. */
function open(matter: Matter, mine: string): void {
  kanban = fakeKanban({ matters: [matter] })
  conflict = {
    id: 'c.1', matterId: matter.id, at: NOW,
    mutation: { kind: 'move', id: matter.id, args: { columnId: mine, placement: { before: 'neighbour' } } },
    fields: [{ field: 'columnId', base: 'intake', mine, theirs: matter.columnId, version: 7, by: PEOPLE.partner2.id, at: NOW }],
  }
  kanban.conflictsNow.value = [conflict]
  const promptOf = (row: Matter, columnId: string) => promptOfMove(row, columnId, kanban.context.value)
  choice = effectScope().run(() => useMoveConflict(() => conflict, ref<BaseVersions>({ columnId: 7 }), kanban, { promptOf, move }, { follow, close }))!
}
const resolved = () => kanban.resolved.map(({ resolution }) => resolution.type)

beforeEach(() => {
  vi.resetAllMocks()
})

describe('a move that met another', () => {
  it('shows where the matter was, and both destinations, in the board\'s order', () => {
    open(buildMatter({ columnId: 'waiting-client' }), 'review')
    expect(choice.stops.value.map(({ column, roles }) => [column.id, roles])).toEqual([['intake', ['was']], ['review', ['mine']], ['waiting-client', ['theirs']]])
    expect([choice.prompt.value, choice.others.value]).toEqual([{ kind: 'go' }, []])
  })

  it('is ready once something is chosen, and for another column once that is, too', () => {
    open(buildMatter({ columnId: 'waiting-client' }), 'review')
    expect(choice.isReady.value).toBe(false)
    choice.take.value = 'mine'
    expect(choice.isReady.value).toBe(true)
    choice.take.value = 'other'
    expect(choice.isReady.value).toBe(false)
    choice.other.value = 'in-progress'
    expect(choice.isReady.value).toBe(true)
  })

  it('goes to another column as a move of its own, at its end, and has nothing left to say', async () => {
    open(buildMatter({ columnId: 'closed' }), 'review')
    expect(choice.prompt.value!.kind).not.toBe('go')
    choice.other.value = 'in-progress'
    move.mockResolvedValue(true)
    await choice.apply('other')
    expect(move).toHaveBeenCalledExactlyOnceWith(conflict.matterId, 'in-progress', { end: true })
    expect([resolved(), close.mock.calls.length, choice.isMoving.value]).toEqual([['remote'], 1, false])
  })

  it('stays to be decided where the person gives the question of the rules up', async () => {
    open(buildMatter({ columnId: 'closed' }), 'in-progress')
    expect(choice.prompt.value!.kind).toBe('ask')
    const { promise, resolve } = Promise.withResolvers<boolean>()
    move.mockReturnValue(promise)
    const applied = choice.apply('mine')
    expect([move.mock.calls, choice.isMoving.value]).toEqual([[[conflict.matterId, 'in-progress', { before: 'neighbour' }]], true])
    resolve(false)
    await applied
    expect([resolved(), close.mock.calls.length, choice.isMoving.value]).toEqual([[], 0, false])
  })

  it('isn\'t taken for made by an older request to close the matter', async () => {
    const request = { outcome: 'SETTLED', reason: 'Paid', by: PEOPLE.associate.id, at: NOW - 1 } as const
    open(buildMatter({ columnId: 'closed', closeRequest: request }), 'in-progress')
    const { promise, resolve } = Promise.withResolvers<boolean>()
    move.mockReturnValue(promise)
    const applied = choice.apply('mine')
    await settle()
    expect([resolved(), choice.isMoving.value]).toEqual([[], true])
    resolve(false)
    await applied
    expect(resolved()).toEqual([])
  })

  it.each([
    ['it is drawn', { columnId: 'in-progress' }],
    ['a partner is asked to close it', { closeRequest: { outcome: 'SETTLED', reason: 'Paid', by: PEOPLE.associate.id, at: NOW } as const }],
  ])('is made as soon as %s, which without a network is long before the server has it', async (_, change) => {
    const matter = buildMatter({ columnId: 'closed' })
    open(matter, 'in-progress')
    move.mockReturnValue(new Promise(() => {}))
    const applied = choice.apply('mine')
    await settle()
    kanban.rows.value = [{ ...matter, ...change }]
    await applied
    expect([resolved(), close.mock.calls.length]).toEqual([['remote'], 1])
  })

  it('moves nothing that is gone meanwhile', async () => {
    open(buildMatter({ columnId: 'closed' }), 'in-progress')
    kanban.rows.value = []
    expect([choice.prompt.value, choice.others.value]).toEqual([null, []])
    await choice.apply('mine')
    expect([move.mock.calls.length, resolved()]).toEqual([0, []])
  })

  it('stays where the colleague put it, or goes on what was shown', async () => {
    open(buildMatter({ columnId: 'waiting-client' }), 'review')
    await choice.apply('theirs')
    expect(resolved()).toEqual(['remote'])
    open(buildMatter({ columnId: 'waiting-client' }), 'review')
    await choice.apply('mine')
    expect(kanban.resolved).toEqual([{ id: 'c.1', resolution: { type: 'local', shown: { columnId: 7 } } }])
    expect(follow).toHaveBeenCalledTimes(2)
  })
})
