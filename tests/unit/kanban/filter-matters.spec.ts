import { describe, expect, it } from 'vitest'
import { buildBoard, buildDeadline, buildMatter, assign, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import type { FilterContext, MatterFilters } from '#shared/kanban/filter-matters.ts'
import {
  countQuickFilters, emptyMatterFilters, filterMatters, isUnfiltered, matterFiltersFromQuery, matterFiltersToQuery,
} from '#shared/kanban/filter-matters.ts'
import type { Matter } from '#shared/kanban/matter.ts'

const context: FilterContext = { now: NOW, timeZone: TIME_ZONE, columns: buildBoard().columns }
const narrow = (part: Partial<MatterFilters>): MatterFilters => ({ ...emptyMatterFilters(), ...part })
const shows = (matter: Matter, part: Partial<MatterFilters>, where: FilterContext = context) => filterMatters([matter], narrow(part), where).length === 1

describe('filterMatters', () => {
  it('lets everything but what was put away through when nothing is set', () => {
    const matters = [buildMatter(), buildMatter({ closedOn: '2026-11-01' }), buildMatter({ archived: true })]
    expect(filterMatters(matters, emptyMatterFilters(), context)).toEqual(matters.slice(0, 2))
  })

  it('keeps the order it was given', () => {
    const matters = [buildMatter({ priority: 'LOW' }), buildMatter({ priority: 'HIGH' }), buildMatter({ priority: 'LOW' })]
    expect(filterMatters(matters, narrow({ priorities: ['LOW'] }), context)).toEqual([matters[0], matters[2]])
  })

  it.each(['text', 'people', 'priorities', 'practiceAreas', 'tags', 'dueFrom', 'dueTo', 'quick'] as const)('wants %s and everything else that is set', (key) => {
    const full: Partial<MatterFilters> = {
      text: 'harbour', people: [PEOPLE.clerk.id], priorities: ['URGENT'], practiceAreas: ['CRIMINAL'], tags: ['VIP'],
      dueFrom: '2026-11-21', dueTo: '2026-11-21', quick: 'today',
    }
    const wrong: Record<typeof key, Partial<Matter>> = {
      text: { title: 'Other' },
      people: { assignments: [assign(PEOPLE.partner)] },
      priorities: { priority: 'LOW' },
      practiceAreas: { practiceArea: null },
      tags: { tags: [] },
      dueFrom: { deadlines: [buildDeadline({ date: '2026-11-20' })] },
      dueTo: { deadlines: [buildDeadline({ date: '2026-11-22' })] },
      quick: { deadlines: [] },
    }
    const matter = buildMatter({
      title: 'Harbour lease', assignments: [assign(PEOPLE.partner), assign(PEOPLE.clerk, 'CLERK')], priority: 'URGENT',
      practiceArea: 'CRIMINAL', tags: ['vip'], deadlines: [buildDeadline({ date: '2026-11-21' })],
    })
    expect(shows(matter, full)).toBe(true)
    expect(shows({ ...matter, ...wrong[key] }, full)).toBe(false)
  })

  it('takes any of several people, priorities, areas and tags', () => {
    const matter = buildMatter({ priority: 'HIGH', practiceArea: 'TAX_AND_REVENUE', tags: ['a'] })
    expect(shows(matter, { people: [PEOPLE.client.id, PEOPLE.associate.id] })).toBe(true)
    expect(shows(matter, { priorities: ['LOW', 'HIGH'] })).toBe(true)
    expect(shows(matter, { practiceAreas: ['BANKING', 'TAX_AND_REVENUE'] })).toBe(true)
    expect(shows(matter, { tags: ['b', 'A'] })).toBe(true)
  })

  it('finds every word somewhere, whatever its width and case', () => {
    const matter = buildMatter({
      caseNumber: '2026-CV-0042', title: '建物明渡請求事件', clientName: 'Hoshino Foods K.K.', opposingParty: 'ミナト商事',
      courtCaseNumber: '令和8年(ワ)第1234号', courtName: '東京地方裁判所', waitingOn: 'expert report', tags: ['urgent lease'],
    })
    for (const text of ['２０２６－ＣＶ', '2026cv0042', '明渡', 'HOSHINO foods', 'みなと', 'ﾐﾅﾄ', '(ワ)', '東京地方', 'expert lease', '  '])
      expect(shows(matter, { text }), text).toBe(true)
    expect(shows(matter, { text: 'hoshino tax' })).toBe(false)
  })

  it('hides closed matters when asked, by date or by their column', () => {
    expect(shows(buildMatter({ closedOn: '2026-11-01' }), { closed: false })).toBe(false)
    expect(shows(buildMatter({ columnId: 'closed' }), { closed: false })).toBe(false)
    expect(shows(buildMatter({ columnId: 'closed' }), { closed: false }, { now: NOW, timeZone: TIME_ZONE })).toBe(true)
    expect(shows(buildMatter(), { closed: false })).toBe(true)
  })

  it('shows archived matters when asked', () => {
    expect(shows(buildMatter({ archived: true }), { archived: true })).toBe(true)
  })
})

describe('deadlines', () => {
  const due = (deadline: Parameters<typeof buildDeadline>[0], part: Partial<MatterFilters>, matter: Partial<Matter> = {}) =>
    shows(buildMatter({ deadlines: [buildDeadline(deadline)], ...matter }), part)

  it('counts a whole day as overdue once it is over in the firm\'s zone', () => {
    expect(due({ date: '2026-11-20' }, { quick: 'overdue' })).toBe(true)
    expect(due({ date: '2026-11-21' }, { quick: 'overdue' })).toBe(false)
  })

  it('counts a time as overdue from that minute on', () => {
    expect(due({ date: '2026-11-21', time: '12:00', timeZone: TIME_ZONE }, { quick: 'overdue' })).toBe(true)
    expect(due({ date: '2026-11-21', time: '12:01', timeZone: TIME_ZONE }, { quick: 'overdue' })).toBe(false)
  })

  it('knows the firm\'s day of a time in another zone', () => {
    const newYork = { date: '2026-11-20', time: '20:00', timeZone: 'America/New_York' }
    expect(due(newYork, { quick: 'today' })).toBe(true)
    expect(due(newYork, { dueFrom: '2026-11-21', dueTo: '2026-11-21' })).toBe(true)
    expect(due(newYork, { dueTo: '2026-11-20' })).toBe(false)
  })

  it('has weeks from Monday to Sunday', () => {
    expect(due({ date: '2026-11-15' }, { quick: 'week' })).toBe(false)
    expect(due({ date: '2026-11-16' }, { quick: 'week' })).toBe(true)
    expect(due({ date: '2026-11-22' }, { quick: 'week' })).toBe(true)
    expect(due({ date: '2026-11-23' }, { quick: 'week' })).toBe(false)
  })

  it('passes over deadlines that are done', () => {
    expect(due({ date: '2026-11-20', doneAt: NOW }, { quick: 'overdue' })).toBe(false)
    expect(due({ date: '2026-11-20', doneAt: NOW }, { dueFrom: '2026-11-01' })).toBe(false)
  })

  it('presses nobody about closed and archived matters', () => {
    expect(due({ date: '2026-11-20' }, { quick: 'overdue' }, { closedOn: '2026-11-20' })).toBe(false)
    expect(due({ date: '2026-11-20' }, { quick: 'overdue', archived: true }, { archived: true })).toBe(false)
  })

  it('has ranges that are open at one end', () => {
    expect(due({ date: '2026-11-21' }, { dueFrom: '2026-11-21' })).toBe(true)
    expect(due({ date: '2026-11-21' }, { dueTo: '2026-11-20' })).toBe(false)
  })
})

describe('countQuickFilters', () => {
  it('counts what each would show, the other filters applied and the chosen one not', () => {
    const matters = [
      buildMatter({ priority: 'HIGH', deadlines: [buildDeadline({ date: '2026-11-20' })] }),
      buildMatter({ priority: 'HIGH', deadlines: [buildDeadline({ date: '2026-11-21' })] }),
      buildMatter({ priority: 'LOW', deadlines: [buildDeadline({ date: '2026-11-20' })] }),
      buildMatter({ priority: 'HIGH', columnId: 'closed', deadlines: [buildDeadline({ date: '2026-11-20' })] }),
    ]
    expect(countQuickFilters(matters, narrow({ priorities: ['HIGH'], quick: 'today' }), context)).toEqual({ overdue: 1, today: 1, week: 2 })
  })
})

describe('filters in an address', () => {
  it('leave out what narrows nothing', () => {
    expect(matterFiltersToQuery(emptyMatterFilters())).toEqual({})
    expect(isUnfiltered(emptyMatterFilters())).toBe(true)
    expect(isUnfiltered(narrow({ closed: false }))).toBe(false)
  })

  it('have short names', () => {
    const query = matterFiltersToQuery(narrow({
      text: ' lease ', priorities: ['URGENT'], practiceAreas: ['LABOR_AND_EMPLOYMENT'], quick: 'week', closed: false, archived: true, dueFrom: '2026-11-01',
    }))
    expect(query).toEqual({ q: 'lease', priority: ['urgent'], area: ['labor-and-employment'], from: '2026-11-01', due: 'week', closed: 'hidden', archived: 'shown' })
  })

  it('pass over what they don\'t know', () => {
    const query = { priority: ['urgent', 'enormous', null], area: 'astrology', from: '2026-02-30', due: 'yesterday', closed: 'maybe', panel: 'x', tag: ['', ' '], who: 7 }
    expect(matterFiltersFromQuery(query)).toEqual(narrow({ priorities: ['URGENT'] }))
  })

  it('are bounded', () => {
    const { text, tags } = matterFiltersFromQuery({ q: 'x'.repeat(1_000), tag: Array.from({ length: 500 }, (_, index) => `tag ${index}`) })
    expect(text).toHaveLength(200)
    expect(tags).toHaveLength(50)
  })
})
