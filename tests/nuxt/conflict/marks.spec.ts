import { mockNuxtImport, mountSuspended } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import MatterBanners from '~/components/matter/MatterBanners.vue'
import MatterCard from '~/components/matter/MatterCard.vue'
import { provideConflicts } from '~/composables/useConflicts.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { useLiveRegion } from '~/composables/useLiveRegion.ts'
import { provideMatterPanel } from '~/composables/useMatterPanel.ts'
import { provideMoveMatter } from '~/composables/useMoveMatter.ts'
import { buildMatter, buildMove, NOW, PEOPLE, TIME_ZONE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { buildConflict, conflictField, dialog, editConflict, mountConflicts } from './mount-conflicts.ts'

let kanban: FakeKanban
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))
interface ShownToast { id?: string, title: string, description?: string, duration?: number, actions?: { onClick: () => void }[] }
const { addToast, removeToast } = vi.hoisted(() => ({ addToast: vi.fn<(toast: ShownToast) => void>(), removeToast: vi.fn() }))
mockNuxtImport('useToast', () => () => ({ add: addToast, remove: removeToast }))

let page: { unmount: () => void } | undefined
let matter: Matter
let other: Matter
const titleConflict = (of: Matter, id = 'c.1') => editConflict(of, { set: { title: 'Mine' } }, [conflictField('title', { base: 'Lease', mine: 'Mine', theirs: 'Theirs' })], id)

beforeEach(() => {
  addToast.mockClear()
  removeToast.mockClear()
  matter = buildMatter({ caseNumber: '2026-CV-0001' })
  other = buildMatter({ caseNumber: '2026-CV-0002', title: 'Merger' })
  kanban = fakeKanban({ matters: [matter, other] })
})
afterEach(() => page?.unmount())

const conflictSettled = (of: Matter, id: string) => kanban.tellSettled({
  key: id, matterId: of.id, mutation: { kind: 'edit', id: of.id, args: { set: { title: 'Mine' } } }, at: NOW,
  settled: { ok: false, problem: { code: 'CONFLICT', message: '' }, conflictId: id },
})

describe('the mark on a card', () => {
  const card = (props: Record<string, unknown>) => mountSuspended(MatterCard, {
    props: { matter, to: '/boards/b/matters/m', lawyer: null, now: NOW, timeZone: TIME_ZONE, canMove: true, ...props },
  })

  it('says in words what it is, and asks to compare', async () => {
    const marked = await card({ hasConflict: true })
    const mark = marked.get('button[data-conflict-mark]')
    expect(mark.attributes('aria-label')).toBe('2026-CV-0001: your change met a newer one. Compare')
    await mark.trigger('click')
    expect(marked.emitted('conflict')).toHaveLength(1)
    expect((await card({})).find('[data-conflict-mark]').exists()).toBe(false)
  })
})

describe('[X3] the notice', () => {
  it('comes with the conflict, stays, and opens the dialog only when asked to', async () => {
    ({ page } = await mountConflicts())
    document.querySelector<HTMLElement>('#before')!.focus()
    kanban.conflictsNow.value = [titleConflict(matter)]
    conflictSettled(matter, 'c.1')
    await flushPromises()
    expect(addToast).toHaveBeenCalledOnce()
    const toast = addToast.mock.calls[0]![0]
    expect(toast).toMatchObject({ title: 'Robert Chen was faster: 2026-CV-0001', duration: 0 })
    expect(toast.description).toContain('Your version of “Title” is kept.')
    expect(dialog()).toBeNull()
    expect(document.activeElement?.id).toBe('before')
    toast.actions![0]!.onClick()
    await vi.waitFor(() => expect(dialog()).not.toBeNull())
  })

  it('makes room for the dialog; who decides is led to the next, who puts it off isn\'t asked again', async () => {
    const mounted = await mountConflicts()
    page = mounted.page
    kanban.conflictsNow.value = [titleConflict(matter), titleConflict(other, 'c.2')]
    conflictSettled(matter, 'c.1')
    conflictSettled(other, 'c.2')
    await flushPromises()
    addToast.mockClear()
    mounted.conflicts.show('c.1')
    await flushPromises()
    expect(removeToast).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('conflicts'))
    const third = buildMatter({ caseNumber: '2026-CV-0003' })
    kanban.conflictsNow.value = [...kanban.conflictsNow.value, titleConflict(third, 'c.3')]
    conflictSettled(third, 'c.3')
    await flushPromises()
    expect(addToast).not.toHaveBeenCalled()
    mounted.conflicts.close()
    await flushPromises()
    expect(addToast.mock.calls.map(([{ title }]) => title), 'only what came meanwhile').toEqual([expect.stringContaining('was faster')])

    mounted.conflicts.show('c.2')
    await flushPromises()
    addToast.mockClear()
    kanban.conflictsNow.value = kanban.conflictsNow.value.filter(({ id }) => id !== 'c.2')
    await flushPromises()
    expect(addToast.mock.calls.map(([{ title }]) => title)).toContainEqual(expect.stringContaining('was faster'))
  })

  it('is one for several, and goes when nothing is left to decide', async () => {
    ({ page } = await mountConflicts())
    kanban.conflictsNow.value = [titleConflict(matter)]
    conflictSettled(matter, 'c.1')
    await flushPromises()
    kanban.conflictsNow.value = [titleConflict(matter), titleConflict(other, 'c.2')]
    conflictSettled(other, 'c.2')
    await flushPromises()
    expect(addToast.mock.calls.map(([{ id }]) => id)).toEqual([expect.stringContaining('conflicts'), addToast.mock.calls[0]![0].id])
    expect(addToast.mock.lastCall![0].title).toBe('2 of your changes met newer ones')
    kanban.conflictsNow.value = [titleConflict(other, 'c.2')]
    await flushPromises()
    expect(addToast.mock.lastCall![0].title).toBe('Robert Chen was faster: 2026-CV-0002')
    kanban.conflictsNow.value = []
    await flushPromises()
    expect(removeToast).toHaveBeenCalledExactlyOnceWith(addToast.mock.lastCall![0].id)
  })

  it('doesn\'t come again after a reload: the marks and the count are there', async () => {
    kanban.conflictsNow.value = [titleConflict(matter)];
    ({ page } = await mountConflicts())
    await flushPromises()
    expect(addToast).not.toHaveBeenCalled()
    expect(document.querySelector('[data-testid="conflict-count"]')!.textContent).toContain('1 to decide')
  })
})

