import { mountSuspended } from '@nuxt/test-utils/runtime'
import type { DOMWrapper, VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { MatterFilters } from '#shared/kanban/filter-matters.ts'
import { emptyMatterFilters } from '#shared/kanban/filter-matters.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import FilterBar from '~/components/filters/FilterBar.vue'
import FilterPanel from '~/components/filters/FilterPanel.vue'
import { buildDeadline, buildMatter, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'

const members = new Map(Object.values(PEOPLE).map(member => [member.id, member]))

let bar: VueWrapper | null = null
afterEach(() => {
  bar?.unmount()
  document.body.replaceChildren()
})

async function openBar(matters: Matter[], filters: Partial<MatterFilters> = {}) {
  const props = { matters, members, timeZone: TIME_ZONE, now: NOW, modelValue: { ...emptyMatterFilters(), ...filters } }
  bar = await mountSuspended(FilterBar, {
    props: { ...props, 'onUpdate:modelValue': (modelValue: MatterFilters) => bar!.setProps({ modelValue }) },
    attachTo: document.body,
  })
  return bar
}

const filtersOf = (bar: VueWrapper) => (bar.props() as { modelValue: MatterFilters }).modelValue
const field = (bar: VueWrapper) => bar.get<HTMLInputElement>('input[role="combobox"]')
/** Types, and rests until what was typed is looked for. */
async function search(bar: VueWrapper, text: string): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    await field(bar).setValue(text)
    vi.advanceTimersByTime(100)
  }
  finally {
    vi.useRealTimers()
  }
  await nextTick()
}
const options = (bar: VueWrapper) => bar.findAll('[role="option"]')
const button = (bar: VueWrapper, name: string) =>
  bar.findAll('button').find(button => (button.attributes('aria-label') ?? button.text()).startsWith(name)) as DOMWrapper<HTMLButtonElement>

