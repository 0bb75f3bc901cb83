import type { Page } from '@playwright/test'
import { hydrated } from '../fixtures.ts'

/** Somebody comes back to the page. */
export async function lookAgain(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.dispatchEvent(new Event('blur'))
    window.dispatchEvent(new Event('focus'))
  })
}

/**
 * News stop coming, by polls and by sockets, while changes still go out: what a colleague does isn't seen before one's
 * own is sent. The page is loaded anew, because only sockets that open from now on can be held. Answers how to let
 * news through again, and have them asked for at once: the longer they were held, the longer the page would wait.
 */
export async function holdNews(page: Page): Promise<() => Promise<void>> {
  const held = new Set<() => void>()
  let isHeld = true
  await page.routeWebSocket('**/api/kanban/ws', (socket) => {
    if (!isHeld)
      return void socket.connectToServer()
    // It opens, and nobody is there.
    held.add(() => void socket.close())
  })
  await page.route('**/api/kanban/updates*', route => route.abort())
  await page.reload()
  await hydrated(page)
  return async () => {
    isHeld = false
    await page.unroute('**/api/kanban/updates*')
    held.forEach(end => end())
    await lookAgain(page)
  }
}