describe('the count in the board\'s bar', () => {
  it('lists what is to decide, and opens it', async () => {
    kanban.conflictsNow.value = [titleConflict(matter), titleConflict(other, 'c.2')];
    ({ page } = await mountConflicts())
    const count = document.querySelector<HTMLElement>('[data-testid="conflict-count"]')!
    expect(count.textContent).toContain('2 to decide')
    count.click()
    await flushPromises()
    const entry = [...document.querySelectorAll('li button')].find(each => each.textContent!.includes('2026-CV-0002')) as HTMLElement
    expect(entry.textContent).toContain('Title, changed by Robert Chen 11:50 (10 min. ago)')
    entry.click()
    await vi.waitFor(() => expect(dialog()?.textContent).toContain('2026-CV-0002'))
  })

  it('isn\'t there when nothing is', async () => {
    ({ page } = await mountConflicts())
    expect(document.querySelector('[data-testid="conflict-count"]')).toBeNull()
  })
})

describe('in the matter\'s panel', () => {
  async function mountBanners() {
    const Inner = defineComponent(() => {
      provideMatterPanel(() => matter)
      return () => h(MatterBanners)
    })
    const mounted = await mountSuspended(defineComponent(() => {
      const view = provideKanban('b')
      provideMoveMatter(view)
      const conflicts = provideConflicts(view)
      return () => [h(Inner), h('output', conflicts.open.value?.id)]
    }), { attachTo: document.body })
    page = mounted
    return { mounted }
  }

  it.each([
    ['edit', 'You and Robert Chen both changed: Title'],
    ['move', 'You and Robert Chen both moved this matter'],
    ['delete', 'Robert Chen changed this matter before you deleted it'],
  ] as const)('a banner tells of an %s and leads to the choice', async (kind, words) => {
    const { id } = matter
    const mutation = { edit: { kind: 'edit', id, args: {} }, move: buildMove(matter, 'review'), delete: { kind: 'delete', id, args: {} } } as const
    kanban.conflictsNow.value = [buildConflict(matter, [conflictField('title', { base: 'Lease', theirs: 'Theirs' })], mutation[kind])]
    const { mounted } = await mountBanners()
    expect(mounted.get('[data-conflict-banner]').text()).toContain(words)
    await mounted.get('[data-conflict-banner] button').trigger('click')
    expect(mounted.get('output').text()).toBe('c.1')
  })

  it('[X2] a quiet line says what went in beside an own change, until it is dismissed', async () => {
    kanban.notesNow.value = [{ id: 'c.1', matterId: matter.id, others: [{ field: 'priority', version: 7, by: PEOPLE.partner2.id, at: NOW - 60_000 }] }]
    const { mounted } = await mountBanners()
    expect(mounted.get('[data-merge-note]').text()).toContain('Your change went in. Meanwhile Robert Chen changed Priority (11:59).')
    await mounted.get('[data-merge-note] button').trigger('click')
    expect(kanban.notesNow.value).toEqual([])
  })

  it('[X2] the line is read when the panel closes', async () => {
    kanban.notesNow.value = [{ id: 'c.1', matterId: matter.id, others: [{ field: 'priority', version: 7, by: PEOPLE.partner2.id, at: NOW }] }]
    const { mounted } = await mountBanners()
    mounted.unmount()
    page = undefined
    expect(kanban.notesNow.value).toEqual([])
  })
})

describe('[X2] a silent merge', () => {
  it('is said once to who listens, and shown in no notice', async () => {
    const { announcement } = useLiveRegion();
    ({ page } = await mountConflicts())
    kanban.notesNow.value = [{ id: 'c.1', matterId: matter.id, others: [{ field: 'priority', version: 7, by: PEOPLE.partner2.id, at: NOW - 60_000 }] }]
    kanban.tellSettled({ key: 'k', matterId: matter.id, mutation: { kind: 'edit', id: matter.id, args: {} }, at: NOW, settled: { ok: true, version: 8, merged: true } })
    await flushPromises()
    expect(announcement.value.text).toBe('Your change went in. Meanwhile Robert Chen changed Priority (11:59).')
    expect(addToast).not.toHaveBeenCalled()
  })
})
