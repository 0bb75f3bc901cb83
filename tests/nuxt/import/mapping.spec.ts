import { mountSuspended } from '@nuxt/test-utils/runtime'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import USelect from '@nuxt/ui/components/Select.vue'
import USelectMenu from '@nuxt/ui/components/SelectMenu.vue'
import type { ImportMapping } from '#shared/protocol/imports.ts'
import ImportColumns from '~/components/import/ImportColumns.vue'
import ImportDrop from '~/components/import/ImportDrop.vue'
import ImportPeople from '~/components/import/ImportPeople.vue'
import ImportRefusal from '~/components/import/ImportRefusal.vue'
import ImportStatuses from '~/components/import/ImportStatuses.vue'
import ImportSummary from '~/components/import/ImportSummary.vue'
import ImportTarget from '~/components/import/ImportTarget.vue'
import { buildId, PEOPLE } from '../../helpers/builders.ts'

const COLUMN = buildId(0x31)
const mapping: ImportMapping = {
  target: { name: 'Cases' }, responsibleId: null, fields: ['title', 'tags', 'extra'], dateOrders: { 2: 'dmy' }, splitOnBlank: false,
  statuses: { open: { name: 'Open', kind: 'OPEN' }, done: { columnId: COLUMN } }, people: { ann: null, ben: PEOPLE.associate.id },
}

let mounted: VueWrapper | null = null
afterEach(() => mounted?.unmount())

/** Chooses in the select menu that is called so, as a person would by mouse or keyboard. */
function pick(wrapper: VueWrapper, name: string, value: unknown): void {
  const menu = [...wrapper.findAllComponents(USelectMenu), ...wrapper.findAllComponents(USelect)]
    .find(component => String(component.attributes('aria-label') ?? component.html()).includes(name))
  expect(menu, name).toBeDefined()
  menu!.vm.$emit('update:modelValue', value)
}

describe('the meaning of a table\'s columns', () => {
  const columns = [
    { header: 'name', samples: ['Lease', 'Will'], dates: null },
    { header: 'labels', samples: [], dates: null },
    { header: 'when', samples: ['03/04/2026'], dates: { order: 'mdy' as const, ambiguous: true } },
  ]

  it('goes to one column at a time, and lets go of a date\'s order', async () => {
    mounted = await mountSuspended(ImportColumns, { props: { columns, mapping } })
    expect(mounted.text()).toContain('Lease · Will')
    pick(mounted, '“when” becomes', 'title')
    expect(mounted.emitted('change')).toEqual([[{ fields: ['extra', 'tags', 'title'], dateOrders: {} }]])
  })

  it('may be shared where a matter has many, and asks for an order that nothing settles', async () => {
    mounted = await mountSuspended(ImportColumns, { props: { columns, mapping } })
    expect(mounted.text()).toContain('These dates read both ways')
    pick(mounted, '“name” becomes', 'tags')
    expect(mounted.emitted('change')![0]).toEqual([{ fields: ['tags', 'tags', 'extra'], dateOrders: { 2: 'dmy' } }])
    await mounted.get('[role=switch]').trigger('click')
    expect(mounted.emitted('change')![1]).toEqual([{ splitOnBlank: true }])
  })
})

describe('the columns of statuses', () => {
  const statuses = [{ key: 'open', label: 'Open', count: 2, archived: false }, { key: 'done', label: '', count: 1, archived: false }]
  const columns = [{ id: COLUMN, name: { en: 'Closed', ja: '完了' }, kind: 'CLOSED' as const, archived: false }]

  it('are new ones by name and kind, or the board\'s own', async () => {
    mounted = await mountSuspended(ImportStatuses, { props: { statuses, mapping, columns, mayAddColumns: true } })
    expect(mounted.text()).toContain('(no status)')
    const [name] = mounted.findAll('input')
    await name!.setValue('Active')
    pick(mounted, 'Matters in “Open” are', 'PENDING')
    pick(mounted, 'Column for “Open”', COLUMN)
    pick(mounted, 'Column for “(no status)”', 'new')
    expect(mounted.emitted('change')!.map(([change]) => (change as Partial<ImportMapping>).statuses)).toEqual([
      { ...mapping.statuses, open: { name: 'Active', kind: 'OPEN' } },
      { ...mapping.statuses, open: { name: 'Open', kind: 'PENDING' } },
      { ...mapping.statuses, open: { columnId: COLUMN } },
      { ...mapping.statuses, done: { name: 'New column', kind: 'OPEN' } },
    ])
  })
})

