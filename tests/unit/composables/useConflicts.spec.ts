// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, nextTick } from 'vue'
import type { Conflict } from '#shared/sync/conflict-record.ts'
import type { Settled, Submitted } from '#shared/sync/submitted.ts'
import type { UseConflictsReturn } from '~/composables/useConflicts.ts'
import { provideConflicts } from '~/composables/useConflicts.ts'
import { buildMatter, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import { speak } from '../../helpers/real-words.ts'

const { notices, toldLater } = vi.hoisted(() => ({ notices: { info: vi.fn(), error: vi.fn() }, toldLater: new WeakSet() }))
vi.mock('~/composables/useNotifications.ts', () => ({ useNotifications: () => notices }))
vi.mock('~/composables/useAwayReport.ts', () => ({ isToldLater: (end: object) => toldLater.has(end) }))

const matter = buildMatter({ caseNumber: '2026-CV-0042' })
const conflict = (id: string, at = NOW): Conflict => ({
  id, matterId: matter.id, at, mutation: { kind: 'edit', id: matter.id, args: { set: { title: 'Mine' } } },
  fields: [{ field: 'title', base: 'A', mine: 'Mine', theirs: 'B', version: 7, by: PEOPLE.partner2.id, at: NOW }],
})
let kanban: FakeKanban
let conflicts: UseConflictsReturn
let ends: (end: Settled) => void

beforeEach(() => {
  notices.info.mockReset()
  notices.error.mockReset()
  speak('en')
  document.body.innerHTML = `<button id="mark"></button><h2 data-matter-heading tabindex="-1"></h2><article data-matter-id="${matter.id}"><a href="#"></a></article>`
  kanban = fakeKanban({ matters: [matter] })
  kanban.conflictsNow.value = [conflict('c.2', NOW + 1), conflict('c.1')]
  createApp({ setup: () => {
    conflicts = provideConflicts(kanban)
    return () => null
  } }).mount(document.createElement('div'))
})

const OK: Settled = { ok: true, version: 8, merged: false }
/** A decision that is sent: the conflict no longer waits. */
function decided(id = 'c.1'): Submitted {
  kanban.conflictsNow.value = kanban.conflictsNow.value.filter(other => other.id !== id)
  const { promise, resolve } = Promise.withResolvers<Settled>()
  ends = resolve
  return { id: matter.id, settled: promise }
}
const titles = () => [...notices.info.mock.calls, ...notices.error.mock.calls].map(([{ title }]) => title as string)

describe('the conflicts of a board', () => {
  it('are listed with the oldest first, and by matter', () => {
    expect(conflicts.all.value.map(({ id }) => id)).toEqual(['c.1', 'c.2'])
    expect([conflicts.of(matter.id).length, conflicts.of('another')]).toEqual([2, []])
  })

  it('open only where they are there', () => {
    conflicts.show('gone')
    expect(conflicts.open.value).toBeNull()
    conflicts.show('c.1')
    expect(conflicts.open.value?.id).toBe('c.1')
  })

  it('that are settled elsewhere close with a word, which says whether the matter is still there', async () => {
    conflicts.show('c.1')
    await nextTick()
    kanban.conflictsNow.value = []
    await nextTick()
    expect([conflicts.open.value, titles()]).toEqual([null, ['This has been settled meanwhile']])
    kanban.conflictsNow.value = [conflict('c.3')]
    conflicts.show('c.3')
    await nextTick()
    kanban.rows.value = []
    kanban.conflictsNow.value = []
    await nextTick()
    expect(titles()[1]).toMatch(/^This matter is no longer here/)
  })
})

describe('a decision', () => {
  it('stays on the screen until the server has it, and is said then', async () => {
    conflicts.show('c.1')
    const followed = conflicts.follow(conflict('c.1'), 'local', decided())
    expect([conflicts.open.value?.id, conflicts.isDeciding.value]).toEqual(['c.1', true])
    ends(OK)
    await followed
    expect([conflicts.open.value, conflicts.isDeciding.value, titles()]).toEqual([null, false, ['2026-CV-0042: your version is in']])
  })

  it('that can\'t be made any more closes what stood for it', async () => {
    conflicts.show('c.1')
    await conflicts.follow(conflict('c.1'), 'local', null)
    expect([conflicts.open.value, titles()]).toEqual([null, []])
  })

  it('that was put off is told all the same, and leaves the one that is open by then alone', async () => {
    conflicts.show('c.1')
    const followed = conflicts.follow(conflict('c.1'), 'merge', decided())
    conflicts.show('c.2')
    ends({ ok: false, problem: { code: 'NOT_ASSIGNED', message: '' } })
    await followed
    expect([conflicts.open.value?.id, titles()]).toEqual(['c.2', ['2026-CV-0042: that couldn\'t be saved']])
  })

  it('that is followed by another before its end leaves that one being decided', async () => {
    conflicts.show('c.1')
    const first = conflicts.follow(conflict('c.1'), 'local', decided())
    const endFirst = ends
    conflicts.show('c.2')
    const second = conflicts.follow(conflict('c.2'), 'local', decided('c.2'))
    endFirst(OK)
    await first
    expect([conflicts.open.value?.id, conflicts.isDeciding.value]).toEqual(['c.2', true])
    ends(OK)
    await second
    expect(conflicts.isDeciding.value).toBe(false)
  })

  it('[X3] that met something newer still is shown as that, with what was on the screen before', async () => {
    conflicts.show('c.1')
    const followed = conflicts.follow(conflict('c.1'), 'local', decided())
    kanban.conflictsNow.value = [conflict('c.9')]
    ends({ ok: false, problem: { code: 'CONFLICT', message: '' }, conflictId: 'c.9' })
    await followed
    expect([conflicts.open.value?.id, conflicts.shownBefore('c.9'), conflicts.shownBefore('c.2')]).toEqual(['c.9', { title: 7 }, null])
    expect(titles()).toEqual([])
  })

  it('that met something newer after it was put off waits like any other, without a word of its own', async () => {
    conflicts.show('c.1')
    const followed = conflicts.follow(conflict('c.1'), 'local', decided())
    conflicts.close()
    ends({ ok: false, problem: { code: 'CONFLICT', message: '' }, conflictId: 'c.9' })
    await followed
    expect([conflicts.open.value, titles()]).toEqual([null, []])
  })

  it('that the rules refuse at once leaves the choice open', async () => {
    conflicts.show('c.1')
    const submitted = decided('none')
    const followed = conflicts.follow(conflict('c.1'), 'merge', submitted)
    ends({ ok: false, problem: { code: 'VALIDATION', message: '' } })
    await followed
    expect([conflicts.open.value?.id, titles()]).toEqual(['c.1', ['2026-CV-0042: that couldn\'t be saved']])
  })

  it('closes at once without a network, and the report tells of it to who was away', async () => {
    kanban.isOnline.value = false
    conflicts.show('c.1')
    const followed = conflicts.follow(conflict('c.1'), 'local', decided())
    expect(conflicts.open.value).toBeNull()
    const end = { ...OK }
    toldLater.add(end)
    ends(end)
    await followed
    expect(titles()).toEqual([])
  })
})

describe('the focus', () => {
  const back = async () => {
    await conflicts.returnFocus()
    return document.activeElement
  }

  it('goes back to where the conflict was opened from, else to its matter, open or as a card', async () => {
    const [mark, heading, card] = ['#mark', 'h2', 'article a'].map(selector => document.querySelector<HTMLElement>(selector)!)
    mark!.focus()
    conflicts.show('c.1')
    mark!.blur()
    expect(await back()).toBe(mark)
    mark!.remove()
    expect(await back()).toBe(heading)
    heading!.remove()
    expect(await back()).toBe(card)
  })

  it('stays where it is when none was opened', async () => {
    expect(await back()).toBe(document.body)
  })
})
