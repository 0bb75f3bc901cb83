import { mountSuspended } from '@nuxt/test-utils/runtime'
import { useToast } from '#imports'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import type { Ref } from 'vue'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import AwayNotice from '~/components/away/AwayNotice.vue'
import { provideAwayReport, useAwayReport } from '~/composables/useAwayReport.ts'
import { useProblemToast } from '~/composables/useProblemToast.ts'
import { provideConflicts } from '~/composables/useConflicts.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import { buildMatter, buildMove, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { conflictField, editConflict } from '../conflict/mount-conflicts.ts'

const MINUTE_MS = 60_000
const OK: Settled = { ok: true, version: 5, merged: false }

let kanban: FakeKanban
let toast: ReturnType<typeof useToast>
let time: Ref<number>
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const mounted: { unmount: () => void }[] = []
beforeEach(() => toast?.clear())
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
})

async function open(matters = [matter, other]) {
  kanban = fakeKanban({ matters })
  time = ref(NOW)
  const clock = { now: () => time.value, random: () => 0, setTimer: (callback: () => void) => setTimeout(callback, 0), clearTimer: () => {} }
  let conflicts: ReturnType<typeof provideConflicts>
  let tell: ReturnType<typeof useProblemToast>
  const Page = defineComponent(() => {
    const view = provideKanban('b')
    const { report } = provideAwayReport(view, { clock })
    conflicts = provideConflicts(view)
    tell = useProblemToast()
    toast = useToast()
    // As the board has it: the notice comes to the page with what it tells.
    return () => h('main', [h('button', { id: 'here' }, 'Here'), report.value && h(AwayNotice)])
  })
  const page = await mountSuspended(Page, { attachTo: document.body })
  mounted.push(page)
  return { page, conflicts: conflicts!, tell: tell! }
}

const matter = buildMatter({ caseNumber: '2026-CV-0042', title: 'Lease renewal' })
const other = buildMatter({ caseNumber: '2026-CV-0043', title: 'Trade mark' })

let made = 0
function ended(mutation: Mutation, settled: Settled, minutesAgo = 30): void {
  kanban.tellSettled({ key: `k${++made}`, matterId: mutation.id, mutation, at: time.value - minutesAgo * MINUTE_MS, settled })
}

/** The server is heard of after so many minutes. */
async function back(minutes: number, meanwhile = () => {}): Promise<void> {
  time.value += minutes * MINUTE_MS
  meanwhile()
  kanban.lastSync.value = time.value
  await nextTick()
  await nextTick()
}

const edit = (set: object): Mutation => ({ kind: 'edit', id: matter.id, args: { set } })
const notices = () => toast.toasts.value.map(({ title, description }) => [title, description].filter(Boolean).join(' / '))
const button = () => document.querySelector<HTMLButtonElement>('[data-testid="away"]')
const list = () => document.querySelector<HTMLElement>('[role="dialog"]')
const words = () => list()?.textContent?.replace(/\s+/g, ' ') ?? ''
const press = (name: string) => [...document.querySelectorAll<HTMLElement>('button, a')].find(each => (each.textContent ?? '').trim() === name)!.click()

async function show(): Promise<void> {
  button()!.click()
  await vi.waitFor(() => expect(list()).not.toBeNull(), { timeout: 5_000 })
}

describe('who comes back', () => {
  it('is told in one calm notice what happened, and keeps the focus', async () => {
    await open()
    const here = document.querySelector<HTMLElement>('#here')!
    here.focus()
    await back(38, () => {
      ended(buildMove(matter, 'review'), OK)
      ended(edit({ title: 'Mine' }), OK)
      ended(edit({ title: '' }), { ok: false, problem: { code: 'VALIDATION', message: '' } })
      kanban.tellRemote([{ matterId: other.id, by: PEOPLE.partner2.id, kind: 'edited', matter: other }])
    })
    await vi.waitFor(() => expect(notices()).toHaveLength(1))
    expect(notices()).toEqual(['While you were away (12:00–12:38) / 2 of your changes went in · One was refused · Others changed one matter'])
    expect(toast.toasts.value[0]).toMatchObject({ color: 'warning', duration: 0 })
    expect(document.activeElement).toBe(here)
    expect(list()).toBeNull()
  })

  it('is told nothing after a moment, and nothing before all has gone out', async () => {
    await open()
    await back(0.5, () => ended(buildMove(matter, 'review'), OK, 0.2))
    expect(button()).toBeNull()
    kanban.pendingIds.value = new Set([matter.id])
    await back(10, () => ended(buildMove(matter, 'review'), OK))
    expect(button()).toBeNull()
    kanban.pendingIds.value = new Set()
    await nextTick()
    await nextTick()
    expect(button()).not.toBeNull()
    await vi.waitFor(() => expect(toast.toasts.value[0]).toMatchObject({ color: 'neutral' }))
  })

  it('finds the list until they have done with it', async () => {
    await open()
    await back(10, () => ended(buildMove(matter, 'review'), OK))
    await vi.waitFor(() => expect(notices()).toHaveLength(1))
    await show()
    await vi.waitFor(() => expect(toast.toasts.value.filter(({ open }) => open !== false)).toEqual([]))
    press('Close')
    await nextTick()
    expect(list()).toBeNull()
    await show()
    press('Done, clear the list')
    await nextTick()
    expect(list()).toBeNull()
    expect(button()).toBeNull()
  })

  it('is told no second time what the list tells', async () => {
    const { tell } = await open()
    const problem = { code: 'WIP_LIMIT' as const, message: '' }
    kanban.onSettled(({ settled }) => settled.ok || tell('problem' in settled ? settled.problem : null))
    ended(buildMove(matter, 'review'), { ok: false, problem })
    await new Promise(resolve => setTimeout(resolve, 5))
    expect(notices()).toEqual([])
    ended(buildMove(matter, 'review'), { ok: false, problem }, 0)
    await vi.waitFor(() => expect(notices()).toHaveLength(1))
  })
})

