import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '#shared/realtime/fault.ts'
import type { PollerBench } from '../../helpers/poller-bench.ts'
import { createPollerBench } from '../../helpers/poller-bench.ts'

let build: PollerBench['build']
let clock: PollerBench['clock']
let exchange: PollerBench['exchange']
let started: PollerBench['started']

beforeEach(() => {
  ({ build, clock, exchange, started } = createPollerBench())
})

describe('pauses', () => {
  it.each(['hidden', 'offline', 'disabled', 'interaction', 'manual', 'off', 'following'] as const)('asks nothing while %s, and again within 500 ms after', async (reason) => {
    const poller = started()
    await clock.advance(3_000)
    poller.setPaused(reason, true)
    expect(poller.state).toMatchObject({ status: 'paused', pausedBy: [reason], nextSyncAt: null })
    await clock.advance(600_000)
    expect(exchange).toHaveBeenCalledTimes(1)
    poller.setPaused(reason, false)
    await clock.advance(500)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('waits until the last reason is gone', async () => {
    const poller = started()
    await clock.advance(0)
    poller.setPaused('hidden', true)
    poller.setPaused('hidden', true)
    poller.setPaused('offline', true)
    poller.setPaused('hidden', false)
    await clock.advance(60_000)
    expect(exchange).toHaveBeenCalledTimes(1)
    poller.setPaused('offline', false)
    await clock.advance(500)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('does not begin while paused', async () => {
    const poller = build()
    poller.setPaused('hidden', true)
    poller.start()
    await clock.advance(60_000)
    expect(exchange).not.toHaveBeenCalled()
    poller.setPaused('hidden', false)
    await clock.advance(500)
    expect(exchange).toHaveBeenCalledTimes(1)
  })

  it('keeps what is fresh when a pause was short', async () => {
    const poller = started({ staleTime: 60_000 })
    await clock.advance(1_000)
    poller.setPaused('manual', true)
    poller.setPaused('manual', false)
    await clock.advance(3_000)
    expect(exchange).toHaveBeenCalledTimes(1)
    await clock.advance(1_000)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('waits its interval after a pause when it never was to begin at once', async () => {
    const poller = started({ immediate: false })
    poller.setPaused('manual', true)
    poller.setPaused('manual', false)
    await clock.advance(4_999)
    expect(exchange).not.toHaveBeenCalled()
  })

  it('tells of being back after an offline time', async () => {
    const onReconnect = vi.fn()
    const poller = started({ onReconnect })
    await clock.advance(0)
    poller.setPaused('offline', true)
    await clock.advance(10_000)
    poller.setPaused('offline', false)
    await clock.advance(500)
    expect(onReconnect).toHaveBeenCalledTimes(1)
  })

  it('lets a request under way finish in a hidden tab, and drops it when switched off', async () => {
    exchange.mockImplementation(() => new Promise(resolve => clock.setTimer(() => resolve(false), 1_000)))
    const poller = started()
    poller.setPaused('hidden', true)
    await clock.advance(1_000)
    expect(poller.state.lastSync).toBe(clock.now())
    poller.setPaused('hidden', false)
    await clock.advance(100)
    poller.setPaused('disabled', true)
    expect(exchange.mock.calls[1]![0].aborted).toBe(true)
    expect(poller.state.isFetching).toBe(false)
    await poller.refresh()
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('answers a wish to refresh even while paused by hand', async () => {
    const poller = started()
    await clock.advance(0)
    poller.setPaused('manual', true)
    await poller.refresh()
    expect(exchange).toHaveBeenCalledTimes(2)
    await clock.advance(60_000)
    expect(exchange).toHaveBeenCalledTimes(2)
  })
})

describe('looking again', () => {
  it('answers a volley of signals with one request, within 500 ms', async () => {
    const poller = started()
    await clock.advance(1_000)
    poller.nudge()
    poller.nudge()
    await clock.advance(20)
    poller.nudge()
    await clock.advance(480)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('takes an old request under way for dead', async () => {
    exchange.mockImplementationOnce(() => new Promise(() => {}))
    const poller = started()
    await clock.advance(10_000)
    poller.nudge()
    await clock.advance(500)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('leaves a young one alone', async () => {
    exchange.mockImplementationOnce(() => new Promise(resolve => clock.setTimer(() => resolve(false), 1_500)))
    const poller = started()
    await clock.advance(1_000)
    poller.nudge()
    await clock.advance(500)
    expect(exchange).toHaveBeenCalledTimes(1)
  })

  it('means nothing while paused', async () => {
    const poller = started()
    await clock.advance(0)
    poller.setPaused('hidden', true)
    poller.nudge()
    await clock.advance(60_000)
    expect(exchange).toHaveBeenCalledTimes(1)
  })
})

describe('a clock that is set back by an hour', () => {
  const HOUR_MS = 3_600_000

  it('[T3] puts off no round', async () => {
    exchange.mockImplementationOnce(() => new Promise(resolve => clock.setTimer(() => resolve(false), 1_000)))
    started()
    await clock.advance(0)
    clock.jump(-HOUR_MS)
    await clock.advance(6_001)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('[T4] makes what the server asked to wait no longer', async () => {
    exchange.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 10_000 }))
    const poller = started()
    await clock.advance(0)
    clock.jump(-HOUR_MS)
    poller.nudge()
    await clock.advance(10_051)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('asks anew when somebody looks again, whatever is under way', async () => {
    exchange.mockImplementationOnce(() => new Promise(() => {}))
    const poller = started()
    await clock.advance(10_000)
    clock.jump(-HOUR_MS)
    poller.nudge()
    await clock.advance(50)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('calls nothing fresh because its time is still to come, and hears on', async () => {
    const poller = started({ staleTime: 4_000 })
    await clock.advance(0)
    clock.jump(-HOUR_MS)
    void poller.refresh()
    await clock.advance(0)
    expect(exchange).toHaveBeenCalledTimes(2)
    clock.jump(-HOUR_MS)
    poller.heard(clock.now())
    expect(poller.state.lastSync).toBe(clock.now())
  })
})
