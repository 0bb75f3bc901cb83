import { beforeEach, describe, expect, it } from 'vitest'
import { computed, ref } from 'vue'
import type { Notification, NotificationBody } from '#shared/protocol/notifications.ts'
import type { UseNotificationWordsReturn } from '~/composables/useNotificationWords.ts'
import { useNotificationWords } from '~/composables/useNotificationWords.ts'
import { buildId, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import { buildNotification, buildNotifiedMatter } from '../../helpers/notification-builders.ts'
import { speak } from '../../helpers/real-words.ts'

const DAY_MS = 86_400_000
const now = ref(NOW)
const nameOf = (id: string | null) => Object.values(PEOPLE).find(person => person.id === id)?.name ?? null
let words: UseNotificationWordsReturn

beforeEach(() => {
  speak('en')
  now.value = NOW
  words = useNotificationWords({ nameOf, timeZone: computed(() => TIME_ZONE), now })
})

const said = (body: Partial<NotificationBody>) => words.sentence(buildNotification(body))
const due = (date: string, more: object = {}) => ({ date, time: null, timeZone: null, ...more })
const deadline = { id: buildId(1), kind: 'TRIAL' as const }
const followed = (number: number, more: object = {}) => buildNotification({ type: 'followed', matter: buildNotifiedMatter(number), changes: 1, kind: 'moved', ...more } as NotificationBody)

describe('a notification in words', () => {
  it('says what happened, and who did it as far as this reader knows them', () => {
    expect(said({ type: 'assigned', role: 'PRIMARY_LAWYER' })).toBe('Sakura Tanaka assigned you as primary lawyer')
    expect(said({ type: 'mentioned', commentId: 'c' })).toBe('Sakura Tanaka mentioned you in a comment')
    expect(words.sentence(buildNotification({ type: 'mentioned', commentId: 'c' }, { by: buildId(99) }))).toBe('A colleague mentioned you in a comment')
    expect(words.who(null)).toBe('A colleague')
  })

  it('says of a followed matter what was done last, or how often something was', () => {
    expect(['moved', 'edited', 'commented', 'deleted', 'restored'].map(kind => said({ type: 'followed', changes: 1, kind } as NotificationBody))).toEqual([
      'Sakura Tanaka moved a matter that you follow', 'Sakura Tanaka changed a matter that you follow', 'Sakura Tanaka commented on a matter that you follow',
      'Sakura Tanaka deleted a matter that you followed', 'Sakura Tanaka brought back a matter that you follow',
    ])
    expect(said({ type: 'followed', changes: 3, kind: 'edited' })).toBe('3 changes to a matter that you follow, the last by Sakura Tanaka')
  })

  it('[N8] tells how far off a deadline is now, by the clock of where it is due', () => {
    const near = (date: string, more?: object) => said({ type: 'deadlineNear', deadline, due: due(date, more), days: 3 })
    expect(near('2026-11-20')).toBe('Deadline passed: Trial · Fri, November 20, 2026')
    expect(near('2026-11-21')).toBe('Deadline today: Trial · Sat, November 21, 2026')
    expect(near('2026-11-22')).toBe('Deadline tomorrow: Trial · Sun, November 22, 2026')
    expect(near('2026-11-24')).toBe('Deadline in 3 days: Trial · Tue, November 24, 2026')
    now.value = NOW + DAY_MS
    expect(near('2026-11-22')).toMatch(/^Deadline today/)
    // There it is still the evening before.
    const elsewhere = near('2026-11-22', { time: '09:00', timeZone: 'America/New_York' })
    expect(elsewhere).toBe('Deadline tomorrow: Trial · Sun, November 22, 2026 09:00 (America/New_York)')
  })

  it('tells a clock that is asked each time as well as one that is kept', () => {
    const asked = useNotificationWords({ nameOf, timeZone: computed(() => TIME_ZONE), now: () => NOW })
    expect(asked.sentence(buildNotification({ type: 'deadlineNear', deadline, due: due('2026-11-21'), days: 0 }))).toMatch(/^Deadline today/)
  })

  it('says what was changed of a deadline', () => {
    const changed = (more: object) => said({ type: 'deadlineChanged', deadline, old: null, due: null, ...more })
    const [old, later] = [due('2026-11-25'), due('2026-11-30')]
    const all = [{ due: later }, { old }, { old, due: later }, { old, due: old, done: true }, { old, due: old, done: false }]
    expect(all.map(changed)).toEqual([
      'Sakura Tanaka added a deadline: Trial, Mon, November 30, 2026',
      'Sakura Tanaka removed a deadline: Trial, Wed, November 25, 2026',
      'Sakura Tanaka moved a deadline: Trial, from Wed, November 25, 2026 to Mon, November 30, 2026',
      'Sakura Tanaka marked a deadline as done: Trial',
      'Sakura Tanaka opened a deadline again: Trial',
    ])
  })

  it('tells of a maintenance by the firm\'s clock, and of a matter by its number and title', () => {
    const system = buildNotification({ type: 'system', matter: null, maintenance: { startsAt: NOW, minutes: 20, text: 'Save your work.' } } as NotificationBody)
    expect([words.sentence(system), words.about(system)]).toEqual(['Aster Board will be down from Nov 21, 2026, 12:00, for about 20 minutes', 'Save your work.'])
    expect(words.about(buildNotification())).toBe('2026-CV-0001 · Matter 1')
  })
})

describe('several of one person and kind', () => {
  const many = (count: number, more: object = {}) => Array.from({ length: count }, (_, index) => followed(index + 1, more))

  it('are one sentence, which tells moves from other changes', () => {
    expect(words.groupSentence(many(2))).toBe('Sakura Tanaka moved 2 matters that you follow')
    expect(words.groupSentence([followed(1), followed(2, { kind: 'edited' })])).toBe('Sakura Tanaka changed 2 matters that you follow')
    expect(words.groupSentence([followed(1), followed(2, { changes: 2 })])).toBe('Sakura Tanaka changed 2 matters that you follow')
    const mentions: Notification[] = [1, 2].map(number => buildNotification({ type: 'mentioned', commentId: 'c', matter: buildNotifiedMatter(number) }))
    expect(words.groupSentence(mentions)).toBe('Sakura Tanaka mentioned you 2 times')
  })

  it('name three matters, each once, and count the others', () => {
    expect(words.groupAbout(many(2))).toBe('2026-CV-0001, 2026-CV-0002')
    expect(words.groupAbout([...many(2), followed(1)])).toBe('2026-CV-0001, 2026-CV-0002')
    expect(words.groupAbout(many(5))).toBe('2026-CV-0001, 2026-CV-0002, 2026-CV-0003 and 2 more')
  })

  it('that are one are said as one', () => {
    expect([words.groupSentence(many(1)), words.groupAbout(many(1))]).toEqual(['Sakura Tanaka moved a matter that you follow', '2026-CV-0001 · Matter 1'])
  })

  it('name nothing where they are about no matter', () => {
    const system = () => buildNotification({ type: 'system', matter: null, maintenance: { startsAt: NOW, minutes: 20, text: '' } } as NotificationBody)
    expect([words.groupSentence([system(), system()]), words.groupAbout([system(), system()])]).toEqual(['2 announcements', ''])
  })
})
