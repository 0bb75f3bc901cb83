import { describe, expect, it } from 'vitest'
import type { LinkEvent, LinkQuality } from '#shared/realtime/link-quality.ts'
import { FIRST_BAR_MS, judgeLink, LONGEST_BAR_MS, noteLink, TRUST_AFTER_MS, UNKNOWN_LINK } from '#shared/realtime/link-quality.ts'
import { NOW } from '../../helpers/builders.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

interface Link { quality: LinkQuality, now: number }

/** What is known after events, each so many milliseconds after the one before. */
function after(steps: [waitMs: number, event: LinkEvent][], from = UNKNOWN_LINK, start = NOW): Link {
  return steps.reduce(
    ({ quality, now }, [waitMs, event]) => ({ quality: noteLink(quality, event, now + waitMs), now: now + waitMs }),
    { quality: from, now: start },
  )
}

/** An exchange by HTTP that began and ended just now. */
const http = (answered: boolean, now: number): LinkEvent => ({ kind: 'http', startedAt: now, tookMs: 20, answered })

/** A live socket that drops a minute later, while HTTP answers. */
function drop(quality: LinkQuality, now: number): Link {
  const dropped = after([[0, { kind: 'live' }], [MINUTE, { kind: 'dropped' }]], quality, now)
  return after([[SECOND, http(true, dropped.now + SECOND)]], dropped.quality, dropped.now)
}

/** A socket that the network doesn't let through, while HTTP answers. */
function block(quality: LinkQuality, now: number): Link {
  return after([[0, { kind: 'blocked' }], [SECOND, http(true, now + SECOND)]], quality, now)
}

function barLength({ quality, now }: Link): number {
  const judged = judgeLink(quality, now)
  return judged.allowsSocket ? 0 : judged.at - now
}

