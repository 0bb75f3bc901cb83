import { expect, it, onTestFinished } from 'vitest'
import { createBoardPresence } from '#server/services/realtime/board-presence.ts'
import { EVERYBODY_SEEN } from '#server/services/realtime/presence-choices.ts'
import { createSocketRegistry } from '#server/services/realtime/socket-registry.ts'
import { buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import { createFakeBusMedium } from '../../helpers/fake-bus.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

/** A process whose bus says what a test wants, and that passes nothing on. */
function open() {
  const [clock, bus] = [createVirtualClock(), createFakeBusMedium().join()]
  const presence = createBoardPresence({
    clock, bus, sockets: createSocketRegistry(), choices: EVERYBODY_SEEN, isShared: true, passOn: () => {}, tellHere: () => {},
  })
  onTestFinished(() => presence.close())
  return { clock, bus, presence }
}

const board = (n: number) => buildId(0xB000 + n)
const place = { tab: 't1', matterId: buildId(1), action: 'viewing' } as const

it('[A1] what is made up about boards and people that there are not is forgotten, although nobody asks about them', async () => {
  const { clock, bus, presence } = open()
  for (let round = 0; round < 5; round++) {
    for (let n = 0; n < 200; n++) {
      bus.hear({ kind: 'present', boardId: board(round * 200 + n), members: [{ id: buildId(0xA000 + n), since: NOW, places: [place] }] })
      presence.heard(board(round * 200 + n), { id: `${round} ${n}`, at: NOW, topic: 'member:joined', from: buildId(0xAF00 + n), data: {} })
    }
    await clock.advance(60_000)
  }
  bus.hear({ kind: 'present', boardId: board(0), members: [{ id: PEOPLE.partner.id, since: NOW, places: [place] }] })
  expect(presence.size).toBe(2)
})

it('[A1] who asks about boards that there are not leaves no trace of it', async () => {
  const { clock, presence } = open()
  for (let round = 0; round < 3; round++) {
    const asked = Array.from({ length: 100 }, (_, n) => presence.list(board(round * 100 + n)))
    await clock.advance(60_000)
    expect((await Promise.all(asked)).flat()).toEqual([])
  }
  void presence.list(board(999))
  expect(presence.size).toBe(1)
})
