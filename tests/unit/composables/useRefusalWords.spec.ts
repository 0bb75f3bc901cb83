import { describe, expect, it } from 'vitest'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import { useRefusalWords } from '~/composables/useRefusalWords.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { speak } from '../../helpers/real-words.ts'

const refused: SettledProblem = { code: 'INVALID_TRANSITION', message: '', allowed: ['initial-review', 'closed'] }

describe('why something can\'t be', () => {
  it('is followed by where the matter may go', () => {
    speak('en')
    const why = useRefusalWords(fakeKanban())
    expect(why(refused)).toMatch(/\. \S.*Initial review or Closed/)
    expect(why({ code: 'WIP_LIMIT', message: '' })).toMatch(/^That column is full\./)
  })

  it('stands without a gap between its sentences in Japanese', () => {
    speak('ja')
    expect(useRefusalWords(fakeKanban())(refused)).toMatch(/。移動できる列：初回確認または完了/)
  })
})
