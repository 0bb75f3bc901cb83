import { beforeEach, expect, it } from 'vitest'
import type { LoopGuard } from '#shared/realtime/loop-guard.ts'
import { createLoopGuard } from '#shared/realtime/loop-guard.ts'

let now = 0
let guard: LoopGuard

beforeEach(() => {
  now = 0
  guard = createLoopGuard(() => now)
})

it('[T6] notices the fifth answer alike within two seconds', () => {
  const heard = [0, 400, 800, 1_200, 1_600].map((at) => {
    now = at
    return guard.answered(true)
  })
  expect(heard).toEqual([false, false, false, false, true])
})

it('minds neither answers that are spread out nor news in between', () => {
  for (now = 0; now < 20_000; now += 500)
    expect(guard.answered(true)).toBe(false)
  for (let answer = 0; answer < 20; answer++)
    expect(guard.answered(answer % 4 !== 0)).toBe(false)
})
