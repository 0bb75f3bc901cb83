import { beforeEach, describe, expect, it } from 'vitest'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { ConflictField } from '#shared/sync/conflict-record.ts'
import type { UseConflictWordsReturn } from '~/composables/useConflictWords.ts'
import { useConflictWords } from '~/composables/useConflictWords.ts'
import { assign, buildDeadline, buildId, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { speak } from '../../helpers/real-words.ts'

const { partner, partner2, clerk } = PEOPLE
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
let words: UseConflictWordsReturn

beforeEach(() => {
  speak('en')
  words = useConflictWords(fakeKanban())
})

const textOf = (field: Parameters<UseConflictWordsReturn['linesOf']>[0], value: unknown) =>
  words.linesOf(field, value).map(({ label, text }) => label === null ? text : `${label}: ${text}`)
const changed = (field: ConflictField['field'], by: string = partner2.id, at = NOW - 10 * MINUTE_MS) => ({ field, by, at, version: 2 })

describe('what a conflict is about', () => {
  it.each(['en', 'ja'] as const)('has a name for every field that a person sets, in %s', (language) => {
    // A message that isn't there warns, which fails the test.
    speak(language)
    const { nameOfField } = useConflictWords(fakeKanban())
    const spoken = MATTER_FIELDS.filter(field => !['rank', 'stageEnteredAt', 'externalRefs'].includes(field))
    expect(new Set(spoken.map(field => nameOfField(field))).size).toBe(spoken.length)
  })

  it('names an item of a list by itself, as it was known last', () => {
    const [old, now] = [buildTask({ title: 'Old' }), buildTask({ title: 'Now' })]
    expect(words.nameOfField('tasks/t', { base: old, mine: old, theirs: now })).toBe('Task “Now”')
    expect(words.nameOfField('tasks/t', { base: old, mine: now, theirs: null })).toBe('Task “Old”')
    expect(words.nameOfField('tasks/t', { mine: now })).toBe('Task “Now”')
    expect(words.nameOfField('deadlines/d', { theirs: buildDeadline({ title: 'Answer' }) })).toBe('Deadline “Answer”')
    expect(words.nameOfField('deadlines/d', { theirs: buildDeadline({ kind: 'TRIAL' }) })).toBe('Deadline “Trial”')
    expect(words.nameOfField(`assignments/${clerk.id}`, { theirs: assign(clerk, 'CLERK') })).toBe('Person “Daichi Kato”')
  })

  it('names a person by their key alone, and an item of which nothing is known by its list', () => {
    expect(words.nameOfField(`assignments/${clerk.id}`)).toBe('Person “Daichi Kato”')
    expect(words.nameOfField(`assignments/${buildId(99)}`)).toBe('Person “someone”')
    expect([words.nameOfField('tasks/t'), words.nameOfField('deadlines/d')]).toEqual(['Task', 'Deadline'])
  })

  it('lists fields and who changed them, each once', () => {
    const fields = [changed('title'), changed('priority'), changed('tags', clerk.id)].map(field => ({ ...field, base: null, mine: null, theirs: null }))
    const conflict = { id: 'c', matterId: 'm', at: NOW, mutation: { kind: 'delete', id: 'm', args: {} } as const, fields }
    expect([words.fieldsIn(conflict), words.othersIn(conflict)]).toEqual(['Title, Priority, and Tags', 'Robert Chen and Daichi Kato'])
    expect(words.namesOf([partner.id, partner.id])).toBe('Sakura Tanaka')
  })
})

describe('a value in words', () => {
  it('is no line where there is none', () => {
    expect([null, undefined, '', []].map(value => words.linesOf('title', value))).toEqual([[], [], [], []])
  })

  it('is as its field says it', () => {
    expect(textOf('columnId', 'review')).toEqual(['Review'])
    expect(textOf('columnId', 'removed')).toEqual(['–'])
    expect(textOf('hold', { reason: 'Waits for the court', since: NOW, by: partner.id })).toEqual(['Waits for the court'])
    expect(textOf('closeRequest', { outcome: 'WON', reason: 'Final', at: NOW, by: partner.id })).toEqual(['Won: Final'])
    expect([textOf('archived', true), textOf('archived', false)]).toEqual([['archived'], ['on the board']])
    expect(textOf('clientMemberIds', [PEOPLE.client.id, buildId(99)])).toEqual(['Naomi Fujita', 'someone'])
    expect(textOf('tags', ['lease', 'tokyo'])).toEqual(['lease', 'tokyo'])
    expect(textOf('commentCount', 3)).toEqual(['3'])
    expect(textOf('priority', 'URGENT')).toEqual(['Urgent'])
    expect(textOf('filedOn', '2026-11-21')).toEqual(['Nov 21, 2026'])
  })

  it('marks what was written by hand, so that single words of it can be', () => {
    expect(words.linesOf('title', 'Lease')).toEqual([{ label: null, text: 'Lease', isProse: true }])
    expect(words.linesOf('hold', { reason: 'Court' })[0]!.isProse).toBe(true)
    expect(words.linesOf('priority', 'URGENT')[0]!.isProse).toBe(false)
  })

  it('says each part of an item by its name', () => {
    expect(textOf(`assignments/${clerk.id}`, assign(clerk, 'CLERK'))).toEqual(['Role: Clerk'])
    expect(textOf('tasks/t', buildTask({ title: 'File', doneAt: NOW }))).toEqual(['What: File', 'State: done'])
    expect(textOf('deadlines/d', buildDeadline({ kind: 'TRIAL', title: 'Hearing', date: '2026-12-01', time: '10:00', timeZone: 'Europe/Berlin', source: 'COURT' })))
      .toEqual(['When: Tue, December 1, 2026 10:00 (Europe/Berlin)', 'What: Hearing', 'Kind: Trial', 'Set by: Court', 'Can be extended: no', 'State: open'])
    expect(textOf('deadlines/d', buildDeadline({ extendable: true })).slice(1)).toEqual(['Kind: Internal', 'Set by: Internal', 'Can be extended: yes', 'State: open'])
  })

  it('tells which parts of an item are alike in all versions; none where one of them isn\'t there', () => {
    const base = buildTask({ title: 'File' })
    const field = { ...changed('tasks/t'), base, mine: { ...base, title: 'File it' }, theirs: { ...base, title: 'Send' } }
    expect(words.unchangedIn(field)).toEqual(['State'])
    expect(words.unchangedIn({ ...field, theirs: null })).toEqual([])
    expect(words.unchangedIn({ ...changed('title'), base: 'a', mine: 'a', theirs: 'a' })).toEqual([])
  })
})

describe('when it was', () => {
  it('is today\'s time by the firm\'s clock, with the day on any other day, and how long ago', () => {
    expect(words.time(NOW)).toBe('12:00')
    expect(words.time(NOW - DAY_MS)).toBe('Nov 20, 2026, 12:00')
    expect(words.when(NOW - 10 * MINUTE_MS)).toBe('11:50 (10 min. ago)')
  })

  it('is never in the future for a clock that is a little behind', () => {
    expect(words.when(NOW + 5_000)).toBe('12:00 (now)')
  })
})

describe('[X2] the note about what went in beside an own change', () => {
  it('says who changed what, and when they last did', () => {
    const others = [changed('title', partner2.id, NOW - 10 * MINUTE_MS), changed('priority', partner2.id, NOW - 5 * MINUTE_MS), changed('tags', clerk.id)]
    expect(words.noteInWords({ id: 'c.1', matterId: 'm', others }))
      .toBe('Your change went in. Meanwhile Robert Chen changed Title and Priority (11:55) and Daichi Kato changed Tags (11:50).')
  })

  it('says nothing of what no person set', () => {
    expect(words.noteInWords({ id: 'c.1', matterId: 'm', others: [changed('rank'), changed('stageEnteredAt')] })).toBeNull()
  })
})