describe('people of a file', () => {
  it('are matched with members, or with nobody, the frequent ones first', async () => {
    const people = Array.from({ length: 30 }, (_, index) => ({ key: `p${index}`, label: `Person ${index}`, count: index }))
    mounted = await mountSuspended(ImportPeople, { props: { people, mapping, members: [PEOPLE.associate, PEOPLE.partner] } })
    expect(mounted.findAll('li')).toHaveLength(25)
    expect(mounted.findAll('li')[0]!.text()).toContain('Person 29')
    await mounted.findAll('button').find(button => button.text() === 'Show all 30')!.trigger('click')
    expect(mounted.findAll('li')).toHaveLength(30)
    pick(mounted, '“Person 3” is', PEOPLE.partner.id)
    pick(mounted, '“Person 4” is', 'nobody')
    expect(mounted.emitted('change')).toEqual([[{ people: { ...mapping.people, p3: PEOPLE.partner.id } }], [{ people: { ...mapping.people, p4: null } }]])
  })
})

describe('where an import goes', () => {
  it('is a board that is there, or a new one by a name', async () => {
    const choices = { boards: [{ id: buildId(0x41), name: 'Matters' }], members: [PEOPLE.partner, PEOPLE.paralegal] }
    mounted = await mountSuspended(ImportTarget, { props: { mapping, choices, problemField: 'responsibleId', suggestedName: 'File' } })
    expect(mounted.text()).toContain('Choose a lawyer')
    const name = mounted.get('input')
    await name.setValue('  ')
    await name.setValue('Renamed')
    const [board, lawyer] = mounted.findAllComponents(USelectMenu)
    board!.vm.$emit('update:modelValue', buildId(0x41))
    board!.vm.$emit('update:modelValue', 'new')
    lawyer!.vm.$emit('update:modelValue', PEOPLE.partner.id)
    expect(mounted.emitted('change')).toEqual([
      [{ target: { name: 'Renamed' } }], [{ target: { id: buildId(0x41) } }], [{ target: { name: 'File' } }], [{ responsibleId: PEOPLE.partner.id }],
    ])
  })
})

describe('a file on its way in', () => {
  const drop = (files: File[]) => mounted!.get('div').trigger('drop', { dataTransfer: { files } })

  it('is dropped, one at a time, and not while another is read', async () => {
    const file = new File(['a'], 'a.csv')
    mounted = await mountSuspended(ImportDrop)
    await drop([file])
    await drop([file, file])
    expect(mounted.emitted()).toMatchObject({ choose: [[file]], several: [[]] })
    await mounted.setProps({ reading: 'a.csv' })
    expect(mounted.text()).toContain('Reading a.csv')
    await drop([file])
    expect(mounted.emitted('choose')).toHaveLength(1)
  })

  it('is refused with its reason, in words', async () => {
    mounted = await mountSuspended(ImportRefusal, { props: { problem: { code: 'IMPORT_UNREADABLE', reason: 'JSON_LINES' }, fileName: 'lines.json' } })
    expect(mounted.get('[role=alert]').text()).toMatch(/“lines.json” can't be imported.*one JSON object on each line/)
    await mounted.setProps({ problem: { code: 'IMPORT_BUSY' } })
    expect(mounted.text()).toContain('Another import is running')
  })

  it('is summed up: what it holds, what will happen, and which rows won\'t come in', async () => {
    const preview = {
      counts: { columns: 5, archivedColumns: 1, matters: 10, archivedMatters: 1, comments: 4, tasks: 12, deadlines: 0, members: 1, tags: 3 },
      forecast: { created: 1, updated: 0, skipped: 0, failed: 9 },
      reasons: { DATE_INVALID: 9, PERSON_UNMAPPED: 2 },
      failures: Array.from({ length: 9 }, (_, index) => ({ line: index + 2, reason: 'DATE_INVALID' as const })),
      contentVisible: false,
    }
    mounted = await mountSuspended(ImportSummary, { props: { preview } })
    expect(mounted.get('[data-count=columns]').text()).toMatch(/5\s*1 archived/)
    expect(mounted.get('[data-result=failed]').text()).toContain('9')
    expect(mounted.text()).toContain('Row 2: a date can\'t be read')
    expect(mounted.text()).toContain('and 1 more')
    expect(mounted.text()).toContain('You import without seeing')
  })
})
