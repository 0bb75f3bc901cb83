import { beforeEach, describe, expect, it } from 'vitest'
import { buildId } from '../../helpers/builders.ts'
import type { TabBench } from '../../helpers/tab-bench.ts'
import { createTabBench } from '../../helpers/tab-bench.ts'

let browser: TabBench['browser']
let clock: TabBench['clock']
let joined: TabBench['joined']
let open: TabBench['open']
let openMany: TabBench['openMany']
let pages: TabBench['pages']
let roles: TabBench['roles']
let server: TabBench['server']

beforeEach(() => {
  ({ browser, clock, joined, open, openMany, pages, roles, server } = createTabBench())
})

describe('who leads', () => {
  it('[L2] is a tab that is looked at: a hidden leader yields at once', async () => {
    const [first, second] = await openMany(2)
    second!.hide()
    await clock.advance(100)
    expect(roles()).toEqual(['leader', 'follower'])
    first!.hide()
    second!.show()
    await clock.advance(100)
    expect(joined()).toEqual([second])
    first!.show()
    await clock.advance(30_000)
    expect(joined()).toEqual([second])
  })

  it('[L2] is a hidden tab only while all are hidden, and one that opens in sight takes over', async () => {
    const [first, second] = await openMany(2)
    first!.hide()
    await clock.advance(100)
    expect(joined()).toEqual([second])
    second!.hide()
    await clock.advance(100)
    expect(joined()).toHaveLength(1)
    joined()[0]!.close()
    await clock.advance(2_000)
    expect(joined()).toHaveLength(1)
    const third = open()
    await clock.advance(2_000)
    expect(joined()).toEqual([third])
  })

  it('[L2] is the tab that is looked at, although the browser lets the timers of hidden ones run once a minute', async () => {
    browser.throttleMs = 60_000
    const [first, second] = await openMany(2)
    first!.hide()
    second!.hide()
    await clock.advance(600_000)
    expect(joined()).toHaveLength(1)
    server.write()
    await clock.advance(100)
    expect([first!.position.version, second!.position.version]).toEqual([2, 2])
    first!.show()
    await clock.advance(100)
    expect(joined()).toEqual([first])
  })

  it('[L2] is another within 12 seconds of a leader that is frozen; those who look ask for themselves after 6', async () => {
    const [first, second, third] = await openMany(3)
    await clock.advance(10_000)
    first!.tab.freeze()
    server.write()
    await clock.advance(6_500)
    expect([second!.position.version, third!.position.version]).toEqual([2, 2])
    expect([second!.transport.isFollowing, second!.transport.role, second!.transport.connection.state]).toEqual([false, 'follower', 'closed'])
    await clock.advance(5_500)
    expect(joined().filter(page => page !== first)).toHaveLength(1)
    expect(roles().toSorted()).toEqual(['follower', 'leader', 'leader'])

    server.write()
    await clock.advance(100)
    first!.tab.thaw()
    await clock.advance(3_000)
    expect(joined()).toHaveLength(1)
    expect(first!.transport.role).toBe('follower')
    expect(first!.transport.isFollowing).toBe(true)
    for (const page of [first, second, third]) {
      expect(page!.position.version).toBe(3)
      expect(page!.applied).toEqual([...new Set(page!.applied)])
    }
  })

  it('[L2] stays, when the machine slept and all tabs wake together', async () => {
    const [first, second, third] = await openMany(3)
    await clock.advance(10_000)
    pages.forEach(({ tab }) => tab.freeze())
    await clock.advance(3_600_000)
    pages.toReversed().forEach(({ tab }) => tab.thaw())
    await clock.advance(10_000)
    expect(joined()).toEqual([first])
    expect([second!.transport.isFollowing, third!.transport.isFollowing]).toEqual([true, true])
  })

  it('[L2] is given up by a page that the browser puts to sleep, and it follows once it wakes', async () => {
    const [first, second] = await openMany(2)
    first!.tab.sleep()
    await clock.advance(100)
    expect(joined()).toEqual([second])
    server.write()
    first!.tab.wake()
    await clock.advance(3_000)
    expect([first!.transport.role, first!.transport.isFollowing, first!.position.version]).toEqual(['follower', true, 2])
  })

  it('[L2] may be a page again that somebody looks at, although nobody told it that it woke', async () => {
    const page = open()
    await clock.advance(100)
    page.tab.sleep()
    page.tab.thaw()
    await clock.advance(10_000)
    expect(joined()).toEqual([])
    page.show()
    await clock.advance(100)
    expect(joined()).toEqual([page])
  })

  it.each([
    ['locks', { hasLocks: false }],
    ['locks that it may use', { hasLocks: 'refused' as const }],
    ['channels', { hasChannel: false }],
    ['a member', { memberId: null }],
  ])('[L2] is each tab for itself, without %s', async (_, options) => {
    const three = await openMany(3, options)
    expect(roles()).toEqual(['alone', 'alone', 'alone'])
    expect(joined()).toEqual(three)
    server.write()
    await clock.advance(100)
    expect(three.map(({ position }) => position.version)).toEqual([2, 2, 2])
    const count = browser.said.length
    await clock.advance(60_000)
    expect(browser.said).toHaveLength(count)
  })

  it('[L2] are for a while two, and that harms nobody: what is told twice is taken in once', async () => {
    const [first, second, third] = await openMany(3)
    await clock.advance(10_000)
    first!.tab.freeze()
    await clock.advance(12_000)
    expect(second!.link.isJoined !== third!.link.isJoined).toBe(true)
    first!.tab.thaw()
    server.write()
    server.write()
    await clock.advance(3_000)
    for (const page of [first, second, third])
      expect(page!.applied).toEqual([2, 3])
    expect(joined()).toHaveLength(1)
  })

  it('[L1] is nobody of a member who signed out', async () => {
    const [first, second] = await openMany(2)
    pages.forEach(({ transport }) => transport.disconnect())
    await clock.advance(100)
    expect(joined()).toEqual([])
    expect([first!.transport.isFollowing, second!.transport.isFollowing]).toEqual([false, false])
    const count = browser.said.length
    server.write()
    await clock.advance(60_000)
    expect(browser.said).toHaveLength(count)
  })

  it('[L1] is of the board that was joined last, and leaving it ends it', async () => {
    const page = open()
    await clock.advance(100)
    const other = buildId(0xB2)
    const leave = page.transport.join(other, () => ({ ...page.position, boardId: other }))
    await clock.advance(100)
    expect(page.transport.role).toBe('leader')
    expect(browser.said.at(-1)?.name).toContain(other)
    leave()
    await clock.advance(10_000)
    expect(joined()).toEqual([])
    expect(browser.said.at(-1)?.message).toMatchObject({ kind: 'leave' })
  })
})
