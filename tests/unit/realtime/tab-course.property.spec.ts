import { describe, expect, it } from 'vitest'
import { createFakeBrowser } from '../../helpers/fake-browser.ts'
import type { FakeTabPage } from '../../helpers/fake-tab-pages.ts'
import { createFakeBoardServer, createFakePages } from '../../helpers/fake-tab-pages.ts'
import { createVirtualClock, seededRandom } from '../../helpers/virtual-clock.ts'

const SEEDS = 40
const STEPS = 120
const MAX_TABS = 7

/** A tab that somebody looks at knows what the server has after so long, in milliseconds. */
const NEWS_MS = 12_000
/** And two tabs have a link of their own no longer. */
const TWO_LINKS_MS = 5_000

/** One random course: tabs are opened, closed, shown, hidden, frozen and crash, while messages get lost and the board moves. */
async function run(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const clock = createVirtualClock({ random })
  let loss = 0.1
  const browser = createFakeBrowser({ clock, delayMs: () => 1 + random() * 30, isLost: () => random() < loss })
  browser.throttleMs = random() < 0.5 ? 60_000 : 1_000
  const server = createFakeBoardServer()
  const openPage = createFakePages({ browser, server, clock })
  let pages: FakeTabPage[] = []
  /** Since when somebody has looked at it without a break. */
  const seenSince = new Map<FakeTabPage, number>()
  const writes: { version: number, at: number }[] = []
  let twoSince: number | null = null

  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const isSeen = ({ tab }: FakeTabPage) => tab.isVisible && !tab.isFrozen
  const linked = () => pages.filter(({ link, tab }) => link.isJoined && !tab.isFrozen)

  function check(): void {
    const now = clock.now()
    const due = writes.findLast(({ at }) => at <= now - NEWS_MS)
    for (const page of pages) {
      if (!isSeen(page))
        seenSince.delete(page)
      else if (!seenSince.has(page))
        seenSince.set(page, now)
      if (due && isSeen(page) && seenSince.get(page)! <= now - NEWS_MS)
        expect(page.position.version, `${page.tab.id} lags at ${now}`).toBeGreaterThanOrEqual(due.version)
      expect(page.applied, 'what was told twice is taken in once').toEqual([...new Set(page.applied)])
    }
    twoSince = linked().length > 1 ? twoSince ?? now : null
    expect(twoSince === null ? 0 : now - twoSince, 'two links at once').toBeLessThan(TWO_LINKS_MS)
  }

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) {
      await clock.advance(Math.min(left, 250))
      check()
    }
  }

  function gone(page: FakeTabPage | undefined, how: 'close' | 'crash'): void {
    if (!page)
      return
    if (how === 'close')
      page.close()
    else
      page.tab.crash()
    server.links.delete(page.link)
    pages = pages.filter(other => other !== page)
  }

  const deeds: (() => void)[] = [
    () => pages.length < MAX_TABS && pages.push(openPage({ isVisible: random() < 0.6 })),
    () => gone(pick(pages.filter(({ tab }) => !tab.isFrozen)), 'close'),
    () => random() < 0.5 && gone(pick(pages), 'crash'),
    () => pick(pages)?.show(),
    () => pick(pages)?.hide(),
    () => pick(pages)?.tab.freeze(),
    () => pick(pages.filter(({ tab }) => tab.isFrozen && !tab.isAsleep))?.tab.thaw(),
    () => pick(pages.filter(({ tab }) => !tab.isFrozen && !tab.isVisible))?.tab.sleep(),
    () => pick(pages.filter(({ tab }) => tab.isAsleep))?.tab.wake(),
    ...Array.from({ length: 6 }, () => () => {
      server.write()
      writes.push({ version: server.version, at: clock.now() })
    }),
  ]

  for (let step = 0; step < STEPS; step++) {
    pick(deeds)!()
    check()
    await pass(random() < 0.2 ? random() * 15_000 : random() * 1_500)
  }

  // What was broken is mended: soon one leads, in sight if any is, and nobody else asks.
  loss = 0
  browser.throttleMs = 0
  for (const { tab } of pages.filter(page => page.tab.isFrozen))
    (tab.isAsleep ? tab.wake : tab.thaw)()
  pages.push(openPage())
  await pass(40_000)
  const asked = new Map(pages.map(page => [page, page.link.pulls]))
  await pass(10_000)
  const [leader, ...more] = linked()
  expect(more).toEqual([])
  expect(leader?.tab.isVisible).toBe(true)
  for (const page of pages.filter(({ tab }) => tab.isVisible)) {
    expect(page.position.version).toBe(server.version)
    expect([page.transport.role, page.transport.isFollowing]).toEqual(page === leader ? ['leader', false] : ['follower', true])
    if (page !== leader)
      expect(page.link.pulls).toBe(asked.get(page))
  }
}

describe('any course of opening, closing, hiding, freezing and losing messages', () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('[L1] [L2] leaves who looks with the news, and one link: seed %i', async (seed) => {
    await run(seed)
  })
})
