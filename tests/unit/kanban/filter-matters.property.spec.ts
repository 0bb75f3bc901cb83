import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, buildDeadline, buildMatter, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import { addDays } from '#shared/kanban/deadline.ts'
import type { MatterFilters } from '#shared/kanban/filter-matters.ts'
import { emptyMatterFilters, filterMatters, matterFiltersFromQuery, matterFiltersToQuery, QUICK_FILTERS } from '#shared/kanban/filter-matters.ts'
import { PRACTICE_AREAS, PRIORITIES } from '#shared/kanban/matter.ts'
import { searchMatters } from '#shared/kanban/search-matters.ts'

const day = fc.integer({ min: -30, max: 30 }).map(offset => addDays('2026-11-21', offset))
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(text => text.trim() === text && text !== '')
const people = Object.values(PEOPLE)

const filters: fc.Arbitrary<MatterFilters> = fc.record({
  text: fc.oneof(fc.constant(''), word),
  people: fc.uniqueArray(fc.constantFrom(...people.map(({ id }) => id)), { maxLength: 3 }),
  priorities: fc.uniqueArray(fc.constantFrom(...PRIORITIES), { maxLength: 3 }),
  practiceAreas: fc.uniqueArray(fc.constantFrom(...PRACTICE_AREAS), { maxLength: 3 }),
  tags: fc.uniqueArray(word, { maxLength: 3 }),
  dueFrom: fc.option(day),
  dueTo: fc.option(day),
  quick: fc.option(fc.constantFrom(...QUICK_FILTERS)),
  closed: fc.boolean(),
  archived: fc.boolean(),
})

const matters = fc.array(fc.record({
  title: word,
  clientName: fc.string({ maxLength: 8 }),
  priority: fc.constantFrom(...PRIORITIES),
  practiceArea: fc.option(fc.constantFrom(...PRACTICE_AREAS)),
  tags: fc.array(word, { maxLength: 2 }),
  archived: fc.boolean(),
  closedOn: fc.option(day),
  assignments: fc.constantFrom(...people).map(member => [assign(member)]),
  deadlines: fc.array(day.map(date => buildDeadline({ date })), { maxLength: 2 }),
}).map(buildMatter), { maxLength: 12 })

const context = { now: NOW, timeZone: TIME_ZONE }

describe('filters', () => {
  it('come back from an address as they went in', () => {
    fc.assert(fc.property(filters, (filters) => {
      expect(matterFiltersFromQuery(matterFiltersToQuery(filters))).toEqual(filters)
    }))
  })

  it('make something of any address', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('q', 'who', 'priority', 'area', 'tag', 'from', 'to', 'due', 'closed', 'archived', 'x'), fc.anything()), (query) => {
      const read = matterFiltersFromQuery(query)
      expect(matterFiltersFromQuery(matterFiltersToQuery(read))).toEqual(read)
    }))
  })

  it('only ever take away, and a second time nothing more', () => {
    fc.assert(fc.property(matters, filters, (matters, filters) => {
      const left = filterMatters(matters, filters, context)
      expect(matters.filter(matter => left.includes(matter))).toEqual(left)
      expect(filterMatters(left, filters, context)).toEqual(left)
    }))
  })

  it('show fewer or the same with each one more that is set', () => {
    fc.assert(fc.property(matters, filters, (matters, filters) => {
      const wide = filterMatters(matters, { ...emptyMatterFilters(), archived: filters.archived }, context)
      for (const matter of filterMatters(matters, filters, context))
        expect(wide).toContain(matter)
    }))
  })
})

describe('search', () => {
  it('finds each matter by its own number first', () => {
    fc.assert(fc.property(matters.filter(({ length }) => length > 0), (matters) => {
      for (const matter of matters)
        expect(searchMatters(matters, matter.caseNumber)[0]?.matter).toBe(matter)
    }))
  })

  it('finds all that the text filter shows', () => {
    fc.assert(fc.property(matters, word, (matters, text) => {
      const found = new Set(searchMatters(matters, text, Infinity).map(({ matter }) => matter))
      for (const matter of filterMatters(matters, { ...emptyMatterFilters(), archived: true, text }, context))
        expect(found).toContain(matter)
    }))
  })
})
