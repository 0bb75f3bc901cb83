import { mountSuspended } from '@nuxt/test-utils/runtime'
import { describe, expect, it } from 'vitest'
import { addDays } from '#shared/kanban/deadline.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import MatterCard from '~/components/matter/MatterCard.vue'
import { buildDeadline, buildMatter, NOW, PEOPLE, TIME_ZONE, TODAY } from '../../helpers/builders.ts'

async function cardOf(matter: Partial<Matter>, props: Record<string, unknown> = {}) {
  return mountSuspended(MatterCard, {
    props: { matter: buildMatter(matter), to: '/boards/b/matters/m', lawyer: PEOPLE.associate, now: NOW, timeZone: TIME_ZONE, canMove: true, ...props },
  })
}

describe('a card', () => {
  it('shows case number, title, client, priority, lawyer and days in the stage', async () => {
    const card = await cardOf({ caseNumber: '2026-LT-0007', title: 'Merger clearance', clientName: 'Aoba Holdings', priority: 'HIGH' })
    expect(card.text()).toContain('2026-LT-0007')
    expect(card.text()).toContain('Aoba Holdings')
    expect(card.text()).toContain('High')
    expect(card.text()).toContain('In this column for 3 days')
    expect(card.get('h3 a').text()).toBe('Merger clearance')
    expect(card.get('h3 a').attributes('href')).toBe('/boards/b/matters/m')
    expect(card.find('[role="img"][aria-label="Kenji Sato"]').exists()).toBe(true)
  })

  it('says whom it waits on, why it is on hold, and that closing was asked for', async () => {
    const card = await cardOf({
      waitingOn: 'the bank',
      hold: { since: NOW, reason: 'Fee unpaid' },
      closeRequest: { by: PEOPLE.associate.id, at: NOW, outcome: 'WON', reason: 'Judgment' },
    })
    expect(card.text()).toContain('Waiting on: the bank')
    expect(card.text()).toContain('On hold: Fee unpaid')
    expect(card.text()).toContain('Close requested: Won')
  })

  it('says in a word what is confidential, archived or closed', async () => {
    expect((await cardOf({ confidentiality: 'SEALED' })).text()).toContain('Sealed')
    expect((await cardOf({ confidentiality: 'RESTRICTED' })).text()).toContain('Restricted')
    expect((await cardOf({ archived: true })).text()).toContain('Archived')
    expect((await cardOf({ closeOutcome: 'SETTLED' })).text()).toContain('Settled')
  })

  it('marks what waits to be saved', async () => {
    expect((await cardOf({}, { isPending: true })).find('[aria-label="Waiting to be saved"]').exists()).toBe(true)
    expect((await cardOf({})).find('[aria-label="Waiting to be saved"]').exists()).toBe(false)
  })

  it('hands its menu button over, and has none for people who only look', async () => {
    const card = await cardOf({ caseNumber: '2026-CV-0001' })
    const button = card.get('button[aria-label="Move 2026-CV-0001"]')
    await button.trigger('click')
    expect(card.emitted('menu')?.[0]?.[0]).toBe(button.element)
    expect((await cardOf({}, { canMove: false })).find('button').exists()).toBe(false)
  })
})

describe('the next deadline on a card', () => {
  it.each([
    ['overdue', { date: addDays(TODAY, -2) }, '2 days overdue'],
    ['overdue', { date: TODAY, time: '09:00', timeZone: TIME_ZONE }, 'Overdue today'],
    ['day', { date: TODAY }, 'Due today'],
    ['day', { date: TODAY, time: '18:30', timeZone: TIME_ZONE }, 'Due today 18:30'],
    ['three-days', { date: addDays(TODAY, 1) }, 'Due tomorrow'],
    ['week', { date: addDays(TODAY, 6) }, 'Due in 6 days'],
    ['none', { date: addDays(TODAY, 20) }, 'Dec 11'],
    ['none', { date: addDays(TODAY, 60) }, 'Jan 20, 2027'],
  ])('is %s with an icon and words', async (urgency, deadline, words) => {
    const badge = (await cardOf({ deadlines: [buildDeadline({ kind: 'HEARING', ...deadline })] })).get('[data-urgency]')
    expect(badge.attributes('data-urgency')).toBe(urgency)
    expect(badge.text()).toContain(words)
    expect(badge.text()).toContain('Hearing')
    expect(badge.find('svg, .iconify').exists()).toBe(true)
  })

  it('is told by its own title, and by the firm\'s day where its zone is another', async () => {
    const deadline = buildDeadline({ title: 'File the answer', date: TODAY, time: '22:00', timeZone: 'America/New_York' })
    const badge = (await cardOf({ deadlines: [deadline] })).get('[data-urgency]')
    expect(badge.text()).toContain('Due tomorrow')
    expect(badge.text()).toContain('File the answer')
  })

  it('is left out once everything is done', async () => {
    expect((await cardOf({ deadlines: [buildDeadline({ doneAt: NOW })] })).find('[data-urgency]').exists()).toBe(false)
  })
})
