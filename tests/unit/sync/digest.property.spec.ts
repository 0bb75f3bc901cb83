import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import { digestRows } from '#shared/sync/digest.ts'
import { assign, buildDeadline, buildId, buildMatter, buildMatters, buildTask, NOW, PEOPLE } from '../../helpers/builders.ts'

const text = fc.oneof(fc.constantFrom('', 'a', 'ab', 'b', 'null', '0', '合意'), fc.string({ unit: 'binary', maxLength: 40 }))
const rows = fc.uniqueArray(fc.record({
  id: fc.nat(50).map(buildId), version: fc.nat(9), title: text, description: text, clientName: text, courtName: fc.option(text),
  tags: fc.uniqueArray(text, { maxLength: 3 }), tasks: fc.array(text.map(title => buildTask({ title })), { maxLength: 2 }),
  archived: fc.boolean(), commentCount: fc.nat(3), hold: fc.option(text.map(reason => ({ since: NOW, reason }))),
}), { selector: ({ id }) => id, maxLength: 12 }).map(all => all.map(fields => buildMatter({ ...fields, caseNumber: fields.id })))

/** A value of each field that isn't the builder's. */
const OTHER: { [Field in MatterField]: Matter[Field] } = {
  caseNumber: 'other', courtCaseNumber: '', courtName: '', title: 'Lease renewal disputes', description: ' ', clientName: '', opposingParty: '',
  practiceArea: null, columnId: 'review', rank: 'a1', hold: { since: NOW, reason: 'x' }, waitingOn: '', closeOutcome: 'WON',
  closeRequest: { by: PEOPLE.partner.id, at: NOW, outcome: 'WON', reason: 'x' }, priority: 'LOW', confidentiality: 'SEALED',
  assignments: [assign(PEOPLE.associate, 'CONSULTANT')], clientMemberIds: [PEOPLE.client.id], deadlines: [buildDeadline()], tasks: [buildTask()],
  tags: [''], openedOn: null, filedOn: '2026-11-01', closedOn: '2026-11-01', externalRefs: [{ source: 'trello', id: '' }], archived: true,
  commentCount: 1, stageEnteredAt: NOW,
}

describe('[K2] the digest of rows', () => {
  it('is the same in whichever order they come, however their keys lie, and whatever isn\'t compared', () => {
    fc.assert(fc.property(rows, fc.infiniteStream(fc.nat()), (matters, chance) => {
      const shuffled = matters
        .map(matter => ({ matter, at: chance.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ matter }) => ({ ...turned(matter) as Matter, fieldVersions: {}, updatedAt: 0, updatedBy: '' }))
      expect(digestRows(shuffled)).toBe(digestRows(matters))
      expect(digestRows(JSON.parse(JSON.stringify(matters)) as Matter[])).toBe(digestRows(matters))
      expect(digestRows(matters)).toMatch(/^[0-9a-f]{16}$/)
    }))
  })

  it('is another one for other rows', () => {
    fc.assert(fc.property(rows, rows, (some, others) => {
      const isSame = JSON.stringify(compared(some)) === JSON.stringify(compared(others))
      expect(digestRows(some) === digestRows(others)).toBe(isSame)
    }), { numRuns: 500 })
  })

  it.each(MATTER_FIELDS)('tells another %s', (field) => {
    const matters = buildMatters(3)
    const [first, ...rest] = matters as [Matter, ...Matter[]]
    expect(digestRows([{ ...first, [field]: OTHER[field] }, ...rest])).not.toBe(digestRows(matters))
  })

  it('tells another version, another id, a row more and a row less', () => {
    const [first, second, third] = buildMatters(3) as [Matter, Matter, Matter]
    const digest = digestRows([first, second])
    for (const other of [[{ ...first, version: 2 }, second], [{ ...first, id: third.id }, second], [first, second, third], [first], [first, second, second]])
      expect(digestRows(other)).not.toBe(digest)
    expect(digestRows([])).toBe('0000000000000000')
  })

  it('never comes out alike for thousands of rows that differ by a letter or a number', () => {
    const matter = buildMatter()
    const digests = new Set<string>()
    for (let number = 0; number < 5_000; number++) {
      digests.add(digestRows([{ ...matter, version: number }]))
      digests.add(digestRows([{ ...matter, title: `${number}` }]))
      digests.add(digestRows([{ ...matter, clientName: `${number}` }]))
    }
    expect(digests.size).toBe(15_000)
  })
})

function compared(matters: readonly Matter[]): unknown[] {
  return matters.map(matter => [matter.id, matter.version, ...MATTER_FIELDS.map(field => matter[field])])
    .sort((a, b) => String(a[0]) < String(b[0]) ? -1 : 1)
}

/** The same data with the keys of every object turned round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(turned)
  if (typeof value !== 'object' || value === null)
    return value
  return Object.fromEntries(Object.entries(value).reverse().map(([key, item]) => [key, turned(item)]))
}
