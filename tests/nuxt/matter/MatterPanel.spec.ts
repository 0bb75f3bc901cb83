import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, shallowRef } from 'vue'
import type { Comment, Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { assign, buildComment, buildDeadline, buildId, buildMatter, buildTask, NOW, PEOPLE, TODAY } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { button, changeRemotely, hasButton, mountPanel } from './mount-panel.ts'
import type { Page } from './mount-panel.ts'

let kanban: FakeKanban
const comments = shallowRef<Comment[]>([])
const activity = shallowRef([{
  id: buildId(9), matterId: buildId(1), version: 3, kind: 'moved' as const, actorId: PEOPLE.partner.id, at: NOW, reason: 'Draft is ready',
  fields: { columnId: { old: 'in-progress', new: 'review' } }, commentId: null, undo: false,
}])
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))
vi.mock('~/composables/useMatterComments.ts', () => ({
  useMatterComments: () => ({ comments: computed(() => comments.value), loading: computed(() => false), error: computed(() => null), refresh: async () => {} }),
}))
vi.mock('~/composables/useMatterActivity.ts', () => ({
  useMatterActivity: () => ({ activity: computed(() => activity.value), loading: computed(() => false), error: computed(() => null), refresh: async () => {} }),
}))

let page: Page
const closed = vi.fn()
beforeEach(() => {
  useDeviceStore().close()
  comments.value = []
  closed.mockClear()
})
afterEach(() => page.unmount())

async function open(fields: Partial<Matter> = {}, me: Member = PEOPLE.partner): Promise<Matter> {
  const matter = buildMatter(fields)
  kanban = fakeKanban({ matters: [matter, ...others], me })
  page = await mountPanel(kanban, matter, closed)
  return matter
}
const others: Matter[] = []

const field = (label: string) => page.get<HTMLInputElement>(`input[aria-label="${label}"], textarea[aria-label="${label}"]`)
const click = async (name: string) => {
  button(page, name).click()
  await flushPromises()
}
const lastAsked = () => kanban.asked.at(-1)
/** What is kept on this device of a field of the matter that `open` made. */
const draft = (name: string) => useDeviceStore().of(kanban.me.value.id).drafts.get(kanban.rows.value[0]!.id, name)

it('says of its matter that it is open, as long as it is', async () => {
  const matter = await open()
  expect(kanban.focused).toEqual([matter.id])
  page.unmount()
  expect(kanban.focused).toEqual([])
  await open()
})

it('says what a change waits for', async () => {
  const matter = await open()
  const session = useSessionStore()
  kanban.pendingIds.value = new Set([matter.id])
  await flushPromises()
  expect(page.text()).toContain('Saving…')
  kanban.isOnline.value = false
  await flushPromises()
  expect(page.text()).toContain('Waits for the connection')
  session.expired = true
  await flushPromises()
  expect(page.text()).toContain('Waits for you to sign in')
  session.expired = false
})

