import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { TabElection } from '#shared/realtime/tab-leader.ts'
import { createTabElection } from '#shared/realtime/tab-leader.ts'
import type { LeaderReport, TabMessage } from '#shared/realtime/tab-messages.ts'
import { isTabMessage, TAB_VERSION, tabsName } from '#shared/realtime/tab-messages.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeBrowser, FakeTab, FakeTabOptions } from '../../helpers/fake-browser.ts'
import { createFakeBrowser } from '../../helpers/fake-browser.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'
import { buildUpdates } from '../../helpers/wire-builders.ts'

const NAME = 'aster-leader-test'
const REPORT: LeaderReport = {
  position: { boardId: BOARD_ID, epoch: 'e1', version: 1, cid: 'c1' },
  asOf: NOW, connection: { state: 'live', since: NOW, via: 'socket' }, delivers: 'all', lastConnected: NOW, own: null,
}

interface Candidate {
  tab: FakeTab
  election: TabElection
  reports: LeaderReport[]
  see: (isVisible: boolean) => void
}

let clock: VirtualClock
let browser: FakeBrowser

beforeEach(() => {
  clock = createVirtualClock()
  browser = createFakeBrowser({ clock })
})

function stand(options: FakeTabOptions & { lateMs?: number } = {}): Candidate {
  const tab = browser.open(options)
  const reports: LeaderReport[] = []
  const { lateMs = 0 } = options
  const election = createTabElection({
    name: NAME, ports: tab.ports,
    clock: { ...tab.clock, now: () => clock.now() - lateMs },
    wants: () => ({ focus: [], cursors: false }), report: () => REPORT,
    onRole: vi.fn(), onReport: report => reports.push(report), onNews: vi.fn(), onFollower: vi.fn(), onPoint: vi.fn(),
  })
  const see = (isVisible: boolean) => {
    tab.isVisible = isVisible
    tab.run(() => election.attend(isVisible))
  }
  return { tab, election, reports, see }
}

/** So many candidates, the first of whom leads. */
async function standMany(count: number): Promise<Candidate[]> {
  const candidates: Candidate[] = []
  for (let n = 0; n < count; n++) {
    candidates.push(stand())
    await clock.advance(50)
  }
  return candidates
}

const rolesOf = (candidates: Candidate[]) => candidates.map(({ election }) => election.role)
const heard = () => browser.said.map(({ message }) => message as TabMessage)
const termsOf = (id: string) => heard().filter(({ kind, from }) => kind === 'beat' && from === id).map(({ term }) => term)
const beatOf = (term: number, from = 'somebody'): TabMessage => ({ v: TAB_VERSION, from, term, kind: 'beat', isVisible: true, report: REPORT })

describe('terms', () => {
  it('[L1] grow with each leader, and begin at the time of day', async () => {
    const [first, second] = await standMany(2)
    first!.election.close()
    await clock.advance(100)
    second!.election.close()
    const third = stand()
    await clock.advance(100)
    const [a, b, c] = [first, second, third].map(candidate => termsOf(candidate!.tab.id)[0]!)
    expect(a).toBeGreaterThanOrEqual(NOW)
    expect(b).toBeGreaterThan(a!)
    expect(c).toBeGreaterThan(b!)
  })

  it('[L1] grow even where a tab\'s clock is late: the others tell it of a higher one', async () => {
    const [first, second] = await standMany(2)
    second!.see(false)
    first!.see(false)
    const late = stand({ lateMs: 3_600_000 })
    await clock.advance(3_000)
    expect(late.election.role).toBe('leader')
    expect(termsOf(late.tab.id).at(-1)).toBeGreaterThan(termsOf(first!.tab.id)[0]!)
    expect([first!.election.isLed, second!.election.isLed]).toEqual([true, true])
  })

  it('[L1] that are over are heard by nobody, and whose they are is told', async () => {
    const [, second] = await standMany(2)
    const { length } = second!.reports
    browser.say(NAME, beatOf(NOW - 1))
    await clock.advance(10)
    expect(second!.reports).toHaveLength(length)
    expect(heard().at(-1)).toMatchObject({ kind: 'outdated' })
  })

  it('[L1] that are higher depose a leader, who leads again under a higher one when nobody else does', async () => {
    const [first, second] = await standMany(2)
    browser.say(NAME, beatOf(NOW + 10_000))
    await clock.advance(100)
    expect(rolesOf([first!, second!]).toSorted()).toEqual(['follower', 'leader'])
    const [leader, follower] = first!.election.role === 'leader' ? [first!, second!] : [second!, first!]
    expect(termsOf(leader.tab.id).at(-1)).toBe(NOW + 10_001)
    expect(follower.election.isLed).toBe(true)
  })

  it.each(['aaa', 'zzz'])('[L1] that are equal leave one leader: %s', async (other) => {
    const [first, second] = await standMany(2)
    browser.say(NAME, beatOf(termsOf(first!.tab.id)[0]!, other))
    await clock.advance(3_000)
    expect(rolesOf([first!, second!]).toSorted()).toEqual(['follower', 'leader'])
  })
})

