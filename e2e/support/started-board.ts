import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from '@playwright/test'
import { freePort } from './own-server.ts'

/** A board that was started as its operator would, and what came of it. */
export interface StartedBoard {
  child: ChildProcess
  /** What it said so far. */
  said: () => string
  /** Waits for its end. */
  code: Promise<number | null>
  /** Waits until it serves, and answers where. */
  address: () => Promise<string>
}

export interface StartOptions {
  /** Leaves npm out. @default true */
  direct?: boolean
  /** Words behind the command. */
  args?: string[]
}

/** Said to be empty, so that a `.env` of whoever runs this has no say. */
const NOTHING_SET = Object.fromEntries(['ADMIN_EMAIL', 'ADMIN_PASSWORD', 'BASE_URL', 'DATABASE_URL', 'DEMO', 'HOST', 'TRUST_PROXY'].map(name => [name, '']))

/** The environment of an operator who has set nothing but the data folder. */
export function operatorEnv(dataDir: string): Record<string, string | undefined> {
  return { ...NOTHING_SET, PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir }
}

/** `npm start` on a port of its own, with settings. */
export async function startBoard(dataDir: string, settings: Record<string, string> = {}, options: StartOptions = {}): Promise<StartedBoard> {
  const { direct = true, args = [] } = options
  const [command, words] = direct ? [process.execPath, ['scripts/start.mjs', '--no-build']] : ['npm', ['start', '--silent', '--', '--no-build']]
  const child = spawn(command, [...words, ...args], {
    env: { ...operatorEnv(dataDir), PORT: String(await freePort()), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => text += String(chunk))
  return {
    child,
    code: once(child, 'close').then(([exitCode]) => exitCode as number | null),
    said: () => text,
    async address() {
      await expect.poll(() => text, { timeout: 20_000 }).toContain('Ctrl-C stops it.')
      return /https?:\/\/\S+/.exec(text)![0]
    },
  }
}
