import { describe, expect, it } from 'vitest'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import { createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'
import { buildSnapshot, buildUpdates } from '../../helpers/wire-builders.ts'

const matter = buildMatter()
const renamed = (version: number, title: string) => rewritten(matter, version, { title })
const RESET: PullOutcome = { kind: 'reset', why: 'pruned' }
const snapshot = (...args: Parameters<typeof buildSnapshot>): PullOutcome => ({ kind: 'snapshot', answer: buildSnapshot(...args) })
const updates = (...args: Parameters<typeof buildUpdates>): PullOutcome => ({ kind: 'updates', answer: buildUpdates(...args) })

describe('asking', () => {
  it('begins with everything, and goes on from there', () => {
    const board = createHarness({ blank: true })
    board.open()
    board.take({ kind: 'sync' })
    expect(board.wanted('pull')).toEqual([{ kind: 'pull', tag: 1, epoch: null, version: 0, cid: 'c1' }])
    board.answer(snapshot({ matters: [matter] }))
    expect(board.wanted('synced')).toEqual([{ kind: 'synced', outcome: 'news' }])
    board.take({ kind: 'sync' })
    expect(board.wanted('pull')).toEqual([{ kind: 'pull', tag: 2, epoch: 'e1', version: 1, cid: 'c1' }])
    expect(board.answer({ kind: 'unchanged' })).toContainEqual({ kind: 'synced', outcome: 'unchanged' })
  })

  it('joins a pull that is under way', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'sync' })
    expect(board.take({ kind: 'sync' })).toEqual([])
    expect(board.answer({ kind: 'unchanged' }).filter(({ kind }) => kind === 'synced')).toHaveLength(1)
  })

  it('gives up a pull that has no answer for half a minute', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'sync' })
    const dead = board.state.link.pull!.tag
    board.now += 30_000
    board.take({ kind: 'sync' })
    expect(board.wanted('pull')).toMatchObject([{ tag: dead + 1 }])
    expect(board.take({ kind: 'answered', tag: dead, outcome: updates({ matters: [putOp(renamed(2, 'Late'))] }) })).toEqual([])
    expect(board.title(matter)).toBe(matter.title)
  })

  it('says when it failed, to who asked', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'sync' })
    const fault = { kind: 'network' as const, retryAfterMs: 0, code: null }
    expect(board.take({ kind: 'pullFailed', tag: board.state.link.pull!.tag, fault })).toEqual([{ kind: 'syncFailed', fault }])
    expect(board.take({ kind: 'pullFailed', tag: 99, fault })).toEqual([])
  })

  it('learns that it is signed out, and that it is too old', () => {
    const board = createHarness({ matters: [matter] })
    const failed = (kind: 'signed-out' | 'outdated') => {
      board.take({ kind: 'sync' })
      board.take({ kind: 'pullFailed', tag: board.state.link.pull!.tag, fault: { kind, retryAfterMs: 0, code: null } })
    }
    failed('signed-out')
    expect(board.state.link.isSignedOut).toBe(true)
    failed('outdated')
    expect(board.state.isOutdated).toBe(true)
  })

  it('takes over the server\'s wish for the next time', () => {
    const board = createHarness({ matters: [matter] })
    board.update({ next: 9_000 })
    expect(board.state.wish).toBe(9_000)
    board.take({ kind: 'sync' })
    expect(board.state.wish).toBeNull()
    board.answer({ kind: 'unchanged', next: 12_000 })
    expect(board.state.wish).toBe(12_000)
    board.take({ kind: 'sync' })
    board.answer({ kind: 'unchanged' })
    expect(board.state.wish).toBeNull()
    // What was only said on the board brings no row, and the wish all the same.
    board.take({ kind: 'sync' })
    const { version } = board.state.confirmed
    board.answer(updates({ from: version, version, next: 15_000 }))
    expect(board.state.wish).toBe(15_000)
  })
})

