import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mark, NotificationBook } from '#shared/notifications/notification-book.ts'
import { applyMark, EMPTY_BOOK, freshOf, inOrder, NEWEST, takeHistory, takeNews } from '#shared/notifications/notification-book.ts'
import type { Notification } from '#shared/protocol/notifications.ts'
import { NOW } from '../../helpers/builders.ts'
import { buildNews, buildNotification } from '../../helpers/notification-builders.ts'

const MINUTE_MS = 60_000
const item = (id: string, at = NOW, read = false) => buildNotification({}, { id, at, read })
const bookOf = (...items: Notification[]) => takeNews(EMPTY_BOOK, buildNews({ full: true, items }))
const unreadIn = ({ byId }: NotificationBook) => [...byId.values()].filter(({ read }) => !read).length

describe('what a page knows of its notifications', () => {
  it('is what came as a whole, with what came after it laid over', () => {
    const book = takeNews(bookOf(item('a'), item('b')), buildNews({ items: [item('c', NOW + 1), item('b', NOW, true)], gone: ['a'], unread: 1 }))
    expect(inOrder(book.byId.values()).map(({ id, read }) => [id, read])).toEqual([['c', false], ['b', true]])
    expect(book.unread).toBe(1)
  })

  it('is forgotten when all of it comes again', () => {
    const before = takeHistory(bookOf(item('a')), [item('old', NOW - MINUTE_MS)])
    expect([...takeNews(before, buildNews({ full: true, items: [item('b')] })).byId.keys()]).toEqual(['b'])
  })

  it('is everything there is where fewer came than there is room for', () => {
    const many = Array.from({ length: NEWEST }, (_, index) => item(`n${index}`, NOW - index))
    expect(bookOf(...many).wholeFrom).toBe(NOW - NEWEST + 1)
    expect(bookOf(...many.slice(1)).wholeFrom).toBe(-Infinity)
  })

  it('takes an older page in without losing what was heard of it since', () => {
    const book = takeHistory(bookOf(item('a', NOW, true)), [item('a', NOW, false), item('b', NOW - 1)])
    expect(book.byId.get('a')?.read).toBe(true)
    expect(book.byId.size).toBe(2)
  })
})

describe('a mark', () => {
  const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'))
  const books = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }).map(read => bookOf(...read.map((isRead, index) => item('abcd'[index]!, NOW + index, isRead))))
  const marks: fc.Arbitrary<Mark> = fc.record({ ids: ids.map(list => new Set(list)), change: fc.constantFrom('read', 'unread', 'gone') })

  it('counts what is unread as it changes it, and once only', () => {
    fc.assert(fc.property(books, marks, (book, mark) => {
      const once = applyMark(book, mark)
      expect(once.unread).toBe(unreadIn(once))
      expect(applyMark(once, mark)).toEqual(once)
    }))
  })

  it('leaves the rest as it was', () => {
    fc.assert(fc.property(books, marks, (book, mark) => {
      const after = applyMark(book, mark)
      for (const [id, before] of book.byId) {
        if (!mark.ids.has(id))
          expect(after.byId.get(id)).toBe(before)
      }
    }))
  })

  it('of all counts those that aren\'t here as read, and not those that come while it is on its way', () => {
    const book = takeNews(bookOf(item('a'), item('b')), buildNews({ unread: 240 }))
    const mark: Mark = { ids: new Set(book.byId.keys()), change: 'read', all: true }
    expect(applyMark(book, mark).unread).toBe(0)
    expect(applyMark(takeNews(book, buildNews({ items: [item('c')], unread: 241 })), mark).unread).toBe(1)
  })
})

describe('what is new to who looks', () => {
  it('[N10] is nothing of what was there when the page was opened', () => {
    expect(freshOf(EMPTY_BOOK, buildNews({ full: true, items: [item('a')] }), null)).toEqual([])
  })

  it('is what came since, also after a long time without a word, and only while it is unread', () => {
    const news = buildNews({ items: [item('a', NOW), item('b', NOW, true), item('old', NOW - 60 * MINUTE_MS)] })
    expect(freshOf(EMPTY_BOOK, news, NOW - 30 * MINUTE_MS).map(({ id }) => id)).toEqual(['a'])
  })

  it('is what counted up, and not what was marked unread again', () => {
    const book = bookOf(item('a', NOW), item('b', NOW, true))
    const news = buildNews({ items: [item('a', NOW + 1), item('b', NOW)] })
    expect(freshOf(book, news, NOW).map(({ id }) => id)).toEqual(['a'])
  })

  it('is the same when all of it comes again', () => {
    const book = bookOf(item('a', NOW))
    expect(freshOf(book, buildNews({ full: true, items: [item('b', NOW + 1), item('a', NOW)] }), NOW).map(({ id }) => id)).toEqual(['b'])
  })
})
