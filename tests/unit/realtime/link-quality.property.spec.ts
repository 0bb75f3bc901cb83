import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LinkEvent, LinkQuality } from '#shared/realtime/link-quality.ts'
import { FIRST_BAR_MS, judgeLink, LONGEST_BAR_MS, noteLink, UNKNOWN_LINK } from '#shared/realtime/link-quality.ts'
import { NOW } from '../../helpers/builders.ts'

const HOUR = 60 * 60_000

const events: fc.Arbitrary<LinkEvent> = fc.oneof(
  fc.constantFrom<LinkEvent['kind'][]>('live', 'dropped', 'blocked', 'refused', 'ended', 'changed').map(kind => ({ kind }) as LinkEvent),
  fc.record({ kind: fc.constant('pong' as const), tookMs: fc.integer({ min: 0, max: 5_000 }) }),
  fc.record({ kind: fc.constant('http' as const), startedAt: fc.constant(NOW + 100 * HOUR), tookMs: fc.integer({ min: 0, max: 500 }), answered: fc.boolean() }),
)
const histories = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 * 60_000 }), events), { maxLength: 60 })

function replay(history: readonly (readonly [number, LinkEvent])[]): { quality: LinkQuality, now: number } {
  return history.reduce<{ quality: LinkQuality, now: number }>(({ quality, now }, [waitMs, event]) =>
    ({ quality: noteLink(quality, event, now + waitMs), now: now + waitMs }), { quality: UNKNOWN_LINK, now: NOW })
}

/** A network that lets no socket through, asked by HTTP every 5 s; when sockets were tried on it. */
function triesOn(hours: number, from: LinkQuality, { changesAt, fails }: { changesAt: ReadonlySet<number>, fails: (round: number) => boolean }): number[] {
  const tries: number[] = []
  let quality = from
  for (let round = 0; round < hours * 720; round++) {
    const now = NOW + round * 5_000
    if (changesAt.has(round))
      quality = noteLink(quality, { kind: 'changed' }, now)
    const answered = !fails(round)
    quality = noteLink(quality, { kind: 'http', startedAt: now, tookMs: 20, answered }, now)
    // Without HTTP there is no ticket, and without a ticket no try.
    if (answered && judgeLink(quality, now).allowsSocket) {
      tries.push(now)
      quality = noteLink(quality, { kind: 'blocked' }, now + 100)
    }
  }
  return tries
}

function mostInAnHour(tries: readonly number[]): number {
  return Math.max(0, ...tries.map(start => tries.filter(at => at >= start && at < start + HOUR).length))
}

it('[T2] tries at most 12 times an hour on a network that blocks sockets, and goes on trying', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 2, max: 40 }), (offset, every) => {
    const tries = triesOn(6, UNKNOWN_LINK, { changesAt: new Set(), fails: round => (round + offset) % every === 0 })
    expect(mostInAnHour(tries)).toBeLessThanOrEqual(12)
    expect(tries.at(-1)).toBeGreaterThan(NOW + 6 * HOUR - LONGEST_BAR_MS - 10_000)
  }), { numRuns: 40 })
})

it('[T2] tries at most 72 times an hour on it, however often the network says that it changed', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1_440 }), { maxLength: 1_440 }), fc.integer({ min: 2, max: 40 }), (changes, every) => {
    const tries = triesOn(2, UNKNOWN_LINK, { changesAt: new Set(changes), fails: round => round % every === 0 })
    expect(mostInAnHour(tries)).toBeLessThanOrEqual(72)
  }), { numRuns: 60 })
  const always = triesOn(2, UNKNOWN_LINK, { changesAt: new Set(Array.from({ length: 1_440 }, (_, round) => round)), fails: () => false })
  expect(mostInAnHour(always)).toBeLessThanOrEqual(72)
})

it('[T2] always tries again within half an hour, whatever happened', () => {
  fc.assert(fc.property(histories, (history) => {
    const { quality, now } = replay(history)
    expect(judgeLink(quality, now + LONGEST_BAR_MS)).toEqual({ allowsSocket: true })
  }))
})

it('[T2] doesn’t flap: a bar lasts at least two minutes, unless the network changes, and the next one is longer, unless trust came back', () => {
  fc.assert(fc.property(histories, (history) => {
    let quality = UNKNOWN_LINK
    let now = NOW
    for (const [waitMs, event] of history) {
      now += waitMs
      const next = noteLink(quality, event, now)
      const wasBarred = !judgeLink(quality, now).allowsSocket
      if (wasBarred && judgeLink(next, now).allowsSocket)
        expect(['changed', 'live']).toContain(event.kind)
      if (next.bars > quality.bars) {
        expect(next.bars).toBe(quality.bars + 1)
        expect(next.barredUntil! - now).toBe(Math.min(LONGEST_BAR_MS, FIRST_BAR_MS * 2 ** quality.bars))
      }
      if (next.bars < quality.bars)
        expect(now - quality.liveSince!).toBeGreaterThanOrEqual(10 * 60_000)
      quality = next
    }
  }))
})

it('changes nothing that it was given', () => {
  fc.assert(fc.property(histories, (history) => {
    const frozen = history.reduce((quality, [waitMs, event], index) => Object.freeze(noteLink(quality, event, NOW + index + waitMs)), UNKNOWN_LINK)
    expect(Object.isFrozen(frozen) || history.length === 0).toBe(true)
  }))
})
