import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Account, BoardWindow } from '../fixtures.ts'
import { hydrated, signIn, test as base } from '../fixtures.ts'
import type { Colleague } from './colleague.ts'
import { colleagueAt, openBoardAt } from './colleague.ts'
import type { OfficeProxy } from './office-proxy.ts'
import { officeProxy } from './office-proxy.ts'
import type { OwnServer } from './own-server.ts'
import { ownServer } from './own-server.ts'
import type { StartedBoard, StartOptions } from './started-board.ts'
import { startBoard } from './started-board.ts'

/** What tests have that need a server and a firm of their own: others would see what they set, and feel what they break. */
interface ServerFixtures {
  /** What `server` is started with, beside a data folder and a port of its own. */
  settings: Record<string, string>
  /** A server that this test may kill, with the default way unless `settings` say another. */
  server: OwnServer
  /** What stands between an office and `server`. */
  office: OfficeProxy
  /** Works on a new board of `server`, without a browser. */
  colleague: Colleague
  /** Opens the colleague's board in a browser of its own, at `server` unless at another address. */
  openHere: (account?: Account, url?: string) => Promise<BoardWindow>
  /** The administration's page of `server`. */
  administration: Page
  /** The data folder of the boards that `start` starts. */
  dataDir: string
  /** `npm start` with settings, as often as it is called; `direct` leaves npm out. */
  start: (settings?: Record<string, string>, options?: StartOptions) => Promise<StartedBoard>
}

export const test = base.extend<ServerFixtures>({
  settings: [{}, { option: true }],
  server: async ({ settings }, use) => {
    const server = await ownServer(settings)
    await server.start()
    await use(server)
    await server.remove()
  },
  office: async ({ server }, use) => {
    const proxy = await officeProxy(server.port)
    await use(proxy)
    await proxy.close()
  },
  colleague: async ({ server }, use) => {
    const colleague = await colleagueAt(server.url)
    await use(colleague)
    await colleague.request.dispose()
  },
  openHere: async ({ browser, server, colleague }, use) => {
    const opened: BoardWindow[] = []
    await use(async (account = 'partner', url = server.url) => {
      const window = await openBoardAt(browser, url, account, colleague.boardId)
      opened.push(window)
      return window
    })
    await Promise.all(opened.map(({ context }) => context.close()))
  },
  administration: async ({ browser, server }, use) => {
    const context = await browser.newContext({ baseURL: server.url, locale: 'en-GB', timezoneId: 'Asia/Tokyo' })
    await signIn(context.request, 'admin')
    const page = await context.newPage()
    await page.goto('/admin')
    await hydrated(page)
    await use(page)
    await context.close()
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from here.
  dataDir: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'aster-start-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  },
  start: async ({ dataDir }, use) => {
    const started: StartedBoard[] = []
    await use(async (settings, options) => {
      const board = await startBoard(dataDir, settings, options)
      started.push(board)
      return board
    })
    for (const { child, code } of started) {
      if (child.exitCode === null)
        child.kill('SIGTERM')
      await code
    }
  },
})
