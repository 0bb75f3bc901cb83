import { describe, expect, it } from 'vitest'
import type { NoticeContext } from '#shared/notifications/notice-rules.ts'
import { isAloud, isLetThrough } from '#shared/notifications/notice-rules.ts'
import { isQuiet } from '#shared/notifications/quiet-hours.ts'
import { NOTICE_LEVELS } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { TOAST_TOPICS } from '#shared/protocol/preferences.ts'
import { BOARD_ID, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import { buildNotification, buildNotifiedMatter, buildPreferences } from '../../helpers/notification-builders.ts'

const context = (preferences: Partial<Preferences> = {}, other: Partial<NoticeContext> = {}): NoticeContext =>
  ({ me: PEOPLE.associate.id, preferences: buildPreferences(preferences), level: 'all', now: NOW, timeZone: TIME_ZONE, ...other })

describe('what is shown aloud', () => {
  it('[N10] is what somebody else did and nobody read', () => {
    expect(isAloud(buildNotification(), context())).toBe(true)
    expect(isAloud(buildNotification({}, { read: true }), context())).toBe(false)
    expect(isAloud(buildNotification({}, { by: PEOPLE.associate.id }), context())).toBe(false)
    expect(isAloud(buildNotification({}, { by: null }), context())).toBe(true)
  })

  it.each([
    ['its kind', { mutedTypes: ['assigned'] }],
    ['its board', { mutedBoards: [BOARD_ID] }],
    ['its matter', { mutedMatters: [buildNotifiedMatter().id] }],
    // NOW is 12:00 in Tokyo.
    ['everything at this hour', { quietHours: { from: '11:00', to: '13:00' } }],
  ] as [string, Partial<Preferences>][])('is nothing of what its member doesn\'t want to hear: %s', (_, preferences) => {
    expect(isAloud(buildNotification(), context(preferences))).toBe(false)
  })

  it('is, one step at a time, what the administrator lets through', () => {
    const heard = NOTICE_LEVELS.map(level => TOAST_TOPICS.filter(topic => isLetThrough(topic, level)))
    expect(heard).toEqual([[], ['system'], ['assigned', 'mentioned', 'deadlineNear', 'deadlineChanged', 'system'], [...TOAST_TOPICS]])
    expect(isAloud(buildNotification(), context({}, { level: 'system' }))).toBe(false)
  })
})

describe('quiet hours', () => {
  const at = (instant: string) => Date.parse(instant)
  const nights = { from: '22:00', to: '07:00' }

  it.each([
    [nights, '2026-11-21T13:00Z', true], // 22:00 in Tokyo
    [nights, '2026-11-21T12:59Z', false],
    [nights, '2026-11-21T15:30Z', true], // half past midnight
    [nights, '2026-11-21T21:59Z', true],
    [nights, '2026-11-21T22:00Z', false],
    [{ from: '12:00', to: '13:00' }, '2026-11-21T03:59Z', true],
    [{ from: '12:00', to: '13:00' }, '2026-11-21T04:00Z', false],
    [{ from: '12:00', to: '12:00' }, '2026-11-21T03:00Z', false],
    [null, '2026-11-21T15:30Z', false],
  ])('%o at %s: %s', (hours, instant, isSo) => {
    expect(isQuiet(hours, at(instant), TIME_ZONE)).toBe(isSo)
  })

  it('go by what the clocks show when they are changed', () => {
    const hours = { from: '02:00', to: '03:00' }
    const heard = (day: string) => Array.from({ length: 24 * 4 }, (_, quarter) => at(`${day}T00:00Z`) + quarter * 900_000)
      .filter(instant => isQuiet(hours, instant, 'Europe/Berlin')).length / 4
    expect(heard('2026-03-29')).toBe(0) // there is no such hour
    expect(heard('2026-10-25')).toBe(2) // it comes twice
    expect(heard('2026-11-21')).toBe(1)
  })
})
