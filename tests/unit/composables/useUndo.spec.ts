import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { computed, effectScope, shallowRef } from 'vue'
import type { OwnChange } from '#shared/kanban/mutation-context.ts'
import type { UndoStep } from '#shared/sync/outbox-entry.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import type { UseUndoReturn } from '~/composables/useUndo.ts'
import { useUndo } from '~/composables/useUndo.ts'
import { buildMatter, NOW } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { speak } from '../../helpers/real-words.ts'

const { notices, ask, toldLater } = vi.hoisted(() => ({
  notices: { info: vi.fn(), error: vi.fn(), dismiss: vi.fn() },
  ask: vi.fn<(question: { body: string }) => Promise<{ confirmed: boolean }>>(),
  toldLater: new WeakSet(),
}))
vi.mock('~/composables/useNotifications.ts', () => ({ useNotifications: () => notices }))
vi.mock('~/composables/useConfirm.ts', () => ({ useConfirm: () => ({ ask }) }))
vi.mock('~/composables/useAwayReport.ts', () => ({ isToldLater: (end: object) => toldLater.has(end) }))

const MINUTE_MS = 60_000
const matter = buildMatter({ caseNumber: '2026-CV-0042' })
const step = shallowRef<UndoStep | null>(null)
let scope: EffectScope
let kanban: FakeKanban
let undoing: UseUndoReturn
let ends: (end: Settled) => void

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  ;[notices.info, notices.error, notices.dismiss, ask].forEach(spy => spy.mockReset())
  speak('en')
  step.value = null
  kanban = { ...fakeKanban({ matters: [matter] }), undoStep: computed(() => step.value) }
  const undo = vi.fn(() => {
    const { promise, resolve } = Promise.withResolvers<Settled>()
    ends = resolve
    return { id: matter.id, settled: promise }
  })
  kanban.undo = undo
  scope = effectScope()
  undoing = scope.run(() => useUndo(kanban))!
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

function did(change: OwnChange, key = 'k1'): void {
  step.value = { key, cid: 'c', n: 1, matterId: matter.id, change }
}
const edited: OwnChange = { kind: 'edit', version: 5, before: { title: 'A' }, after: { title: 'B' } }
const deleted: OwnChange = { kind: 'delete', version: 5, matter: null }
const OK: Settled = { ok: true, version: 6, merged: false }

describe('taking back the last change', () => {
  it('says that it is back once the server has it', async () => {
    did(edited)
    const undone = undoing.undo()
    expect(notices.info).not.toHaveBeenCalled()
    ends(OK)
    expect(await undone).toBe(true)
    expect(notices.info).toHaveBeenCalledExactlyOnceWith({ title: 'Your change to 2026-CV-0042 was taken back', icon: 'i-lucide-undo-2' })
  })

  it('does nothing where there is nothing to take back', async () => {
    expect([undoing.label.value, await undoing.undo()]).toEqual(['Nothing to undo', false])
    kanban.undo = () => null
    did(edited)
    expect(await undoing.undo()).toBe(false)
    expect([notices.info, notices.error].flatMap(({ mock }) => mock.calls)).toEqual([])
  })

  it('says plainly why it can\'t be', async () => {
    did(edited)
    const undone = undoing.undo()
    ends({ ok: false, problem: { code: 'NOT_ASSIGNED', message: '' } })
    expect(await undone).toBe(false)
    expect(notices.error).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ title: 'That couldn\'t be undone', description: expect.stringMatching(/^Only people assigned/) as string }))
  })

  it('leaves the word to the report for who was away when it ended', async () => {
    const end: Settled[] = [OK, { ok: false, problem: { code: 'UNDO_STALE', message: '' } }].map(one => ({ ...one }) as Settled)
    for (const one of end) {
      toldLater.add(one)
      did(edited)
      const undone = undoing.undo()
      ends(one)
      expect(await undone).toBe(one.ok)
    }
    expect([notices.info, notices.error].flatMap(({ mock }) => mock.calls)).toEqual([])
  })

  it('names a deleted matter once it is back, and no matter that doesn\'t come', async () => {
    kanban.rows.value = []
    did(deleted)
    const undone = undoing.undo()
    ends(OK)
    await vi.advanceTimersByTimeAsync(1_000)
    kanban.rows.value = [matter]
    expect(await undone).toBe(true)
    expect(notices.info).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ title: '2026-CV-0042 is back on the board, in In progress' }))
    kanban.rows.value = []
    did(deleted, 'k2')
    const late = undoing.undo()
    ends(OK)
    await vi.advanceTimersByTimeAsync(5_000)
    expect([await late, notices.info.mock.calls.length]).toEqual([true, 1])
  })

  it('names no column that isn\'t on the board any more', () => {
    const placed = (columnId: string) => ({ columnId, rank: 'a', stageEnteredAt: 1, closedOn: null, closeOutcome: null, closeRequest: null, archived: false })
    did({ kind: 'move', version: 5, before: placed('intake'), after: placed('removed') })
    expect(undoing.label.value).toBe('Undo: moving 2026-CV-0042 to ')
  })
})

describe('a deletion on a board that is out of date', () => {
  beforeEach(() => {
    kanban.ageNow.value = 6 * MINUTE_MS
    did(deleted)
  })

  it('is taken back once the person has said so', async () => {
    ask.mockResolvedValueOnce({ confirmed: false })
    expect(await undoing.undo()).toBe(false)
    expect(kanban.undo).not.toHaveBeenCalled()
    ask.mockResolvedValueOnce({ confirmed: true })
    const undone = undoing.undo()
    await vi.advanceTimersByTimeAsync(0)
    ends(OK)
    expect(await undone).toBe(true)
  })

  it('is left alone where something else was done while the question stood', async () => {
    ask.mockImplementationOnce(async () => {
      did(edited, 'k2')
      return { confirmed: true }
    })
    expect(await undoing.undo()).toBe(false)
    expect(kanban.undo).not.toHaveBeenCalled()
  })

  it('is asked about with as of when the board is, if that is known', async () => {
    ask.mockResolvedValue({ confirmed: false })
    await undoing.undo()
    expect(ask.mock.calls.at(-1)![0].body).toContain('12:00')
    kanban.ageNow.value = null
    kanban.isConfirmedNow.value = false
    kanban.lastSync.value = null
    await undoing.undo()
    expect(ask).toHaveBeenCalledTimes(2)
    expect(ask.mock.calls.at(-1)![0].body).not.toContain('12:00')
    // What came from the server with the page is as new as the page.
    kanban.isConfirmedNow.value = true
    void undoing.undo()
    expect(kanban.undo).toHaveBeenCalledOnce()
  })
})