describe('an answer', () => {
  it('[C1] of another epoch is followed by a full read', () => {
    const board = createHarness({ matters: [matter] })
    board.pull(updates({ epoch: 'e2', matters: [putOp(renamed(2, 'Other'))] }))
    expect(board.title(matter)).toBe(matter.title)
    expect(board.wanted('pull')).toMatchObject([{ epoch: null }])
    board.answer(snapshot({ epoch: 'e2', matters: [renamed(1, 'Restored')] }))
    expect(board.state.confirmed.epoch).toBe('e2')
    expect(board.wanted('synced')).toHaveLength(1)
  })

  it('[C2] with nothing newer is left alone', () => {
    const board = createHarness({ matters: [matter] })
    board.pull(updates({ version: 1, matters: [putOp(renamed(2, 'Old'))] }))
    expect(board.title(matter)).toBe(matter.title)
    expect(board.wanted('synced')).toEqual([{ kind: 'synced', outcome: 'unchanged' }])
  })

  it('[C3] that begins elsewhere is followed by one more question from here', () => {
    const board = createHarness({ matters: [matter] })
    board.pull(updates({ from: 3, version: 4, matters: [putOp(renamed(4, 'Ahead'))] }))
    expect(board.title(matter)).toBe(matter.title)
    expect(board.wanted('pull')).toMatchObject([{ epoch: 'e1', version: 1 }])
    board.answer(updates({ from: 1, version: 4, matters: [putOp(renamed(4, 'Here'))] }))
    expect(board.title(matter)).toBe('Here')
    board.pull(updates({ from: 9, version: 10 }))
    board.answer(updates({ from: 9, version: 10 }))
    expect(board.wanted('syncFailed')).toMatchObject([{ fault: { kind: 'out-of-sync' } }])
  })

  it('[C4] is applied, kept and told of as one step', () => {
    const board = createHarness({ matters: [matter] })
    const other = buildMatter()
    board.change({ kind: 'edit', id: matter.id, args: { set: { title: 'Mine' } } })
    board.results([{ n: 1, version: 2 }])
    board.update({ matters: [putOp(renamed(2, 'Mine')), putOp(other)], acks: { c1: 1 } })
    expect(board.last.map(({ kind }) => kind)).toEqual(['write', 'tell', 'changed', 'news'])
    expect(board.wanted('write')[0]!.write).toMatchObject({
      rows: { from: 1, put: [matter.id, other.id], remove: [] }, outbox: { remove: [{ cid: 'c1', n: 1 }] }, contactAt: board.now,
    })
    expect(board.wanted('tell')[0]!.write).toEqual({ outbox: { remove: [{ cid: 'c1', n: 1 }] } })
  })

  it('[C5] counts only once, and only to the newest question', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'sync' })
    const { tag } = board.state.link.pull!
    board.answer(RESET)
    expect(board.take({ kind: 'answered', tag, outcome: snapshot({ version: 2, matters: [] }) })).toEqual([])
    board.answer(snapshot({ version: 3, matters: [renamed(3, 'New')] }))
    expect(board.title(matter)).toBe('New')
    expect(board.take({ kind: 'answered', tag: tag + 1, outcome: snapshot({ version: 2, matters: [] }) })).toEqual([])
    expect(board.title(matter)).toBe('New')
  })

  it('[C5] that is older than rows that came in meanwhile is left alone', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'sync' })
    board.take({ kind: 'started', answer: buildSnapshot({ version: 5, matters: [renamed(5, 'Newer')] }), isWhole: true })
    board.answer(snapshot({ version: 4, matters: [renamed(4, 'Older')] }))
    expect(board.title(matter)).toBe('Newer')
  })

  it('[T6] that says reset three times in a minute ends the asking', () => {
    const board = createHarness({ matters: [matter] })
    for (let round = 0; round < 2; round++) {
      board.pull(RESET)
      board.answer(snapshot({ matters: [matter] }))
    }
    board.pull(RESET)
    expect(board.wanted('pull')).toEqual([])
    expect(board.wanted('syncFailed')).toMatchObject([{ fault: { kind: 'out-of-sync' } }])
    board.now += 60_000
    board.take({ kind: 'sync' })
    expect(board.wanted('pull')).toMatchObject([{ epoch: null }])
    board.answer(RESET)
    expect(board.wanted('pull')).toHaveLength(1)
  })

  it('[T6] that says reset to the full read, too, ends the asking', () => {
    const board = createHarness({ matters: [matter] })
    board.pull(RESET)
    board.answer(RESET)
    expect(board.wanted('syncFailed')).toHaveLength(1)
  })

  it('of a server far off in time sets the person\'s clock', () => {
    const board = createHarness({ blank: true })
    board.open()
    board.read([matter], { now: NOW + 3_600_000 })
    expect(board.state.clockOffset).toBe(3_600_000)
    board.change({ kind: 'edit', id: matter.id, args: { set: { title: 'Mine' } } })
    expect(board.state.entries[0]!.at).toBe(NOW + 3_600_000)
  })
})

