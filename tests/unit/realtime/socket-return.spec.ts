import { beforeEach, describe, expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol/socket.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { ChannelBench } from '../../helpers/channel-bench.ts'
import { createChannelBench } from '../../helpers/channel-bench.ts'
import { settle } from '../../helpers/virtual-clock.ts'

let bench: ChannelBench

beforeEach(() => {
  bench = createChannelBench()
})

describe('coming back', () => {
  it('[T4] comes back within half a second after the first drop, and ever slower after that', async () => {
    bench = createChannelBench({}, () => 0.999)
    const waits: number[] = []
    await bench.goLive()
    bench.socket.drop()
    for (let attempt = 0; attempt < 4; attempt++) {
      const { state } = bench.channel
      waits.push(state.state === 'waiting' ? state.retryAt - bench.clock.now() : -1)
      await bench.clock.advance(waits.at(-1)!)
      bench.socket.drop()
    }
    expect(waits).toEqual([500, 999, 1_499, 1_499])
  })

  it('[T4] tries every second or so while the outage is young, and then up to once a minute', async () => {
    bench = createChannelBench({}, () => 0.999)
    bench.ticket.mockRejectedValue(new Fault('network'))
    await bench.begin()
    await bench.clock.advance(30_000)
    expect(bench.ticket.mock.calls.length).toBeGreaterThan(15)
    await bench.clock.advance(600_000)
    const calls = bench.ticket.mock.calls.length
    await bench.clock.advance(600_000)
    expect(bench.ticket.mock.calls.length - calls).toBe(10)
  })

  it('[T4] takes how to come back from its options', async () => {
    bench = createChannelBench({}, () => 0.999)
    bench.channel.setReconnect({ baseMs: 100, youngCapMs: 300 })
    bench.channel.setReconnect({ youngForMs: 1_000, capMs: 5_000 })
    bench.ticket.mockRejectedValue(new Fault('network'))
    await bench.begin()
    const waits = new Set<number>()
    for (let now = 0; now < 60; now++) {
      const { state } = bench.channel
      waits.add(state.state === 'waiting' ? state.retryAt - bench.clock.now() : -1)
      await bench.clock.advance([...waits].at(-1)!)
    }
    expect([...waits].slice(0, 3)).toEqual([100, 200, 300])
    expect(Math.max(...waits)).toBe(4_995)
  })

  it('[T4] forgets failures after ten seconds of health, and not by being open', async () => {
    const socket = await bench.goLive()
    socket.drop()
    await bench.clock.advance(1_000)
    await bench.welcome()
    await bench.clock.advance(9_000)
    bench.socket.drop()
    expect(bench.channel.state).toMatchObject({ state: 'waiting', attempt: 2 })
    await bench.clock.advance(1_000)
    await bench.welcome()
    await bench.clock.advance(10_000)
    bench.socket.drop()
    expect(bench.channel.state).toMatchObject({ state: 'waiting', attempt: 1 })
  })

  it('[T4] spreads the first try after the server ended it over a second', async () => {
    const delays: number[] = []
    for (const chance of [0, 0.5, 0.999]) {
      bench = createChannelBench({}, () => chance)
      const socket = await bench.goLive()
      socket.drop(CLOSE.GONE)
      const { state } = bench.channel
      delays.push(state.state === 'waiting' ? state.retryAt - bench.clock.now() : -1)
    }
    expect(delays).toEqual([0, 500, 999])
  })

  it('[B4] comes back when the server that is restarted said to, and says that it goes', async () => {
    const socket = await bench.goLive()
    socket.say({ t: 'bye', code: 'drain', after: 6_000 })
    expect(bench.on.onMaintenance).toHaveBeenCalledExactlyOnceWith(6_000)
    socket.drop(CLOSE.DRAIN)
    expect(bench.channel.state).toMatchObject({ state: 'waiting', cause: 'server' })
    await bench.clock.advance(5_999)
    bench.channel.attend(true)
    expect(bench.ticket).toHaveBeenCalledTimes(1)
    await bench.clock.advance(601)
    expect(bench.ticket).toHaveBeenCalledTimes(2)
  })

  it('[B4] forgets what one server said about coming back when the next one goes without a word', async () => {
    const socket = await bench.goLive()
    socket.say({ t: 'bye', code: 'drain', after: 6_000 })
    socket.drop(CLOSE.DRAIN)
    await bench.clock.advance(7_000)
    const next = await bench.welcome()
    next.drop()
    await bench.clock.advance(1_000)
    expect(bench.sockets).toHaveLength(3)
  })

  it('[T4] waits up to five minutes while nobody looks', async () => {
    bench = createChannelBench({}, () => 0.999)
    bench.ticket.mockRejectedValue(new Fault('network'))
    bench.channel.attend(false)
    await bench.begin()
    await bench.clock.advance(20 * 60_000)
    const calls = bench.ticket.mock.calls.length
    await bench.clock.advance(9.5 * 60_000)
    expect(bench.ticket.mock.calls.length - calls).toBeLessThanOrEqual(2)
  })

  it('tries at once when it may go well now, though not in volleys', async () => {
    bench.ticket.mockRejectedValue(new Fault('network'))
    await bench.begin()
    for (let failures = 0; failures < 60; failures++)
      await bench.clock.advance(1_000)
    const calls = bench.ticket.mock.calls.length
    await bench.clock.advance(1_000)
    for (let looks = 0; looks < 20; looks++) {
      bench.channel.attend(true)
      await bench.clock.advance(100)
    }
    expect(bench.ticket.mock.calls.length - calls).toBeLessThanOrEqual(3)
    expect(bench.ticket.mock.calls.length - calls).toBeGreaterThanOrEqual(2)
  })

  it('waits no longer because the clock was set back', async () => {
    bench.ticket.mockRejectedValue(new Fault('server', { retryAfterMs: 8_000 }))
    await bench.begin()
    bench.clock.jump(-3_600_000)
    bench.channel.attend(true)
    expect(bench.channel.state).toMatchObject({ retryAt: bench.clock.now() + 8_000 })
  })

  it('heeds an owner who closes or opens it while hearing of the drop', async () => {
    bench = createChannelBench({ onDrop: () => bench.channel.close() })
    const socket = await bench.goLive()
    socket.drop()
    expect(bench.channel.state).toEqual({ state: 'closed' })
    await bench.clock.advance(60_000)
    expect([bench.ticket.mock.calls.length, bench.clock.timers]).toEqual([1, 0])
  })

  it('drops what stands and opens it at once when it is told to', async () => {
    const first = await bench.goLive()
    const again = bench.channel.retryNow()
    await settle()
    expect([first.isClosed, bench.sockets.length]).toEqual([true, 2])
    await bench.welcome()
    await again
    expect(bench.channel.state.state).toBe('live')
    expect(bench.drops).toEqual([])
  })

  it('forgets how often it failed when it is told to try', async () => {
    bench.ticket.mockRejectedValue(new Fault('network'))
    await bench.begin()
    await bench.clock.advance(5_000)
    expect(bench.channel.state).toMatchObject({ state: 'waiting' })
    void bench.channel.retryNow()
    expect(bench.channel.state).toEqual({ state: 'opening', attempt: 1 })
  })
})
