import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useRequestFetch } from '#imports'
import type { MatterOp } from '#shared/protocol/messages.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildBoard, buildMatter, NOW, OWN, PEOPLE } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'
import { buildUpdates } from '../../helpers/wire-builders.ts'

const matter = buildMatter({ columnId: 'review' })
const note = { boardId: BOARD_ID, from: PEOPLE.clerk.id, at: NOW, data: { text: 'Hello' } }
const another = { ...note, at: NOW + 1 }
const position = () => ({ boardId: BOARD_ID, epoch: 'e', version: 1, cid: 'c' })
const request = vi.fn()
let transport: FakeTransport

/** Puts a transport in whose words a test chooses. */
function use(kind: Parameters<typeof createFakeTransport>[0] = 'polling'): FakeTransport {
  const next = createFakeTransport(kind)
  useRealtimeStore().switchTo(next.kind, () => next)
  return next
}

beforeEach(() => {
  vi.stubGlobal('sessionStorage', createMemoryLocalStorage())
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  request.mockReset()
  setActivePinia(createPinia())
  transport = use()
})
afterEach(() => vi.unstubAllGlobals())

describe('a subscription', () => {
  it('[T1] hears its event over every swap, and once', () => {
    const { subscribeToEvent } = useRealtimeStore()
    const heard = vi.fn()
    subscribeToEvent('note', heard)
    transport.tell('note', note)
    const next = use('websocket')
    transport.tell('note', another)
    next.tell('note', another)
    expect(heard.mock.calls).toEqual([[note], [another]])
  })

  it('ends by what it returned, or by naming event and handler', () => {
    const { subscribeToEvent, unsubscribeFromEvent } = useRealtimeStore()
    const [first, second] = [vi.fn(), vi.fn()]
    const stop = subscribeToEvent('note', first)
    subscribeToEvent('note', second)
    unsubscribeFromEvent('member:joined', second as never)
    stop()
    transport.tell('note', note)
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1])
    unsubscribeFromEvent('note', second)
    transport.tell('note', another)
    expect(second).toHaveBeenCalledOnce()
  })

  it('[T1] to a collection hears what it wants of it, over every swap, until it ends', () => {
    const { subscribeTo, transport: link } = useRealtimeStore()
    const [all, inReview] = [vi.fn(), vi.fn()]
    link.join(BOARD_ID, position, () => ({ epoch: 'e1', version: 1, columns: buildBoard().columns, rows: new Map() }))
    const stop = subscribeTo('matters', { event: '*' }, all)
    subscribeTo('matters', { event: 'UPDATE', filter: { columnId: 'review' } }, inReview)
    const put = (columnId: string, version: number): MatterOp[] => [{ op: 'put', id: matter.id, matter: { ...matter, columnId, version } }]
    transport.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ matters: put('intake', 2) }) })
    const next = use('hybrid')
    next.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 2, version: 3, matters: put('review', 3) }) })
    next.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 3, version: 4, matters: put('closed', 4) }) })
    next.tell('note', note)
    expect(all.mock.calls.map(([{ event, id }]) => [event, id])).toEqual([['INSERT', matter.id], ['UPDATE', matter.id], ['UPDATE', matter.id]])
    expect(inReview).toHaveBeenCalledExactlyOnceWith({ event: 'UPDATE', boardId: BOARD_ID, id: matter.id, row: { ...matter, columnId: 'review', version: 3 }, by: matter.updatedBy })
    stop()
    next.tell('updates', { boardId: BOARD_ID, answer: buildUpdates({ from: 4, version: 5, deleted: [matter.id] }) })
    expect(all).toHaveBeenCalledTimes(3)
  })

  it('ends with all others when the page is somebody else\'s, together with the link', () => {
    const { subscribeToEvent, subscribeTo, cleanup, transport: link } = useRealtimeStore()
    const heard = vi.fn()
    void link.connect()
    subscribeToEvent('note', heard)
    subscribeTo('members', { event: '*' }, heard)
    link.join(BOARD_ID, position)
    cleanup()
    transport.tell('note', note)
    transport.tell('member:joined', note)
    expect(heard).not.toHaveBeenCalled()
    expect([transport.joined, transport.disconnect.mock.calls.length]).toEqual([[], 1])
  })
})

describe('switching', () => {
  it('[T1] keeps what is joined, connected and listened to', () => {
    const { transport: link } = useRealtimeStore()
    const heard = vi.fn()
    link.on('updates', heard)
    void link.connect()
    link.join(BOARD_ID, position)
    const next = use('websocket')
    expect([useRealtimeStore().kind, link.kind]).toEqual(['websocket', 'websocket'])
    expect([transport.joined, next.joined, next.connect.mock.calls.length]).toEqual([[], [BOARD_ID], 1])
    next.tell('updates', { boardId: BOARD_ID, answer: buildUpdates() })
    expect(heard).toHaveBeenCalledOnce()
  })

  it('[R7] happens when the server names another way, and asks once whose wish that was', async () => {
    const session = useSessionStore()
    const member = { ...PEOPLE.partner, email: '', locale: null, transport: null }
    Object.assign(session, { member, lastMember: member, transport: 'polling' })
    request.mockResolvedValue({ member: { ...member, transport: 'off' }, transport: 'off', boards: [], timeZone: 'Asia/Tokyo', ...OWN })
    transport.tell('policy', { transport: 'off' })
    expect([useRealtimeStore().kind, session.transport]).toEqual(['off', 'off'])
    await vi.waitFor(() => expect(session.member?.transport).toBe('off'))
    expect(request).toHaveBeenCalledOnce()
  })

  it.each(['polling', 'off'] as const)('to %s leaves nothing for a page that is loaded anew to try first', (kind) => {
    sessionStorage.setItem('aster-link', 'socket')
    useRealtimeStore().switchTo('hybrid')
    expect(sessionStorage.getItem('aster-link')).toBe('socket')
    useRealtimeStore().switchTo(kind)
    expect(sessionStorage.getItem('aster-link')).toBeNull()
  })
})

it('says what it is told to say', async () => {
  await useRealtimeStore().emit('note', { text: 'Hello' })
  expect(transport.emit).toHaveBeenCalledExactlyOnceWith('note', { text: 'Hello' })
})

it('on a server opens no socket and sets no timer, whatever is asked of it', () => {
  vi.useFakeTimers()
  const open = vi.fn()
  vi.stubGlobal('WebSocket', open)
  for (const kind of ['hybrid', 'websocket', 'priority', 'off', 'polling'] as const) {
    setActivePinia(createPinia())
    useRealtimeStore().switchTo(kind)
  }
  expect([open.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0])
  vi.useRealTimers()
})
