import { expect, it } from 'vitest'
import { openPresenceChoices } from '#server/services/realtime/presence-choices.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { FirmAwareness } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { PEOPLE } from '../../helpers/builders.ts'
import { createVirtualClock, settle } from '../../helpers/virtual-clock.ts'

const { partner, clerk } = PEOPLE

async function open() {
  const clock = createVirtualClock()
  const stored = new Map<MemberId, Preferences>()
  const moves = new Set<(memberId: MemberId | null) => void>()
  const changes = new Set<(firm: FirmAwareness) => void>()
  const state = { isAway: false, presence: true, reads: 0 }
  const current = (): FirmAwareness => ({ presence: state.presence, notices: 'all', maintenance: null })
  const choose = (id: MemberId, presence: Preferences['presence']) => {
    stored.set(id, { ...DEFAULT_PREFERENCES, presence })
    moves.forEach(move => move(id))
  }
  stored.set(clerk.id, { ...DEFAULT_PREFERENCES, presence: 'invisible' })
  const choices = await openPresenceChoices({
    clock,
    repository: {
      accounts: { listMembers: async () => Object.values(PEOPLE).map(member => ({ ...member, createdAt: 0 })) },
      personal: {
        async preferencesOf() {
          state.reads++
          await settle()
          if (state.isAway)
            throw new Error('away')
          return stored
        },
      },
    } as never,
    heads: { onMoved: (listener) => {
      moves.add(listener)
      return () => moves.delete(listener)
    } },
    awareness: { current, onChange: (listener) => {
      changes.add(listener)
      return () => changes.delete(listener)
    } },
  })
  const told: (MemberId | null)[] = []
  choices.onChange(memberId => told.push(memberId))
  const turn = (presence: boolean) => {
    state.presence = presence
    changes.forEach(change => change(current()))
  }
  return { clock, choices, choose, told, turn, state, moves, changes }
}

it('[A3] are known from the start, and anew as soon as a member chose, with what they say next waiting for it', async () => {
  const { choices, choose, told, state } = await open()
  expect([choices.isInvisible(clerk.id), choices.isInvisible(partner.id), state.reads]).toEqual([true, false, 1])
  choose(partner.id, 'invisible')
  await choices.settled()
  expect([choices.isInvisible(partner.id), told]).toEqual([true, [partner.id]])
  choose(partner.id, 'visible')
  choose(clerk.id, 'visible')
  await choices.settled()
  expect([choices.isInvisible(partner.id), choices.isInvisible(clerk.id), told.length]).toEqual([false, false, 3])
  // What else is a member's own changes nothing here.
  choose(clerk.id, 'visible')
  await choices.settled()
  expect(told).toHaveLength(3)
})

it('[A3] hide whose choice can\'t be read, until it can', async () => {
  const { clock, choices, choose, told, state } = await open()
  state.isAway = true
  choose(partner.id, 'visible')
  await choices.settled()
  expect(choices.isInvisible(partner.id)).toBe(true)
  state.isAway = false
  await clock.advance(1_000)
  await choices.settled()
  expect([choices.isInvisible(partner.id), told, clock.timers]).toEqual([false, [partner.id], 0])
})

it('[A3] say what the firm wants, and nothing of what else it set', async () => {
  const { choices, told, turn } = await open()
  expect(choices.isOn()).toBe(true)
  turn(true)
  turn(false)
  turn(false)
  expect([choices.isOn(), told]).toEqual([false, [null]])
})

it('let go of whom they listen to', async () => {
  const { choices, moves, changes } = await open()
  choices.close()
  expect([moves.size, changes.size]).toEqual([0, 0])
})
