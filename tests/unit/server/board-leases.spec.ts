import { describe, expect, it } from 'vitest'
import { createBoardLeases } from '#server/services/realtime/board-leases.ts'
import { PEOPLE } from '../../helpers/builders.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const { partner, associate, client, admin } = PEOPLE

function open() {
  const clock = createVirtualClock()
  const told: string[] = []
  const firsts: string[] = []
  const hidden = new Set<string>()
  const leases = createBoardLeases({
    clock,
    tell(boardId, memberId, change) {
      told.push(`${boardId} ${Object.values(PEOPLE).find(({ id }) => id === memberId)!.role} ${change}`)
    },
    isSeen: memberId => !hidden.has(memberId),
    onFirst: boardId => firsts.push(boardId),
  })
  return { clock, leases, hidden, firsts, take: () => told.splice(0) }
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
    leases.closed('b', partner, 's3')
    leases.polled('b', partner)
    await clock.advance(44_000)
    expect(take()).toEqual(['b PARTNER joined'])
    await clock.advance(1_000)
    expect(take()).toEqual(['b PARTNER left'])
  })

  it('[A1] is gone 5 s after a socket, whatever its page polled before and beside it', async () => {
    const { clock, leases, take } = open()
    leases.polled('b', partner, 'browser')
    await clock.advance(1_000)
    leases.opened('b', partner, 's1', 'browser')
    await clock.advance(5_000)
    leases.polled('b', partner, 'browser')
    leases.closed('b', partner, 's1')
    await clock.advance(4_999)
    expect(take()).toEqual(['b PARTNER joined'])
    await clock.advance(1)
    expect(take()).toEqual(['b PARTNER left'])
    expect(clock.timers).toBe(0)
  })

  it('[A1] goes on for another browser of theirs that polls, and for the same one that polls after its socket broke', async () => {
    const { clock, leases, take } = open()
    leases.opened('b', partner, 's1', 'browser')
    leases.polled('b', partner, 'other')
    leases.closed('b', partner, 's1')
    await clock.advance(40_000)
    leases.polled('b', partner, 'browser')
    await clock.advance(44_999)
    expect(take()).toEqual(['b PARTNER joined'])
    await clock.advance(1)
    expect(take()).toEqual(['b PARTNER left'])
    // Who says to be ever another one is there no longer for it.
    for (let n = 0; n < 1_000; n++)
      leases.polled('b', partner, `browser ${n}`)
    await clock.advance(45_000)
    expect(take()).toEqual(['b PARTNER joined', 'b PARTNER left'])
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

  it('[A3] is nobody who isn\'t to be seen, who appears and vanishes with that, and not before', async () => {
    const { clock, leases, hidden, take } = open()
    hidden.add(partner.id)
    leases.opened('b', partner, 's1')
    leases.polled('b', associate)
    expect(take()).toEqual(['b ASSOCIATE joined'])
    expect([leases.has('b', partner.id), [...leases.on('b').keys()]]).toEqual([false, [associate.id]])
    await clock.advance(10_000)
    hidden.delete(partner.id)
    leases.review(partner.id)
    leases.review(associate.id)
    expect(take()).toEqual(['b PARTNER joined'])
    // Since when they were there before they could be seen is nobody's business.
    expect(leases.on('b').get(partner.id)).toBe(clock.now())
    hidden.add(partner.id).add(associate.id)
    leases.review(null)
    leases.review(null)
    expect(take()).toEqual(['b PARTNER left', 'b ASSOCIATE left'])
    leases.closed('b', partner, 's1')
    await clock.advance(60_000)
    expect(take()).toEqual([])
    expect([leases.boards(), leases.on('b').size, clock.timers]).toEqual([[], 0, 0])
  })

  it('begins anew on a board that was left by all', async () => {
    const { clock, leases, firsts } = open()
    leases.polled('b', partner)
    leases.polled('b', associate)
    leases.polled('c', associate)
    leases.polled('d', client)
    await clock.advance(45_000)
    leases.polled('b', associate)
    expect(firsts).toEqual(['b', 'c', 'b'])
  })
})
