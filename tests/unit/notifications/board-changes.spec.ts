import { describe, expect, it } from 'vitest'
import type { PendingWork } from '#shared/notifications/board-changes.ts'
import { gatherWork, takeDueWork, tellWorkAt } from '#shared/notifications/board-changes.ts'
import type { RemoteChange } from '#shared/sync/describe-changes.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'

const BEN = PEOPLE.partner2.id
const did = (id: string, kind: RemoteChange['kind'], by: string | null = BEN): RemoteChange => ({ matterId: id, kind, by, matter: buildMatter({ id }) })
const gather = (...steps: [at: number, ...changes: RemoteChange[]][]): PendingWork[] =>
  steps.reduce((pending, [at, ...changes]) => gatherWork(pending, changes, NOW + at), [] as PendingWork[])
const told = (pending: readonly PendingWork[], isWanted: Parameters<typeof takeDueWork>[2] = () => true) => takeDueWork(pending, NOW + 60_000, isWanted).due

describe('what others do on the open board', () => {
  it('is told by person, four seconds after the last of it and ten after the first', () => {
    expect(tellWorkAt([])).toBeNull()
    expect(tellWorkAt(gather([0, did('a', 'moved')], [3_000, did('b', 'moved')]))).toBe(NOW + 7_000)
    expect(tellWorkAt(gather([0, did('a', 'moved')], [3_000, did('b', 'moved')], [6_500, did('c', 'moved')], [9_000, did('d', 'moved')]))).toBe(NOW + 10_000)
    const two = gather([0, did('a', 'moved')], [3_000, did('b', 'moved', PEOPLE.clerk.id)])
    const { due, left } = takeDueWork(two, NOW + 4_000, () => true)
    expect(due.map(({ by }) => by)).toEqual([BEN])
    expect(left.map(({ by }) => by)).toEqual([PEOPLE.clerk.id])
  })

  it('is counted by what was done, with names for the first three', () => {
    const [notice] = told(gather([0, did('a', 'edited'), did('b', 'moved'), did('c', 'moved'), did('d', 'created'), did('e', 'deleted')]))
    expect(notice).toMatchObject({
      count: 5, named: ['a', 'b', 'c'], isCatchUp: false,
      counts: [{ kind: 'created', count: 1 }, { kind: 'moved', count: 2 }, { kind: 'edited', count: 1 }, { kind: 'deleted', count: 1 }],
    })
  })

  it('has one word for each matter, the strongest', () => {
    expect(told(gather([0, did('a', 'created'), did('b', 'moved'), did('c', 'edited')], [1_000, did('a', 'moved'), did('b', 'edited'), did('c', 'deleted')]))[0]!.counts)
      .toEqual([{ kind: 'created', count: 1 }, { kind: 'moved', count: 1 }, { kind: 'deleted', count: 1 }])
    expect(told(gather([0, did('a', 'created')], [1_000, did('a', 'deleted')]))).toEqual([])
  })

  it('is one number where more than twenty came at once, or the board had been without contact', () => {
    const many = Array.from({ length: 21 }, (_, index) => did(`m${index}`, 'moved', index % 2 ? BEN : PEOPLE.clerk.id))
    expect(told(gather([0, ...many])).map(({ by, count, isCatchUp }) => [by, count, isCatchUp])).toEqual([[null, 21, true]])
    expect(told(gather([0, ...many.slice(1)])).map(({ isCatchUp }) => isCatchUp)).toEqual([false, false])
    expect(told(gatherWork([], [did('a', 'moved')], NOW, true))).toMatchObject([{ by: null, count: 1, isCatchUp: true }])
  })

  it('leaves out what isn\'t wanted, and says nothing where nothing is left', () => {
    const pending = gather([0, did('a', 'moved'), did('b', 'moved')])
    expect(told(pending, ({ matterId }) => matterId === 'b')[0]).toMatchObject({ count: 1, named: ['b'] })
    expect(told(pending, () => false)).toEqual([])
  })

  it('[C6] keeps nothing of a matter but what was done to it', () => {
    expect(JSON.stringify([...gather([0, did('a', 'moved')])[0]!.changes.values()])).toBe('[{"matterId":"a","kind":"moved"}]')
  })
})
