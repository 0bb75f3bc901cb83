import process from 'node:process'
import type { Browser } from '@playwright/test'
import { chromium } from '@playwright/test'
import { findChromium } from '../scripts/chromium.mjs'

/** The machine's own Chromium. Its caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath)
    throw new Error('No Chromium was found. Set CHROMIUM to one.')
  return await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage', ...process.getuid?.() === 0 ? ['--no-sandbox'] : []] })
}
