import { flushPromises } from '@vue/test-utils'
import type { DOMWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, vi } from 'vitest'
import type { Mock } from 'vitest'
import { computed, shallowRef } from 'vue'
import type { ShallowRef } from 'vue'
import type { Comment, Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { buildId, buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import type { Page } from './mount-panel.ts'
import { button, mountPanel } from './mount-panel.ts'

/** The panel of one matter, and what a test does in it. The spec mocks the panel's composables by what stands here. */
export interface PanelBench {
  readonly kanban: FakeKanban
  readonly page: Page
  /** Other matters of the board. */
  others: Matter[]
  comments: ShallowRef<Comment[]>
  /** Is called when the panel asks to be closed. */
  closed: Mock<() => void>
  useComments: () => unknown
  useActivity: () => unknown
  open: (fields?: Partial<Matter>, me?: Member) => Promise<Matter>
  /** Shows the panel of a matter, on the board of before. */
  mount: (matter: Matter) => Promise<void>
  field: (label: string) => Omit<DOMWrapper<HTMLInputElement>, 'exists'>
  click: (name: string) => Promise<void>
  lastAsked: () => FakeKanban['asked'][number] | undefined
  /** What is kept on this device of a field of the matter that `open` made. */
  draft: (name: string) => ReturnType<ReturnType<ReturnType<typeof useDeviceStore>['of']>['drafts']['get']>
}

/** Begins each test from here on without a draft, and takes its panel away after it. */
export function setUpPanel(): PanelBench {
  const comments = shallowRef<Comment[]>([])
  const activity = shallowRef([{
    id: buildId(9), matterId: buildId(1), version: 3, kind: 'moved' as const, actorId: PEOPLE.partner.id, at: NOW, reason: 'Draft is ready',
    fields: { columnId: { old: 'in-progress', new: 'review' } }, commentId: null, undo: false,
  }])
  const others: Matter[] = []
  const closed = vi.fn<() => void>()
  const read = { loading: computed(() => false), error: computed(() => null), refresh: async () => {} }
  let kanban: FakeKanban
  let page: Page

  beforeEach(() => {
    useDeviceStore().close()
    comments.value = []
    closed.mockClear()
  })
  afterEach(() => page.unmount())

  async function mount(matter: Matter): Promise<void> {
    page = await mountPanel(kanban, matter, closed)
  }

  async function open(fields: Partial<Matter> = {}, me: Member = PEOPLE.partner): Promise<Matter> {
    const matter = buildMatter(fields)
    kanban = fakeKanban({ matters: [matter, ...others], me })
    await mount(matter)
    return matter
  }

  return {
    others, comments, closed, open, mount,
    get kanban() { return kanban },
    get page() { return page },
    useComments: () => ({ ...read, comments: computed(() => comments.value) }),
    useActivity: () => ({ ...read, activity: computed(() => activity.value) }),
    field: label => page.get<HTMLInputElement>(`input[aria-label="${label}"], textarea[aria-label="${label}"]`),
    async click(name) {
      button(page, name).click()
      await flushPromises()
    },
    lastAsked: () => kanban.asked.at(-1),
    draft: name => useDeviceStore().of(kanban.me.value.id).drafts.get(kanban.rows.value[0]!.id, name),
  }
}
