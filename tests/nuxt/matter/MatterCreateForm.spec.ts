import { mountSuspended } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Member } from '#shared/kanban/member.ts'
import MatterCreateForm from '~/components/matter/MatterCreateForm.vue'
import { provideKanban } from '~/composables/useKanban.ts'
import { PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

let page: Awaited<ReturnType<typeof show>>
const created = vi.fn()
beforeEach(() => {
  useDeviceStore().close()
  created.mockClear()
})
afterEach(() => page.unmount())

async function show(me: Member = PEOPLE.partner, keep = false) {
  if (!keep)
    kanban = fakeKanban({ me })
  const Page = defineComponent(() => {
    provideKanban('b')
    return () => h(MatterCreateForm, { onCreated: created })
  })
  const mounted = await mountSuspended(Page, { attachTo: document.body })
  await flushPromises()
  return mounted
}

/** What is kept on this device of the partner's form. */
const draft = () => useDeviceStore().of(PEOPLE.partner.id).drafts.get(`new-${kanban.boardId.value}`, 'form')
const title = () => page.get<HTMLInputElement>('input[data-autofocus]')
async function send() {
  await page.get('form').trigger('submit')
  await flushPromises()
}

describe('the form for a new matter', () => {
  it('creates what was typed and says its id', async () => {
    page = await show()
    await title().setValue(' Lease renewal ')
    await send()
    expect(kanban.asked[0]).toMatchObject({ kind: 'create', args: { title: 'Lease renewal', columnId: 'intake', assignments: [{ memberId: PEOPLE.partner.id, role: 'PRIMARY_LAWYER' }] } })
    expect(created).toHaveBeenCalledExactlyOnceWith(kanban.asked[0]!.id)
    expect(draft()).toBeNull()
  })

  it('says what is missing and takes the keyboard there', async () => {
    page = await show(PEOPLE.paralegal)
    await send()
    expect(page.text()).toContain('Give the matter a title.')
    expect(page.text()).toContain('Choose the lawyer who leads the matter.')
    expect(kanban.asked).toEqual([])
    expect(document.activeElement).toBe(title().element)
  })

  it('keeps what was typed when it is left and opened again', async () => {
    page = await show()
    await title().setValue('Half a title')
    expect(draft()).toMatchObject({ title: 'Half a title' })
    page.unmount()
    page = await show(PEOPLE.partner, true)
    expect(title().element.value).toBe('Half a title')
    await page.findAll('button').find(each => each.text() === 'Start over')!.trigger('click')
    expect(title().element.value).toBe('')
    expect(draft()).toBeNull()
  })

  it('puts a refusal beside the field it is about', async () => {
    page = await show()
    await title().setValue('Lease')
    kanban.refuseNext({ code: 'CASE_NUMBER_TAKEN', message: '', field: 'caseNumber' })
    await send()
    expect(page.text()).toContain('Another matter already has this case number')
    expect(created).not.toHaveBeenCalled()
    expect(title().element.value).toBe('Lease')
  })

  it('shows a refusal about no field above the buttons', async () => {
    page = await show()
    await title().setValue('Lease')
    kanban.refuseNext({ code: 'UNAVAILABLE', message: '' })
    await send()
    expect(page.get('[role="alert"]').text()).toContain('can\'t answer right now')
  })

  it('opens the matter at once offline, where the outbox has taken over from the draft', async () => {
    page = await show()
    kanban.isOnline.value = false
    await title().setValue('Lease')
    await send()
    expect(created).toHaveBeenCalledOnce()
    expect(draft()).toBeNull()
  })

  it('says offline, too, what the rules refuse', async () => {
    page = await show()
    kanban.isOnline.value = false
    await title().setValue('Lease')
    kanban.refuseNext({ code: 'WIP_LIMIT', message: '' })
    await send()
    expect(created).not.toHaveBeenCalled()
    expect(draft()).toMatchObject({ title: 'Lease' })
  })

  it('offers confidentiality to partners only', async () => {
    page = await show()
    expect(page.text()).toContain('Confidentiality')
    page.unmount()
    page = await show(PEOPLE.associate)
    expect(page.text()).not.toContain('Confidentiality')
  })

  it('takes a first deadline along, once it has a date', async () => {
    page = await show()
    await title().setValue('Lease')
    await page.get('button[role="checkbox"]').trigger('click')
    await send()
    expect(page.text()).toContain('Choose a date.')
    await page.get('input[type="date"]').setValue('2026-12-24')
    await send()
    expect(kanban.asked[0]).toMatchObject({ args: { deadlines: [{ date: '2026-12-24' }] } })
  })
})
