import { describe, expect, it } from 'vitest'
import { detectTableFormat } from '#server/services/import/detect-format.ts'
import { guessFields } from '#server/services/import/guess-fields.ts'
import { guessMember } from '#server/services/import/guess-people.ts'
import { guessLifecycle, readPracticeArea, readPriority } from '#server/services/import/guess-values.ts'
import { splitPeople, splitTags } from '#server/services/import/split-cells.ts'

describe('guesses about a table', () => {
  it('know Clio by its headers, and that its description is the title', () => {
    const headers = ['status', 'description', 'location', 'open_date', 'custom_number', 'note', 'client_last_name', 'billing_method']
    expect(detectTableFormat(headers)).toBe('clio')
    expect(guessFields(headers, 'clio')).toEqual(['status', 'title', 'courtName', 'openedOn', 'caseNumber', 'comment', 'clientLastName', 'extra'])
  })

  it('know a board\'s CSV by its headers', () => {
    const headers = ['Title', 'Description', 'Stage', 'Owner', 'Members', 'Labels', 'Due Date']
    expect(detectTableFormat(headers)).toBe('wekan')
    expect(guessFields(headers, 'wekan')).toEqual(['title', 'description', 'status', 'responsible', 'people', 'tags', 'dueDate'])
  })

  it('know Japanese headers', () => {
    expect(guessFields(['案件名', '依頼者名', '事件番号', '担当弁護士', '期限', '備考'], 'csv'))
      .toEqual(['title', 'clientName', 'caseNumber', 'responsible', 'dueDate', 'comment'])
  })

  it('give no field twice that a matter has once, and always find a title', () => {
    expect(guessFields(['name', 'title', 'note', 'notes'], 'csv')).toEqual(['title', 'extra', 'comment', 'comment'])
    expect(guessFields(['description', 'x'], 'csv')).toEqual(['title', 'extra'])
    expect(guessFields(['foo', 'bar'], 'csv')).toEqual(['title', 'extra'])
  })

  it.each([['Closed', 'CLOSED'], ['DONE! 🙌', 'CLOSED'], ['完了', 'CLOSED'], ['Pending', 'PENDING'], ['受付', 'PENDING'], ['Stage 3', 'OPEN'], ['', 'OPEN']])(
    'take the status %j for %s', (status, kind) => expect(guessLifecycle(status)).toBe(kind))

  it.each([['Urgent', 'URGENT'], ['緊急', 'URGENT'], ['normal', 'MEDIUM'], ['ＨＩＧＨ', 'HIGH'], ['低', 'LOW'], ['purple', null]])(
    'take the priority %j for %s', (word, priority) => expect(readPriority(word)).toBe(priority))

  it.each([
    ['Personal Injury and Tort Law', 'PERSONAL_INJURY_AND_TORT'], ['Intellectual Property', 'INTELLECTUAL_PROPERTY'], ['Labor & Employment', 'LABOR_AND_EMPLOYMENT'],
    ['Canada: Municipal', 'CANADA_MUNICIPAL'], ['Real Property Law', 'REAL_PROPERTY'], ['family', 'PERSONAL_AND_FAMILY'], ['相続', 'PERSONAL_AND_FAMILY'],
    ['IMMIGRATION', 'IMMIGRATION'], ['Probate', 'PERSONAL_AND_FAMILY'], ['Space law', null],
  ])('take the area %j for %s', (text, area) => expect(readPracticeArea(text)).toBe(area))

  it('split people and tags as their tool writes them', () => {
    expect(splitPeople('Kenji Sato; Maria Lopez, 林', 'people', false)).toEqual(['Kenji Sato', 'Maria Lopez', '林'])
    expect(splitPeople('Sato, Kenji', 'responsible', false)).toEqual(['Sato, Kenji'])
    expect(splitPeople('ann ben  ann', 'people', true)).toEqual(['ann', 'ben'])
    expect(splitTags('Marketing-blue Sales', true)).toEqual(['Marketing', 'Sales'])
    expect(splitTags('Sales Support, T-red', false)).toEqual(['Sales Support', 'T-red'])
  })

  describe('who is meant', () => {
    const members = [
      { id: '1', name: 'Kenji Sato', email: 'k.sato@firm.test' }, { id: '2', name: '山田 太郎', email: 'yamada@firm.test' },
      { id: '3', name: 'Ann Lee', email: 'ann@firm.test' }, { id: '4', name: 'Ann Lee', email: 'ann.lee@firm.test' },
    ]
    it.each([
      ['kenji sato', '1'], ['Sato, Kenji', '1'], ['K.SATO@firm.test', '1'], ['yamada', '2'], ['@yamada', '2'], ['山田太郎', '2'], ['Ann Lee', null], ['ann.lee', '4'], ['Nobody', null], ['', null],
    ])('by %j', (name, id) => expect(guessMember(name, members)).toBe(id))
  })
})
