import { globSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const messages = new URL('../../../i18n/locales/en/', import.meta.url)

/** The dotted path of every message. That both languages have the same ones is held in messages.spec.ts. */
function readKeys(): string[] {
  const pathsIn = (value: unknown, path: string): string[] => typeof value === 'string'
    ? [path]
    : Object.entries(value as object).flatMap(([key, child]) => pathsIn(child, path ? `${path}.${key}` : key))
  return readdirSync(messages).flatMap(file => pathsIn(JSON.parse(readFileSync(new URL(file, messages), 'utf8')), ''))
}

const keys = readKeys()
const features = [...new Set(keys.map(key => key.split('.')[0]))].join('|')

/** What reads like a key: between single quotes or backticks, or as the `keypath` of a sentence with parts. */
const MENTION = new RegExp(`(?:['\`]|keypath=")((?:${features})\\.(?:[\\w.-]|\\$\\{[^}]*\\})+)['"\`]`, 'g')

/** `enums.role.${role}` stands for every role. */
function matcherOf(mention: string): RegExp {
  const parts = mention.split(/\$\{[^}]*\}/).map(part => part.replaceAll('.', '\\.'))
  return new RegExp(`^${parts.join('[\\w-]+')}$`)
}

const mentions = globSync(['{app,error}.vue', '{components,composables,layouts,middleware,pages,plugins,shared,stores,utils}/**/*.{ts,vue}'], { cwd: root })
  .flatMap(file => [...readFileSync(`${root}${file}`, 'utf8').matchAll(MENTION)].map(([, mention = '']) => ({ file, mention })))

describe('the words on the screens', () => {
  it('are there for every key that a source names', () => {
    expect(mentions.length).toBeGreaterThan(400)
    expect(mentions.filter(({ mention }) => !keys.some(key => matcherOf(mention).test(key)))).toEqual([])
  })

  it('are each said somewhere', () => {
    const matchers = [...new Set(mentions.map(({ mention }) => mention))].map(matcherOf)
    expect(keys.filter(key => !matchers.some(matcher => matcher.test(key)))).toEqual([])
  })
})
