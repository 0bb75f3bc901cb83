import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol/socket.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { BOARD_ID, buildId } from '../../helpers/builders.ts'
import type { ChannelBench } from '../../helpers/channel-bench.ts'
import { createChannelBench } from '../../helpers/channel-bench.ts'
import { settle } from '../../helpers/virtual-clock.ts'
import { buildUpdates } from '../../helpers/wire-builders.ts'

type Deed = (bench: ChannelBench) => unknown

const boards = fc.constantFrom(BOARD_ID, buildId(0xB2))
const span = fc.constantFrom(0, 20, 1_000, 7_000, 40_000, 31 * 60_000)
const codes = fc.constantFrom(...Object.values(CLOSE), 1000, 1006)
const faults = fc.constantFrom(
  new Fault('network'), new Fault('server', { retryAfterMs: 3_000 }), new Fault('refused', { problem: { code: 'SOCKETS_OFF', message: '' } }), new Fault('signed-out'),
)
const frames = fc.constantFrom<object>(
  { t: 'reset', why: 'large' },
  { t: 'ping', i: 1, epoch: 'e1', version: 5 },
  { t: 'ping', i: 1, epoch: '', version: 0 },
  { t: 'ping', i: 1, epoch: 'e1', version: 50 },
  { t: 'pong', i: 1, epoch: 'e1', version: 5 },
  { t: 'same', ref: 2, epoch: 'e1', version: 5 },
  { t: 'reset', ref: 2, why: 'epoch' },
  { t: 'd', ref: 3, ...buildUpdates({ from: 5, version: 6 }) },
  { t: 'd', ...buildUpdates({ from: 5, version: 6 }) },
  { t: 'bye', code: 'drain', after: 4_000 },
  { t: 'err', code: 'UNAVAILABLE', ref: 2 },
  { t: 'welcome', sid: 's', epoch: 'e1', version: 5, now: 0 },
)

const deeds = fc.oneof<fc.Arbitrary<Deed>[]>(
  boards.map(board => ({ channel, position }) => channel.join(board, () => ({ ...position, boardId: board }))),
  fc.constantFrom<Deed>(
    ({ channel }) => channel.leave(), ({ channel }) => channel.close(), ({ channel }) => void channel.open(),
    ({ channel }) => void channel.retryNow(), ({ channel }) => channel.nudge(),
    ({ channel }) => channel.moved(), ({ channel }) => channel.attend(true), ({ channel }) => channel.attend(false), ({ channel }) => channel.probe(),
    ({ channel, position }) => void channel.sync(position).catch(() => {}), ({ channel }) => void channel.say('note', { text: 'a' }).catch(() => {}),
    ({ position }) => void (position.epoch = null), ({ position }) => void Object.assign(position, { epoch: 'e1', version: position.version + 1 }),
    ({ sockets }) => sockets.at(-1)?.accept(),
    bench => bench.sockets.at(-1)?.sent.length === 0 ? bench.welcome().catch(() => {}) : undefined,
  ),
  span.map(ms => ({ clock }) => clock.advance(ms)),
  span.map(ms => ({ clock }) => clock.sleep(ms)),
  span.map(ms => ({ clock }) => clock.jump(-ms)),
  codes.map(code => ({ sockets }) => sockets.at(-1)?.drop(code)),
  frames.map(frame => ({ sockets }) => sockets.at(-1)?.say(frame)),
  // Also what an old socket still says counts for nothing.
  frames.map(frame => ({ sockets }) => sockets.at(-2)?.say(frame)),
  faults.map(fault => ({ ticket }) => void ticket.mockRejectedValueOnce(fault)),
)

it('[S3] [S4] [T4] has one socket at most and a handful of timers whatever happens, leaves nothing behind, and comes back', async () => {
  await fc.assert(fc.asyncProperty(fc.array(deeds, { maxLength: 40 }), async (course) => {
    const bench = createChannelBench()
    for (const deed of course) {
      await deed(bench)
      await settle()
      expect(bench.sockets.filter(({ isClosed }) => !isClosed).length).toBeLessThanOrEqual(1)
      // A watch, a probe, a handshake, a retry, a move, a rest; and what a few questions wait for.
      expect(bench.clock.timers).toBeLessThanOrEqual(6 + course.length)
    }
    bench.channel.close()
    await settle()
    expect([bench.clock.timers, bench.sockets.filter(({ isClosed }) => !isClosed).length]).toEqual([0, 0])

    bench.ticket.mockReset()
    bench.ticket.mockResolvedValue('good')
    bench.position.epoch = 'e1'
    bench.channel.join(BOARD_ID, () => bench.position)
    bench.channel.attend(true)
    void bench.channel.retryNow()
    await settle()
    await bench.welcome()
    expect(bench.channel.state.state).toBe('live')
    bench.channel.close()
    await settle()
    expect(bench.clock.timers).toBe(0)
  }), { numRuns: 300 })
})
