import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { NOW, PEOPLE } from '../../helpers/builders.ts'
import { changeRemotely } from './mount-panel.ts'
import { setUpPanel } from './panel-bench.ts'

vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => panel.kanban }))
vi.mock('~/composables/useMatterComments.ts', () => ({ useMatterComments: () => panel.useComments() }))
vi.mock('~/composables/useMatterActivity.ts', () => ({ useMatterActivity: () => panel.useActivity() }))

const panel = setUpPanel()
const { click, draft, field, lastAsked, open } = panel

describe('editing a field in place', () => {
  it('saves only the field that changed, on the version that was looked at', async () => {
    await open({ clientName: 'Hoshino Foods K.K.', version: 9, fieldVersions: { clientName: { v: 7, cid: null, n: null, by: PEOPLE.clerk.id, at: NOW } } })
    await click('Client: Hoshino')
    expect(document.activeElement).toBe(field('Client').element)
    await field('Client').setValue('Aoba Holdings')
    await field('Client').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ kind: 'edit', args: { set: { clientName: 'Aoba Holdings' } }, base: { clientName: 9 } })
    expect(panel.page.text()).toContain('Aoba Holdings')
    expect(draft('clientName')).toBeNull()
  })

  it('does not save on the Enter that ends a Japanese conversion', async () => {
    await open()
    await click('Client: Hoshino')
    await field('Client').setValue('あおば')
    await field('Client').trigger('keydown', { key: 'Enter', isComposing: true })
    await flushPromises()
    expect(panel.kanban.asked).toEqual([])
  })

  it('clears a text that may be empty with null', async () => {
    await open({ courtName: 'Tokyo District Court' })
    await click('Court: Tokyo')
    await field('Court').setValue('')
    await field('Court').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { set: { courtName: null } } })
  })

  it('doesn\'t let a title be emptied', async () => {
    await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('  ')
    await field('Title').trigger('keydown', { key: 'Enter' })
    expect(panel.kanban.asked).toEqual([])
    expect(panel.page.text()).toContain('This can\'t be empty.')
  })

  it('takes no more than the limit and counts when it comes near', async () => {
    await open({ title: 'Lease' })
    await click('Title: Lease')
    expect(field('Title').attributes('maxlength')).toBe('255')
    await field('Title').setValue('x'.repeat(250))
    expect(panel.page.text()).toContain('250 of 255 characters')
  })

  it('keeps what was typed as a draft on Escape, through a reload', async () => {
    const matter = await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Lease of the')
    expect(draft('title')).toMatchObject({ value: 'Lease of the' })
    await field('Title').trigger('keydown', { key: 'Escape' })
    expect(panel.page.text()).toContain('Unsaved text is kept.')
    panel.page.unmount()
    await panel.mount(matter)
    await flushPromises()
    await click('Go on')
    expect(field('Title').element.value).toBe('Lease of the')
    await field('Title').trigger('keydown', { key: 'Escape' })
    await click('Discard')
    expect(panel.page.text()).not.toContain('Unsaved text is kept.')
    expect(draft('title')).toBeNull()
  })

  it('saves long text with Ctrl+Enter, and Enter makes a new line', async () => {
    await open({ description: '**Bold** <b>not</b>' })
    await vi.waitFor(() => expect(panel.page.html()).toContain('<strong>Bold</strong>'))
    expect(panel.page.html()).toContain('&lt;b&gt;not&lt;/b&gt;')
    await click('Edit Description')
    await field('Description').setValue('Two')
    await field('Description').trigger('keydown', { key: 'Enter' })
    expect(panel.kanban.asked).toEqual([])
    await field('Description').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { set: { description: 'Two' } } })
  })
})

describe('a colleague changes the field that is being edited', () => {
  it('[C8] keeps the text and offers theirs or mine', async () => {
    const matter = await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Lease, second floor')
    changeRemotely(panel.kanban, matter, { title: 'Lease of the shop' }, PEOPLE.partner2.id, 9)
    await flushPromises()
    expect(field('Title').element.value).toBe('Lease, second floor')
    expect(panel.page.text()).toContain('Robert Chen changed this to')
    expect(panel.page.text()).toContain('Lease of the shop')
    await click('Keep mine')
    await field('Title').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { set: { title: 'Lease, second floor' } }, base: { title: 9 } })
  })

  it('takes theirs', async () => {
    const matter = await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Mine')
    changeRemotely(panel.kanban, matter, { title: 'Theirs' }, PEOPLE.partner2.id, 9)
    await flushPromises()
    await click('Use theirs')
    expect(panel.page.find('input[aria-label="Title"]').exists()).toBe(false)
    expect(panel.page.text()).toContain('Theirs')
    expect(panel.kanban.asked).toEqual([])
  })

  it('[X3] closes when the server met a newer value: the conflict holds the text', async () => {
    await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Mine')
    panel.kanban.refuseNext({ code: 'CONFLICT', message: '', conflicts: [{ field: 'title', version: 12, value: 'Theirs', by: PEOPLE.clerk.id, at: NOW }] }, 'c.1')
    await field('Title').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(panel.page.find('textarea[aria-label="Title"]').exists()).toBe(false)
    expect(panel.page.text()).not.toContain('Unsaved text')
    expect(draft('title')).toBeNull()
  })

  it('leaves every other field\'s editor, text and focus alone', async () => {
    const matter = await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Mine')
    const input = field('Title').element
    changeRemotely(panel.kanban, matter, { clientName: 'Aoba', columnId: 'review' }, PEOPLE.partner2.id, 9)
    await flushPromises()
    expect(document.activeElement).toBe(input)
    expect(input.value).toBe('Mine')
    expect(panel.page.text()).toContain('Aoba')
    expect(panel.page.text()).not.toContain('changed this')
  })

  it('shows another refusal beside the field and keeps the text', async () => {
    await open({ caseNumber: '2026-CV-1' })
    await click('Case number: 2026-CV-1')
    await field('Case number').setValue('2026-CV-2')
    panel.kanban.refuseNext({ code: 'CASE_NUMBER_TAKEN', message: '' })
    await field('Case number').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(panel.page.get('[role="alert"]').text()).toContain('already has this case number')
    expect(field('Case number').element.value).toBe('2026-CV-2')
  })
})