describe('editing a field in place', () => {
  it('saves only the field that changed, on the version that was looked at', async () => {
    await open({ clientName: 'Hoshino Foods K.K.', version: 9, fieldVersions: { clientName: { v: 7, cid: null, n: null, by: PEOPLE.clerk.id, at: NOW } } })
    await click('Client: Hoshino')
    expect(document.activeElement).toBe(field('Client').element)
    await field('Client').setValue('Aoba Holdings')
    await field('Client').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ kind: 'edit', args: { set: { clientName: 'Aoba Holdings' } }, base: { clientName: 9 } })
    expect(page.text()).toContain('Aoba Holdings')
    expect(draft('clientName')).toBeNull()
  })

  it('does not save on the Enter that ends a Japanese conversion', async () => {
    await open()
    await click('Client: Hoshino')
    await field('Client').setValue('あおば')
    await field('Client').trigger('keydown', { key: 'Enter', isComposing: true })
    await flushPromises()
    expect(kanban.asked).toEqual([])
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
    expect(kanban.asked).toEqual([])
    expect(page.text()).toContain('This can\'t be empty.')
  })

  it('takes no more than the limit and counts when it comes near', async () => {
    await open({ title: 'Lease' })
    await click('Title: Lease')
    expect(field('Title').attributes('maxlength')).toBe('255')
    await field('Title').setValue('x'.repeat(250))
    expect(page.text()).toContain('250 of 255 characters')
  })

  it('keeps what was typed as a draft on Escape, through a reload', async () => {
    const matter = await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Lease of the')
    expect(draft('title')).toMatchObject({ value: 'Lease of the' })
    await field('Title').trigger('keydown', { key: 'Escape' })
    expect(page.text()).toContain('Unsaved text is kept.')
    page.unmount()
    page = await mountPanel(kanban, matter)
    await flushPromises()
    await click('Go on')
    expect(field('Title').element.value).toBe('Lease of the')
    await field('Title').trigger('keydown', { key: 'Escape' })
    await click('Discard')
    expect(page.text()).not.toContain('Unsaved text is kept.')
    expect(draft('title')).toBeNull()
  })

  it('saves long text with Ctrl+Enter, and Enter makes a new line', async () => {
    await open({ description: '**Bold** <b>not</b>' })
    await vi.waitFor(() => expect(page.html()).toContain('<strong>Bold</strong>'))
    expect(page.html()).toContain('&lt;b&gt;not&lt;/b&gt;')
    await click('Edit Description')
    await field('Description').setValue('Two')
    await field('Description').trigger('keydown', { key: 'Enter' })
    expect(kanban.asked).toEqual([])
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
    changeRemotely(kanban, matter, { title: 'Lease of the shop' }, PEOPLE.partner2.id, 9)
    await flushPromises()
    expect(field('Title').element.value).toBe('Lease, second floor')
    expect(page.text()).toContain('Robert Chen changed this to')
    expect(page.text()).toContain('Lease of the shop')
    await click('Keep mine')
    await field('Title').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { set: { title: 'Lease, second floor' } }, base: { title: 9 } })
  })

  it('takes theirs', async () => {
    const matter = await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Mine')
    changeRemotely(kanban, matter, { title: 'Theirs' }, PEOPLE.partner2.id, 9)
    await flushPromises()
    await click('Use theirs')
    expect(page.find('input[aria-label="Title"]').exists()).toBe(false)
    expect(page.text()).toContain('Theirs')
    expect(kanban.asked).toEqual([])
  })

  it('[X3] closes when the server met a newer value: the conflict holds the text', async () => {
    await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Mine')
    kanban.refuseNext({ code: 'CONFLICT', message: '', conflicts: [{ field: 'title', version: 12, value: 'Theirs', by: PEOPLE.clerk.id, at: NOW }] }, 'c.1')
    await field('Title').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(page.find('textarea[aria-label="Title"]').exists()).toBe(false)
    expect(page.text()).not.toContain('Unsaved text')
    expect(draft('title')).toBeNull()
  })

  it('leaves every other field\'s editor, text and focus alone', async () => {
    const matter = await open({ title: 'Lease' })
    await click('Title: Lease')
    await field('Title').setValue('Mine')
    const input = field('Title').element
    changeRemotely(kanban, matter, { clientName: 'Aoba', columnId: 'review' }, PEOPLE.partner2.id, 9)
    await flushPromises()
    expect(document.activeElement).toBe(input)
    expect(input.value).toBe('Mine')
    expect(page.text()).toContain('Aoba')
    expect(page.text()).not.toContain('changed this')
  })

  it('shows another refusal beside the field and keeps the text', async () => {
    await open({ caseNumber: '2026-CV-1' })
    await click('Case number: 2026-CV-1')
    await field('Case number').setValue('2026-CV-2')
    kanban.refuseNext({ code: 'CASE_NUMBER_TAKEN', message: '' })
    await field('Case number').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(page.get('[role="alert"]').text()).toContain('already has this case number')
    expect(field('Case number').element.value).toBe('2026-CV-2')
  })
})

describe('the head of the panel', () => {
  it('keeps priority, the next deadline and who leads in sight', async () => {
    await open({
      priority: 'MEDIUM',
      assignments: [assign(PEOPLE.paralegal, 'PARALEGAL'), assign(PEOPLE.partner)],
      deadlines: [buildDeadline({ title: 'Reply brief', date: TODAY })],
    })
    const head = page.get('header').text()
    expect(head).toContain('Medium')
    expect(head).toContain('Due today')
    expect(head).toContain('Reply brief')
    expect(page.get('[data-lead]').text()).toContain(PEOPLE.partner.name)
    expect(page.get('[data-lead]').text()).toContain('and 1 more')
  })

  it('lets the keyboard scroll a panel that may only be read', async () => {
    const matter = buildMatter({ clientMemberIds: [PEOPLE.client.id] })
    await open(matter, PEOPLE.client)
    expect(page.get('[data-panel-body]').attributes('tabindex')).toBe('0')
  })
})

