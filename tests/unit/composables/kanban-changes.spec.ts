import { describe, expect, it, vi } from 'vitest'
import { Fault } from '#shared/realtime/fault.ts'
import type { KanbanView } from '~/composables/useKanban.ts'
import { useKanbanStore } from '~/stores/kanban.ts'
import { assign, BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeDisk } from '../../helpers/fake-device.ts'
import { openFakeDevice } from '../../helpers/fake-device.ts'
import { setUpKanban, toReview } from '../../helpers/kanban-bench.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const { device } = vi.hoisted(() => ({ device: { disk: new Map() as FakeDisk, fails: false } }))
vi.mock('~/utils/device/device.ts', () => ({
  openDevice: (memberId: string, options: object) => openFakeDevice(device.disk, memberId, { ...options, fails: device.fails }),
}))

const bench = setUpKanban(device)
const { advance, first, opened, results, second } = bench

describe('what the person does', () => {
  it('shows at once and counts as pending until the server has it', async () => {
    const kanban = await opened()
    const { id, settled } = kanban.moveMatter(first.id, toReview)
    expect([id, kanban.mattersIn('review').length, kanban.pendingUpdates.value]).toEqual([first.id, 1, 1])
    expect(kanban.pending.value).toEqual(new Set([first.id]))
    const before = kanban.pending.value
    bench.transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates() })
    expect(kanban.pending.value).toBe(before)
    results({ status: 'ok', version: 3 })
    await advance(0)
    expect(await settled).toEqual({ ok: true, version: 3, merged: false })
    expect([kanban.pending.value.size, kanban.pendingUpdates.value, kanban.mattersIn('review').length]).toEqual([0, 0, 1])
  })

  it('goes back when it is refused', async () => {
    const kanban = await opened()
    results({ status: 'rejected', version: 0, code: 'WIP_LIMIT' })
    const { settled } = kanban.moveMatter(first.id, toReview)
    await advance(0)
    expect(await settled).toMatchObject({ ok: false, problem: { code: 'WIP_LIMIT' } })
    expect(kanban.matterById(first.id)!.columnId).toBe('in-progress')
  })

  it('is sent as what it is', async () => {
    const kanban = await opened()
    const created = kanban.createMatter({ columnId: 'intake', title: 'New', clientName: 'X', assignments: [assign(PEOPLE.partner)] })
    expect(kanban.matterById(created.id)!.title).toBe('New')
    kanban.editMatter(first.id, { set: { title: 'Mine' } }, { title: { version: 0, value: 'Old' } })
    kanban.editMatter(first.id, { tags: { add: ['x'] } })
    const comment = kanban.addComment(first.id, 'Hi')
    kanban.editComment(first.id, comment.id, 'Ho')
    kanban.removeComment(first.id, comment.id)
    expect(kanban.commentWork(first.id)).toHaveLength(3)
    expect(kanban.commentWork(second.id)).toEqual([])
    kanban.deleteMatter(second.id, 'twice')
    kanban.deleteMatter(first.id)
    await advance(100)
    const sent = bench.transport.send.mock.calls.flatMap(([,, items]) => items)
    expect(sent.map(item => [item.n, item.kind, item.kind === 'void' || item.args])).toMatchObject([
      [1, 'create', { title: 'New' }], [2, 'edit', { set: { title: 'Mine' } }], [3, 'edit', { tags: { add: ['x'] } }],
      [4, 'comment', { action: 'add', body: 'Hi' }], [5, 'comment', { action: 'edit', body: 'Ho' }], [6, 'comment', { action: 'remove' }],
      [7, 'delete', { reason: 'twice' }], [8, 'delete', {}],
    ])
    expect(sent[1]).toMatchObject({ base: { title: 0 } })
  })

  it.each<[string, (kanban: KanbanView) => unknown]>([
    ['a move', kanban => kanban.moveMatter(first.id, toReview)],
    ['an edit', kanban => kanban.editMatter(first.id, { set: { title: 'Mine' } })],
    ['a deletion', kanban => kanban.deleteMatter(first.id)],
  ])('can be taken back, like %s', async (_, change) => {
    const kanban = await opened()
    expect([kanban.undoStep.value, kanban.undo()]).toEqual([null, null])
    useKanbanStore().setOnline(false)
    change(kanban)
    await advance(0)
    expect(kanban.undoStep.value).toMatchObject({ matterId: first.id })
    kanban.undo()
    expect(kanban.undoStep.value).toBeNull()
    expect(kanban.matterById(first.id)).toMatchObject({ columnId: 'in-progress', title: first.title })
  })

  it('is told of when it ends, to who listens', async () => {
    const kanban = await opened()
    const [heard, elsewhere] = [vi.fn(), vi.fn()]
    bench.scope.run(() => kanban.onSettled(heard))
    kanban.onSettled(elsewhere)()
    kanban.moveMatter(first.id, toReview)
    await advance(0)
    expect(heard).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ matterId: first.id, settled: expect.objectContaining({ ok: true }) }))
    expect(elsewhere).not.toHaveBeenCalled()
  })

  it('waits for a choice where it met a newer value', async () => {
    const kanban = await opened()
    expect([kanban.conflicts.value, kanban.resolveConflict('none', { type: 'remote' })]).toEqual([[], null])
    results({
      status: 'conflict', version: 0, code: 'CONFLICT',
      conflicts: [{ field: 'title', version: 2, value: 'Theirs', by: PEOPLE.clerk.id, at: NOW }],
    })
    const { settled } = kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(0)
    expect(await settled).toMatchObject({ ok: false, problem: { code: 'CONFLICT' }, conflictId: kanban.conflicts.value[0]!.id })
    expect(kanban.conflicts.value).toMatchObject([{ matterId: first.id, fields: [{ field: 'title', base: first.title, mine: 'Mine', theirs: 'Theirs' }] }])
    expect(kanban.matterById(first.id)!.title).not.toBe('Mine')
    expect(await kanban.resolveConflict(kanban.conflicts.value[0]!.id, { type: 'remote' })!.settled).toMatchObject({ ok: true })
    expect(kanban.conflicts.value).toEqual([])
  })

  it('leaves a quiet note where it went in beside somebody else\'s', async () => {
    const kanban = await opened()
    results({ status: 'merged', version: 3, others: [{ field: 'priority', version: 2, by: PEOPLE.clerk.id, at: NOW }] })
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(0)
    expect(kanban.notes.value).toMatchObject([{ matterId: first.id, others: [{ field: 'priority' }] }])
    kanban.readNote(kanban.notes.value[0]!.id)
    expect(kanban.notes.value).toEqual([])
  })

  it('is kept, and can\'t be added to, once the server wants a newer page', async () => {
    const kanban = await opened()
    bench.transport.send.mockRejectedValueOnce(new Fault('outdated'))
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(0)
    expect([kanban.isOutdated.value, kanban.status.value, kanban.pendingUpdates.value]).toEqual([true, { state: 'refused', code: 'UPGRADE_REQUIRED' }, 1])
    expect(await kanban.editMatter(first.id, { set: { title: 'Again' } }).settled).toMatchObject({ ok: false, problem: { code: 'UPGRADE_REQUIRED' } })
    expect(kanban.matterById(first.id)!.title).toBe('Mine')
  })

  it('needn\'t sit out its own delay once the server answers again', async () => {
    const kanban = await opened()
    bench.transport.send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 600_000 }))
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(1_000)
    expect(kanban.pendingUpdates.value).toBe(1)
    bench.transport.pull.mockRejectedValueOnce(new Fault('network'))
    await kanban.refresh()
    await advance(1_000)
    expect(kanban.pendingUpdates.value).toBe(0)
  })

  it('[T4] goes out at once when somebody tries again by hand, and the link is opened anew', async () => {
    const kanban = await opened()
    bench.transport.send.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 600_000 }))
    kanban.editMatter(first.id, { set: { title: 'Mine' } })
    await advance(1_000)
    bench.transport.pull.mockRejectedValueOnce(new Fault('network'))
    await kanban.refresh()
    await kanban.retry()
    await advance(0)
    expect([kanban.pendingUpdates.value, bench.transport.reconnect.mock.calls.length]).toEqual([0, 1])
  })
})

describe('what others do', () => {
  it('is told to who listens, until they stop or their scope ends', async () => {
    const kanban = await opened()
    const [heard, stopped] = [vi.fn(), vi.fn()]
    bench.scope.run(() => kanban.onRemoteChange(heard))
    kanban.onRemoteChange(stopped)()
    bench.transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ deleted: [first.id] }) })
    expect(heard).toHaveBeenCalledExactlyOnceWith([{ matterId: first.id, by: null, kind: 'deleted', matter: first }])
    bench.scope.stop()
    bench.transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 2, version: 3, deleted: [second.id] }) })
    expect([heard.mock.calls.length, stopped.mock.calls.length]).toEqual([1, 0])
  })

  it('on another board is not told here', async () => {
    const kanban = await opened()
    const heard = vi.fn()
    kanban.onRemoteChange(heard)
    useKanbanStore().open(buildId(0xB2)).start(buildSnapshot({ matters: [first] }), true)
    bench.transport.tell('updates', { boardId: buildId(0xB2), answer: buildUpdates({ deleted: [first.id] }) })
    expect(heard).not.toHaveBeenCalled()
  })
})
