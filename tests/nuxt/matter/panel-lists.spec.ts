import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { buildComment, buildDeadline, buildId, buildTask, NOW, PEOPLE, TODAY } from '../../helpers/builders.ts'
import { changeRemotely, hasButton } from './mount-panel.ts'
import { setUpPanel } from './panel-bench.ts'

vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => panel.kanban }))
vi.mock('~/composables/useMatterComments.ts', () => ({ useMatterComments: () => panel.useComments() }))
vi.mock('~/composables/useMatterActivity.ts', () => ({ useMatterActivity: () => panel.useActivity() }))

const panel = setUpPanel()
const { click, draft, field, lastAsked, open } = panel

describe('tasks', () => {
  it('are added, done, renamed and removed', async () => {
    const task = buildTask({ title: 'Call the client' })
    await open({ tasks: [task] })
    await field('Add a task').setValue(' File the answer ')
    await panel.page.get('input[aria-label="Add a task"]').trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tasks: { put: [{ title: 'File the answer', doneAt: null }] } } })
    expect(field('Add a task').element.value).toBe('')
    await panel.page.get('button[role="checkbox"]').trigger('click')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tasks: { put: [{ id: task.id, doneAt: NOW }] } } })
    expect(panel.page.text()).toContain('1 of 2 done')
    await click('Rename the task Call')
    await panel.page.get('input[aria-label="Task"]').setValue('Call them')
    await panel.page.get('input[aria-label="Task"]').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tasks: { put: [{ id: task.id, title: 'Call them' }] } } })
    await click('Remove the task Call them')
    expect(lastAsked()).toMatchObject({ args: { tasks: { remove: [task.id] } } })
  })

  it('come back into the box when they were refused', async () => {
    await open()
    await field('Add a task').setValue('File')
    panel.kanban.refuseNext({ code: 'UNAVAILABLE', message: '' })
    await panel.page.get('input[aria-label="Add a task"]').trigger('submit')
    await flushPromises()
    expect(field('Add a task').element.value).toBe('File')
  })
})

describe('deadlines', () => {
  it('are sorted, say how pressing they are in words, and can be done', async () => {
    await open({ deadlines: [buildDeadline({ id: buildId(1), date: '2026-12-30', title: 'Later' }), buildDeadline({ id: buildId(2), date: '2026-11-10', title: 'Sooner' })] })
    const text = panel.page.text()
    expect(text.indexOf('Sooner')).toBeLessThan(text.indexOf('Later'))
    expect(text).toContain('Overdue')
    await panel.page.get('button[aria-label="Sooner is done"]').trigger('click')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { deadlines: { put: [{ id: buildId(2), doneAt: NOW }] } } })
  })

  it('are added with a date that exists', async () => {
    await open()
    await click('Add a deadline')
    await panel.page.get('form[aria-label="Add a deadline"]').trigger('submit')
    expect(panel.page.text()).toContain('Choose a date.')
    expect(panel.kanban.asked).toEqual([])
    await panel.page.get('form[aria-label="Add a deadline"] input[type="date"]').setValue('2026-12-24')
    await panel.page.get('form[aria-label="Add a deadline"]').trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { deadlines: { put: [{ date: '2026-12-24', kind: 'INTERNAL', time: null, doneAt: null }] } } })
    expect(panel.page.find('form[aria-label="Add a deadline"]').exists()).toBe(false)
  })

  it('keep an edit that is under way when a colleague changes the same one', async () => {
    const deadline = buildDeadline({ title: 'Answer' })
    const matter = await open({ deadlines: [deadline] })
    await click('Edit the deadline Answer')
    const form = 'form[aria-label="Edit the deadline"]'
    await panel.page.get(`${form} input[type="date"]`).setValue('2026-12-24')
    changeRemotely(panel.kanban, matter, { deadlines: [{ ...deadline, date: '2026-12-01' }] }, PEOPLE.partner2.id, 9)
    await flushPromises()
    expect(panel.page.get<HTMLInputElement>(`${form} input[type="date"]`).element.value).toBe('2026-12-24')
    expect(panel.page.text()).toContain('Robert Chen changed this to')
    await click('Keep mine')
    await panel.page.get(form).trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { deadlines: { put: [{ date: '2026-12-24' }] } } })
  })

  it('can be removed', async () => {
    await open({ deadlines: [buildDeadline({ title: 'Answer', date: TODAY })] })
    await click('Remove the deadline Answer')
    expect(panel.page.text()).toContain('No deadlines.')
  })
})

describe('tags', () => {
  it('are added once, and removed', async () => {
    await open({ tags: ['lease'] })
    await field('Add a tag').setValue('lease')
    expect(panel.page.text()).toContain('has this tag already')
    await field('Add a tag').setValue('appeal')
    await panel.page.get('input[aria-label="Add a tag"]').trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tags: { add: ['appeal'] } } })
    await click('Remove the tag lease')
    expect(lastAsked()).toMatchObject({ args: { tags: { remove: ['lease'] } } })
  })

  it('are ten at most', async () => {
    await open({ tags: Array.from({ length: 10 }, (_, index) => `t${index}`) })
    expect(panel.page.find('input[aria-label="Add a tag"]').exists()).toBe(false)
    expect(panel.page.text()).toContain('at most 10 tags')
  })
})

describe('comments', () => {
  it('are sent with Ctrl+Enter, and survive as a draft until then', async () => {
    const matter = await open()
    await field('Write a comment').setValue('The client called.')
    panel.page.unmount()
    await panel.mount(matter)
    await flushPromises()
    expect(field('Write a comment').element.value).toBe('The client called.')
    await field('Write a comment').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ kind: 'comment', args: { action: 'add', body: 'The client called.' } })
    expect(field('Write a comment').element.value).toBe('')
    expect(draft('comment')).toBeNull()
  })

  it('name members and those an import brought', async () => {
    panel.comments.value = [buildComment({ id: buildId(1), body: 'One' }), buildComment({ id: buildId(2), authorId: null, authorName: 'Old Colleague', body: 'Two' })]
    await open()
    expect(panel.page.text()).toContain('Kenji Sato')
    expect(panel.page.text()).toContain('Old Colleague')
    expect(hasButton(panel.page, 'Edit the comment')).toBe(false)
  })

  it('are edited and deleted by their author only', async () => {
    panel.comments.value = [buildComment({ authorId: PEOPLE.partner.id, body: 'One' })]
    await open()
    await click('Edit the comment')
    await panel.page.get('textarea[aria-label="Edit the comment"]').setValue('One, corrected')
    await panel.page.get('textarea[aria-label="Edit the comment"]').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { action: 'edit', body: 'One, corrected' } })
    await click('Delete the comment')
    await vi.waitFor(() => expect(document.body.textContent).toContain('Delete this comment?'))
    await click('Delete')
    await vi.waitFor(() => expect(hasButton(panel.page, 'Delete the comment')).toBe(true))
  })
})
