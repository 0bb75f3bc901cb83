import { describe, expect, it } from 'vitest'
import type { Activity } from '#shared/kanban/activity.ts'
import { ACTIVITY_KINDS } from '#shared/kanban/activity.ts'
import { ACTIVITY_GROUPS, countLater, isLater, lastSince } from '#shared/kanban/activity-feed.ts'
import { buildId, NOW, PEOPLE } from '../../helpers/builders.ts'

const { partner, associate } = PEOPLE
const step = (version: number, part: Partial<Activity> = {}): Activity => ({
  id: buildId(version), matterId: buildId(0x99), version, kind: 'edited', actorId: partner.id, at: NOW + version, reason: null, fields: {}, commentId: null, undo: false, ...part,
})
const feed = [4, 3, 2, 1].map(version => step(version))

describe('a feed', () => {
  it('is in order of version, and of id within one', () => {
    expect(isLater(step(2), step(1))).toBe(true)
    expect(isLater(step(1), step(2))).toBe(false)
    expect(isLater(step(1, { id: 'b' }), step(1, { id: 'a' }))).toBe(true)
    expect(isLater(step(1), step(1))).toBe(false)
  })

  it('counts what came after the step that somebody reads, also when that one is gone from sight', () => {
    expect(countLater(feed, null)).toBe(0)
    expect(countLater(feed, feed[1]!)).toBe(1)
    expect(countLater(feed.filter(({ version }) => version !== 3), feed[1]!)).toBe(1)
    expect(countLater(feed, step(0))).toBe(4)
    expect(countLater([], step(1))).toBe(0)
  })

  it('draws its line behind the last step that others made since somebody was here', () => {
    expect(lastSince(feed, NOW + 2, associate.id)).toBe(feed[1]!.id)
    expect(lastSince(feed, NOW + 4, associate.id)).toBeNull()
    expect(lastSince(feed, NOW + 2, partner.id)).toBeNull()
    expect(lastSince(feed, null, associate.id)).toBeNull()
    expect(lastSince(feed, NOW, associate.id)).toBeNull()
    expect(lastSince([], NOW, associate.id)).toBeNull()
  })

  it('has a group for every kind of step', () => {
    expect(Object.values(ACTIVITY_GROUPS).flat().sort()).toEqual([...ACTIVITY_KINDS].sort())
  })
})
