import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { effectScope } from 'vue'
import { clearDrafts, useDraft } from '~/composables/useDraft.ts'

class MemoryStorage {
  readonly entries = new Map<string, string>()
  get length() { return this.entries.size }
  key(index: number) { return [...this.entries.keys()][index] ?? null }
  getItem(key: string) { return this.entries.get(key) ?? null }
  setItem(key: string, value: string) { this.entries.set(key, value) }
  removeItem(key: string) { this.entries.delete(key) }
}

const KEY = { member: 'm1', matter: 'k1', field: 'comment' }
let scope: EffectScope
let storage: MemoryStorage

beforeEach(() => {
  scope = effectScope()
  storage = new MemoryStorage()
})
afterEach(() => scope.stop())

const draftOf = (key = KEY) => scope.run(() => useDraft<string>(key, { storage }))!

describe('a draft', () => {
  it('is kept at once under its member, matter and field', () => {
    draftOf().value = 'Half a sentence'
    expect([...storage.entries]).toEqual([['aster:draft:m1:k1:comment', '"Half a sentence"']])
  })

  it('is there again after a reload', async () => {
    draftOf().value = 'Half a sentence'
    const again = draftOf()
    await vi.waitFor(() => expect(again.value).toBe('Half a sentence'))
  })

  it('is gone once it is null', () => {
    const draft = draftOf()
    draft.value = 'Half'
    draft.value = null
    expect(storage.length).toBe(0)
  })

  it('is none when the stored text isn\'t ours', async () => {
    storage.setItem('aster:draft:m1:k1:comment', '{broken')
    const draft = draftOf()
    await Promise.resolve()
    expect(draft.value).toBeNull()
  })

  it('can be typed on when the storage is full', () => {
    storage.setItem = () => { throw new Error('full') }
    const draft = draftOf()
    draft.value = 'Half'
    expect(draft.value).toBe('Half')
  })

  it('lives in memory where there is no storage', () => {
    const draft = scope.run(() => useDraft<string>(KEY))!
    draft.value = 'Half'
    expect(draft.value).toBe('Half')
  })
})

describe('clearing drafts', () => {
  beforeEach(() => {
    draftOf().value = 'a'
    draftOf({ ...KEY, matter: 'k2' }).value = 'b'
    storage.setItem('other', 'stays')
  })

  it('forgets one matter\'s drafts, whoever typed them', () => {
    clearDrafts('k1', storage)
    expect([...storage.entries.keys()]).toEqual(['aster:draft:m1:k2:comment', 'other'])
  })

  it('forgets all at sign-out, and nothing that isn\'t a draft', () => {
    clearDrafts(undefined, storage)
    expect([...storage.entries.keys()]).toEqual(['other'])
  })

  it('does nothing where there is no storage', () => {
    vi.stubGlobal('localStorage', undefined)
    expect(() => clearDrafts()).not.toThrow()
    vi.unstubAllGlobals()
  })
})
