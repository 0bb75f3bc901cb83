import { expect, it } from 'vitest'
import { inBrackets } from '#shared/kanban/in-brackets.ts'

it('adds in the brackets of the reader\'s language, which in Japanese bring their own room', () => {
  expect(`15:10${inBrackets('5 min. ago', 'en')}`).toBe('15:10 (5 min. ago)')
  expect(`15:10${inBrackets('5分前', 'ja')}`).toBe('15:10（5分前）')
  expect(`新規${inBrackets(3, 'ja')}`).toBe('新規（3）')
})
