import { describe, expect, it } from 'vitest'
import { createBoardLeases } from '#server/services/realtime/board-leases.ts'
import { PEOPLE } from '../../helpers/builders.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const { partner, associate, client, admin } = PEOPLE

function open() {
  const clock = createVirtualClock()
  const told: string[] = []
  const leases = createBoardLeases(clock, (boardId, memberId, change) => {
    told.push(`${boardId} ${Object.values(PEOPLE).find(({ id }) => id === memberId)!.role} ${change}`)
  })
  return { clock, leases, take: () => told.splice(0) }
}

describe('who is there', () => {
  it('[A1] by polls is so for 45 s after the last', async () => {
    const { clock, leases, take } = open()
    leases.polled('b', partner)
    await clock.advance(40_000)
    leases.polled('b', partner)
    expect(take()).toEqual(['b PARTNER joined'])
    await clock.advance(44_999)
    expect(take()).toEqual([])
    await clock.advance(1)
    expect(take()).toEqual(['b PARTNER left'])
    expect(clock.timers).toBe(0)
  })

  it('[A1] by a socket is so while it is open, and 5 s longer', async () => {
    const { clock, leases, take } = open()
    leases.opened('b', partner, 's1')
    await clock.advance(600_000)
    leases.closed('b', partner, 's1')
    await clock.advance(4_999)
    expect(take()).toEqual(['b PARTNER joined'])
    await clock.advance(1)
    expect(take()).toEqual(['b PARTNER left'])
  })

  it('[A1] stays so over a page that is loaded again, and by several ways at once', async () => {
    const { clock, leases, take } = open()
    leases.opened('b', partner, 's1')
    leases.opened('b', partner, 's2')
    leases.closed('b', partner, 's1')
    leases.closed('b', partner, 's1')
    await clock.advance(10_000)
    leases.closed('b', partner, 's2')
    await clock.advance(4_000)
    leases.opened('b', partner, 's3')
    await clock.advance(10_000)
    leases.polled('b', partner)
    leases.closed('b', partner, 's3')
    await clock.advance(44_000)
    expect(take()).toEqual(['b PARTNER joined'])
    await clock.advance(1_000)
    expect(take()).toEqual(['b PARTNER left'])
  })

  it('is told of each board and each member by itself, and of no client and no administrator', async () => {
    const { clock, leases, take } = open()
    leases.polled('b', client)
    leases.polled('b', admin)
    leases.opened('b', client, 's1')
    leases.closed('b', client, 's1')
    leases.polled('b', partner)
    leases.polled('c', partner)
    leases.polled('b', associate)
    expect(take()).toEqual(['b PARTNER joined', 'c PARTNER joined', 'b ASSOCIATE joined'])
    expect([leases.has('b', partner.id), leases.has('c', associate.id)]).toEqual([true, false])
    leases.close()
    expect(clock.timers).toBe(0)
    expect(take()).toEqual([])
  })
})
