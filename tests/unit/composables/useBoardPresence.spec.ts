import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { computed, effectScope, ref } from 'vue'
import { useRequestFetch } from '#imports'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import type { ActivityData, PresentMember } from '#shared/protocol/presence.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { PresenceView } from '~/composables/usePresence.ts'
import { useBoardPresence } from '~/composables/useBoardPresence.ts'
import { useRealtimeStore } from '~/stores/realtime.ts'
import { useSessionStore } from '~/stores/session.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { FakePage } from '../../helpers/fake-page.ts'
import { createFakePage } from '../../helpers/fake-page.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock, settle } from '../../helpers/virtual-clock.ts'

const { personal } = vi.hoisted(() => ({ personal: { now: () => 0 } as { preferences: Preferences, firm: FirmAwareness, now: () => number } }))
vi.mock('~/stores/personal.ts', () => ({ usePersonalStore: () => personal }))

const M = buildId(1)
const HIDDEN = buildId(2)
const { partner, associate, paralegal } = PEOPLE
const firm = ref<FirmAwareness>({ presence: true, notices: 'all', maintenance: null })
const preferences = ref<Preferences>(DEFAULT_PREFERENCES)
const visible = ref<readonly MatterId[]>([M])
/** How far the server's clock is ahead, as the page knows it. */
const ahead = ref(0)

let scope: EffectScope
let clock: VirtualClock
let page: FakePage
let transport: FakeTransport
let presence: PresenceView
const sayLast = vi.fn<(boardId: string, memberId: string, data: ActivityData) => void>()

function listed(members: PresentMember[], enabled = true): void {
  transport.presence.mockResolvedValue({ boardId: BOARD_ID, enabled, members })
}

const here = (member: Member, places: Omit<PresentMember['places'][number], 'tab'>[] = []): PresentMember =>
  ({ id: member.id, since: NOW, places: places.map((place, index) => ({ tab: `${member.id}-${index}`, ...place })) })

async function open({ me = partner as Member } = {}): Promise<void> {
  Object.assign(useSessionStore(), { member: { ...me, email: '', locale: null, transport: null } })
  scope = effectScope()
  presence = scope.run(() => useBoardPresence({
    boardId: computed(() => BOARD_ID),
    me: computed(() => me),
    members: computed(() => new Map(Object.values(PEOPLE).map(member => [member.id, member]))),
    matterById: id => visible.value.includes(id) ? { id } as never : undefined,
  }, { clock, tab: 'mine', sayLast, window: page.window, document: page.document }))!
  await settle()
}

const names = () => presence.members.value.map(({ member }) => member.name)
const told = () => transport.emit.mock.calls.filter(([topic]) => topic === 'member:activity').map(([, data]) => data)

beforeEach(() => {
  vi.mocked(useRequestFetch).mockReturnValue(vi.fn() as never)
  setActivePinia(createPinia())
  clock = createVirtualClock()
  page = createFakePage()
  firm.value = { presence: true, notices: 'all', maintenance: null }
  preferences.value = DEFAULT_PREFERENCES
  visible.value = [M]
  Object.defineProperties(personal, { firm: { get: () => firm.value, configurable: true }, preferences: { get: () => preferences.value, configurable: true } })
  ahead.value = 0
  personal.now = () => clock.now() + ahead.value
  sayLast.mockReset()
  transport = createFakeTransport()
  useRealtimeStore().switchTo('polling', () => transport)
  useRealtimeStore().transport.join(BOARD_ID, () => ({ boardId: BOARD_ID, epoch: 'e', version: 1, cid: 'c' }))
  listed([])
})
afterEach(() => scope.stop())

