import { beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '#shared/realtime/fault.ts'
import type { PollerBench } from '../../helpers/poller-bench.ts'
import { createPollerBench } from '../../helpers/poller-bench.ts'

let build: PollerBench['build']
let clock: PollerBench['clock']
let exchange: PollerBench['exchange']
let started: PollerBench['started']
let states: PollerBench['states']

/** A world in which chance is this. */
function bench(random?: () => number): void {
  ({ build, clock, exchange, started, states } = createPollerBench(random))
}

beforeEach(() => bench())

describe('the ordinary round', () => {
  it('asks at once, and then from start to start', async () => {
    started()
    await clock.advance(0)
    expect(exchange).toHaveBeenCalledTimes(1)
    await clock.advance(4_999)
    expect(exchange).toHaveBeenCalledTimes(1)
    await clock.advance(1)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('[T3] comes up to a tenth early, so that an office is spread, and never late', async () => {
    bench(() => 0.999)
    started()
    await clock.advance(4_501)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('waits for its first interval when it is not to begin at once', async () => {
    started({ immediate: false })
    await clock.advance(4_999)
    expect(exchange).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(exchange).toHaveBeenCalledTimes(1)
  })

  it('never has two requests under way', async () => {
    let open = 0
    let most = 0
    exchange.mockImplementation(async (signal) => {
      most = Math.max(most, ++open)
      await new Promise<void>((resolve) => {
        clock.setTimer(resolve, 7_000)
        signal.addEventListener('abort', () => resolve())
      })
      open--
      return false
    })
    const poller = started()
    for (let step = 0; step < 40; step++) {
      void poller.refresh()
      poller.nudge()
      await clock.advance(1_000)
    }
    expect(most).toBe(1)
  })

  it('leaves a breath after an answer that took longer than a round', async () => {
    exchange.mockImplementation(async () => {
      await new Promise<void>(resolve => clock.setTimer(resolve, 6_000))
      return false
    })
    started()
    await clock.advance(6_000)
    expect(exchange).toHaveBeenCalledTimes(1)
    await clock.advance(1_250)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('takes up a new interval at once', async () => {
    let interval = 60_000
    const poller = started({ interval: () => interval })
    await clock.advance(3_000)
    interval = 4_000
    poller.replan()
    await clock.advance(1_000)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('begins once, however often it is started', async () => {
    const poller = started()
    poller.start()
    await clock.advance(0)
    expect(exchange).toHaveBeenCalledTimes(1)
  })

  it('tells how it stands', async () => {
    const poller = build()
    expect(poller.state.status).toBe('idle')
    poller.start()
    expect(poller.state).toMatchObject({ status: 'loading', isFetching: true, nextSyncAt: null, isStale: true })
    await clock.advance(0)
    expect(poller.state).toMatchObject({ status: 'success', isFetching: false, lastSync: clock.now(), nextSyncAt: clock.now() + 5_000, isStale: false })
  })
})

describe('freshness', () => {
  it('uses what is there within the stale time', async () => {
    const poller = started({ staleTime: 2_000 })
    await clock.advance(1_999)
    await poller.refresh()
    poller.nudge()
    await clock.advance(0)
    expect(exchange).toHaveBeenCalledTimes(1)
    await clock.advance(1)
    await poller.refresh()
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('says when the data has grown stale', async () => {
    exchange.mockResolvedValueOnce(false).mockRejectedValue(new Fault('server', { retryAfterMs: 600_000 }))
    const poller = started()
    await clock.advance(9_999)
    expect(poller.state.isStale).toBe(false)
    await clock.advance(1)
    expect(poller.state.isStale).toBe(true)
  })

  it('calls nothing stale for the time that a slow answer takes', async () => {
    exchange.mockImplementation(() => new Promise(resolve => clock.setTimer(() => resolve(false), 8_000)))
    const poller = started({ interval: () => 2_000 })
    await clock.advance(8_000)
    states.length = 0
    await clock.advance(60_000)
    expect(states.length).toBeGreaterThan(10)
    expect(states.filter(({ isStale }) => isStale)).toEqual([])
    exchange.mockRejectedValue(new Fault('server', { retryAfterMs: 600_000 }))
    await clock.advance(20_000)
    expect(poller.state.isStale).toBe(true)
  })

  it('measures staleness by the stale time where there is one', async () => {
    const poller = started({ staleTime: 1_000 })
    await clock.advance(999)
    expect(poller.state.isStale).toBe(false)
    await clock.advance(1)
    expect(poller.state.isStale).toBe(true)
  })
})

describe('news by another way', () => {
  it('[T2] keep the data fresh, and put off no question', async () => {
    const poller = started({ interval: () => 60_000 })
    await clock.advance(50_000)
    poller.heard(clock.now())
    expect(poller.state).toMatchObject({ lastSync: clock.now(), isStale: false })
    await clock.advance(10_000)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('grow stale as answers do', async () => {
    const poller = started({ immediate: false })
    poller.setPaused('following', true)
    poller.heard(clock.now())
    await clock.advance(9_999)
    expect(poller.state.isStale).toBe(false)
    await clock.advance(1)
    expect([poller.state.isStale, states.at(-1)!.isStale]).toEqual([true, true])
  })

  it('that are older than the last answer mean nothing, and start nothing where nobody looks', async () => {
    const poller = started()
    await clock.advance(0)
    poller.heard(clock.now() - 1)
    expect(poller.state.lastSync).toBe(clock.now())
    const resting = build()
    poller.stop()
    resting.heard(clock.now())
    expect(clock.timers).toBe(0)
  })

  it('leave a row of failures as it is', async () => {
    const poller = started()
    exchange.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 20_000 }))
    await clock.advance(5_000)
    poller.heard(clock.now())
    expect(poller.state).toMatchObject({ retryCount: 1, lastSync: clock.now() })
  })
})

it('leaves nothing behind when it is stopped', async () => {
  exchange.mockImplementation(() => new Promise(() => {}))
  const poller = started()
  await clock.advance(1_000)
  poller.stop()
  expect(exchange.mock.calls[0]![0].aborted).toBe(true)
  expect(clock.timers).toBe(0)
  await poller.refresh()
  expect(exchange).toHaveBeenCalledTimes(1)
})
