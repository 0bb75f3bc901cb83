import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Place, PresentMember } from '#shared/protocol/presence.ts'
import type { PresenceEvent, PresenceState } from '#shared/realtime/presence.ts'
import { mergePlaces, nextExpiry, NOBODY_PRESENT, presentAt, SIGN_LASTS_MS, takePresence, takePresenceEvent } from '#shared/realtime/presence.ts'
import { buildId, NOW } from '../../helpers/builders.ts'

const PEOPLE_IDS = ['ana', 'ben', 'cho']
const MATTERS = [null, buildId(1), buildId(2)]
const ACTIONS: Place['action'][] = ['viewing', 'editing', 'typing']

const people = fc.constantFrom(...PEOPLE_IDS)
const tabs = fc.constantFrom('t1', 't2')
const matters = fc.constantFrom(...MATTERS)

/** What happens on a board, in order; each thing in a millisecond of its own. */
const course = fc.array(fc.oneof(
  fc.record({ topic: fc.constantFrom('member:joined' as const, 'member:left' as const), from: people }),
  fc.record({
    topic: fc.constant('member:activity' as const),
    from: people,
    data: fc.record({ tab: tabs, matterId: matters, action: fc.constantFrom(...ACTIONS, 'gone' as const) }),
  }),
), { maxLength: 30 }).map(happenings => happenings.map((happening, place): PresenceEvent => ({ ...happening, at: NOW + place + 1 })))

/** What the server would say of a board where this has happened. */
function truthAfter(events: readonly PresenceEvent[]): PresentMember[] {
  const present = new Map<string, PresentMember>()
  for (const event of events) {
    const { from, at } = event
    const member = present.get(from) ?? { id: from, since: at, places: [] }
    if (event.topic === 'member:left') {
      present.delete(from)
    }
    else if (event.topic === 'member:joined') {
      present.set(from, member)
    }
    else if (event.topic === 'member:activity') {
      const places = member.places.filter(({ tab }) => tab !== event.data.tab)
      const { action, tab, matterId } = event.data
      if (action !== 'gone')
        present.set(from, { ...member, places: [...places, { tab, matterId, action }] })
      else if (present.has(from))
        present.set(from, { ...member, places })
    }
  }
  return [...present.values()]
}

/** Without what a reader can't know who heard things in another order. */
function plain(members: readonly PresentMember[]): unknown {
  return members.map(({ id, places }) => ({ id, places: places.toSorted((a, b) => a.tab < b.tab ? -1 : 1) })).sort((a, b) => a.id < b.id ? -1 : 1)
}

const heard = (events: readonly PresenceEvent[], from: PresenceState = NOBODY_PRESENT) =>
  events.reduce((state, event) => takePresenceEvent(state, event, NOW), from)

describe('who is on a board', () => {
  const shuffled = course.chain(events => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })))

  it('[A1] is what was said and done there, in whichever order it arrives', () => {
    fc.assert(fc.property(shuffled, ([events, arrived]) => {
      expect(plain(presentAt(heard(arrived), NOW))).toEqual(plain(truthAfter(events)))
    }))
  })

  it('[A1] is what a list says and what was said after it, whenever the list arrives and whatever came before it is late', () => {
    fc.assert(fc.property(course, fc.nat(30), fc.nat(30), fc.boolean(), (events, readAfter, arrivesAfter, isLate) => {
      const read = Math.min(readAfter, events.length)
      const answer = { members: truthAfter(events.slice(0, read)) }
      const first = events.slice(isLate ? read : 0, Math.max(read, arrivesAfter))
      const state = takePresence(heard(first), answer, { asOf: NOW + read, now: NOW })
      const after = heard([...events.slice(0, read).toReversed(), ...events.slice(Math.max(read, arrivesAfter))], state)
      expect(plain(presentAt(after, NOW))).toEqual(plain(truthAfter(events)))
    }))
  })

  it('[A1] hides who gave no sign for 60 s by the reader\'s own clock, and not before', () => {
    fc.assert(fc.property(course, fc.integer({ min: 0, max: 2 * SIGN_LASTS_MS }), (events, later) => {
      const shown = presentAt(heard(events), NOW + later)
      expect(plain(shown)).toEqual(later < SIGN_LASTS_MS ? plain(truthAfter(events)) : [])
    }))
  })

  it('[A1] changes next when the first sign is a minute old', () => {
    fc.assert(fc.property(course, (events) => {
      const state = heard(events)
      const next = nextExpiry(state, NOW)
      expect(next).toBe(presentAt(state, NOW).length > 0 ? NOW + SIGN_LASTS_MS : null)
      expect(next === null ? null : nextExpiry(state, next)).toBeNull()
    }))
  })

  it('[A1] is not taken back by a list that was asked for earlier and arrives late', () => {
    const state = takePresence(NOBODY_PRESENT, { members: [{ id: 'ana', since: NOW, places: [] }] }, { asOf: NOW + 10, now: NOW })
    expect(takePresence(state, { members: [] }, { asOf: NOW + 9, now: NOW })).toBe(state)
  })

  it('forgets tabs that nothing was heard of for minutes, when another speaks', () => {
    const at = (tab: string, passedMs: number): PresenceEvent =>
      ({ topic: 'member:activity', from: 'ana', at: NOW + passedMs, data: { tab, matterId: null, action: 'viewing' } })
    const state = takePresenceEvent(takePresenceEvent(NOBODY_PRESENT, at('old', 1), NOW), at('new', 180_000), NOW + 180_000)
    expect([...state.members.get('ana')!.tabs.keys()]).toEqual(['new'])
  })

  it('is in the order in which they came, and always the same for who came at once', () => {
    const member = (id: string, since: number): PresentMember => ({ id, since, places: [] })
    const list = [member('cho', NOW), member('ben', NOW + 1), member('ana', NOW)]
    const ids = (members: PresentMember[]) => presentAt(takePresence(NOBODY_PRESENT, { members }, { asOf: NOW, now: NOW }), NOW).map(({ id }) => id)
    expect([ids(list), ids(list.toReversed())]).toEqual([['ana', 'cho', 'ben'], ['ana', 'cho', 'ben']])
  })

  it('never holds more than who was there within minutes', () => {
    fc.assert(fc.property(course, (events) => {
      const later = NOW + 600_000
      expect(takePresence(heard(events), { members: [] }, { asOf: later, now: later }).members.size).toBe(0)
    }))
  })
})

describe('a member with several tabs', () => {
  const places = fc.array(fc.record({ tab: fc.uuid(), matterId: matters, action: fc.constantFrom(...ACTIONS), field: fc.constantFrom('title', 'tags') }), { maxLength: 6 })

  it('[A1] is at each of their matters once, with the most that they do there', () => {
    fc.assert(fc.property(places, (all) => {
      const merged = mergePlaces(all)
      expect(new Set(merged.map(({ matterId }) => matterId))).toEqual(new Set(all.map(({ matterId }) => matterId)))
      for (const { matterId, action, fields, isTyping } of merged) {
        const here = all.filter(place => place.matterId === matterId)
        const doing = here.map(place => place.action)
        expect(action).toBe(doing.includes('editing') ? 'editing' : doing.includes('typing') ? 'typing' : 'viewing')
        expect(isTyping).toBe(doing.includes('typing'))
        expect(new Set(fields)).toEqual(new Set(here.filter(place => place.action === 'editing').map(({ field }) => field)))
      }
    }))
  })

  it('is the same whichever tab spoke last', () => {
    fc.assert(fc.property(places, (all) => {
      expect(mergePlaces(all.toReversed())).toEqual(mergePlaces(all))
    }))
  })
})