describe('news that come unasked', () => {
  it('[C2] [C4] are applied when they follow, and left alone when they are known', () => {
    const board = createHarness({ matters: [matter] })
    const answer = buildUpdates({ matters: [putOp(renamed(2, 'Pushed'))] })
    expect(board.take({ kind: 'pushed', answer }).map(({ kind }) => kind)).toEqual(['write', 'changed', 'news'])
    board.now += 1_000
    expect(board.take({ kind: 'pushed', answer })).toEqual([{ kind: 'wake', at: NOW + 60_000 }])
    expect(board.state.contactAt).toBe(board.now)
  })

  it('[C3] lead to a question of the engine\'s own when something is missing', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'pushed', answer: buildUpdates({ from: 4, version: 5 }) })
    expect(board.wanted('pull')).toMatchObject([{ version: 1 }])
    board.answer(updates({ version: 5, matters: [putOp(renamed(5, 'All'))] }))
    expect(board.title(matter)).toBe('All')
    expect(board.wanted('synced')).toEqual([])
  })

  it('[C1] wait for the full read while one is wanted', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'pushed', answer: buildUpdates({ epoch: 'e2' }) })
    expect(board.wanted('pull')).toMatchObject([{ epoch: null }])
    expect(board.take({ kind: 'pushed', answer: buildUpdates({ matters: [putOp(renamed(2, 'Pushed'))] }) })).toEqual([])
    expect(board.title(matter)).toBe(matter.title)
    board.take({ kind: 'pullFailed', tag: board.state.link.pull!.tag, fault: { kind: 'network', retryAfterMs: 0, code: null } })
    board.take({ kind: 'pushed', answer: buildUpdates() })
    expect(board.wanted('pull')).toHaveLength(1)
  })

  it('ask again after a pull that may have been too early', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'sync' })
    board.take({ kind: 'pushed', answer: buildUpdates({ from: 4, version: 5 }) })
    expect(board.wanted('pull')).toEqual([])
    board.answer({ kind: 'unchanged' })
    expect(board.wanted('pull')).toHaveLength(1)
  })

  it('are not asked for offline', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'online', online: false })
    board.take({ kind: 'pushed', answer: buildUpdates({ from: 4, version: 5 }) })
    expect(board.wanted('pull')).toEqual([])
  })

  it('name what others did, and not what this person did', () => {
    const board = createHarness({ matters: [matter] })
    board.update({ matters: [putOp(rewritten(matter, 2, { title: 'Mine' }, { by: PEOPLE.partner.id }))] })
    expect(board.wanted('news')).toEqual([])
    board.update({ matters: [putOp(renamed(3, 'Theirs'))] })
    expect(board.wanted('news')).toMatchObject([{ changes: [{ matterId: matter.id, kind: 'edited', by: PEOPLE.partner2.id }] }])
  })
})

describe('a page that brings the board', () => {
  it('shows at once, and is asked for no more than what is new', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'started', answer: buildSnapshot({ matters: [matter] }), isWhole: true })
    expect(board.last.map(({ kind }) => kind)).toEqual(['changed', 'wake'])
    expect(board.state).toMatchObject({ isWhole: true, isConfirmed: true, contactAt: NOW })
    board.take({ kind: 'sync' })
    expect(board.wanted('pull')).toMatchObject([{ epoch: 'e1', version: 1 }])
  })

  it('without its rows is asked for them, and they are nobody\'s news', () => {
    const board = createHarness({ blank: true })
    board.take({ kind: 'started', answer: buildSnapshot({ matters: [] }), isWhole: false })
    expect(board.state.view.board).not.toBeNull()
    expect(board.state.isWhole).toBe(false)
    board.read([matter])
    expect(board.state.isWhole).toBe(true)
    expect(board.wanted('news')).toEqual([])
  })

  it('is left alone when the board is here already and no older', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'started', answer: buildSnapshot({ matters: [] }), isWhole: true })
    board.take({ kind: 'started', answer: buildSnapshot({ version: 9, matters: [] }), isWhole: false })
    expect(board.title(matter)).toBe(matter.title)
  })
})