describe('who else is on the board', () => {
  it('[A1] is read when the board opens, every 45 s while somebody looks, and when they are back', async () => {
    listed([here(associate)])
    await open()
    expect([transport.presence.mock.calls.length, names()]).toEqual([1, [associate.name]])
    await clock.advance(90_000)
    expect(transport.presence).toHaveBeenCalledTimes(3)
    page.hide()
    await clock.advance(300_000)
    expect(transport.presence).toHaveBeenCalledTimes(3)
    // Nobody is shown whom nobody has heard of for minutes.
    expect(names()).toEqual([])
    page.show()
    page.focus()
    await settle()
    expect([transport.presence.mock.calls.length, names()]).toEqual([4, [associate.name]])
  })

  it('[A1] is read again when the connection is back', async () => {
    await open()
    await clock.advance(1_000)
    listed([here(associate)])
    for (const connection of [{ state: 'live', since: NOW, via: 'polling' }, { state: 'waiting', attempt: 1, retryAt: null, cause: 'network' }, { state: 'live', since: NOW, via: 'polling' }] as const)
      transport.tell('connection', transport.connection = connection)
    await settle()
    expect(names()).toEqual([associate.name])
  })

  it('[A1] follows what others say and do, on this board alone, and leaves the reader out', async () => {
    await open()
    const said = { boardId: BOARD_ID, at: NOW + 10 }
    transport.tell('member:joined', { ...said, from: associate.id })
    transport.tell('member:joined', { ...said, from: partner.id })
    transport.tell('member:joined', { boardId: 'elsewhere', at: NOW + 10, from: paralegal.id })
    expect(names()).toEqual([associate.name])
    transport.tell('member:activity', { ...said, at: NOW + 20, from: associate.id, data: { tab: 'b', matterId: M, action: 'editing', field: 'title' } })
    expect([presence.at(M), presence.editing(M, 'title'), presence.editing(M, 'tags'), presence.typing(M)].map(members => members.length)).toEqual([1, 1, 0, 0])
    transport.tell('member:activity', { ...said, at: NOW + 30, from: associate.id, data: { tab: 'b2', matterId: M, action: 'typing' } })
    expect([presence.at(M), presence.editing(M, 'title'), presence.typing(M)].map(members => members.length)).toEqual([1, 1, 1])
    transport.tell('member:activity', { ...said, at: NOW + 40, from: associate.id, data: { tab: 'b', matterId: M, action: 'gone' } })
    transport.tell('member:activity', { ...said, at: NOW + 40, from: associate.id, data: { tab: 'b2', matterId: null, action: 'viewing' } })
    expect([presence.at(M).length, names()]).toEqual([0, [associate.name]])
    transport.tell('member:left', { ...said, at: NOW + 50, from: associate.id })
    expect(names()).toEqual([])
  })

  it('[A1] hides by its own clock who gives no sign, also while the server can\'t be asked', async () => {
    listed([here(associate, [{ matterId: M, action: 'viewing' }])])
    await open()
    transport.presence.mockRejectedValue(new Fault('network'))
    await clock.advance(59_000)
    expect([names(), presence.at(M).length]).toEqual([[associate.name], 1])
    await clock.advance(1_000)
    expect([names(), presence.at(M).length]).toEqual([[], 0])
  })

  it('[A1] keeps what was said while the list was on its way', async () => {
    let answer = (_: unknown) => {}
    transport.presence.mockImplementation(() => new Promise(resolve => answer = resolve as never))
    await open()
    await clock.advance(10_000)
    transport.tell('member:left', { boardId: BOARD_ID, at: clock.now(), from: associate.id })
    transport.tell('member:joined', { boardId: BOARD_ID, at: clock.now(), from: paralegal.id })
    answer({ boardId: BOARD_ID, enabled: true, members: [here(associate)] })
    await settle()
    expect(names()).toEqual([paralegal.name])
  })

  it('[A3] shows nobody by a list that comes after presence was turned off, or the page is looked at no more', async () => {
    for (const end of [() => firm.value = { ...firm.value, presence: false }, () => page.hide()]) {
      firm.value = { ...firm.value, presence: true }
      page.show()
      const { promise, resolve } = Promise.withResolvers<{ boardId: string, enabled: boolean, members: PresentMember[] }>()
      transport.presence.mockReturnValueOnce(promise)
      await open()
      end()
      await settle()
      resolve({ boardId: BOARD_ID, enabled: true, members: [here(associate)] })
      await settle()
      expect(names()).toEqual([])
      scope.stop()
    }
  })

  it('[W3] names nobody whom this board doesn\'t know, nor the reader', async () => {
    listed([here(associate), here(partner), { id: buildId(0x99), since: NOW, places: [] }])
    await open()
    expect(names()).toEqual([associate.name])
  })

  it('[A1] stays as it is while the server\'s clock is known a little better', async () => {
    listed([here(associate)])
    await open()
    ahead.value = 20
    await settle()
    expect([names(), transport.presence.mock.calls.length]).toEqual([[associate.name], 1])
  })

  it('[A1] begins anew once it knows that its machine\'s clock is wrong', async () => {
    listed([here(associate)])
    await open()
    ahead.value = -3_600_000
    await settle()
    expect([transport.presence.mock.calls.length, names()]).toEqual([2, [associate.name]])
    transport.tell('member:left', { boardId: BOARD_ID, at: NOW - 3_599_000, from: associate.id })
    expect(names()).toEqual([])
  })

  it('[W3] names no place at a matter that isn\'t on this screen', async () => {
    listed([here(associate, [{ matterId: HIDDEN, action: 'editing', field: 'title' }])])
    await open()
    expect(presence.members.value[0]!.places).toEqual([])
    visible.value = [M, HIDDEN]
    expect(presence.members.value[0]!.places).toMatchObject([{ matterId: HIDDEN, fields: ['title'] }])
    visible.value = [M]
    expect(presence.members.value[0]!.places).toEqual([])
  })

  it('keeps what is drawn as it is while nothing changes', async () => {
    listed([here(associate, [{ matterId: M, action: 'viewing' }])])
    await open()
    const [members, cards] = [presence.members.value, presence.at(M)]
    await clock.advance(45_000)
    transport.tell('member:activity', { boardId: BOARD_ID, at: clock.now(), from: associate.id, data: { tab: `${associate.id}-0`, matterId: M, action: 'viewing' } })
    expect(presence.members.value).toBe(members)
    expect(presence.at(M)).toBe(cards)
  })
})

