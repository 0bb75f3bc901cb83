import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { computed, shallowRef } from 'vue'
import { mentionOf } from '#shared/kanban/mentions.ts'
import type { Comment } from '#shared/kanban/matter.ts'
import { assign, buildComment, buildMatter, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import type { Page } from './mount-panel.ts'
import { button, mountPanel } from './mount-panel.ts'

const { partner, partner2, paralegal } = PEOPLE
let kanban: FakeKanban
const comments = shallowRef<Comment[]>([])
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))
vi.mock('~/composables/useMatterComments.ts', () => ({
  useMatterComments: () => ({ comments: computed(() => comments.value), loading: computed(() => false), error: computed(() => null), refresh: async () => {} }),
}))

let page: Page
const matter = buildMatter({ confidentiality: 'SEALED', assignments: [assign(partner), assign(partner2, 'SECONDARY_LAWYER'), assign(paralegal, 'PARALEGAL')] })
beforeEach(async () => {
  useDeviceStore().close()
  comments.value = []
  kanban = fakeKanban({ matters: [matter] })
  page = await mountPanel(kanban, matter)
})
afterEach(() => page.unmount())

const box = (label = 'Write a comment') => page.get<HTMLTextAreaElement>(`textarea[aria-label="${label}"]`)
const options = () => [...page.element.ownerDocument.querySelectorAll('[data-mention-list] [role="option"]')]
const names = () => options().map(option => option.querySelector('.truncate')?.textContent)
const chosen = () => options().findIndex(option => option.getAttribute('aria-selected') === 'true')

async function type(text: string): Promise<void> {
  box().element.value = text
  box().element.setSelectionRange(text.length, text.length)
  await box().trigger('input')
  await vi.waitFor(() => expect(options().length > 0).toBe(/@[a-z]*$/i.test(text)))
}
async function press(key: string, event: object = {}): Promise<void> {
  await box().trigger('keydown', { key, ...event })
  await flushPromises()
}

it('offers those who see the matter, and mentions the one whom the keys reach', async () => {
  await type('Ask @')
  expect(names()).toEqual([partner2.name, paralegal.name])
  expect(box().attributes()).toMatchObject({ 'aria-autocomplete': 'list', 'aria-activedescendant': options()[0]!.id, 'aria-controls': options()[0]!.parentElement!.id })
  await press('ArrowDown')
  expect(chosen()).toBe(1)
  await press('ArrowDown')
  expect(chosen()).toBe(0)
  await press('ArrowUp')
  await press('Tab')
  expect(box().element.value).toBe(`Ask @${paralegal.name} `)
  expect(names()).toEqual([])
  await press('Enter', { ctrlKey: true })
  expect(kanban.asked.at(-1)).toMatchObject({ kind: 'comment', args: { action: 'add', body: `Ask ${mentionOf(paralegal)}` } })
})

it('leaves Enter and the arrows to the input method, and Escape to the list alone', async () => {
  await type('@yu')
  await press('Enter', { isComposing: true })
  expect([box().element.value, names()]).toEqual(['@yu', [paralegal.name]])
  await press('Escape')
  expect(names()).toEqual([])
  expect(page.find('textarea').exists()).toBe(true)
})

it('keeps who was meant with the draft, and shows the name again', async () => {
  await type('@rob')
  await press('Enter')
  expect(useDeviceStore().of(partner.id).drafts.get(matter.id, 'comment')).toBe(`${mentionOf(partner2)} `)
  page.unmount()
  page = await mountPanel(kanban, matter)
  expect(box().element.value).toBe(`@${partner2.name} `)
})

it('marks mentions in comments by the name of now, and edits them as names', async () => {
  comments.value = [buildComment({ authorId: partner.id, matterId: matter.id, body: `${mentionOf({ ...partner2, name: 'Bob' })} and ${mentionOf(partner)}` })]
  await vi.waitFor(() => expect(page.findAll('.mention').map(mark => mark.text())).toEqual([`@${partner2.name}`, `@${partner.name}`]))
  expect(page.findAll('.mention-me')).toHaveLength(1)
  button(page, 'Edit the comment').click()
  await flushPromises()
  expect(box('Edit the comment').element.value).toBe(`@${partner2.name} and @${partner.name}`)
})
