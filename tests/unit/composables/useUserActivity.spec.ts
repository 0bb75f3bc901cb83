import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { EffectScope } from 'vue'
import { computed, effectScope, ref, shallowRef } from 'vue'
import type { Activity } from '#shared/kanban/activity.ts'
import type { PersonHere } from '~/composables/usePresence.ts'
import { useUserActivity } from '~/composables/useUserActivity.ts'
import { BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'

const { partner, partner2, associate } = PEOPLE
const MINUTE = 60_000
const now = ref(NOW)
const here = shallowRef<PersonHere[]>([])
const isOn = ref(true)
const claim = vi.fn(() => () => {})
const steps = shallowRef<Activity[]>([])
const heard = new Map<string, (event: object) => void>()

vi.mock('~/composables/useKanban.ts', () => ({
  useKanban: () => ({
    boardId: computed(() => BOARD_ID),
    me: computed(() => partner),
    now,
    members: computed(() => new Map(Object.values(PEOPLE).map(member => [member.id, member]))),
  }),
}))
vi.mock('~/composables/usePresence.ts', () => ({ usePresence: () => ({ members: computed(() => here.value), enabled: computed(() => isOn.value), claim }) }))
vi.mock('~/composables/useBoardActivity.ts', () => ({ useBoardActivity: () => ({ steps: computed(() => steps.value) }) }))
vi.mock('~/composables/useRealTimeTransport.ts', () => ({
  useRealTimeTransport: () => ({ subscribe: (event: string, listener: (event: object) => void) => heard.set(event, listener) }),
}))

let scope: EffectScope
let activity: ReturnType<typeof useUserActivity>
beforeEach(() => {
  now.value = NOW
  here.value = []
  isOn.value = true
  scope = effectScope()
  activity = scope.run(() => useUserActivity())!
})
afterEach(() => scope.stop())

const person = (member: typeof partner, since: number): PersonHere => ({ member, since, places: [] })
const pass = (kind: 'joined' | 'left', from: string, at: number, boardId = BOARD_ID) => heard.get(`member:${kind}`)!({ boardId, from, at })

it('tells who is here, and who of them came within ten minutes, the last one first', () => {
  here.value = [person(associate, NOW - 11 * MINUTE), person(partner2, NOW - 2 * MINUTE), person(PEOPLE.clerk, NOW - MINUTE)]
  expect(activity.activeUsers.value).toHaveLength(3)
  expect(activity.joined.value).toEqual([{ member: PEOPLE.clerk, at: NOW - MINUTE }, { member: partner2, at: NOW - 2 * MINUTE }])
})

it('tells who left, until ten minutes have passed or they are back', () => {
  pass('left', partner2.id, NOW)
  pass('left', associate.id, NOW + MINUTE)
  pass('left', partner.id, NOW)
  pass('left', PEOPLE.clerk.id, NOW, buildId(0xBAD))
  pass('left', buildId(0xDEAD), NOW)
  expect(activity.left.value).toEqual([{ member: associate, at: NOW + MINUTE }, { member: partner2, at: NOW }])
  pass('joined', associate.id, NOW + 2 * MINUTE)
  expect(activity.left.value).toEqual([{ member: partner2, at: NOW }])
  now.value = NOW + 11 * MINUTE
  expect(activity.left.value).toEqual([])
})

it('names nobody where the firm has turned presence off', () => {
  pass('left', partner2.id, NOW)
  isOn.value = false
  expect(activity.left.value).toEqual([])
})

it('has the newest fifty actions, and passes on what the reader does', () => {
  steps.value = Array.from({ length: 60 }, (_, index) => ({ id: buildId(index) }) as Activity)
  expect(activity.actions.value).toHaveLength(50)
  activity.trackAction({ matterId: null, action: 'viewing' })
  expect(claim).toHaveBeenCalledExactlyOnceWith({ matterId: null, action: 'viewing' })
})
