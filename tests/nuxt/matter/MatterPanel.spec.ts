import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { assign, buildDeadline, buildMatter, buildTask, NOW, PEOPLE, TODAY } from '../../helpers/builders.ts'
import { hasButton } from './mount-panel.ts'
import { setUpPanel } from './panel-bench.ts'

vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => panel.kanban }))
vi.mock('~/composables/useMatterComments.ts', () => ({ useMatterComments: () => panel.useComments() }))
vi.mock('~/composables/useMatterActivity.ts', () => ({ useMatterActivity: () => panel.useActivity() }))

const panel = setUpPanel()
const { click, lastAsked, open } = panel

it('says of its matter that it is open, as long as it is', async () => {
  const matter = await open()
  expect(panel.kanban.focused).toEqual([matter.id])
  panel.page.unmount()
  expect(panel.kanban.focused).toEqual([])
  await open()
})

it('says what a change waits for', async () => {
  const matter = await open()
  const session = useSessionStore()
  panel.kanban.pendingIds.value = new Set([matter.id])
  await flushPromises()
  expect(panel.page.text()).toContain('Saving…')
  panel.kanban.isOnline.value = false
  await flushPromises()
  expect(panel.page.text()).toContain('Waits for the connection')
  session.expired = true
  await flushPromises()
  expect(panel.page.text()).toContain('Waits for you to sign in')
  session.expired = false
})

describe('the head of the panel', () => {
  it('keeps priority, the next deadline and who leads in sight', async () => {
    await open({
      priority: 'MEDIUM',
      assignments: [assign(PEOPLE.paralegal, 'PARALEGAL'), assign(PEOPLE.partner)],
      deadlines: [buildDeadline({ title: 'Reply brief', date: TODAY })],
    })
    const head = panel.page.get('header').text()
    expect(head).toContain('Medium')
    expect(head).toContain('Due today')
    expect(head).toContain('Reply brief')
    expect(panel.page.get('[data-lead]').text()).toContain(PEOPLE.partner.name)
    expect(panel.page.get('[data-lead]').text()).toContain('and 1 more')
  })

  it('lets the keyboard scroll a panel that may only be read', async () => {
    const matter = buildMatter({ clientMemberIds: [PEOPLE.client.id] })
    await open(matter, PEOPLE.client)
    expect(panel.page.get('[data-panel-body]').attributes('tabindex')).toBe('0')
  })
})

describe('what a role may do', () => {
  it('gives a client a matter to read, without comments and history', async () => {
    await open({ clientMemberIds: [PEOPLE.client.id], tasks: [buildTask()], deadlines: [buildDeadline()], tags: ['lease'] }, PEOPLE.client)
    expect(panel.page.text()).toContain('You can read this matter')
    expect(panel.page.text()).not.toContain('Comments')
    expect(panel.page.text()).not.toContain('History')
    for (const name of ['Title:', 'Client:', 'Add', 'Column', 'Remove', 'Edit'])
      expect(hasButton(panel.page, name), name).toBe(false)
    expect(panel.page.findAll('input:not([disabled]), textarea').length).toBe(0)
    expect(panel.page.get('button[role="checkbox"]').attributes('disabled')).toBeDefined()
  })

  it('gives staff who aren\'t assigned nothing to change', async () => {
    await open({}, PEOPLE.paralegal)
    expect(hasButton(panel.page, 'Title:')).toBe(false)
    expect(panel.page.text()).toContain('Only people assigned to this matter')
  })

  it('lets an assigned paralegal edit, but not set priority or people', async () => {
    await open({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.paralegal, 'PARALEGAL')] }, PEOPLE.paralegal)
    expect(hasButton(panel.page, 'Title:')).toBe(true)
    expect(hasButton(panel.page, 'Priority')).toBe(false)
    expect(hasButton(panel.page, 'Take')).toBe(false)
    expect(hasButton(panel.page, 'Role of')).toBe(false)
  })

  it('explains how the lead is handed over only where somebody leads', async () => {
    await open({ assignments: [assign(PEOPLE.clerk, 'CLERK')] })
    expect(panel.page.text()).not.toContain('To hand over the lead')
    panel.page.unmount()
    await open({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.clerk, 'CLERK')] })
    expect(panel.page.text()).toContain('To hand over the lead')
  })

  it('lets an assigned associate set priority and people, not confidentiality', async () => {
    await open({ assignments: [assign(PEOPLE.associate), assign(PEOPLE.clerk, 'CLERK')] }, PEOPLE.associate)
    expect(hasButton(panel.page, 'Priority')).toBe(true)
    expect(hasButton(panel.page, 'Confidentiality')).toBe(false)
    await click('Take Daichi Kato off')
    expect(lastAsked()).toMatchObject({ args: { assignments: { remove: [PEOPLE.clerk.id] } } })
  })

  it('never lets the primary lawyer be taken off', async () => {
    await open({ assignments: [assign(PEOPLE.associate)] })
    expect(hasButton(panel.page, 'Take Kenji Sato')).toBe(false)
  })
})

describe('around the matter', () => {
  it('takes the keyboard to its heading when it opens', async () => {
    const { caseNumber } = await open()
    expect(document.activeElement?.textContent).toContain(caseNumber)
  })

  it('says why it is on hold and releases it', async () => {
    await open({ hold: { since: NOW, reason: 'Fee unpaid' } })
    expect(panel.page.text()).toContain('Fee unpaid')
    await click('Release the hold')
    expect(lastAsked()).toMatchObject({ args: { set: { hold: null } } })
    expect(panel.page.text()).not.toContain('Fee unpaid')
  })

  it('shows a partner what was asked, to approve or decline', async () => {
    await open({ closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'SETTLED', reason: 'Paid in full' } })
    expect(panel.page.text()).toContain('Kenji Sato asks to close this matter: Settled')
    expect(panel.page.text()).toContain('Paid in full')
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
    expect(panel.page.text()).not.toContain('moved it from')
    await click('History')
    expect(panel.page.text()).toContain('moved it from In progress to Review')
    expect(panel.page.text()).toContain('Draft is ready')
  })

  it('asks to be closed by its button', async () => {
    await open()
    await click('Close the panel')
    expect(panel.closed).toHaveBeenCalledOnce()
  })
})