describe('what a role may do', () => {
  it('gives a client a matter to read, without comments and history', async () => {
    await open({ clientMemberIds: [PEOPLE.client.id], tasks: [buildTask()], deadlines: [buildDeadline()], tags: ['lease'] }, PEOPLE.client)
    expect(page.text()).toContain('You can read this matter')
    expect(page.text()).not.toContain('Comments')
    expect(page.text()).not.toContain('History')
    for (const name of ['Title:', 'Client:', 'Add', 'Column', 'Remove', 'Edit'])
      expect(hasButton(page, name), name).toBe(false)
    expect(page.findAll('input:not([disabled]), textarea').length).toBe(0)
    expect(page.get('button[role="checkbox"]').attributes('disabled')).toBeDefined()
  })

  it('gives staff who aren\'t assigned nothing to change', async () => {
    await open({}, PEOPLE.paralegal)
    expect(hasButton(page, 'Title:')).toBe(false)
    expect(page.text()).toContain('Only people assigned to this matter')
  })

  it('lets an assigned paralegal edit, but not set priority or people', async () => {
    await open({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.paralegal, 'PARALEGAL')] }, PEOPLE.paralegal)
    expect(hasButton(page, 'Title:')).toBe(true)
    expect(hasButton(page, 'Priority')).toBe(false)
    expect(hasButton(page, 'Take')).toBe(false)
    expect(hasButton(page, 'Role of')).toBe(false)
  })

  it('lets an assigned associate set priority and people, not confidentiality', async () => {
    await open({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.clerk, 'CLERK')] }, PEOPLE.associate)
    expect(hasButton(page, 'Priority')).toBe(true)
    expect(hasButton(page, 'Confidentiality')).toBe(false)
    await click('Take Daichi Kato off')
    expect(lastAsked()).toMatchObject({ args: { assignments: { remove: [PEOPLE.clerk.id] } } })
  })

  it('never lets the primary lawyer be taken off', async () => {
    await open({ assignments: [assign(PEOPLE.associate)] })
    expect(hasButton(page, 'Take Kenji Sato')).toBe(false)
  })
})

describe('tasks', () => {
  it('are added, done, renamed and removed', async () => {
    const task = buildTask({ title: 'Call the client' })
    await open({ tasks: [task] })
    await field('Add a task').setValue(' File the answer ')
    await page.get('input[aria-label="Add a task"]').trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tasks: { put: [{ title: 'File the answer', doneAt: null }] } } })
    expect(field('Add a task').element.value).toBe('')
    await page.get('button[role="checkbox"]').trigger('click')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tasks: { put: [{ id: task.id, doneAt: NOW }] } } })
    expect(page.text()).toContain('1 of 2 done')
    await click('Rename the task Call')
    await page.get('input[aria-label="Task"]').setValue('Call them')
    await page.get('input[aria-label="Task"]').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tasks: { put: [{ id: task.id, title: 'Call them' }] } } })
    await click('Remove the task Call them')
    expect(lastAsked()).toMatchObject({ args: { tasks: { remove: [task.id] } } })
  })

  it('come back into the box when they were refused', async () => {
    await open()
    await field('Add a task').setValue('File')
    kanban.refuseNext({ code: 'UNAVAILABLE', message: '' })
    await page.get('input[aria-label="Add a task"]').trigger('submit')
    await flushPromises()
    expect(field('Add a task').element.value).toBe('File')
  })
})

describe('deadlines', () => {
  it('are sorted, say how pressing they are in words, and can be done', async () => {
    await open({ deadlines: [buildDeadline({ id: buildId(1), date: '2026-12-30', title: 'Later' }), buildDeadline({ id: buildId(2), date: '2026-11-10', title: 'Sooner' })] })
    const text = page.text()
    expect(text.indexOf('Sooner')).toBeLessThan(text.indexOf('Later'))
    expect(text).toContain('Overdue')
    await page.get('button[aria-label="Sooner is done"]').trigger('click')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { deadlines: { put: [{ id: buildId(2), doneAt: NOW }] } } })
  })

  it('are added with a date that exists', async () => {
    await open()
    await click('Add a deadline')
    await page.get('form[aria-label="Add a deadline"]').trigger('submit')
    expect(page.text()).toContain('Choose a date.')
    expect(kanban.asked).toEqual([])
    await page.get('form[aria-label="Add a deadline"] input[type="date"]').setValue('2026-12-24')
    await page.get('form[aria-label="Add a deadline"]').trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { deadlines: { put: [{ date: '2026-12-24', kind: 'INTERNAL', time: null, doneAt: null }] } } })
    expect(page.find('form[aria-label="Add a deadline"]').exists()).toBe(false)
  })

  it('keep an edit that is under way when a colleague changes the same one', async () => {
    const deadline = buildDeadline({ title: 'Answer' })
    const matter = await open({ deadlines: [deadline] })
    await click('Edit the deadline Answer')
    const form = 'form[aria-label="Edit the deadline"]'
    await page.get(`${form} input[type="date"]`).setValue('2026-12-24')
    changeRemotely(kanban, matter, { deadlines: [{ ...deadline, date: '2026-12-01' }] }, PEOPLE.partner2.id, 9)
    await flushPromises()
    expect(page.get<HTMLInputElement>(`${form} input[type="date"]`).element.value).toBe('2026-12-24')
    expect(page.text()).toContain('Robert Chen changed this to')
    await click('Keep mine')
    await page.get(form).trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { deadlines: { put: [{ date: '2026-12-24' }] } } })
  })

  it('can be removed', async () => {
    await open({ deadlines: [buildDeadline({ title: 'Answer', date: TODAY })] })
    await click('Remove the deadline Answer')
    expect(page.text()).toContain('No deadlines.')
  })
})

