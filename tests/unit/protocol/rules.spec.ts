import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const protocol = readFileSync(`${root}docs/protocol.md`, 'utf8')

/** Where a rule begins: at a line's start, or after the full stop of the rule before it. */
const documented = new Set([...protocol.matchAll(/(?:^- |\. )([A-Z]\d+) (?=[A-Za-z`])/gm)].map(([, rule = '']) => rule))

/** "P, R, C1–C5" names a family, or some of it. */
function rulesOf(list: string): string[] {
  return list.split(', ').flatMap((name) => {
    const parts = /^([A-Z])(?:(\d+)(?:–[A-Z](\d+))?)?$/.exec(name)
    if (!parts)
      throw new Error(`${JSON.stringify(name)} names no rule`)
    const [, family = '', first, last = first] = parts
    return [...documented].filter(rule => rule.startsWith(family)
      && (first === undefined || (Number(rule.slice(1)) >= Number(first) && Number(rule.slice(1)) <= Number(last))))
  })
}

const [, list = ''] = /\*\*In force now\*\*, over polling: ([^.]+)\./.exec(protocol) ?? []
const inForce = rulesOf(list.replaceAll('\n', ' '))

/** The rules that tests name, each with a file that does. */
const proven = new Map(globSync(['tests/**/*.{spec,contract}.ts', 'e2e/**/*.spec.ts'], { cwd: root }).flatMap(file =>
  readFileSync(`${root}${file}`, 'utf8').split('\n')
    // The name stands on the line of the call, or on the last of its table.
    .filter(line => /\b(?:it|test|describe)\b.*\(|^\s*\]\)\(/.test(line))
    .flatMap(line => [...line.matchAll(/\[([A-Z]\d+)\]/g)].map(([, rule = '']) => [rule, file] as const))))

describe('the rules of the protocol', () => {
  it('are found in the document', () => {
    expect(inForce).toEqual(expect.arrayContaining(['P1', 'P5', 'R6', 'C2', 'C5', 'M5', 'T6']))
    expect(inForce).not.toContain('C6')
    expect(documented.size).toBeGreaterThan(50)
  })

  it('have a test each, when they are in force', () => {
    expect(inForce.filter(rule => !proven.has(rule))).toEqual([])
  })

  it('are in the document, when a test names one', () => {
    expect([...proven].filter(([rule]) => !documented.has(rule))).toEqual([])
  })
})