describe('the election', () => {
  it('[L2] isn\'t waited for by hidden tabs as long as one is looked at', async () => {
    const first = stand()
    await clock.advance(50)
    const hidden = stand({ isVisible: false })
    await clock.advance(50)
    const third = stand()
    await clock.advance(50)
    first.tab.crash()
    await clock.advance(100)
    expect(rolesOf([hidden, third])).toEqual(['follower', 'leader'])
  })

  it('[L2] is won by a hidden tab once the last one in sight is gone, even without a word', async () => {
    const [first, second] = await standMany(2)
    second!.see(false)
    first!.tab.crash()
    await clock.advance(45_000)
    expect(second!.election.role).toBe('leader')
  })

  it('[L2] isn\'t forced by hidden tabs', async () => {
    const [first, second, third] = await standMany(3)
    second!.see(false)
    third!.see(false)
    first!.tab.freeze()
    await clock.advance(600_000)
    expect(rolesOf([second!, third!])).toEqual(['follower', 'follower'])
    third!.see(true)
    expect(third!.election.isLed).toBe(false)
    await clock.advance(5_000)
    expect(third!.election.role).toBe('leader')
  })

  it('[L2] is forced by a tab that opens beside a frozen leader', async () => {
    const first = stand()
    await clock.advance(5_000)
    first.tab.freeze()
    const second = stand()
    await clock.advance(100)
    expect(second.election.isLed).toBe(false)
    await clock.advance(11_900)
    expect(second.election.role).toBe('leader')
    first.tab.thaw()
    await clock.advance(100)
    expect(first.election.role).toBe('follower')
  })

  it('[L2] is lost with the lock, even by a tab that hears nothing of the others', async () => {
    let isLossy = false
    browser = createFakeBrowser({ clock, isLost: () => isLossy })
    const [first, second] = await standMany(2)
    isLossy = true
    await clock.advance(12_000)
    expect(rolesOf([first!, second!])).toEqual(['follower', 'leader'])
  })

  it('[L2] is forced by one of several, spread by chance', async () => {
    const chances = [0.9, 0.2, 0.6]
    clock = createVirtualClock({ random: () => chances[0]! })
    browser = createFakeBrowser({ clock })
    const [first, ...others] = await standMany(4)
    others.forEach(({ tab }, index) => Object.assign(tab.clock, { random: () => chances[index]! }))
    await clock.advance(4_000)
    first!.tab.freeze()
    await clock.advance(12_000)
    expect(rolesOf(others).filter(role => role === 'leader')).toHaveLength(1)
    expect(new Set(heard().filter(({ kind }) => kind === 'beat').map(({ from }) => from)).size).toBe(2)
  })

  it('[L2] leaves no timer, lock or channel behind in a tab that leaves', async () => {
    const [first, second] = await standMany(2)
    second!.election.close()
    first!.election.close()
    first!.election.close()
    const { length } = browser.said
    await clock.advance(60_000)
    expect(clock.timers).toBe(0)
    expect(browser.said).toHaveLength(length)
    const third = stand()
    await clock.advance(50)
    expect(third.election.role).toBe('leader')
  })
})

describe('messages between tabs', () => {
  const good: Record<string, unknown>[] = [
    { ...beatOf(1) },
    { v: TAB_VERSION, from: 'a', term: 1, kind: 'here', isVisible: false, focus: [buildId(1)], wantsCursors: true, wish: 'probe' },
    { v: TAB_VERSION, from: 'a', term: 1, kind: 'leave' },
    { v: TAB_VERSION, from: 'a', term: 1, kind: 'news', news: { kind: 'policy', transport: 'off' } },
    { v: TAB_VERSION, from: 'a', term: 1, kind: 'news', news: { kind: 'event', event: 'note', data: {} } },
    { v: TAB_VERSION, from: 'a', term: 1, kind: 'news', news: { kind: 'updates', cid: 'c', answer: buildUpdates() } },
    { v: TAB_VERSION, from: 'a', term: 1, kind: 'point', data: { at: null } },
    { ...beatOf(1), report: { ...REPORT, own: '3.1' } },
  ]

  it('[L1] are known by their version and shape', () => {
    expect(good.map(isTabMessage)).toEqual(good.map(() => true))
  })

  it.each([
    null, 'beat', [], {},
    ...good.map(message => ({ ...message, v: TAB_VERSION - 1 })),
    ...good.map(({ from: _, ...message }) => message),
    ...good.map(message => ({ ...message, term: '1' })),
    { ...good[0], kind: 'coup' },
    { ...good[0], report: null },
    { ...good[0], report: { ...REPORT, position: null } },
    { ...good[0], report: { ...REPORT, connection: 'live' } },
    { ...good[0], report: { ...REPORT, delivers: 'some' } },
    { ...good[1], focus: [1] },
    { ...good[1], wantsCursors: 'yes' },
    { ...good[1], wish: 'more' },
    { ...good[0], report: { ...REPORT, own: 3 } },
    { ...good[3], news: null },
    { ...good[3], news: { kind: 'rumour' } },
    { ...good[3], news: { kind: 'policy', transport: 'pigeon' } },
    { ...good[4], news: { kind: 'event', event: 'matter:created', data: {} } },
    { ...good[5], news: { kind: 'updates', cid: 'c', answer: { ...buildUpdates(), matters: null } } },
    { ...good[5], news: { kind: 'updates', cid: 'c', answer: { ...buildUpdates(), epoch: 3 } } },
    { ...good[6], data: { at: 'here' } },
  ])('[L1] that aren\'t of this version and shape change nothing: %j', async (message) => {
    const [first, second] = await standMany(2)
    expect(isTabMessage(message)).toBe(false)
    const { length } = browser.said
    browser.say(NAME, message)
    await clock.advance(10)
    expect(rolesOf([first!, second!])).toEqual(['leader', 'follower'])
    expect(browser.said).toHaveLength(length + 1)
  })

  it('[L1] go under a name that is the member\'s, the board\'s and the version\'s', () => {
    expect(tabsName(PEOPLE.partner.id, BOARD_ID)).toBe(`aster-leader-${PEOPLE.partner.id}-${BOARD_ID}-${TAB_VERSION}`)
  })
})
