import { describe, expect, it } from 'vitest'
import { commitInOrder } from '#server/services/commit-in-order.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { PEOPLE } from '../../helpers/builders.ts'

const request = (count: number) => ({
  actor: PEOPLE.partner, boardId: 'b', cid: 'c', items: Array.from({ length: count }, (_, index) => ({ n: index + 1, mutation: { kind: 'void' as const }, field: null })),
})

/** A service that makes each item but the one that fails. */
function serviceFailingAt(n: number, error: unknown) {
  return {
    commitNumbered: ({ item }: { item: { n: number } }) =>
      item.n === n ? Promise.reject(error) : Promise.resolve({ n: item.n, status: 'ok' as const, version: item.n }),
  }
}

describe('mutations of one request', () => {
  it('[M2] are answered up to the one that fails, whose fault is told to the log alone', async () => {
    const faults: unknown[] = []
    const error = new Error('away')
    const results = await commitInOrder(serviceFailingAt(3, error), request(5), fault => faults.push(fault))
    expect(results.map(({ n }) => n)).toEqual([1, 2])
    expect(faults).toEqual([error])
  })
  it('[M2] are answered up to a gap, which is nobody\'s fault', async () => {
    const faults: unknown[] = []
    expect(await commitInOrder(serviceFailingAt(2, new Problem('ORDER', 'gap', { wanted: 9 })), request(2), fault => faults.push(fault))).toHaveLength(1)
    expect(faults).toEqual([])
  })
  it('fail with the first', async () => {
    const error = new Error('away')
    await expect(commitInOrder(serviceFailingAt(1, error), request(2), () => {})).rejects.toBe(error)
  })
})