describe('where the reader is', () => {
  it('[A1] is said with its tab, and taken back when the board is left', async () => {
    await open()
    const close = presence.claim({ matterId: M, action: 'viewing' })
    await clock.advance(1_000)
    presence.type(M)
    await clock.advance(10_000)
    close()
    await clock.advance(1_000)
    presence.claim({ matterId: M, action: 'viewing' })
    await clock.advance(1_000)
    scope.stop()
    expect(told()).toEqual([
      { tab: 'mine', matterId: M, action: 'viewing' }, { tab: 'mine', matterId: M, action: 'typing' }, { tab: 'mine', matterId: M, action: 'viewing' },
      { tab: 'mine', matterId: null, action: 'viewing' }, { tab: 'mine', matterId: M, action: 'viewing' }, { tab: 'mine', matterId: M, action: 'gone' },
    ])
    await clock.advance(120_000)
    expect([told().length, clock.timers]).toEqual([6, 0])
  })

  it('is taken back by a word that outlives the page, when the page goes', async () => {
    await open()
    presence.claim({ matterId: M, action: 'viewing' })
    page.fire('pagehide')
    expect(sayLast.mock.calls).toEqual([[BOARD_ID, partner.id, { tab: 'mine', matterId: M, action: 'gone' }]])
    page.fire('pageshow')
    await clock.advance(1_000)
    expect(told()).toHaveLength(2)
  })

  it('[A3] isn\'t said by who is invisible, who sees the others all the same', async () => {
    preferences.value = { ...DEFAULT_PREFERENCES, presence: 'invisible' }
    listed([here(associate)])
    await open()
    presence.claim({ matterId: M, action: 'viewing' })
    await clock.advance(60_000)
    page.fire('pagehide')
    expect([told(), sayLast.mock.calls, names(), presence.isInvisible.value]).toEqual([[], [], [associate.name], true])
    preferences.value = DEFAULT_PREFERENCES
    await clock.advance(1_000)
    expect(told()).toEqual([{ tab: 'mine', matterId: M, action: 'viewing' }])
  })

  it('fails in silence', async () => {
    transport.emit.mockRejectedValue(new Fault('network'))
    await open()
    presence.claim({ matterId: M, action: 'viewing' })
    await clock.advance(1_000)
    expect(told()).toHaveLength(1)
  })
})

describe('nobody asks and nobody says anything', () => {
  const isQuiet = () => [presence.enabled.value, transport.presence.mock.calls.length, told().length, names()]

  it('[A3] where the firm turned presence off, until it is on again', async () => {
    firm.value = { ...firm.value, presence: false }
    await open()
    presence.claim({ matterId: M, action: 'viewing' })
    await clock.advance(120_000)
    expect(isQuiet()).toEqual([false, 0, 0, []])
    listed([here(associate)])
    firm.value = { ...firm.value, presence: true }
    await clock.advance(1_000)
    expect([names(), told().length]).toEqual([[associate.name], 1])
    firm.value = { ...firm.value, presence: false }
    await clock.advance(1_000)
    transport.tell('member:joined', { boardId: BOARD_ID, at: clock.now(), from: paralegal.id })
    expect(names()).toEqual([])
  })

  it('where the member turned live updates off', async () => {
    useRealtimeStore().switchTo('off', () => Object.assign(transport, { kind: 'off' }))
    await open()
    presence.claim({ matterId: M, action: 'viewing' })
    await clock.advance(120_000)
    page.focus()
    await clock.advance(120_000)
    expect(isQuiet()).toEqual([false, 0, 0, []])
  })

  it('[A4] on the pages of clients and administrators', async () => {
    await open({ me: PEOPLE.client })
    await clock.advance(60_000)
    expect(isQuiet()).toEqual([false, 0, 0, []])
    scope.stop()
    await open({ me: PEOPLE.admin })
    expect(isQuiet()).toEqual([false, 0, 0, []])
  })

  it('[A3] shows nobody where the server says that the firm wants none', async () => {
    listed([here(associate)], false)
    await open()
    expect(names()).toEqual([])
  })
})

it('[A2] says whether cursors are wanted, and whether the way brings any', async () => {
  await open()
  expect([presence.cursors.value, presence.carriesCursors.value]).toEqual([false, false])
  preferences.value = { ...DEFAULT_PREFERENCES, cursors: true }
  transport.connection = { state: 'live', since: NOW, via: 'socket' }
  transport.tell('connection', transport.connection)
  expect([presence.cursors.value, presence.carriesCursors.value]).toEqual([true, true])
})

it('[A4] sends a note without the blanks around it', async () => {
  await open()
  await presence.sendNote(' Court closes at noon ')
  expect(transport.emit).toHaveBeenCalledWith('note', { text: 'Court closes at noon' })
})
