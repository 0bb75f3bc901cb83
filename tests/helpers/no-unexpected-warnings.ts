import { afterEach, beforeEach, expect } from 'vitest'

/*
 * A warning nobody expected fails its test. A test that expects one replaces the method:
 * `const warn = vi.spyOn(console, 'warn').mockReturnValue()`.
 */

const heard: string[] = []

beforeEach(() => {
  heard.length = 0
  console.warn = (...words: unknown[]) => heard.push(words.join(' '))
  console.error = (...words: unknown[]) => heard.push(words.join(' '))
})

afterEach(() => expect(heard, 'unexpected console output').toEqual([]))
