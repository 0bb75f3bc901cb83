import { mountSuspended } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, shallowRef } from 'vue'
import LiveCursors from '~/components/presence/LiveCursors.vue'
import { provideKanban } from '~/composables/useKanban.ts'
import type { UseLiveCursorsReturn } from '~/composables/useLiveCursors.ts'
import { useLiveCursors } from '~/composables/useLiveCursors.ts'
import { providePresence } from '~/composables/usePresence.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { BOARD_ID, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakeKanban } from '../../helpers/fake-kanban.ts'
import { fakeKanban } from '../../helpers/fake-kanban.ts'
import type { FakePresence } from '../../helpers/fake-presence.ts'
import { createFakePresence } from '../../helpers/fake-presence.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

let kanban: FakeKanban
let presence: FakePresence
vi.mock('~/composables/useKanbanRealTime.ts', () => ({ useKanbanRealTime: () => kanban }))

const { partner, associate } = PEOPLE
/** Boxes by the part of the board that has them; the card moves as its list is scrolled. */
const boxes = ref<Record<string, [left: number, top: number, width: number, height: number]>>({})
let transport: FakeTransport
let clock: VirtualClock
const mounted: { unmount: () => void }[] = []

beforeEach(() => {
  kanban = fakeKanban()
  presence = createFakePresence()
  presence.cursorsNow.value = true
  clock = createVirtualClock()
  transport = createFakeTransport('websocket')
  useRealtimeStore().switchTo('websocket', () => transport)
  useRealtimeStore().transport.join(BOARD_ID, () => ({ boardId: BOARD_ID, epoch: 'e', version: 1, cid: 'c' }))
  boxes.value = { board: [100, 50, 1000, 500], review: [200, 50, 300, 500], list: [200, 90, 300, 460], m1: [210, 100, 280, 100] }
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    const [left, top, width, height] = boxes.value[this.id] ?? [0, 0, 0, 0]
    return { left, top, width, height } as DOMRect
  })
})
afterEach(() => {
  mounted.splice(0).forEach(({ unmount }) => unmount())
  document.body.replaceChildren()
})

function buildBoard(): HTMLElement {
  const board = document.createElement('div')
  board.id = 'board'
  board.innerHTML = '<section id="review" data-drop-column="review"><div id="list" data-drop-list><ul><li id="m1" data-matter-id="m1"></li></ul></div></section>'
  document.body.append(board)
  return board
}

async function open(): Promise<{ board: HTMLElement, live: UseLiveCursorsReturn }> {
  const board = buildBoard()
  let live!: UseLiveCursorsReturn
  const Inner = defineComponent(() => {
    live = useLiveCursors(shallowRef(board), clock)
    return () => null
  })
  mounted.push(await mountSuspended(defineComponent(() => {
    provideKanban('b')
    providePresence(presence)
    return () => h(Inner)
  })))
  return { board, live }
}

const tell = (at: { columnId: string, matterId: string | null, x: number, y: number } | null, from = associate.id, boardId = BOARD_ID) =>
  transport.tell('cursor', { boardId, from, at: NOW, data: { at } })
const onCard = { columnId: 'review', matterId: 'm1', x: 0.5, y: 0.5 }
const said = () => transport.emit.mock.calls.filter(([topic]) => topic === 'cursor').map(([, data]) => data)

it('[A2] are asked for while they are drawn, and not after', async () => {
  await open()
  expect(transport.want.mock.lastCall).toEqual([{ cursors: true }])
  mounted.pop()!.unmount()
  expect(transport.want.mock.lastCall).toEqual([{ cursors: false }])
  expect(clock.timers).toBe(0)
})

