import { describe, expect, it } from 'vitest'
import { initialsOf, stablePick } from '#shared/kanban/initials.ts'

describe('initialsOf', () => {
  it.each([
    ['Sakura Tanaka', 'ST'],
    ['Mary Ann van der Berg', 'MB'],
    ['Cher', 'C'],
    ['田中 さくら', '田中'],
    ['田中さくら', '田'],
    ['佐々木　健', '佐々'],
    ['ジョン・スミス', 'ジョ'],
    ['김 민수', '김'],
    ['(ext.) Lee', 'EL'],
    ['émile zola', 'ÉZ'],
    ['𠮷田 茂', '𠮷田'],
    ['', '?'],
    ['—', '?'],
  ])('makes of %j %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })

  it('shortens a Japanese name where there is room for one character', () => {
    expect(initialsOf('高橋 健太', 1)).toBe('高')
    expect(initialsOf('Kenta Takahashi', 1)).toBe('KT')
  })
})

describe('stablePick', () => {
  it('stays the same for an id and in its bounds', () => {
    for (const id of ['', 'a', '01900000-0000-7000-8000-0000000000a1']) {
      expect(stablePick(id, 8)).toBe(stablePick(id, 8))
      expect(stablePick(id, 8)).toBeGreaterThanOrEqual(0)
      expect(stablePick(id, 8)).toBeLessThan(8)
    }
  })
})
