import { beforeEach, describe, expect, it, vi } from 'vitest'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import { createFakeBrowser } from '../../helpers/fake-browser.ts'
import { createFakePages } from '../../helpers/fake-tab-pages.ts'
import type { TabBench } from '../../helpers/tab-bench.ts'
import { createTabBench } from '../../helpers/tab-bench.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

let browser: TabBench['browser']
let clock: TabBench['clock']
let joined: TabBench['joined']
let leader: TabBench['leader']
let open: TabBench['open']
let openMany: TabBench['openMany']
let roles: TabBench['roles']
let server: TabBench['server']

beforeEach(() => {
  ({ browser, clock, joined, leader, open, openMany, roles, server } = createTabBench())
})

describe('tabs of one board', () => {
  it('[L1] have one link between them, and all hear what comes over it', async () => {
    const ten = await openMany(10)
    expect(joined()).toEqual([ten[0]])
    expect(ten.map(({ transport }) => transport.isFollowing)).toEqual([false, ...Array.from({ length: 9 }, () => true)])

    const pulls = ten.map(({ link }) => link.pulls)
    server.write()
    await clock.advance(100)
    expect(ten.map(({ position }) => position.version)).toEqual(ten.map(() => 2))
    await clock.advance(60_000)
    expect(ten.slice(1).map(({ link }) => link.pulls)).toEqual(pulls.slice(1))
  })

  it('[L1] are led by the next within two seconds when the leader closes, and miss nothing meanwhile', async () => {
    const [first, ...others] = await openMany(5)
    server.write()
    first!.close()
    server.write()
    await clock.advance(2_000)
    expect(joined()).toEqual([leader()])
    server.write()
    await clock.advance(500)
    expect(others.map(({ position }) => position.version)).toEqual(others.map(() => 4))
    expect(others.map(({ transport }) => transport.isFollowing)).toEqual([false, true, true, true])
  })

  it('[L1] are led by the next when the leader crashes', async () => {
    const [first, second] = await openMany(2)
    first!.tab.crash()
    server.links.delete(first!.link)
    await clock.advance(100)
    expect(joined()).toEqual([second])
  })

  it('[L1] are served by a leader that polls as by one with a socket', async () => {
    const [first, second] = await openMany(2)
    server.links.clear()
    server.write()
    await clock.advance(5_500)
    expect([first!.position.version, second!.position.version]).toEqual([2, 2])
    expect(second!.link.pulls).toBe(1)
  })

  it('[L1] have a leader each for each member and each board', async () => {
    open()
    open({ memberId: PEOPLE.clerk.id })
    await clock.advance(3_000)
    expect(roles()).toEqual(['leader', 'leader'])
  })

  it('[L1] say as the leader does how the link stands', async () => {
    const [first, second] = await openMany(2)
    const told = vi.fn()
    second!.transport.on('connection', told)
    expect(second!.transport.connection).toMatchObject({ state: 'live', via: 'socket' })
    expect([second!.transport.delivers, second!.transport.isConnected()]).toEqual(['all', true])

    first!.link.connection = { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }
    first!.link.tell('connection', first!.link.connection)
    await clock.advance(50)
    expect(told).toHaveBeenCalledWith({ state: 'waiting', attempt: 1, retryAt: null, cause: 'network' })
    expect(second!.transport.isConnected()).toBe(false)
  })

  it('[L1] say at once when the session of one of them is over', async () => {
    const [, second] = await openMany(2)
    second!.link.connection = { state: 'paused', reason: 'signed-out' }
    expect(second!.transport.connection).toEqual({ state: 'paused', reason: 'signed-out' })
  })

  it('[L1] don\'t believe of the one where somebody just signed in that the session is over, because the leader hasn\'t heard yet', async () => {
    const [first, second] = await openMany(2)
    const signedOut = { state: 'paused', reason: 'signed-out' } as const
    first!.link.connection = signedOut
    await clock.advance(3_000)
    expect(second!.transport.connection).toEqual(signedOut)

    second!.link.connection = { state: 'connecting' }
    void second!.transport.reconnect()
    expect(second!.transport.connection).toEqual({ state: 'connecting' })
    await clock.advance(50)
    expect(second!.transport.connection).toEqual({ state: 'connecting' })
    first!.link.connection = { state: 'live', since: clock.now(), via: 'socket' }
    await clock.advance(3_000)
    expect(second!.transport.connection).toMatchObject({ state: 'live' })
    first!.link.connection = signedOut
    await clock.advance(3_000)
    expect(second!.transport.connection).toEqual(signedOut)
  })

  it('[T3] ask for news of another outbox at once, though the clock was set back since they last did', async () => {
    const first = open()
    await clock.advance(3_000)
    const second = open({ cid: 'cid-2' })
    await clock.advance(3_000)
    server.write()
    await clock.advance(3_000)
    clock.jump(-3_600_000)
    server.write()
    await clock.advance(1_000)
    expect([first.position.version, second.position.version]).toEqual([server.version, server.version])
  })

  it('[L1] hear from the leader that their rows are right, once for each time that the server said so', async () => {
    const [first, second] = await openMany(2)
    // Nobody looks, so nobody polls.
    second!.hide()
    first!.hide()
    await clock.advance(10_000)
    const before = second!.confirmed
    first!.link.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ version: 1 }) })
    await clock.advance(10_000)
    expect(second!.confirmed).toBe(before + 1)
  })

  it('[L1] ask themselves when what the leader passed on got lost, and when it has another epoch', async () => {
    let isLossy = false
    browser = createFakeBrowser({ clock, isLost: () => isLossy })
    const openLossy = createFakePages({ browser, server, clock })
    const [first, second] = [openLossy(), openLossy()]
    await clock.advance(3_000)
    isLossy = true
    server.write()
    await clock.advance(20)
    isLossy = false
    expect([first.position.version, second.position.version]).toEqual([2, 1])
    await clock.advance(3_000)
    expect(second.position.version).toBe(2)

    Object.assign(server, { epoch: 'e2', version: 1 })
    Object.assign(first.position, { epoch: 'e2', version: 1 })
    await clock.advance(4_000)
    expect(second.position).toMatchObject({ epoch: 'e2', version: 1 })
  })

  it('[W4] don\'t take for a word of the server what the leader heard before they were there', async () => {
    const first = open()
    await clock.advance(8_000)
    server.isAway = true
    await clock.advance(3_600_000)
    const second = open()
    Object.assign(second.position, first.position)
    await clock.advance(30_000)
    expect([second.transport.isFollowing, second.confirmed]).toEqual([true, 0])
    server.isAway = false
    await clock.advance(10_000)
    expect(second.confirmed).toBeGreaterThan(0)
  })

  it('[T6] ask for what got lost every five seconds at most, while nobody answers', async () => {
    const [first, second] = await openMany(2)
    server.isAway = true
    first!.position.version = 9
    const { pulls } = second!.link
    await clock.advance(60_000)
    expect(second!.link.pulls - pulls).toBeGreaterThan(5)
    expect(second!.link.pulls - pulls).toBeLessThanOrEqual(12)
  })

  it('[L1] follow only once they have read the board themselves', async () => {
    const first = open()
    await clock.advance(3_000)
    server.isAway = true
    const second = open()
    await clock.advance(4_000)
    expect([second.transport.role, second.transport.isFollowing]).toEqual(['follower', false])
    server.isAway = false
    await clock.advance(7_000)
    expect([first.transport.role, second.transport.isFollowing]).toEqual(['leader', true])
  })

  it('[M4] ask themselves for what comes with the acks of another outbox', async () => {
    const [first, second] = [open(), open({ cid: 'cid-2' })]
    await clock.advance(3_000)
    const pulls = second.link.pulls
    server.write()
    await clock.advance(100)
    expect([first.position.version, second.position.version]).toEqual([2, 2])
    expect(second.link.pulls).toBe(pulls + 1)
  })

  it('[L1] pass on what is said and which way is wanted, and derive from the news what changed', async () => {
    const [first, second] = await openMany(2)
    const heard = { note: vi.fn(), policy: vi.fn(), column: vi.fn(), maintenance: vi.fn() }
    second!.transport.on('note', heard.note)
    second!.transport.on('policy', heard.policy)
    second!.transport.on('column:updated', heard.column)
    second!.transport.on('system:maintenance', heard.maintenance)
    const note = { boardId: first!.position.boardId, from: PEOPLE.clerk.id, at: clock.now(), data: { text: 'lunch' } }
    first!.link.tell('note', note)
    first!.link.tell('policy', { transport: 'polling' })
    first!.link.tell('system:maintenance', { backIn: 5_000 })
    await clock.advance(50)
    // It comes by an own pull, too.
    second!.link.tell('note', { ...note })
    const columns = buildSnapshot().columns.map(column => ({ ...column, critical: !column.critical }))
    first!.link.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ columns }) })
    await clock.advance(50)
    expect(heard.column).toHaveBeenCalledTimes(columns.length)
    expect(heard.note.mock.calls).toEqual([[note]])
    expect(heard.policy.mock.calls).toEqual([[{ transport: 'polling' }]])
    expect(heard.maintenance.mock.calls).toEqual([[{ backIn: 5_000 }]])
  })

  it('[L1] send what they do and say themselves', async () => {
    const say = vi.fn(async () => {})
    await openMany(1)
    const second = open({ say })
    await clock.advance(3_000)
    const sent = vi.spyOn(second.link, 'emit')
    await second.transport.emit('note', { text: 'hello' })
    expect(say.mock.calls).toEqual([[second.position.boardId, 'note', { text: 'hello' }]])
    expect(sent).not.toHaveBeenCalled()
    await expect(second.transport.send(second.position.boardId, 'cid-1', [])).resolves.toMatchObject({ cid: 'cid-1' })
  })

  it('[L1] have what is open in any of them urgent to all, as long as it is', async () => {
    const [first, second, third] = await openMany(3)
    const matters = Array.from({ length: 25 }, (_, n) => buildId(0x100 + n))
    first!.transport.focus([matters[0]!])
    second!.transport.focus([matters[1]!, matters[0]!])
    await clock.advance(50)
    expect(first!.link.focused).toEqual([matters[0], matters[1]])
    third!.transport.focus(matters)
    await clock.advance(50)
    expect(first!.link.focused).toHaveLength(20)
    third!.close()
    await clock.advance(50)
    expect(first!.link.focused).toEqual([matters[0], matters[1]])

    first!.close()
    await clock.advance(50)
    expect(second!.link.focused).toEqual([matters[1], matters[0]])
    second!.transport.focus([])
    expect(second!.link.focused).toEqual([])
  })

  it('[L1] forget what was open in one that ended without a word', async () => {
    const [first, second] = await openMany(2)
    second!.transport.focus([buildId(0x100)])
    await clock.advance(50)
    expect(first!.link.focused).toHaveLength(1)
    second!.tab.crash()
    await clock.advance(160_000)
    expect(first!.link.focused).toEqual([])
  })

  it('[A2] [L1] have cursors on the leader\'s link as long as any of them shows them, where they show them, and point by it', async () => {
    const say = vi.fn()
    const [first, second, third] = [open({ say }), open({ say }), open({ say })]
    await clock.advance(3_000)
    const heard = [first, second, third].map(({ transport }) => {
      const events: unknown[] = []
      transport.on('cursor', data => events.push(data))
      return events
    })
    const event = { boardId: BOARD_ID, from: buildId(1), at: NOW, data: { at: { columnId: 'review', matterId: null, x: 0.5, y: 0 } } }
    first.link.tell('cursor', event)
    await clock.advance(50)
    second.transport.want({ cursors: true })
    await clock.advance(50)
    expect(first.link.wanted).toEqual([{ cursors: true }])
    first.link.tell('cursor', event)
    await clock.advance(50)
    expect(heard.map(events => events.length)).toEqual([0, 1, 0])

    const sent = vi.spyOn(first.link, 'emit')
    await third.transport.emit('cursor', event.data)
    await clock.advance(50)
    expect(sent.mock.calls).toEqual([['cursor', event.data]])
    expect(say).not.toHaveBeenCalled()
    second.transport.want({ cursors: false })
    await clock.advance(50)
    expect(first.link.wanted).toEqual([{ cursors: true }, { cursors: false }])
    // Whoever leads next has it wanted, too.
    third.transport.want({ cursors: true })
    second.close()
    first.close()
    await clock.advance(50)
    expect(third.link.wanted.at(-1)).toEqual({ cursors: true })
  })

  it('[L1] have the leader prove that the link stands when one is looked at, and reconnect when one wants it', async () => {
    const [first, second] = await openMany(2)
    const before = first!.link.attended.length
    second!.show()
    await clock.advance(50)
    expect(first!.link.attended.slice(before)).toEqual([true])
    await second!.transport.reconnect()
    await clock.advance(50)
    expect([first!.link.reconnects, second!.link.isJoined]).toEqual([1, false])
  })
})
