import { expect, it } from 'vitest'
import { sentenceGap } from '#shared/kanban/sentence-gap.ts'

it('parts English sentences, and none in Japanese', () => {
  expect(['One.', 'Two.'].join(sentenceGap('en'))).toBe('One. Two.')
  expect(['一つ。', '二つ。'].join(sentenceGap('ja'))).toBe('一つ。二つ。')
})
