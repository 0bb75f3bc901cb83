import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { computed, effectScope, shallowRef } from 'vue'
import { useRequestFetch } from '#imports'
import type { Member } from '#shared/kanban/member.ts'
import { createBoardVisits } from '~/composables/useBoardVisits.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { BOARD_ID, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'

const me = shallowRef<Member>(PEOPLE.partner)
const request = vi.fn()
let page: FakePage
let scope: EffectScope

beforeEach(() => {
  vi.clearAllMocks()
  setActivePinia(createPinia())
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  me.value = PEOPLE.partner
  page = createFakePage()
  scope = effectScope()
})
afterEach(() => scope.stop())

/** The server says when they were here before. */
function open(...before: (number | null)[]) {
  before.forEach(lastVisit => request.mockResolvedValueOnce({ lastVisit }))
  request.mockResolvedValue({ lastVisit: NOW })
  const kanban = { boardId: computed(() => BOARD_ID), me: computed(() => me.value) }
  return scope.run(() => createBoardVisits(kanban, { window: page.window, document: page.document }))!
}
const settle = () => new Promise<void>(resolve => queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve)))))
async function lookAway(): Promise<void> {
  page.hide()
  await settle()
  page.show()
}

describe('a visit to a board', () => {
  it('is noted once when the page is hidden and then left, and when the board is left', async () => {
    open()
    page.hide()
    page.fire('pagehide')
    await settle()
    expect(request).toHaveBeenCalledExactlyOnceWith(`/api/boards/${BOARD_ID}/visit`, expect.objectContaining({ method: 'POST', keepalive: true }))
    page.show()
    scope.stop()
    expect(request).toHaveBeenCalledTimes(2)
  })

  it('begins anew on a page that the browser kept for going back', async () => {
    open()
    for (let times = 0; times < 2; times++) {
      page.fire('pagehide')
      await settle()
      page.fire('pageshow')
    }
    expect(request).toHaveBeenCalledTimes(2)
  })

  it('is told once, also where that couldn\'t be noted', async () => {
    const visits = open(NOW - 900_000)
    await lookAway()
    request.mockRejectedValueOnce(new Error('away'))
    await visits.markRead()
    expect(visits.since.value).toBeNull()
    await lookAway()
    expect(visits.since.value).toBe(NOW)
  })

  it('doesn\'t become a later one by looking away for a moment, until the reader was told', async () => {
    const visits = open(NOW - 900_000)
    expect(visits.since.value).toBeNull()
    await lookAway()
    await lookAway()
    expect(visits.since.value).toBe(NOW - 900_000)
    await visits.markRead()
    expect(visits.since.value).toBeNull()
    await lookAway()
    expect(visits.since.value).toBe(NOW)
  })

  it('is nobody\'s who doesn\'t work at the firm, and asks nothing of who turned live updates off', async () => {
    open()
    me.value = PEOPLE.admin
    await lookAway()
    me.value = PEOPLE.partner
    useRealtimeStore().kind = 'off'
    await lookAway()
    expect(request).not.toHaveBeenCalled()
  })

  it('that couldn\'t be noted is tried again the next time', async () => {
    const visits = open()
    request.mockReset().mockRejectedValueOnce(new Error('away')).mockResolvedValue({ lastVisit: NOW - 1 })
    await lookAway()
    expect(visits.since.value).toBeNull()
    await lookAway()
    expect(visits.since.value).toBe(NOW - 1)
  })
})
