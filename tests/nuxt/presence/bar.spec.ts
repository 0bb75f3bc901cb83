import { mockNuxtImport, mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick } from 'vue'
import { Fault } from '#shared/realtime/fault.ts'
import LiveRegion from '~/components/board/LiveRegion.vue'
import PresenceBar from '~/components/presence/PresenceBar.vue'
import { provideKanban } from '~/composables/useKanban.ts'
import { providePresence } from '~/composables/usePresence.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { BOARD_ID, buildMatter, buildMember, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import type { FakePresence } from '../../helpers/fake-presence.ts'
import { createFakePresence, person } from '../../helpers/fake-presence.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'

interface Toast { 'id': string, 'title': string, 'description': string, 'duration': number, 'type'?: string, 'onUpdate:open'?: (open: boolean) => void }
const { toasts, setPreferences } = vi.hoisted(() => ({ toasts: { value: [] as Toast[] }, setPreferences: vi.fn(async (_: unknown) => {}) }))
mockNuxtImport('useToast', () => () => ({
  add: (toast: Toast) => toasts.value = [...toasts.value.filter(({ id }) => id !== toast.id), toast],
}))
vi.mock('~/stores/personal.ts', () => ({ usePersonalStore: () => ({ setPreferences }) }))
let kanban: FakeKanban
let presence: FakePresence
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const { partner, associate, paralegal } = PEOPLE
const matter = buildMatter({ caseNumber: '2026-CV-0042' })
const crowd = Array.from({ length: 8 }, (_, place) => person(buildMember({ id: buildId(0x100 + place), name: `Member ${place}` })))

const mounted: { unmount: () => void }[] = []
beforeEach(() => {
  kanban = fakeKanban({ matters: [matter] })
  presence = createFakePresence()
  toasts.value = []
  setPreferences.mockReset().mockResolvedValue(undefined)
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
})

async function mountBar() {
  const bar = await mountSuspended(defineComponent(() => {
    provideKanban('b')
    providePresence(presence)
    return () => [h(PresenceBar), h(LiveRegion)]
  }), { attachTo: document.body })
  mounted.push(bar)
  return bar
}

async function openList() {
  const bar = await mountBar()
  const button = bar.get('[data-presence-bar]')
  // The first time its part of the page comes late, which this DOM takes for a focus that went elsewhere.
  await vi.waitFor(async () => {
    if (button.attributes('aria-expanded') !== 'true')
      await button.trigger('click')
    expect(document.querySelector('[data-presence-list] textarea')).not.toBeNull()
  }, { timeout: 20_000 })
  return document.querySelector<HTMLElement>('[data-presence-list]')!
}

const switchOf = (list: HTMLElement, name: string) => [...list.querySelectorAll<HTMLElement>('[role="switch"]')].find(each => list.querySelector(`label[for="${each.id}"]`)?.textContent?.trim() === name)!

describe('the bar', () => {
  it('[A1] says how many are here and who, and shows five of them', async () => {
    presence.membersNow.value = crowd
    const bar = await mountBar()
    const button = bar.get('[data-presence-bar]')
    expect(button.get('.sr-only').text()).toContain('8 colleagues are here: Member 0, Member 1')
    expect(bar.findAll('[data-present-avatar]')).toHaveLength(5)
    expect(button.text()).toContain('+3 more')
    presence.membersNow.value = [person(associate)]
    await nextTick()
    expect(button.get('.sr-only').text()).toBe('1 colleague is here: Kenji Sato')
    expect(button.text()).not.toContain('more')
  })

  it('[A3] isn\'t there where the firm wants none, and says when the reader is invisible', async () => {
    const bar = await mountBar()
    expect(bar.get('[data-presence-bar] .sr-only').text()).toBe('Nobody else is here')
    presence.isInvisibleNow.value = true
    await nextTick()
    expect(bar.get('[data-presence-bar] .sr-only').text()).toBe('Nobody else is here. You are invisible')
    presence.enabledNow.value = false
    await nextTick()
    expect(bar.find('[data-presence-bar]').exists()).toBe(false)
  })

  it('[A1] speaks of nobody who comes or goes', async () => {
    const bar = await mountBar()
    presence.membersNow.value = crowd
    await nextTick()
    presence.membersNow.value = []
    await nextTick()
    expect(bar.get('[data-testid="live-region"]').text()).toBe('')
  })
})