describe('tags', () => {
  it('are added once, and removed', async () => {
    await open({ tags: ['lease'] })
    await field('Add a tag').setValue('lease')
    expect(page.text()).toContain('has this tag already')
    await field('Add a tag').setValue('appeal')
    await page.get('input[aria-label="Add a tag"]').trigger('submit')
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { tags: { add: ['appeal'] } } })
    await click('Remove the tag lease')
    expect(lastAsked()).toMatchObject({ args: { tags: { remove: ['lease'] } } })
  })

  it('are ten at most', async () => {
    await open({ tags: Array.from({ length: 10 }, (_, index) => `t${index}`) })
    expect(page.find('input[aria-label="Add a tag"]').exists()).toBe(false)
    expect(page.text()).toContain('at most 10 tags')
  })
})

describe('comments', () => {
  it('are sent with Ctrl+Enter, and survive as a draft until then', async () => {
    const matter = await open()
    await field('Write a comment').setValue('The client called.')
    page.unmount()
    page = await mountPanel(kanban, matter)
    await flushPromises()
    expect(field('Write a comment').element.value).toBe('The client called.')
    await field('Write a comment').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ kind: 'comment', args: { action: 'add', body: 'The client called.' } })
    expect(field('Write a comment').element.value).toBe('')
    expect(draft('comment')).toBeNull()
  })

  it('name members and those an import brought', async () => {
    comments.value = [buildComment({ id: buildId(1), body: 'One' }), buildComment({ id: buildId(2), authorId: null, authorName: 'Old Colleague', body: 'Two' })]
    await open()
    expect(page.text()).toContain('Kenji Sato')
    expect(page.text()).toContain('Old Colleague')
    expect(hasButton(page, 'Edit the comment')).toBe(false)
  })

  it('are edited and deleted by their author only', async () => {
    comments.value = [buildComment({ authorId: PEOPLE.partner.id, body: 'One' })]
    await open()
    await click('Edit the comment')
    await page.get('textarea[aria-label="Edit the comment"]').setValue('One, corrected')
    await page.get('textarea[aria-label="Edit the comment"]').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await flushPromises()
    expect(lastAsked()).toMatchObject({ args: { action: 'edit', body: 'One, corrected' } })
    await click('Delete the comment')
    await vi.waitFor(() => expect(document.body.textContent).toContain('Delete this comment?'))
    await click('Delete')
    await vi.waitFor(() => expect(hasButton(page, 'Delete the comment')).toBe(true))
  })
})

describe('around the matter', () => {
  it('takes the keyboard to its heading when it opens', async () => {
    const { caseNumber } = await open()
    expect(document.activeElement?.textContent).toContain(caseNumber)
  })

  it('says why it is on hold and releases it', async () => {
    await open({ hold: { since: NOW, reason: 'Fee unpaid' } })
    expect(page.text()).toContain('Fee unpaid')
    await click('Release the hold')
    expect(lastAsked()).toMatchObject({ args: { set: { hold: null } } })
    expect(page.text()).not.toContain('Fee unpaid')
  })

  it('shows a partner what was asked, to approve or decline', async () => {
    await open({ closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'SETTLED', reason: 'Paid in full' } })
    expect(page.text()).toContain('Kenji Sato asks to close this matter: Settled')
    expect(page.text()).toContain('Paid in full')
    await click('Decline')
    expect(lastAsked()).toMatchObject({ args: { set: { closeRequest: null } } })
  })

  it('approves by closing, with the dialog filled in', async () => {
    await open({ closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'SETTLED', reason: 'Paid in full' } })
    await click('Close the matter')
    await vi.waitFor(() => expect(document.querySelector<HTMLTextAreaElement>('#move-form textarea')?.value).toBe('Paid in full'))
  })

  it('lets the associate who asked withdraw', async () => {
    await open({ closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'SETTLED', reason: 'Paid in full' } }, PEOPLE.associate)
    await click('Withdraw')
    expect(lastAsked()).toMatchObject({ args: { set: { closeRequest: null } } })
  })

  it('tells its history when asked', async () => {
    await open()
    expect(page.text()).not.toContain('moved it from')
    await click('History')
    expect(page.text()).toContain('moved it from In progress to Review')
    expect(page.text()).toContain('Draft is ready')
  })

  it('asks to be closed by its button', async () => {
    await open()
    await click('Close the panel')
    expect(closed).toHaveBeenCalledOnce()
  })
})
