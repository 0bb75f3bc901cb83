import { gzipSync } from 'node:zlib'
import type { APIRequestContext } from '@playwright/test'
import type { Account } from './fixtures.ts'
import { expect, signIn, test } from './fixtures.ts'
import { filesInHead } from './support/head-files.ts'

/** What the head of a page has a browser load before the page can be used. */
interface FirstLoad { files: number, bytes: number }

/** Counted as docs/architecture.md says it: `bytes` are those of the scripts in gzip. */
async function firstLoad(request: APIRequestContext, path: string): Promise<FirstLoad> {
  const html = await (await request.get(path, { headers: { accept: 'text/html' } })).text()
  const scripts = filesInHead(html).filter(file => !file.endsWith('.css'))
  const sizes = await Promise.all(scripts.map(async script => gzipSync(await (await request.get(script)).body(), { level: 9 }).length))
  return { files: scripts.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

/*
 * A few files and kilobytes more than there are. Something that comes with the board and is only needed when it is opened
 * belongs into a part that is loaded then (`Lazy…`); what pages always load together modules/first-load.ts merges.
 */
const LIMITS: [path: string, account: Account | null, most: FirstLoad][] = [
  ['/kanban', 'partner', { files: 12, bytes: 335_000 }],
  ['/login', null, { files: 12, bytes: 277_000 }],
  ['/admin', 'admin', { files: 24, bytes: 330_000 }],
  ['/preferences', 'admin', { files: 20, bytes: 318_000 }],
  ['/import', 'admin', { files: 24, bytes: 350_000 }],
]

for (const [path, account, most] of LIMITS) {
  test(`${path} is there with at most ${most.files} scripts of ${most.bytes / 1_000} kB together`, async ({ request }) => {
    if (account)
      await signIn(request, account)
    const load = await firstLoad(request, path)
    // A page that names none, or another than was asked for, would keep any limit.
    expect(load.bytes).toBeGreaterThan(100_000)
    expect(load.files, 'scripts').toBeLessThanOrEqual(most.files)
    expect(load.bytes, 'bytes in gzip').toBeLessThanOrEqual(most.bytes)
  })
}
