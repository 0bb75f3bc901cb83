import { mockNuxtImport, registerEndpoint } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { shallowReactive } from 'vue'
import type { PreferencesPatch } from '#shared/protocol/personal-requests.ts'
import { patchPreferences } from '#shared/protocol/preferences-patch.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import type { Page } from './mount-panel.ts'
import { button, hasButton, mountPanel } from './mount-panel.ts'

const { toasts } = vi.hoisted(() => ({ toasts: [] as { title: string }[] }))
mockNuxtImport('useToast', () => () => ({ add: (toast: { title: string }) => toasts.push(toast) }))
const { holder } = vi.hoisted(() => ({ holder: { personal: null as unknown } }))
vi.mock('~/stores/personal.ts', () => ({ usePersonalStore: () => holder.personal }))
let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const matter = buildMatter()
const asked = vi.fn<(method: string) => number>()
for (const method of ['PUT', 'DELETE'] as const) {
  registerEndpoint(`/api/matters/${matter.id}/follow`, { method, handler: (event) => {
    setResponseStatus(event, asked(method))
    return {}
  } })
}

function createPersonal() {
  const nothing = async () => {}
  const personal = shallowReactive({
    preferences: { ...DEFAULT_PREFERENCES },
    firm: { presence: true, notices: 'all', maintenance: null },
    follows: new Set<string>(),
    now: () => NOW,
    hear: nothing,
    own: () => null,
    noteChange() {},
    onNotifications: () => () => {},
    refresh: async () => {
      personal.follows = asked.mock.lastCall?.[0] === 'PUT' ? new Set([matter.id]) : new Set()
    },
    setPreferences: vi.fn(async (patch: PreferencesPatch) => {
      personal.preferences = patchPreferences(personal.preferences, patch)
    }),
  })
  return personal
}

let personal = createPersonal()
holder.personal = personal
let page: Page
beforeEach(() => {
  toasts.length = 0
  asked.mockReset().mockReturnValue(204)
  holder.personal = personal = createPersonal()
})
afterEach(() => page.unmount())

async function open(me = PEOPLE.partner): Promise<void> {
  kanban = fakeKanban({ matters: [matter], me })
  page = await mountPanel(kanban, matter)
}
async function press(name: string): Promise<void> {
  button(page, name).click()
  await flushPromises()
}

describe('being told of a matter', () => {
  it('is asked for at once, and given up again', async () => {
    await open()
    await press('Follow:')
    expect(hasButton(page, 'Following:')).toBe(true)
    await vi.waitFor(() => expect(personal.follows.has(matter.id)).toBe(true))
    await press('Following:')
    await vi.waitFor(() => expect(asked.mock.calls).toEqual([['PUT'], ['DELETE']]))
    await vi.waitFor(() => expect(hasButton(page, 'Follow:')).toBe(true))
  })

  it('goes back with a word when the server says no', async () => {
    asked.mockReturnValue(503)
    await open()
    await press('Follow:')
    await vi.waitFor(() => expect(toasts).toHaveLength(1))
    expect(hasButton(page, 'Follow:')).toBe(true)
  })

  it('is what the server took, also where it can\'t be read back', async () => {
    await open()
    personal.refresh = () => Promise.reject(new Error('gone'))
    await press('Follow:')
    await vi.waitFor(() => expect(asked).toHaveBeenCalledExactlyOnceWith('PUT'))
    await flushPromises()
    expect(hasButton(page, 'Following:')).toBe(true)
    expect(toasts).toEqual([])
  })

  it('ends with muting the matter, until that is taken back', async () => {
    personal.preferences = { ...personal.preferences, mutedMatters: ['other', matter.id] }
    await open()
    await press('Muted:')
    expect(personal.setPreferences).toHaveBeenCalledExactlyOnceWith({ remove: { mutedMatters: [matter.id] } })
    expect(personal.preferences.mutedMatters).toEqual(['other'])
    expect(hasButton(page, 'Follow:')).toBe(true)
  })

  it('is nothing for clients', async () => {
    await open(PEOPLE.client)
    expect(hasButton(page, 'Follow:')).toBe(false)
  })
})
