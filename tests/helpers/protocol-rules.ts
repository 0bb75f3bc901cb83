import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What docs/protocol.md says and what the tests name. */
export interface ProtocolRules {
  /** Every rule of the document, like `M2`, in its order. */
  documented: ReadonlySet<string>
  /** The rules that the head of the document says are in force. */
  inForce: readonly string[]
  /** The rules that tests name in brackets, each with the files that do. */
  proven: ReadonlyMap<string, readonly string[]>
}

/** Reads the document and the names of all tests. */
export function readProtocolRules(): ProtocolRules {
  const protocol = readFileSync(`${root}docs/protocol.md`, 'utf8')
  // A rule begins at a line's start, or after the full stop of the rule before it.
  const documented = new Set([...protocol.matchAll(/(?:^- |\. )([A-Z]\d+) (?=[A-Za-z`])/gm)].map(([, rule = '']) => rule))
  const [, list = ''] = /\*\*In force now\*\*[^:]*: ([^.]+)\./.exec(protocol) ?? []
  return { documented, inForce: rulesOf(list.replaceAll('\n', ' '), documented), proven: readProven() }
}

/** "P, R, C1–C5" names a family, or some of it. */
function rulesOf(list: string, documented: ReadonlySet<string>): string[] {
  return list.split(', ').flatMap((name) => {
    const parts = /^([A-Z])(?:(\d+)(?:–[A-Z](\d+))?)?$/.exec(name)
    if (!parts)
      throw new Error(`${JSON.stringify(name)} names no rule`)
    const [, family = '', first, last = first] = parts
    return [...documented].filter(rule => rule.startsWith(family)
      && (first === undefined || (Number(rule.slice(1)) >= Number(first) && Number(rule.slice(1)) <= Number(last))))
  })
}

function readProven(): Map<string, string[]> {
  const named = globSync(['tests/**/*.{spec,contract}.ts', 'e2e/**/*.spec.ts'], { cwd: root }).flatMap(file =>
    readFileSync(`${root}${file}`, 'utf8').split('\n')
      // The name stands on the line of the call, or on the last of its table.
      .filter(line => /\b(?:it|test|describe)\b.*\(|^\s*\]\)\(/.test(line))
      .flatMap(line => [...line.matchAll(/\[([A-Z]\d+)\]/g)].map(([, rule = '']) => ({ rule, file }))))
  return new Map([...Map.groupBy(named, ({ rule }) => rule)].map(([rule, found]) => [rule, [...new Set(found.map(({ file }) => file))]]))
}
