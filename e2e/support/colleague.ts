import type { APIRequestContext, Browser, Page } from '@playwright/test'
import { request as requests, expect } from '@playwright/test'
import type { Account, BoardWindow, MatterOnBoard } from '../fixtures.ts'
import { boardWindow, hydrated, signIn } from '../fixtures.ts'

/** Wide enough that all columns of the default board are on the screen. */
const WALL = { width: 2300, height: 1100 }

/** Signs in at a server and opens a board there, in a browser context of their own. */
export async function openBoardAt(browser: Browser, url: string, account: Account, boardId: string): Promise<BoardWindow> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', timezoneId: 'Asia/Tokyo', viewport: WALL })
  await signIn(context.request, account)
  const page = await context.newPage()
  await page.goto(`/boards/${boardId}`)
  await hydrated(page)
  return boardWindow(page)
}

/** Somebody who works on a board without a browser. */
export interface Colleague {
  boardId: string
  request: APIRequestContext
  create: (fields?: Record<string, unknown>) => Promise<MatterOnBoard>
  move: (matter: MatterOnBoard, column: string) => Promise<void>
}

/** A partner, on a new board with the default workflow. */
export async function colleagueAt(url: string): Promise<Colleague> {
  const admin = await requests.newContext({ baseURL: url })
  await signIn(admin, 'admin')
  const made = await admin.post('/api/boards', { data: { name: 'Live', workflow: 'default' } })
  expect(made.ok(), await made.text()).toBe(true)
  const { id: boardId } = await made.json() as { id: string }
  await admin.dispose()
  const request = await requests.newContext({ baseURL: url })
  await signIn(request, 'partner2')
  return {
    boardId,
    request,
    async create(fields = {}) {
      const answer = await request.post('/api/matters', { data: { board: boardId, column: 'in-progress', position: 0, title: 'Lease of the east wing', clientName: 'Playwright K.K.', ...fields } })
      expect(answer.ok(), await answer.text()).toBe(true)
      return (await answer.json() as { matter: MatterOnBoard }).matter
    },
    async move({ id }, column) {
      const answer = await request.post(`/api/matters/${id}/move`, { data: { column, position: 0 } })
      expect(answer.ok(), await answer.text()).toBe(true)
    },
  }
}

/** Counts the sockets of a page to the board, as they open and close. */
export function watchSockets(page: Page): { opened: () => number, open: () => number, sentTo: () => string[] } {
  let opened = 0
  let open = 0
  const frames: string[] = []
  page.on('websocket', (socket) => {
    if (!socket.url().endsWith('/api/kanban/ws'))
      return
    opened++
    open++
    socket.on('close', () => open--)
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)))
  })
  return { opened: () => opened, open: () => open, sentTo: () => frames }
}
