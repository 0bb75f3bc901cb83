import { describe, expect, it } from 'vitest'
import { formatList } from '#shared/kanban/format-list.ts'

const NAMES = ['Akiko', 'Ben', 'Chie']

describe('words as one list', () => {
  it('are joined as the reader\'s language does it', () => {
    expect([formatList(NAMES, 'en'), formatList(NAMES, 'ja')]).toEqual(['Akiko, Ben, and Chie', 'Akiko、Ben、Chie'])
  })

  it('leave a choice, or take little room, where that is asked for', () => {
    expect([formatList(NAMES, 'en', 'or'), formatList(NAMES, 'ja', 'or')]).toEqual(['Akiko, Ben, or Chie', 'Akiko、Ben、またはChie'])
    expect(formatList(NAMES, 'en', 'brief')).toBe('Akiko, Ben, Chie')
  })

  it('stand alone, by twos and not at all, from any collection', () => {
    expect([formatList(['Akiko'], 'en'), formatList(new Set(['Akiko', 'Ben', 'Akiko']), 'en'), formatList([], 'en')]).toEqual(['Akiko', 'Akiko and Ben', ''])
  })
})
