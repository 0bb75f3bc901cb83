import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  ASSIGNMENT_ROLES, CLOSE_OUTCOMES, CONFIDENTIALITIES, DEADLINE_KINDS, DEADLINE_SOURCES, PRACTICE_AREAS, PRIORITIES,
} from '#shared/kanban/matter.ts'
import { ROLES } from '#shared/kanban/member.ts'
import { PROBLEM_STATUS } from '#shared/protocol/problems.ts'

const folder = new URL('../../../i18n/locales/', import.meta.url)
const files = readdirSync(new URL('en/', folder))

/** Every message of a file by its dotted path. */
function readMessages(locale: 'en' | 'ja', file: string): Map<string, string> {
  const messages = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string')
      messages.set(path, value)
    else
      Object.entries(value as object).forEach(([key, child]) => walk(child, path ? `${path}.${key}` : key))
  }
  walk(JSON.parse(readFileSync(new URL(`${locale}/${file}`, folder), 'utf8')), '')
  return messages
}

const paramsOf = (message: string) => [...new Set(message.match(/\{\w+\}/g))].sort()

describe('the messages', () => {
  it('are in the same files in both languages', () => {
    expect(readdirSync(new URL('ja/', folder))).toEqual(files)
  })

  it.each(files)('of %s say the same things in both languages, about the same names', (file) => {
    const [en, ja] = [readMessages('en', file), readMessages('ja', file)]
    expect([...ja.keys()].sort()).toEqual([...en.keys()].sort())
    for (const [key, message] of en) {
      expect(paramsOf(ja.get(key)!).filter(name => name !== '{count}'), key).toEqual(paramsOf(message).filter(name => name !== '{count}'))
      expect(ja.get(key)!.split(' | ').length, `${key} has as many plural forms`).toBe(message.split(' | ').length)
    }
  })

  it.each(files)('of %s are never empty and hold no markup', (file) => {
    for (const locale of ['en', 'ja'] as const) {
      for (const [key, message] of readMessages(locale, file)) {
        expect(message.trim(), key).not.toBe('')
        expect(message, key).not.toMatch(/<\/?[a-z]/i)
      }
    }
  })

  it.each(['en', 'ja'] as const)('give every problem and every value of the domain its words in %s', (locale) => {
    const problems = readMessages(locale, 'problems.json')
    for (const code of [...Object.keys(PROBLEM_STATUS), 'NETWORK'])
      expect(problems.has(`problems.${code}`), code).toBe(true)
    const enums = readMessages(locale, 'enums.json')
    const values = {
      priority: PRIORITIES, role: ROLES, confidentiality: CONFIDENTIALITIES, practiceArea: PRACTICE_AREAS, deadlineKind: DEADLINE_KINDS,
      deadlineSource: DEADLINE_SOURCES, assignmentRole: ASSIGNMENT_ROLES, closeOutcome: CLOSE_OUTCOMES, lifecycle: ['PENDING', 'OPEN', 'CLOSED'],
    }
    for (const [name, list] of Object.entries(values)) {
      for (const value of list)
        expect(enums.has(`enums.${name}.${value}`), `${name}.${value}`).toBe(true)
    }
  })
})