describe('FilterBar', () => {
  it('shows what a search finds, case numbers first, and opens the first with Enter', async () => {
    const matters = [buildMatter({ caseNumber: 'X-1', title: 'About 2026-7' }), buildMatter({ caseNumber: '2026-7' })]
    const bar = await openBar(matters)
    await search(bar, '2026-7')
    expect(filtersOf(bar).text).toBe('2026-7')
    expect(options(bar).map(option => option.text())).toEqual([expect.stringContaining('2026-7'), expect.stringContaining('X-1')])
    expect(bar.get('[role="status"]').text()).toBe('2 matters found')
    await field(bar).trigger('keydown', { key: 'Enter' })
    expect(bar.emitted('open')).toEqual([[matters[1]!.id]])
    expect(field(bar).attributes('aria-expanded')).toBe('false')
  })

  it('shows each letter at once, looks for them when typing rests, and for all of them at Enter', async () => {
    const matters = [buildMatter({ title: 'Lease' }), buildMatter({ title: 'Lemon' })]
    const bar = await openBar(matters)
    await search(bar, 'le')
    await field(bar).setValue('lem')
    expect(field(bar).element.value).toBe('lem')
    expect(filtersOf(bar).text).toBe('le')
    expect(options(bar)).toHaveLength(2)
    await field(bar).trigger('keydown', { key: 'Enter' })
    expect(filtersOf(bar).text).toBe('lem')
    expect(bar.emitted('open')).toEqual([[matters[1]!.id]])
  })

  it('walks the results with the arrows, round both ends', async () => {
    const matters = [buildMatter(), buildMatter(), buildMatter()]
    const bar = await openBar(matters)
    await search(bar, 'lease')
    await field(bar).trigger('keydown', { key: 'ArrowUp' })
    expect(options(bar).map(option => option.attributes('aria-selected'))).toEqual(['false', 'false', 'true'])
    expect(field(bar).attributes('aria-activedescendant')).toBe(options(bar)[2]!.attributes('id'))
    await field(bar).trigger('keydown', { key: 'ArrowDown' })
    await field(bar).trigger('keydown', { key: 'ArrowDown' })
    await field(bar).trigger('keydown', { key: 'Enter' })
    expect(bar.emitted('open')).toEqual([[matters[1]!.id]])
  })

  it('leaves Enter to the input method while it composes', async () => {
    const bar = await openBar([buildMatter()])
    await search(bar, 'lease')
    await field(bar).trigger('keydown', { key: 'Enter', isComposing: true })
    expect(bar.emitted('open')).toBeUndefined()
  })

  it('closes the list with Escape, and clears the words with a second', async () => {
    const bar = await openBar([buildMatter()])
    await search(bar, 'lease')
    await field(bar).trigger('keydown', { key: 'Escape' })
    expect(filtersOf(bar).text).toBe('lease')
    await field(bar).trigger('keydown', { key: 'Escape' })
    expect(filtersOf(bar).text).toBe('')
  })

  it('says so when nothing is found', async () => {
    const bar = await openBar([buildMatter()])
    await search(bar, 'zebra')
    expect(bar.text()).toContain('No matter found for “zebra”.')
    await field(bar).trigger('keydown', { key: 'Enter' })
    expect(bar.emitted('open')).toBeUndefined()
  })

  it('takes "/" as the way to the search, but not from another field', async () => {
    const bar = await openBar([buildMatter()])
    const other = document.body.appendChild(document.createElement('input'))
    other.focus()
    other.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }))
    expect(document.activeElement).toBe(other)
    other.blur()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }))
    expect(document.activeElement).toBe(field(bar).element)
  })

  it('presses and releases a quick filter that says how many it would show', async () => {
    const bar = await openBar([buildMatter({ deadlines: [buildDeadline({ date: '2026-11-20' })] }), buildMatter()])
    expect(button(bar, 'Overdue').text()).toContain('One matter')
    await button(bar, 'Overdue').trigger('click')
    expect(filtersOf(bar).quick).toBe('overdue')
    expect(button(bar, 'Overdue').attributes('aria-pressed')).toBe('true')
    await button(bar, 'Overdue').trigger('click')
    expect(filtersOf(bar).quick).toBeNull()
  })

  it('names every filter that is set and takes each away by itself', async () => {
    const bar = await openBar([buildMatter()], {
      people: [PEOPLE.clerk.id, 'nobody'], priorities: ['URGENT'], practiceAreas: ['BANKING'], tags: ['vip'], dueFrom: '2026-11-01', dueTo: '2026-11-30', closed: false, archived: true,
    })
    const names = bar.findAll('ul[aria-label="Active filters"] li').map(chip => chip.text())
    expect(names).toEqual(['Daichi Kato', 'Someone who left', 'Urgent', 'Banking', 'vip', 'Due Nov 1, 2026 – Nov 30, 2026', 'Without closed', 'With archived', 'Clear all'])
    await button(bar, 'Remove filter: Daichi Kato').trigger('click')
    expect(filtersOf(bar).people).toEqual(['nobody'])
    await button(bar, 'Remove filter: Due').trigger('click')
    expect(filtersOf(bar)).toMatchObject({ dueFrom: null, dueTo: null, tags: ['vip'] })
    await button(bar, 'Clear all').trigger('click')
    expect(filtersOf(bar)).toEqual(emptyMatterFilters())
  })

  it('leaves clearing to what stands beside it, when told so', async () => {
    const bar = await openBar([buildMatter()], { text: 'lease', tags: ['vip'] })
    await bar.setProps({ clearable: false } as object)
    const names = bar.findAll('ul[aria-label="Active filters"] li').map(chip => chip.text())
    expect(names).toEqual(['“lease”', 'vip'])
  })

  it('folds into a sheet that holds the same', async () => {
    const bar = await openBar([buildMatter()], { text: 'lease' })
    await button(bar, 'Search and filter').trigger('click')
    await expect.poll(() => document.body.querySelector('[role="dialog"]')?.textContent).toContain('Practice area')
    const done = [...document.body.querySelectorAll('[role="dialog"] button')].find(({ textContent }) => textContent?.includes('Show matters')) as HTMLButtonElement
    done.click()
    await nextTick()
    await expect.poll(() => document.body.querySelector('[role="dialog"]')).toBeNull()
  })
})

describe('FilterPanel', () => {
  it('sets priorities, days and what is shown', async () => {
    const panel = await mountSuspended(FilterPanel, {
      props: { 'matters': [buildMatter()], members, 'modelValue': emptyMatterFilters(), 'onUpdate:modelValue': (modelValue: MatterFilters) => panel.setProps({ modelValue }) },
    })
    const filters = () => panel.props('modelValue') as MatterFilters
    const press = (name: string) => panel.findAll('button').find(button => button.text() === name)!.trigger('click')
    await press('Urgent')
    await press('High')
    await press('Urgent')
    expect(filters().priorities).toEqual(['HIGH'])
    const [from, to] = panel.findAll('input[type="date"]')
    await from!.setValue('2026-11-20')
    await to!.setValue('2026-11-19')
    expect(filters()).toMatchObject({ dueFrom: '2026-11-20', dueTo: '2026-11-19' })
    expect(panel.get('[role="alert"]').text()).toBe('The last day lies before the first.')
    await panel.findAll('[role="checkbox"]')[0]!.trigger('click')
    expect(filters().closed).toBe(false)
  })
})
