import { expect, it } from 'vitest'
import { createMemberRate } from '#server/services/realtime/member-rate.ts'

it('lets each member do so much in a second, and forgets who was quiet', () => {
  let now = 0
  const rate = createMemberRate(3, () => now)
  const tries = (member: string, count: number) => Array.from({ length: count }, () => rate.take(member)).filter(Boolean).length
  expect([tries('a', 5), tries('b', 2)]).toEqual([3, 2])
  now += 400
  expect(tries('a', 5)).toBe(1)
  now += 60_000
  for (let member = 0; member < 5_000; member++)
    expect(rate.take(`m${member}`)).toBe(true)
  expect(tries('a', 5)).toBe(3)
})
