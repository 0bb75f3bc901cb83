import { beforeEach, describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { SettledProblem } from '#shared/sync/submitted.ts'
import type { AwayReport, OthersWork, OwnOutcome } from '#shared/sync/away-report.ts'
import type { UseAwayWordsReturn } from '~/composables/useAwayWords.ts'
import { useAwayWords } from '~/composables/useAwayWords.ts'
import { buildMatter, buildMove, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { speak } from '../../helpers/real-words.ts'

const matter = buildMatter()
const { id } = matter
let words: UseAwayWordsReturn

beforeEach(() => {
  speak('en')
  words = useAwayWords(fakeKanban({ matters: [matter] }))
})

const edit = (args: Extract<Mutation, { kind: 'edit' }>['args']): Mutation => ({ kind: 'edit', id, args })
const own = (end: OwnOutcome['end'], problem: SettledProblem | null = null): OwnOutcome =>
  ({ key: 'k', matterId: id, mutation: edit({}), at: NOW, end, problem, conflictId: null })
const work = (kinds: OthersWork['kinds'], more: Partial<OthersWork> = {}): OthersWork => ({ matterId: id, kinds, by: [], last: null, ...more })
const report = (mine: OwnOutcome['end'][], others = 0): AwayReport =>
  ({ since: NOW - 3_600_000, until: NOW, mine: mine.map(end => own(end)), others: Array.from({ length: others }, () => work(['edited'])) })

describe('the report of an absence in one line', () => {
  it('says from when until when, by the firm\'s clock', () => {
    expect(words.period(report([]))).toBe('11:00–12:00')
  })

  it('counts how the own changes ended and what others did, and says nothing of what didn\'t happen', () => {
    expect(words.summary(report(['in', 'merged', 'refused', 'conflict', 'gone'], 2)))
      .toBe('2 of your changes went in · One was refused · One met a matter that is gone · One needs your decision · Others changed 2 matters')
    expect(words.summary(report(['in']))).toBe('One of your changes went in')
    expect(words.summary(report([], 1))).toBe('Others changed one matter')
  })
})

describe('an own change', () => {
  it('is named by what the person did', () => {
    const comment = { commentId: 'c', body: 'Hi' }
    expect([
      { kind: 'create', id, args: { columnId: 'intake', title: 'T', clientName: 'C' } },
      buildMove(matter, 'review'),
      buildMove(matter, 'removed'),
      edit({ set: { title: 'T', priority: 'HIGH' }, tasks: { put: [buildTask()] } }),
      ...(['add', 'edit', 'remove'] as const).map(action => ({ kind: 'comment', id, args: { action, ...comment } }) as Mutation),
      { kind: 'delete', id, args: {} },
      { kind: 'undo', id, args: { n: 1 } },
    ].map(mutation => words.deed(mutation as Mutation))).toEqual([
      'New matter in Intake', 'Move to Review', 'Move to –', 'Edit: Title, Priority, and Task', 'New comment', 'Edited comment', 'Removed comment', 'Deletion', 'Undo',
    ])
  })

  it('says how it ended', () => {
    expect([own('in'), own('gone'), own('conflict')].map(outcome => words.outcome(outcome))).toEqual([
      'Went in', 'Not possible any more: the matter is gone, or no longer open to you', 'Met a newer change: your version is kept until you choose',
    ])
  })

  it('says what it went in beside, as far as that is known', () => {
    const others = [{ field: 'title' as const, version: 2, by: PEOPLE.partner2.id, at: NOW }]
    expect(words.outcome(own('merged'), { id: 'c.1', matterId: id, others })).toBe('Your change went in. Meanwhile Robert Chen changed Title (12:00).')
    expect(words.outcome(own('merged'), { id: 'c.1', matterId: id, others: [{ ...others[0]!, field: 'rank' }] })).toBe('Went in beside a colleague\'s change')
    expect(words.outcome(own('merged'))).toBe('Went in beside a colleague\'s change')
  })

  it('says why it was refused, and of a move where the matter may go instead', () => {
    expect(words.outcome(own('refused', { code: 'INVALID_TRANSITION', message: '', allowed: ['review', 'closed'] })))
      .toBe('The workflow doesn\'t lead there from this column. Choose one of the columns that are offered. You can move it to: Review or Closed.')
    for (const allowed of [[], undefined, ['removed']])
      expect(words.outcome(own('refused', { code: 'WIP_LIMIT', message: '', allowed }))).toBe('That column is full. Move another matter out of it first.')
    expect(words.outcome(own('refused', { code: 'NETWORK' }))).toMatch(/^The server can't be reached\./)
  })
})

describe('what a person wrote', () => {
  it('is kept by the name of where they wrote it, whichever way it was sent', () => {
    expect(words.texts({ kind: 'comment', id, args: { action: 'add', commentId: 'c', body: 'Agreed.' } })).toEqual([{ label: 'Comment', text: 'Agreed.' }])
    expect(words.texts(edit({ set: { title: 'T', description: 'D', courtName: null, priority: 'HIGH', hold: { reason: 'H' }, closeRequest: { outcome: 'WON', reason: 'R' } } }))).toEqual([
      { label: 'Title', text: 'T' }, { label: 'Description', text: 'D' }, { label: 'Hold', text: 'H' }, { label: 'Request to close', text: 'R' },
    ])
    expect(words.texts({ kind: 'create', id, args: { columnId: 'intake', title: 'T', clientName: 'C', fields: { opposingParty: 'O' } } }))
      .toEqual([{ label: 'Title', text: 'T' }, { label: 'Client', text: 'C' }, { label: 'Opposing party', text: 'O' }])
    expect(words.texts(buildMove(matter, 'review', { reason: 'Why' }))).toEqual([{ label: 'Reason', text: 'Why' }])
    expect(words.texts({ kind: 'delete', id, args: { reason: 'Twice' } })).toEqual([{ label: 'Reason', text: 'Twice' }])
  })

  it('is nothing where nothing was written', () => {
    const without: Mutation[] = [
      { kind: 'comment', id, args: { action: 'remove', commentId: 'c' } }, edit({ tags: { add: ['a'] } }), buildMove(matter, 'review'), { kind: 'undo', id, args: { n: 1 } },
    ]
    expect(without.map(mutation => words.texts(mutation))).toEqual([[], [], [], []])
  })
})

describe('what others did to a matter', () => {
  it('is said with who did it, as far as the server says', () => {
    const last = { caseNumber: matter.caseNumber, columnId: 'review' }
    expect(words.work(work(['moved', 'edited'], { by: [PEOPLE.clerk.id, PEOPLE.partner2.id], last }))).toBe('Daichi Kato and Robert Chen: moved to Review and edited')
    expect(words.work(work(['created'], { last }))).toBe('created in Review')
    expect(words.work(work(['deleted']))).toBe('No longer on the board')
  })

  it('is in the reader\'s language', () => {
    speak('ja')
    const { work: told } = useAwayWords(fakeKanban())
    expect(told(work(['moved', 'edited'], { by: [PEOPLE.clerk.id], last: { caseNumber: '1', columnId: 'review' } }))).toMatch(/Daichi Kato.*、/)
  })
})
