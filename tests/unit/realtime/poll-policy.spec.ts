import { expect, it } from 'vitest'
import { pollInterval } from '#shared/realtime/poll-policy.ts'

const now = 1_000_000

it('[T3] asks every five seconds, however quiet the board has been', () => {
  expect(pollInterval({ now, changedAt: null, wish: null })).toBe(5_000)
  expect(pollInterval({ now, changedAt: now - 30_000, wish: null })).toBe(5_000)
  expect(pollInterval({ now, changedAt: now - 3_600_000, wish: null })).toBe(5_000)
})

it('[T3] asks every two seconds for half a minute after a change', () => {
  expect(pollInterval({ now, changedAt: now, wish: null })).toBe(2_000)
  expect(pollInterval({ now, changedAt: now - 29_999, wish: null })).toBe(2_000)
})

it('[R5] lets the server slow it down, and never hurry it', () => {
  expect(pollInterval({ now, changedAt: now, wish: 20_000 })).toBe(20_000)
  expect(pollInterval({ now, changedAt: null, wish: 1_000 })).toBe(5_000)
  expect(pollInterval({ now, changedAt: now, wish: 5_000 })).toBe(2_000)
})

it('is never slower while lively than the base interval', () => {
  expect(pollInterval({ now, changedAt: now, wish: null }, { baseMs: 1_000, livelyMs: 2_000, livelyForMs: 10 })).toBe(1_000)
})

it('[R5] asks as often as its reader chose while the server is at ease', () => {
  expect(pollInterval({ now, changedAt: null, wish: 5_000 }, { baseMs: 2_000 })).toBe(2_000)
  expect(pollInterval({ now, changedAt: null, wish: 5_001 }, { baseMs: 2_000 })).toBe(5_001)
  expect(pollInterval({ now, changedAt: null, wish: 20_000 }, { baseMs: 30_000 })).toBe(30_000)
})
