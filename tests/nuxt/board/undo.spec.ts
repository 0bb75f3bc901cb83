import { mountSuspended } from '@nuxt/test-utils/runtime'
import { useToast } from '#imports'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, nextTick, shallowRef } from 'vue'
import type { Matter } from '#shared/kanban/matter.ts'
import type { OwnChange } from '#shared/kanban/mutation-context.ts'
import type { UndoStep } from '#shared/sync/outbox-entry.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import type { UseUndoReturn } from '~/composables/useUndo.ts'
import { useUndo } from '~/composables/useUndo.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

let kanban: FakeKanban
let undoing: UseUndoReturn
let toast: ReturnType<typeof useToast>
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const step = shallowRef<UndoStep | null>(null)
const mounted: { unmount: () => void }[] = []
beforeEach(() => {
  toast?.clear()
  step.value = null
})
afterEach(() => mounted.splice(0).forEach(({ unmount }) => unmount()))

const wrote = (by: { id: string }, v: number) => ({ v, by: by.id, at: NOW, cid: null, n: null })

async function open(fields: Partial<Matter> = {}) {
  const matter = buildMatter({ caseNumber: '2026-CV-0042', ...fields })
  kanban = { ...fakeKanban({ matters: [matter] }), undoStep: computed(() => step.value) }
  mounted.push(await mountSuspended(defineComponent(() => {
    undoing = useUndo(provideKanban('b'))
    toast = useToast()
    return () => null
  })))
  return matter
}

function did(matter: Matter, change: OwnChange, key = 'k1'): void {
  step.value = { key, cid: 'c', n: 1, matterId: matter.id, change }
}

const retitled = (version: number | null = 5): OwnChange => ({ kind: 'edit', version, before: { title: 'A', stageEnteredAt: 1 }, after: { title: 'B', stageEnteredAt: 2 } })
const placed = (columnId: string) => ({ columnId, rank: 'a', stageEnteredAt: 1, closedOn: null, closeOutcome: null, closeRequest: null, archived: false })
const moved: OwnChange = { kind: 'move', version: 5, before: placed('in-progress'), after: placed('review') }

function refuse(): void {
  kanban.undo = () => ({ id: step.value!.matterId, settled: Promise.resolve({ ok: false, problem: { code: 'UNDO_STALE', message: '' } }) })
}
const descriptions = async () => {
  await nextTick()
  await nextTick()
  return toast.toasts.value.map(({ description }) => description)
}

describe('the way back', () => {
  it('names what it takes back', async () => {
    const matter = await open({ columnId: 'review' })
    expect(undoing.label.value).toBe('Nothing to undo')
    did(matter, retitled())
    expect(undoing.label.value).toBe('Undo: Title of 2026-CV-0042')
    did(matter, moved)
    expect(undoing.label.value).toBe('Undo: moving 2026-CV-0042 to Review')
    did(matter, { kind: 'move', version: 5, before: placed('in-progress') })
    expect(undoing.label.value).toBe('Undo: moving 2026-CV-0042 to Review')
    did(buildMatter(), { kind: 'delete', version: 5, matter: null })
    expect(undoing.label.value).toBe('Undo: deleting a matter')
  })

  it('is offered beside the last change alone, and goes when something else is done', async () => {
    const matter = await open()
    did(matter, retitled())
    undoing.offer({ matterId: matter.id, title: 'Changed', icon: 'i-lucide-check' })
    await nextTick()
    await nextTick()
    expect(toast.toasts.value.map(({ actions }) => actions?.length)).toEqual([1])
    did(matter, retitled(), 'k2')
    await vi.waitFor(() => expect(toast.toasts.value.filter(({ open }) => open !== false)).toEqual([]))
    undoing.offer({ matterId: buildMatter().id, title: 'Another', icon: 'i-lucide-check' })
    await vi.waitFor(() => expect(toast.toasts.value.find(({ title }) => title === 'Another')?.actions).toEqual([]))
  })
})

describe('a way back that is closed', () => {
  it('says who changed what since', async () => {
    const matter = await open({ fieldVersions: { title: wrote(PEOPLE.partner2, 7), priority: wrote(PEOPLE.clerk, 8) } })
    did(matter, retitled())
    refuse()
    expect(await undoing.undo()).toBe(false)
    expect(await descriptions()).toEqual(['Robert Chen has changed 2026-CV-0042 since: Title.'])
  })

  it('says who moved it on', async () => {
    const matter = await open({ columnId: 'waiting-client', fieldVersions: { columnId: wrote(PEOPLE.associate, 7) } })
    did(matter, moved)
    refuse()
    await undoing.undo()
    expect(await descriptions()).toEqual(['Kenji Sato has moved 2026-CV-0042 since, to Waiting for client.'])
  })

  it('gives the plain reason where nobody is known', async () => {
    const matter = await open({ fieldVersions: { title: wrote(PEOPLE.partner, 7), stageEnteredAt: wrote(PEOPLE.clerk, 7) } })
    refuse()
    did(matter, retitled())
    await undoing.undo()
    did(matter, retitled(9))
    await undoing.undo()
    did(buildMatter(), { kind: 'delete', version: 5, matter: null })
    await undoing.undo()
    const all = await descriptions()
    expect(all.length).toBeGreaterThan(0)
    expect(new Set(all)).toEqual(new Set([expect.stringContaining('can\'t be undone any more')]))
  })
})
