import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  caseNumberScope, DEFAULT_CASE_NUMBER_TEMPLATE, formatCaseNumber, isCaseNumberTemplate, normalizeCaseNumber,
} from '#shared/kanban/case-number.ts'
import { PRACTICE_AREAS } from '#shared/kanban/matter.ts'

const parts = { year: 2026, practiceArea: null, clientName: 'Hoshino Foods K.K.', seq: 42 }

describe('case numbers', () => {
  it('follow the firm\'s template', () => {
    expect(formatCaseNumber(DEFAULT_CASE_NUMBER_TEMPLATE, parts)).toBe('2026-CV-0042')
    expect(formatCaseNumber('{seq:5}-{client}', parts)).toBe('00042-HOSHINOF')
    expect(formatCaseNumber('M{seq}/{year}', parts)).toBe('M42/2026')
    expect(formatCaseNumber('{year}{year}-{seq}', { ...parts, seq: 12_345 })).toBe('20262026-12345')
  })

  it('grow beyond their width instead of starting again', () => {
    expect(formatCaseNumber(DEFAULT_CASE_NUMBER_TEMPLATE, { ...parts, seq: 10_000 })).toBe('2026-CV-10000')
  })

  it('name the area of law by two letters', () => {
    for (const practiceArea of PRACTICE_AREAS)
      expect(formatCaseNumber('{type}{seq}', { ...parts, practiceArea })).toMatch(/^[A-Z]{2}42$/)
    expect(formatCaseNumber('{type}{seq}', { ...parts, practiceArea: 'INTELLECTUAL_PROPERTY' })).toBe('IP42')
    expect(formatCaseNumber('{type}{seq}', { ...parts, practiceArea: 'GAMING' })).toBe('CV42')
  })

  it.each([
    ['株式会社星野フーズ', '株式会社星野フー'],
    ['Ｈｏｓｈｉｎｏ', 'HOSHINO'],
    ['𠮷野家𠮷野家𠮷野家', '𠮷野家𠮷野家𠮷野'],
    ['***', 'CLIENT'],
    ['', 'CLIENT'],
  ])('shorten the client %s to %s, never within a character', (clientName, code) => {
    expect(formatCaseNumber('{client}{seq}', { ...parts, clientName })).toBe(`${code}42`)
  })

  it.each([
    ['{year}-{type}-{seq:4}', true],
    ['{seq}', true],
    ['{seq:5}-{client}', true],
    ['{year}-{type}', false],
    ['{seq:}', false],
    ['{seq:4}-{court}', false],
    ['{seq} {', false],
    ['', false],
  ])('the template %s numbers matters: %s', (template, answer) => {
    expect(isCaseNumberTemplate(template)).toBe(answer)
  })

  it('count by what the template says beside the running number', () => {
    expect(caseNumberScope(DEFAULT_CASE_NUMBER_TEMPLATE, parts)).toBe('2026-CV-#')
    expect(caseNumberScope('{seq:5}-{client}', parts)).toBe('#-HOSHINOF')
    const areas = fc.constantFrom(null, ...PRACTICE_AREAS)
    fc.assert(fc.property(areas, areas, fc.nat(9_999), fc.nat(9_999), (one, other, seq, otherSeq) => {
      const template = DEFAULT_CASE_NUMBER_TEMPLATE
      const [a, b] = [{ ...parts, practiceArea: one, seq }, { ...parts, practiceArea: other, seq: otherSeq }]
      const isSameScope = caseNumberScope(template, a) === caseNumberScope(template, b)
      const isSameNumber = formatCaseNumber(template, a) === formatCaseNumber(template, b)
      expect(isSameNumber).toBe(isSameScope && seq === otherSeq)
    }))
  })

  it('are compared without case, width and space at the ends', () => {
    expect(normalizeCaseNumber(' ２０２６-cv-００４２ ')).toBe('2026-cv-0042')
    expect(normalizeCaseNumber('2026-CV-0042')).toBe(normalizeCaseNumber('2026-cv-0042'))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(normalizeCaseNumber(normalizeCaseNumber(text))).toBe(normalizeCaseNumber(text))
    }))
  })
})
