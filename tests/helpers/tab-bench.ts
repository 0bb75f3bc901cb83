import type { FakeBrowser } from './fake-browser.ts'
import { createFakeBrowser } from './fake-browser.ts'
import type { FakeBoardServer, FakePageOptions, FakeTabPage } from './fake-tab-pages.ts'
import { createFakeBoardServer, createFakePages } from './fake-tab-pages.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** One browser and one server, and the pages that a test opens. */
export interface TabBench {
  clock: VirtualClock
  browser: FakeBrowser
  server: FakeBoardServer
  pages: FakeTabPage[]
  open: (options?: FakePageOptions) => FakeTabPage
  /** Opens so many, one after the other; the first one leads. */
  openMany: (count: number, options?: FakePageOptions) => Promise<FakeTabPage[]>
  /** Pages whose link has the board. */
  joined: () => FakeTabPage[]
  leader: () => FakeTabPage
  roles: () => string[]
}

export function createTabBench(): TabBench {
  const clock = createVirtualClock()
  const browser = createFakeBrowser({ clock })
  const server = createFakeBoardServer()
  const pages: FakeTabPage[] = []
  const openOne = createFakePages({ browser, server, clock })
  const there = () => pages.filter(({ tab }) => !tab.isGone)

  function open(options?: FakePageOptions): FakeTabPage {
    const page = openOne(options)
    pages.push(page)
    return page
  }

  async function openMany(count: number, options?: FakePageOptions): Promise<FakeTabPage[]> {
    const opened: FakeTabPage[] = []
    for (let n = 0; n < count; n++) {
      opened.push(open(options))
      await clock.advance(100)
    }
    await clock.advance(3_000)
    return opened
  }

  return {
    clock, browser, server, pages, open, openMany,
    joined: () => there().filter(({ link }) => link.isJoined),
    leader: () => there().find(({ transport }) => transport.role === 'leader')!,
    roles: () => there().map(({ transport }) => transport.role),
  }
}
