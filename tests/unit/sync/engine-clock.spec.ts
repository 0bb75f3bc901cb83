import { describe, expect, it } from 'vitest'
import { digestRows } from '#shared/sync/digest.ts'
import { buildMatter, NOW } from '../../helpers/builders.ts'
import { buildEdit, buildEntry, createHarness, putOp, rewritten } from '../../helpers/engine-harness.ts'

const MINUTE = 60_000
const matter = buildMatter({ title: 'Base' })

/** Lets five minutes go by in which nothing changes, with a poll at their end. */
function idle() {
  const board = createHarness({ matters: [matter] })
  board.now += 5 * MINUTE
  board.pull({ kind: 'unchanged' })
  return board
}

describe('[K2] the comparison', () => {
  it('comes after five minutes in which nothing changed, once', () => {
    const board = idle()
    expect(board.wanted('digest')).toEqual([{ kind: 'digest', epoch: 'e1', version: 1, digest: digestRows([matter]) }])
    board.now += MINUTE
    board.pull({ kind: 'unchanged' })
    expect(board.wanted('digest')).toEqual([])
  })

  it('waits while things change, and for a word that is fresh', () => {
    const board = createHarness({ matters: [matter] })
    board.now += 4 * MINUTE
    board.update({ matters: [putOp(rewritten(matter, 2, { title: 'New' }))] })
    board.now += MINUTE
    board.pull({ kind: 'unchanged' })
    expect(board.wanted('digest')).toEqual([])
    board.now += 4 * MINUTE
    board.take({ kind: 'woken' })
    expect(board.wanted('digest')).toEqual([])
    board.pull({ kind: 'unchanged' })
    expect(board.wanted('digest')).toHaveLength(1)
  })

  it('is left out offline', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'online', online: false })
    board.now += 5 * MINUTE
    board.pull({ kind: 'unchanged' })
    expect(board.wanted('digest')).toEqual([])
  })

  it('that finds a difference reads everything anew', () => {
    const board = idle()
    board.take({ kind: 'digested', version: 1, same: false })
    expect(board.wanted('pull')).toMatchObject([{ epoch: null }])
    board.answer({ kind: 'snapshot', answer: { ...board.state.confirmed, protocol: 2, epoch: 'e1', version: 1, acks: {}, now: board.now,
      board: board.state.confirmed.board!, columns: [...board.state.confirmed.columns], members: [...board.state.confirmed.members.values()],
      matters: [{ ...matter, title: 'True' }] } })
    expect(board.title(matter)).toBe('True')
    expect(board.wanted('write')[0]!.write).toMatchObject({ rows: { from: null } })
  })

  it.each([
    ['finds none', { version: 1, same: true }],
    ['can\'t say', { version: 1, same: null }],
    ['is about another version', { version: 0, same: false }],
  ])('that %s changes nothing', (_, digested) => {
    expect(idle().take({ kind: 'digested', ...digested })).toEqual([])
  })
})

describe('the one time to come back', () => {
  it('is the soonest of all, and is said only when it differs', () => {
    const board = createHarness({ matters: [matter] })
    expect(board.state.link.wakeAt).toBe(NOW + 5 * MINUTE)
    board.change(buildEdit(matter, { title: 'Mine' }))
    expect(board.wanted('wake')).toEqual([{ kind: 'wake', at: NOW + 30_000 }])
    board.take({ kind: 'noteRead', id: 'none' })
    expect(board.wanted('wake')).toEqual([])
    board.results([{ n: 1, version: 2 }])
    expect(board.wanted('wake')).toEqual([{ kind: 'wake', at: NOW + 5 * MINUTE }])
  })

  it('is none when nothing waits', () => {
    const board = createHarness({ blank: true })
    expect(board.take({ kind: 'online', online: true })).toEqual([])
    expect(board.state.link.wakeAt).toBeNull()
  })

  it('never lies in the past, so that it can\'t go round', () => {
    const board = createHarness({ matters: [matter] })
    board.now += 20 * MINUTE
    for (let times = 0; times < 3; times++) {
      board.take({ kind: 'woken' })
      for (const { at } of board.wanted('wake'))
        expect(at).toBeGreaterThan(board.now)
    }
  })
})

describe('a clock that jumps back', () => {
  it('doesn\'t stop the sending', () => {
    const board = createHarness({ matters: [matter] })
    board.change(buildEdit(matter, { title: 'Mine' }))
    board.fail({})
    board.now -= 3_600_000
    board.take({ kind: 'woken' })
    expect(board.state.link.sendAt).toBe(board.now + 500)
    board.now += 500
    board.take({ kind: 'woken' })
    expect(board.wanted('send')).toHaveLength(1)
    board.now -= 3_600_000
    board.take({ kind: 'woken' })
    board.now += 30_000
    board.take({ kind: 'woken' })
    expect(board.state.link).toMatchObject({ send: null, sendFailures: 2 })
  })

  it('doesn\'t stop the asking, nor what another tab leaves to this one', () => {
    const board = createHarness({ matters: [matter] })
    board.take({ kind: 'sync' })
    board.take({ kind: 'told', write: { outbox: { put: [buildEntry(buildEdit(matter, { title: 'Theirs' }))] } } })
    board.now -= 3_600_000
    board.take({ kind: 'woken' })
    expect(board.state).toMatchObject({ contactAt: board.now, link: { digestAt: board.now } })
    board.now += 3_000
    board.take({ kind: 'woken' })
    expect(board.wanted('send')).toHaveLength(1)
    board.now += 27_000
    board.take({ kind: 'sync' })
    expect(board.wanted('pull')).toHaveLength(1)
  })

  it('doesn\'t count old resets anew', () => {
    const board = createHarness({ matters: [matter] })
    board.pull({ kind: 'reset', why: 'large' })
    board.read([matter])
    board.now -= 3_600_000
    board.take({ kind: 'woken' })
    expect(board.state.link.resets).toEqual([board.now])
  })
})
