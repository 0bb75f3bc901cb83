import type { TransportKind } from '#shared/config/features.ts'
import { expect } from 'vitest'
import { BOARD_ID, PEOPLE } from '../helpers/builders.ts'
import type { FakeRealtimeServer } from '../helpers/fake-realtime-server.ts'
import { createFakeRealtimeServer } from '../helpers/fake-realtime-server.ts'
import type { VirtualClock } from '../helpers/virtual-clock.ts'
import { createVirtualClock, seededRandom } from '../helpers/virtual-clock.ts'
import type { TransportGround } from './transport-ground.ts'

/** The ground that a test moves by hand: a server in memory and a clock that stands still. */
export interface FakeGround extends TransportGround {
  readonly clock: VirtualClock
  readonly server: FakeRealtimeServer
}

const STEP_MS = 10

/** A fresh server in memory. */
export function createFakeGround({ policy = 'hybrid', seed = 1 }: { policy?: TransportKind, seed?: number } = {}): FakeGround {
  const clock = createVirtualClock({ random: seededRandom(seed) })
  const server = createFakeRealtimeServer({ clock, policy })
  const people = { reader: PEOPLE.associate, colleague: PEOPLE.partner }

  async function until(condition: () => boolean, withinMs = 20_000): Promise<void> {
    const end = clock.now() + withinMs
    while (!condition()) {
      if (clock.now() >= end)
        expect.fail(`this didn't come true within ${withinMs} ms: ${condition}`)
      await clock.advance(STEP_MS)
    }
  }

  return {
    clock,
    server,
    boardId: BOARD_ID,
    columns: ['in-progress', 'review'],
    people,
    pollMs: 2_000,
    browserOf: who => server.browserOf(people[who]),
    until,
    async act(who, mutation) {
      server.commit(people[who], mutation)
      // A request takes its time, too.
      await clock.advance(STEP_MS)
    },
    cutSockets: server.dropAll,
    muteSockets: server.muteAll,
    refuseUpgrades: (refuses) => { server.faults.refusesUpgrades = refuses },
    goDown() {
      server.faults.isDown = true
      server.dropAll()
    },
    comeBack: () => { server.faults.isDown = false },
    signOut: async who => server.signOut(people[who]),
    renewEpoch: async () => server.change((model) => {
      model.backUp()
      model.restore()
    }),
    setWay: async transport => server.setPolicy(transport),
    tagOf: who => server.tagOf(people[who]),
    moveTag: async who => server.moveTag(who && people[who]),
    choosePresence: async (who, presence) => server.choices[presence === 'visible' ? 'show' : 'hide'](people[who]),
    close: async () => {},
  }
}
