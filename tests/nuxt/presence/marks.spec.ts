import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import MatterCard from '~/components/matter/MatterCard.vue'
import { providePresence } from '~/composables/usePresence.ts'
import { buildDeadline, buildMatter, NOW, PEOPLE, TIME_ZONE, TODAY } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import type { FakePresence } from '../../helpers/fake-presence.ts'
import { createFakePresence, person } from '../../helpers/fake-presence.ts'
import { button, mountPanel } from '../matter/mount-panel.ts'

let kanban: FakeKanban
let presence: FakePresence
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))
vi.mock('~/composables/useMatterComments.ts', async () => {
  const { ref } = await import('vue')
  return { useMatterComments: () => ({ comments: ref([]), loading: ref(false), error: ref(null), refresh: async () => {} }) }
})

const { associate, associate2, paralegal } = PEOPLE
const deadline = buildDeadline({ kind: 'HEARING', date: TODAY })
const task = { id: 't1', title: 'File the brief', doneAt: null }
const matter: Matter = buildMatter({ title: 'Merger clearance', deadlines: [deadline], tasks: [task] })

const mounted: { unmount: () => void }[] = []
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
})
beforeEach(() => {
  kanban = fakeKanban({ matters: [matter] })
  presence = createFakePresence()
})

/** The panel below a page that tells who is there. */
async function openPanel() {
  const panel = await mountPanel(kanban, matter, () => {}, () => providePresence(presence))
  mounted.push(panel)
  return panel
}

const marks = () => [...document.querySelectorAll('[data-editing-mark]')].map(mark => mark.textContent?.trim())

describe('an open matter', () => {
  it('[A1] says that this reader has it open, and who else has', async () => {
    presence.membersNow.value = [person(associate, { matterId: matter.id }), person(paralegal, { matterId: null })]
    const panel = await openPanel()
    expect(presence.claimed).toEqual([{ matterId: matter.id, action: 'viewing' }])
    expect(panel.get('[data-matter-presence]').text()).toContain(`Open by ${associate.name}`)
    presence.membersNow.value = []
    await nextTick()
    expect(panel.find('[data-matter-presence]').exists()).toBe(false)
    mounted.pop()!.unmount()
    expect(presence.claimed).toEqual([])
  })

  it('[A1] marks a field that somebody edits, describes it so, and locks nothing', async () => {
    const panel = await openPanel()
    expect(marks()).toEqual([])
    presence.membersNow.value = [person(associate, { matterId: matter.id, action: 'editing', fields: ['title'] })]
    await nextTick()
    expect(marks()).toEqual([expect.stringContaining('Kenji Sato is editing this')])
    const field = button(panel, 'Title: ')
    expect(document.getElementById(field.getAttribute('aria-describedby')!)?.textContent).toContain('Kenji Sato is editing this')
    expect(field.disabled).toBe(false)
    presence.membersNow.value = [person(associate, { matterId: matter.id, action: 'editing', fields: ['title'] }), person(associate2, { matterId: matter.id, action: 'editing', fields: ['title'] })]
    await nextTick()
    expect(marks()[0]).toContain('Kenji Sato and Emily Carter are editing this')
    presence.membersNow.value = []
    await nextTick()
    expect([marks(), field.getAttribute('aria-describedby')]).toEqual([[], null])
  })

  it('[A1] marks a deadline and a task by themselves', async () => {
    await openPanel()
    presence.membersNow.value = [person(associate, { matterId: matter.id, action: 'editing', fields: [`deadlines/${deadline.id}`, 'tasks/t1'] })]
    await nextTick()
    expect(marks()).toHaveLength(2)
    presence.membersNow.value = [person(associate, { matterId: matter.id, action: 'editing', fields: ['deadlines/other'] })]
    await nextTick()
    expect(marks()).toEqual([])
  })

  it('[A1] says which field this reader edits, until it is closed', async () => {
    const panel = await openPanel()
    button(panel, 'Title: ').click()
    await nextTick()
    expect(presence.claimed.at(-1)).toEqual({ matterId: matter.id, action: 'editing', field: 'title' })
    await panel.get('[aria-label="Title"]').trigger('keydown', { key: 'Escape' })
    expect(presence.claimed.map(({ action }) => action)).toEqual(['viewing'])
    button(panel, 'Rename').click()
    await nextTick()
    expect(presence.claimed.at(-1)).toEqual({ matterId: matter.id, action: 'editing', field: 'tasks/t1' })
  })

  it('[A1] says that a comment is written, and who writes one', async () => {
    const panel = await openPanel()
    const box = panel.get('form textarea')
    await box.setValue('On it')
    expect(presence.typed).toEqual([matter.id])
    await box.trigger('keydown', { key: 'Enter', ctrlKey: true })
    expect(presence.typed).toEqual([matter.id, null])
    presence.membersNow.value = [person(paralegal, { matterId: matter.id, isTyping: true })]
    await nextTick()
    expect(panel.get('[data-typing-mark]').text()).toContain('Yui Nakamura is writing…')
  })
})

describe('a card', () => {
  const cardOf = (present: FakePresence['membersNow']['value']) => mountSuspended(defineComponent(() => () => h(MatterCard, {
    matter, to: '/', lawyer: null, now: NOW, timeZone: TIME_ZONE, canMove: true, present: present.map(({ member }) => member),
  })))

  it('[A1] shows two of those who have it open, the number of the others, and says all of them', async () => {
    const card = await cardOf([person(associate), person(associate2), person(paralegal)])
    const mark = card.get('[data-present-avatars]')
    expect(mark.text()).toContain('Open by Kenji Sato, Emily Carter, and Yui Nakamura')
    expect(mark.findAll('[aria-hidden="true"][title]')).toHaveLength(2)
    expect(mark.text()).toContain('+1')
  })

  it('names them in Japanese as politely as everything else does', async () => {
    const { setLocale } = useNuxtApp().$i18n
    await setLocale('ja')
    const card = await cardOf([person(associate), person(associate2)])
    const words = card.get('[data-present-avatars]').text()
    await setLocale('en')
    expect(words).toContain('Kenji Satoさん、Emily Carterさんが表示中')
  })

  it('shows nothing where nobody has', async () => {
    expect((await cardOf([])).find('[data-present-avatars]').exists()).toBe(false)
  })
})
