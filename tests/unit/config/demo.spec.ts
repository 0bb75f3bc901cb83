import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '#shared/config/demo.ts'

/*
 * scripts/start.mjs runs before anything is installed, on a Node that reads no TypeScript, and so it has its own
 * copy of what it prints; the README has another for its reader.
 */

it.each(['scripts/start.mjs', 'README.md'])('%s names the demo accounts and their password as they are', (file) => {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
  expect([...new Set(text.match(/\w+@demo\.test/g))].sort()).toEqual(DEMO_ACCOUNTS.map(({ email }) => email).sort())
  expect(new Set(text.match(/demo-\w+(?=['`])/g))).toEqual(new Set([DEMO_PASSWORD]))
})