describe('[T2] whether a socket is worth its trouble', () => {
  it('trusts what it knows nothing of', () => {
    expect(judgeLink(UNKNOWN_LINK, NOW)).toEqual({ allowsSocket: true })
  })

  it('holds nothing against a socket that went down together with HTTP', () => {
    let link = { quality: UNKNOWN_LINK, now: NOW }
    for (let outage = 0; outage < 20; outage++) {
      link = after([[0, { kind: 'live' }], [MINUTE, { kind: 'dropped' }], [SECOND, http(false, link.now + MINUTE + SECOND)], [SECOND, http(true, link.now + MINUTE + 2 * SECOND)]], link.quality, link.now)
      expect(judgeLink(link.quality, link.now)).toEqual({ allowsSocket: true })
    }
    expect(link.quality.bars).toBe(0)
  })

  it('takes a socket that is found out to be dead after HTTP failed for a part of the same outage', () => {
    const link = after([[0, { kind: 'live' }], [MINUTE, http(false, NOW + MINUTE)], [10 * SECOND, http(true, NOW + MINUTE + 10 * SECOND)], [30 * SECOND, { kind: 'dropped' }], [SECOND, http(true, NOW + 2 * MINUTE)]])
    expect(link.quality.drops).toEqual([])
  })

  it('bars the socket at the third drop in five minutes', () => {
    let link = { quality: UNKNOWN_LINK, now: NOW }
    for (const bar of [0, 0, FIRST_BAR_MS]) {
      link = drop(link.quality, link.now)
      expect(barLength(link)).toBe(bar)
    }
  })

  it('lets drops pass that are further apart', () => {
    let link = { quality: UNKNOWN_LINK, now: NOW }
    for (let count = 0; count < 10; count++)
      link = drop(link.quality, link.now + 2 * MINUTE)
    expect(barLength(link)).toBe(0)
  })

  it('an answer to a question from before the drop says nothing about it', () => {
    const { quality } = after([[0, { kind: 'live' }], [MINUTE, { kind: 'dropped' }], [SECOND, { kind: 'http', startedAt: NOW, tookMs: 20, answered: true }]])
    expect(quality.suspect).not.toBeNull()
    expect(quality.drops).toEqual([])
  })

  it('bars a blocked socket at once, for 2 minutes and then twice as long each time, up to 30', () => {
    let link = { quality: UNKNOWN_LINK, now: NOW }
    for (const minutes of [2, 4, 8, 16, 30, 30]) {
      link = block(link.quality, link.now)
      expect(barLength(link)).toBe(minutes * MINUTE)
      link = { ...link, now: link.now + minutes * MINUTE }
      expect(judgeLink(link.quality, link.now)).toEqual({ allowsSocket: true })
    }
  })

  it('takes one blocked socket in an outage for a part of it, and two for what they are', () => {
    const outage = after([[0, http(false, NOW)], [SECOND, { kind: 'blocked' }], [SECOND, http(true, NOW + 2 * SECOND)]])
    expect(barLength(outage)).toBe(0)
    expect(barLength(after([[SECOND, { kind: 'blocked' }]], outage.quality, outage.now))).toBe(FIRST_BAR_MS)
  })

  it('is told by the server as well', () => {
    expect(barLength(after([[0, { kind: 'refused' }]]))).toBe(FIRST_BAR_MS)
  })

  it('holds nothing against a socket that was meant to end', () => {
    let link = { quality: UNKNOWN_LINK, now: NOW }
    for (let count = 0; count < 10; count++)
      link = after([[0, { kind: 'live' }], [SECOND, { kind: 'ended' }], [SECOND, http(true, link.now + 2 * SECOND)]], link.quality, link.now)
    expect(link.quality).toMatchObject({ bars: 0, drops: [], suspect: null })
  })

  it('trusts again after ten good minutes', () => {
    const barred = block(UNKNOWN_LINK, NOW)
    const tooShort = after([[FIRST_BAR_MS, { kind: 'live' }], [TRUST_AFTER_MS - 1, { kind: 'dropped' }]], barred.quality, barred.now)
    expect(tooShort.quality.bars).toBe(1)
    const longEnough = after([[FIRST_BAR_MS, { kind: 'live' }], [TRUST_AFTER_MS, { kind: 'dropped' }]], barred.quality, barred.now)
    expect(longEnough.quality.bars).toBe(0)
  })

  it('tries a changed network at once, and remembers what being wrong costs', () => {
    const barred = block(UNKNOWN_LINK, NOW)
    const changed = after([[10 * SECOND, { kind: 'changed' }]], barred.quality, barred.now)
    expect(barLength(changed)).toBe(0)
    expect(barLength(block(changed.quality, changed.now))).toBe(2 * FIRST_BAR_MS)
  })

  it('tries a network that changes all the time every two minutes', () => {
    let link = after([[0, { kind: 'changed' }]], { ...UNKNOWN_LINK, bars: 3 })
    link = block(link.quality, link.now)
    for (let second = 0; second < 5; second++)
      link = after([[SECOND, { kind: 'changed' }]], link.quality, link.now)
    expect(barLength(link)).toBeGreaterThan(0)
    expect(barLength(link)).toBeLessThanOrEqual(2 * MINUTE)
  })

  describe('by its round trips', () => {
    const measured = after([[0, http(true, NOW)], [0, { kind: 'live' }]])
    const pong = (tookMs: number): LinkEvent => ({ kind: 'pong', tookMs })

    it('prefers polling to a socket that is much slower for a minute', () => {
      expect(barLength(after([[0, pong(2_000)], [30 * SECOND, pong(2_000)]], measured.quality, measured.now))).toBe(0)
      expect(barLength(after([[0, pong(2_000)], [30 * SECOND, pong(2_000)], [30 * SECOND, pong(2_000)]], measured.quality, measured.now))).toBe(FIRST_BAR_MS)
    })

    it('needs a minute of it, however often it was measured', () => {
      expect(barLength(after(Array.from({ length: 50 }, () => [SECOND, pong(2_000)] as [number, LinkEvent]), measured.quality, measured.now))).toBe(0)
    })

    it('forgets slow ones at the first fast one, and at one between neither forgets nor counts', () => {
      const slow = after([[0, pong(2_000)], [30 * SECOND, pong(2_000)]], measured.quality, measured.now)
      const between = after([[30 * SECOND, pong(400)]], slow.quality, slow.now)
      expect(between.quality.slow?.count).toBe(2)
      expect(after([[30 * SECOND, pong(30)]], between.quality, between.now).quality.slow).toBeNull()
    })

    it('compares nothing with nothing', () => {
      expect(noteLink({ ...UNKNOWN_LINK, liveSince: NOW }, pong(60_000), NOW).slow).toBeNull()
      expect(noteLink({ ...UNKNOWN_LINK, httpTrips: [20] }, pong(60_000), NOW).slow).toBeNull()
    })
  })

  it('never bars for longer than half an hour', () => {
    expect(barLength(block({ ...UNKNOWN_LINK, bars: 40 }, NOW))).toBe(LONGEST_BAR_MS)
  })
})
