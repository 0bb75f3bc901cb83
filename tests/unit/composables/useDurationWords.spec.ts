import { expect, it, vi } from 'vitest'
import { useDurationWords } from '~/composables/useDurationWords.ts'

const { locale } = vi.hoisted(() => ({ locale: { value: '' } }))
vi.mock('#imports', () => ({ useI18n: () => ({ locale }) }))

it.each([
  ['en', ['40 sec', '3 min', '2 hr']],
  // A number and its word stand together.
  ['ja', ['40秒', '3分', '2時間']],
] as const)('says in %s how long something took, in its largest whole unit', (language, words) => {
  locale.value = language
  expect([40_000, 200_000, 7_300_000].map(useDurationWords())).toEqual([...words])
})