it('[A2] stand at the same place of the same card, go along with it, and go where it goes', async () => {
  const { live } = await open()
  tell(onCard)
  await vi.waitFor(() => expect(live.cursors.value).toEqual([{ member: associate, x: 250, y: 100, isFading: false }]))
  expect(live.isCarried.value).toBe(false)
  boxes.value = { ...boxes.value, m1: [210, 200, 280, 100] }
  document.dispatchEvent(new Event('scroll'))
  await vi.waitFor(() => expect(live.cursors.value[0]!.y).toBe(200))
  expect(live.isCarried.value).toBe(true)
  boxes.value = { ...boxes.value, m1: [210, -300, 280, 100] }
  window.dispatchEvent(new Event('resize'))
  await vi.waitFor(() => expect(live.cursors.value).toEqual([]))
})

it('[A2] fade 5 s after the last sign, and go', async () => {
  const { live } = await open()
  tell(onCard)
  await vi.waitFor(() => expect(live.cursors.value).toHaveLength(1))
  await clock.advance(5_000)
  await vi.waitFor(() => expect(live.cursors.value.map(({ isFading }) => isFading)).toEqual([true]))
  await clock.advance(500)
  await vi.waitFor(() => expect(live.cursors.value).toEqual([]))
  expect(clock.timers).toBe(0)
})

it('[A2] are those of others on this board, until they point nowhere or leave', async () => {
  const { live } = await open()
  tell(onCard, partner.id)
  tell(onCard, associate.id, 'elsewhere')
  tell(onCard, 'nobody whom this page knows')
  tell(onCard, PEOPLE.clerk.id)
  await vi.waitFor(() => expect(live.cursors.value.map(({ member }) => member.id)).toEqual([PEOPLE.clerk.id]))
  tell(null, PEOPLE.clerk.id)
  await vi.waitFor(() => expect(live.cursors.value).toEqual([]))
  tell(onCard)
  await vi.waitFor(() => expect(live.cursors.value).toHaveLength(1))
  transport.tell('member:left', { boardId: BOARD_ID, from: associate.id, at: NOW })
  await vi.waitFor(() => expect(live.cursors.value).toEqual([]))
})

it('[A2] tell where this reader points, by a socket alone, and never from an invisible one', async () => {
  const { board } = await open()
  const point = (x: number) => board.querySelector('#m1')!.dispatchEvent(Object.assign(new Event('pointermove', { bubbles: true }), { pointerType: 'mouse', clientX: x, clientY: 150 }))
  point(350)
  expect(said()).toEqual([{ at: onCard }])
  await clock.advance(1_000)
  board.dispatchEvent(new Event('pointerleave'))
  expect(said()).toEqual([{ at: onCard }, { at: null }])
  presence.isInvisibleNow.value = true
  await clock.advance(1_000)
  point(360)
  presence.isInvisibleNow.value = false
  presence.carriesCursorsNow.value = false
  await clock.advance(1_000)
  point(370)
  expect(said()).toHaveLength(2)
})

/** The board with one colleague's cursor on it. */
async function showCursor(): Promise<Awaited<ReturnType<typeof mountSuspended>>> {
  const board = buildBoard()
  const page = await mountSuspended(defineComponent(() => {
    provideKanban('b')
    providePresence(presence)
    return () => h(LiveCursors, { board })
  }))
  mounted.push(page)
  tell(onCard)
  await vi.waitFor(() => expect(page.find('[data-cursor]').exists()).toBe(true))
  return page
}

it('are drawn with a name, take no press, and aren\'t read out', async () => {
  const page = await showCursor()
  const layer = page.get('[data-live-cursors]')
  expect(layer.attributes('aria-hidden')).toBe('true')
  expect(layer.classes()).toContain('pointer-events-none')
  expect(page.get('[data-cursor]').text()).toBe(associate.name)
})

it('have their name on the other side where the board ends', async () => {
  const page = await showCursor()
  expect(page.get('[data-cursor]').classes()).not.toContain('flex-row-reverse')

  boxes.value = { ...boxes.value, review: [200, 50, 880, 500], list: [200, 90, 880, 460], m1: [800, 100, 280, 100] }
  document.dispatchEvent(new Event('scroll'))
  await vi.waitFor(() => expect(page.get('[data-cursor]').classes()).toContain('flex-row-reverse'))
})