describe('the list', () => {
  it('says in order what each own change was and how it ended, with the columns that are open to it', async () => {
    await open()
    await back(40, () => {
      ended(edit({ title: 'Mine', priority: 'HIGH' }), OK, 20)
      ended(buildMove(matter, 'review'), { ok: false, problem: { code: 'INVALID_TRANSITION', message: '', allowed: ['in-progress', 'on-hold'] } }, 30)
      ended({ kind: 'delete', id: matter.id, args: {} }, OK, 10)
      ended({ kind: 'undo', id: matter.id, args: { n: 1 } }, OK, 9)
      ended({ kind: 'create', id: other.id, args: { columnId: 'review', title: 'Trade mark', clientName: 'K.K.' } }, OK, 8)
    })
    await show()
    const items = [...document.querySelectorAll('[data-away="mine"] li')].map(item => item.textContent!.replace(/\s+/g, ' '))
    expect(items[0]).toMatch(/2026-CV-0042 · Lease renewal.*Move to Review · 12:10.*workflow doesn't lead there.*In progress/)
    expect(items[1]).toMatch(/Edit: Title and Priority · 12:20.*Went in/)
    expect(items[2]).toContain('Deletion')
    expect(items[3]).toContain('Undo')
    expect(items[4]).toMatch(/2026-CV-0043.*New matter in Review/)
  })

  it('keeps what was written and didn\'t go in, to be copied, also of a matter that is gone', async () => {
    const written = vi.fn(async () => {})
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: written } })
    await open([other])
    await back(40, () => {
      ended({ kind: 'comment', id: matter.id, args: { action: 'add', commentId: 'c', body: 'Hours of work' } }, { ok: false, problem: { code: 'MATTER_GONE', message: '' } })
    })
    await show()
    expect(words()).toContain('A matter that is no longer here')
    expect(words()).toContain('Hours of work')
    expect(words()).not.toContain('Lease renewal')
    press('Copy')
    expect(written).toHaveBeenCalledWith('Hours of work')
    await vi.waitFor(() => expect(notices()).toContain('Comment copied'))
    written.mockRejectedValueOnce(new Error('not allowed'))
    press('Copy')
    await vi.waitFor(() => expect(notices().join()).toContain('couldn\'t be copied'))
    vi.unstubAllGlobals()
  })

  it('leads from a change that met a newer one to the choice, as long as there is one', async () => {
    const { conflicts } = await open()
    const conflict = editConflict(matter, { set: { title: 'Mine' } }, [conflictField('title', { mine: 'Mine', theirs: 'Theirs' })])
    kanban.conflictsNow.value = [conflict]
    await back(40, () => ended(conflict.mutation, { ok: false, problem: { code: 'CONFLICT', message: '' }, conflictId: conflict.id }))
    await show()
    press('Compare')
    await vi.waitFor(() => expect(conflicts.open.value?.id).toBe(conflict.id))
    expect(list()).toBeNull()
    kanban.conflictsNow.value = []
    await nextTick()
    await show()
    expect(words()).toContain('You have decided')
    expect(words()).not.toContain('Compare')
  })

  it('says what a change merged with, and what others did by matter', async () => {
    await open()
    kanban.notesNow.value = [{ id: 'c.1', matterId: matter.id, others: [{ field: 'priority', version: 4, by: PEOPLE.partner2.id, at: NOW }] }]
    const gone = buildMatter({ caseNumber: '2026-CV-0099' })
    await back(40, () => {
      ended(edit({ title: 'Mine' }), { ok: true, version: 5, merged: true })
      kanban.tellRemote([
        { matterId: other.id, by: PEOPLE.partner2.id, kind: 'moved', matter: other },
        { matterId: other.id, by: PEOPLE.associate.id, kind: 'edited', matter: other },
        { matterId: gone.id, by: null, kind: 'deleted', matter: gone },
      ])
    })
    await show()
    expect(words()).toContain('Robert Chen changed Priority')
    const others = document.querySelector('[data-away="others"]')!.textContent!.replace(/\s+/g, ' ')
    expect(others).toContain('Robert Chen and Kenji Sato: moved to In progress and edited')
    expect(others).toMatch(/2026-CV-0099.*No longer on the board/)
  })
})

it('useAwayReport wants somebody above who gathers it', async () => {
  await expect(mountSuspended(defineComponent({ setup: () => (useAwayReport(), () => null) }))).rejects.toThrow('provideAwayReport')
})
