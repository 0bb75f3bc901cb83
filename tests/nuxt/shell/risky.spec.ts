import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, nextTick, shallowRef } from 'vue'
import type { Connection } from '#shared/realtime/connection.ts'
import ConnectionBanner from '~/components/connection/ConnectionBanner.vue'
import { confirmQueue } from '~/composables/useConfirm.ts'
import { provideConnectionStatus } from '~/composables/useConnectionStatus.ts'
import { provideKanban } from '~/composables/useKanban.ts'
import type { MoveMatter } from '~/composables/useMoveMatter.ts'
import { provideMoveMatter } from '~/composables/useMoveMatter.ts'
import type { UseRiskyActionReturn } from '~/composables/useRiskyAction.ts'
import { useRiskyAction } from '~/composables/useRiskyAction.ts'
import type { UseUndoReturn } from '~/composables/useUndo.ts'
import { useUndo } from '~/composables/useUndo.ts'
import { buildMatter, NOW } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'

const MINUTE = 60_000
const matter = buildMatter({ columnId: 'in-progress' })
let kanban: FakeKanban
let risky: UseRiskyActionReturn
let moves: MoveMatter
let undoing: UseUndoReturn
const status = shallowRef<Connection>({ state: 'live', since: NOW, via: 'polling' })
const refresh = vi.fn(async () => {})
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const mounted: { unmount: () => void }[] = []
beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  status.value = { state: 'live', since: NOW, via: 'polling' }
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  vi.useRealTimers()
})

async function open() {
  kanban = { ...fakeKanban({ matters: [matter] }), status: computed(() => status.value), refresh }
  const page = await mountSuspended(defineComponent(() => {
    const view = provideKanban('b')
    provideConnectionStatus(view)
    risky = useRiskyAction(view)
    moves = provideMoveMatter(view)
    undoing = useUndo(view)
    return () => h(ConnectionBanner)
  }))
  mounted.push(page)
  return page
}
const asked = () => confirmQueue.current.value?.title
const OLD = 'This board may be out of date'

describe('a board that is out of date', () => {
  it('is asked about before what is hard to take back, and only then', async () => {
    await open()
    expect([risky.isRisky(), await risky.askFirst(), asked()]).toEqual([false, true, undefined])
    kanban.ageNow.value = 5 * MINUTE
    const going = risky.askFirst()
    expect(asked()).toBe(OLD)
    confirmQueue.settle({ confirmed: true, reason: '' })
    expect(await going).toBe(true)
    const staying = risky.askFirst()
    confirmQueue.settle({ confirmed: false })
    expect(await staying).toBe(false)
  })

  it('lets plain moves go, and asks before a closing', async () => {
    await open()
    kanban.ageNow.value = 6 * MINUTE
    expect(await moves.move(matter.id, 'review')).toBe(true)
    expect(asked()).toBeUndefined()
    const closing = kanban.columns.value.find(({ id }) => moves.promptOf(kanban.matterById(matter.id)!, id).kind === 'ask')!
    const moving = moves.move(matter.id, closing.id)
    expect([asked(), moves.question.value]).toEqual([OLD, null])
    confirmQueue.settle({ confirmed: false })
    expect([await moving, moves.question.value]).toEqual([false, null])
  })

  it('asks before a deletion is taken back', async () => {
    await open()
    await kanban.deleteMatter(matter.id).settled
    kanban.ageNow.value = 6 * MINUTE
    const undone = undoing.undo()
    expect(asked()).toBe(OLD)
    confirmQueue.settle({ confirmed: false })
    expect(await undone).toBe(false)
    expect(kanban.matterById(matter.id)).toBeUndefined()
  })

  it('has a banner after five minutes without proof, with a way to ask, until there is one', async () => {
    const page = await open()
    const banner = () => page.find('[data-stale-banner]')
    kanban.isStale.value = true
    kanban.ageNow.value = 10_000
    await nextTick()
    expect(banner().exists()).toBe(false)
    kanban.ageNow.value = 5 * MINUTE
    vi.advanceTimersByTime(5 * MINUTE - 10_000)
    await nextTick()
    expect(banner().text()).toContain('This board may be out of date. Nothing has come from the server since 12:00.')
    await banner().get('button').trigger('click')
    expect(refresh).toHaveBeenCalledOnce()
    kanban.isStale.value = false
    await nextTick()
    expect(banner().exists()).toBe(false)
  })

  it('leaves the word to others where somebody has to sign in, or to load a newer page', async () => {
    const page = await open()
    kanban.isStale.value = true
    kanban.ageNow.value = 6 * MINUTE
    await nextTick()
    expect(page.find('[data-stale-banner]').exists()).toBe(true)
    for (const other of [{ state: 'paused', reason: 'signed-out' }, { state: 'refused', code: 'UPGRADE_REQUIRED' }] as const) {
      status.value = other
      await nextTick()
      expect(page.find('[data-stale-banner]').exists()).toBe(false)
    }
  })
})
