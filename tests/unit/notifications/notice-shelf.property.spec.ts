import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NoticeShelf } from '#shared/notifications/notice-shelf.ts'
import { closeNotice, EMPTY_SHELF, keepNotices, MOST_NOTICES, placeNotices } from '#shared/notifications/notice-shelf.ts'
import type { NotificationBody } from '#shared/protocol/notifications.ts'
import { NOW, PEOPLE } from '../../helpers/builders.ts'
import { buildNotification, buildNotifiedMatter } from '../../helpers/notification-builders.ts'

const followed = (number: number, by = PEOPLE.partner.id, at = NOW + number) =>
  buildNotification({ type: 'followed', matter: buildNotifiedMatter(number), changes: 1, kind: 'moved' } as NotificationBody, { id: `f${number}`, by, at })
const shownIn = ({ notices, more }: NoticeShelf) => [...notices.map(({ items }) => items.map(({ id }) => id).join('+')), ...more.length > 0 ? [`${more.length} more`] : []]

describe('notices', () => {
  it('[N10] tell what one person did of one kind within four seconds as one', () => {
    const first = placeNotices(EMPTY_SHELF, [followed(1), followed(2)], NOW)
    expect(shownIn(first)).toEqual(['f1+f2'])
    expect(shownIn(placeNotices(first, [followed(3)], NOW + 4_000))).toEqual(['f1+f2+f3'])
    expect(shownIn(placeNotices(first, [followed(3)], NOW + 4_001))).toEqual(['f1+f2', 'f3'])
    expect(shownIn(placeNotices(first, [followed(3, PEOPLE.clerk.id)], NOW))).toEqual(['f1+f2', 'f3'])
    expect(shownIn(placeNotices(first, [buildNotification({}, { id: 'a' })], NOW))).toEqual(['f1+f2', 'a'])
  })

  it('keep their place on the screen while they grow, and one that counts up stays one', () => {
    const first = placeNotices(EMPTY_SHELF, [followed(1)], NOW)
    const again = placeNotices(first, [followed(1, PEOPLE.partner.id, NOW + 60_000)], NOW + 60_000)
    expect(shownIn(again)).toEqual(['f1'])
    expect(again.notices[0]!.id).toBe(first.notices[0]!.id)
    expect(again.notices[0]!.items[0]!.at).toBe(NOW + 60_000)
  })

  it('[N10] are three at most: a line counts the rest', () => {
    const of = (count: number) => placeNotices(EMPTY_SHELF, Array.from({ length: count }, (_, index) => followed(index, `p${index}`)), NOW)
    expect(shownIn(of(3))).toEqual(['f0', 'f1', 'f2'])
    expect(shownIn(of(6))).toEqual(['f0', 'f1', '4 more'])
    expect(shownIn(closeNotice(of(6), null))).toEqual(['f0', 'f1'])
    expect(shownIn(closeNotice(of(6), of(6).notices[0]!.id))).toEqual(['f1', '4 more'])
  })

  it('go when what they tell is read, muted or cleared elsewhere', () => {
    const shelf = placeNotices(EMPTY_SHELF, [followed(1), followed(2), followed(3, 'x'), followed(4, 'y'), followed(5, 'z')], NOW)
    expect(shownIn(shelf)).toEqual(['f1+f2', 'f3', '2 more'])
    expect(shownIn(keepNotices(shelf, ({ id }) => !['f2', 'f3', 'f4'].includes(id)))).toEqual(['f1', '1 more'])
  })

  it('are the same as before where nothing of them goes, so that none is told again', () => {
    const shelf = placeNotices(EMPTY_SHELF, [followed(1), followed(3, 'x'), followed(4, 'y'), followed(5, 'z')], NOW)
    expect(shownIn(shelf)).toEqual(['f1', 'f3', '2 more'])
    expect(keepNotices(shelf, () => true)).toBe(shelf)
    expect(keepNotices(shelf, ({ id }) => id !== 'f1').more).toBe(shelf.more)
  })

  it('lose none and double none, however they come', () => {
    const batches = fc.array(fc.record({
      ids: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }), wait: fc.integer({ min: 0, max: 9_000 }), people: fc.integer({ min: 1, max: 5 }),
    }), { maxLength: 8 })
    fc.assert(fc.property(batches, (course) => {
      let shelf = EMPTY_SHELF
      let now = NOW
      const came = new Set<string>()
      for (const { ids, wait, people } of course) {
        now += wait
        shelf = placeNotices(shelf, [...new Set(ids)].map(number => followed(number, `p${number % people}`)), now)
        ids.forEach(number => came.add(`f${number}`))
        const shown = [...shelf.notices.flatMap(({ items }) => items), ...shelf.more].map(({ id }) => id)
        expect(shown.toSorted()).toEqual([...came].sort())
        expect(shelf.notices.length + Math.min(1, shelf.more.length)).toBeLessThanOrEqual(MOST_NOTICES)
      }
    }))
  })
})