describe('the list', () => {
  it('[A1] says of each who they are, where, and since when', async () => {
    presence.membersNow.value = [
      person(associate, { matterId: matter.id, action: 'editing', fields: ['title', 'deadlines/d1'] }),
      person(paralegal, { matterId: matter.id, action: 'typing', isTyping: true }, { matterId: null }),
      person(PEOPLE.clerk),
    ]
    const list = await openList()
    const [first, second, third] = [...list.querySelectorAll<HTMLElement>('[data-present-member]')]
    expect(first!.textContent).toContain('Kenji Sato')
    expect(first!.textContent).toContain('Associate')
    expect(first!.textContent).toContain('since 11:50')
    expect(first!.querySelector('a')!.textContent).toBe('Edits Title and Deadline in 2026-CV-0042')
    expect(first!.querySelector('a')!.getAttribute('href')).toContain(`/boards/${BOARD_ID}/matters/${matter.id}`)
    expect(second!.textContent).toContain('Writes a comment on 2026-CV-0042')
    expect(second!.textContent).toContain('On the board')
    expect(third!.textContent).toContain('On the board')
  })

  it('says when nobody else is here', async () => {
    const list = await openList()
    expect(list.querySelector('[data-presence-empty]')!.textContent).toBe('Nobody else is here')
    expect(list.textContent).toContain(partner.name)
  })

  it('[A3] lets the reader go invisible, and says so where that fails', async () => {
    const list = await openList()
    switchOf(list, 'Invisible').click()
    await nextTick()
    expect(setPreferences.mock.calls).toEqual([[{ presence: 'invisible' }]])
    setPreferences.mockRejectedValueOnce(new Error('no'))
    presence.isInvisibleNow.value = true
    await nextTick()
    switchOf(list, 'Invisible').click()
    await vi.waitFor(() => expect(toasts.value.map(({ title }) => title)).toEqual(['This couldn\'t be saved. Try again.']))
    expect(setPreferences).toHaveBeenLastCalledWith({ presence: 'visible' })
  })

  it('[A2] turns cursors on, and says where the way brings none', async () => {
    const list = await openList()
    switchOf(list, 'Live cursors').click()
    await nextTick()
    expect(setPreferences.mock.calls).toEqual([[{ cursors: true }]])
    expect(list.textContent).not.toContain('brings no cursors')
    presence.cursorsNow.value = true
    presence.carriesCursorsNow.value = false
    await nextTick()
    expect(list.textContent).toContain('brings no cursors')
  })
})

describe('a note to everyone', () => {
  async function write(text: string) {
    presence.membersNow.value = [person(associate)]
    const list = await openList()
    const box = list.querySelector('textarea')!
    box.value = text
    box.dispatchEvent(new Event('input', { bubbles: true }))
    await nextTick()
    const submit = async () => {
      box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))
      await nextTick()
      await nextTick()
    }
    return { list, box, submit }
  }

  it('[A4] is sent by Ctrl+Enter, and no blank one', async () => {
    const { list, box, submit } = await write('Court closes at noon')
    expect(box.maxLength).toBe(500)
    await submit()
    await vi.waitFor(() => expect(list.querySelector('[data-note-outcome]')?.textContent).toContain('The note was sent.'))
    expect([presence.notes, box.value]).toEqual([['Court closes at noon'], ''])
    await submit()
    expect(presence.notes).toHaveLength(1)
  })

  it('[A4] keeps its text and says why where it couldn\'t be sent', async () => {
    const { list, box, submit } = await write('Court closes at noon')
    presence.refuseNext(new Fault('network'))
    await submit()
    await vi.waitFor(() => expect(list.querySelector('[data-note-outcome]')).not.toBeNull())
    expect(list.querySelector('[data-note-outcome]')!.textContent).not.toContain('sent.')
    expect([presence.notes, box.value]).toEqual([[], 'Court closes at noon'])
  })

  it('[A3] can\'t be sent by who is invisible, nor to nobody', async () => {
    const { list, box } = await write('')
    presence.isInvisibleNow.value = true
    await nextTick()
    expect([box.disabled, list.textContent?.includes('Turn off Invisible')]).toEqual([true, true])
    presence.isInvisibleNow.value = false
    presence.membersNow.value = []
    await nextTick()
    expect([box.disabled, list.textContent?.includes('Nobody is here to read a note.')]).toEqual([true, true])
  })

  it('[A4] arrives as one notice that grows, stays long enough to be read, and is said politely', async () => {
    await mountBar()
    const transport = createFakeTransport()
    useRealtimeStore().switchTo('polling', () => transport)
    const tell = (from: string, text: string, boardId = BOARD_ID) => transport.tell('note', { boardId, from, at: NOW, data: { text } })
    tell(associate.id, 'Court closes at noon')
    expect(toasts.value).toMatchObject([{ title: 'Note from Kenji Sato', description: 'Court closes at noon', type: 'background' }])
    expect(toasts.value[0]!.duration).toBeGreaterThanOrEqual(15_000)
    tell(associate.id, 'Bring the seals')
    expect(toasts.value).toMatchObject([{ title: '2 notes from Kenji Sato', description: 'Court closes at noon\n\nBring the seals' }])
    await vi.waitFor(() => expect(document.body.textContent).toContain('Kenji Sato: Bring the seals'))
    tell(paralegal.id, 'On my way')
    expect(toasts.value).toMatchObject([{ title: '3 notes from colleagues', description: 'Kenji Sato: Court closes at noon\n\nKenji Sato: Bring the seals\n\nYui Nakamura: On my way' }])
    tell(partner.id, 'My own')
    tell(associate.id, 'Elsewhere', buildId(9))
    tell(buildId(10), 'From nobody whom this page knows')
    expect(toasts.value[0]!.title).toBe('3 notes from colleagues')
    toasts.value[0]!['onUpdate:open']!(false)
    toasts.value = []
    tell(paralegal.id, 'Here')
    expect(toasts.value).toMatchObject([{ title: 'Note from Yui Nakamura', description: 'Here' }])
    for (let n = 1; n <= 500; n++)
      tell(associate.id, `Note ${n}`)
    expect(toasts.value).toMatchObject([{ title: '501 notes from colleagues' }])
    expect(toasts.value[0]!.description.split('\n\n')).toHaveLength(20)
    expect(toasts.value[0]!.description).toContain('Note 500')
  })
})
