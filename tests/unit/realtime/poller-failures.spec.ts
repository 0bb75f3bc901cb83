import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '#shared/realtime/fault.ts'
import type { PollerBench } from '../../helpers/poller-bench.ts'
import { createPollerBench } from '../../helpers/poller-bench.ts'
import { settle } from '../../helpers/virtual-clock.ts'

let clock: PollerBench['clock']
let exchange: PollerBench['exchange']
let started: PollerBench['started']
let states: PollerBench['states']

/** A world in which chance is this. */
function bench(random?: () => number): void {
  ({ clock, exchange, started, states } = createPollerBench(random))
}

beforeEach(() => bench())

describe('failures', () => {
  it('[T4] waits at random below a ceiling that doubles', async () => {
    bench(() => 0.5)
    exchange.mockRejectedValue(new Fault('network'))
    const poller = started()
    await clock.advance(0)
    expect(poller.state).toMatchObject({ status: 'retrying', retryCount: 1, nextSyncAt: clock.now() + 500 })
    await clock.advance(500)
    expect(poller.state.nextSyncAt).toBe(clock.now() + 1_000)
    await clock.advance(1_000)
    expect(poller.state.nextSyncAt).toBe(clock.now() + 2_000)
  })

  it('says the error once the retries are used up, and goes on no faster than the interval', async () => {
    const onError = vi.fn()
    const cause = new Fault('network')
    exchange.mockRejectedValue(cause)
    const poller = started({ onError })
    await clock.advance(0)
    expect(poller.state).toMatchObject({ status: 'error', retryCount: 4, error: cause, nextSyncAt: clock.now() + 5_000 })
    await clock.advance(60_000)
    expect(onError).toHaveBeenCalledExactlyOnceWith(cause)
    expect(exchange).toHaveBeenCalledTimes(4 + 12)
  })

  it('gives up retrying at once when there are to be none', async () => {
    exchange.mockRejectedValueOnce(new Error('x'))
    const poller = started({ retryAttempts: 0 })
    await clock.advance(0)
    expect(poller.state.status).toBe('error')
    await clock.advance(5_000)
    expect(poller.state).toMatchObject({ status: 'success', error: null, retryCount: 0 })
  })

  it('tells of the first success after failures', async () => {
    const onReconnect = vi.fn()
    exchange.mockRejectedValueOnce(new Error('x')).mockRejectedValueOnce(new Error('x'))
    started({ onReconnect })
    await clock.advance(20_000)
    expect(onReconnect).toHaveBeenCalledTimes(1)
  })

  it('[T4] comes back no sooner than the server asked, whoever looks', async () => {
    exchange.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 20_000 }))
    const poller = started()
    await clock.advance(10_000)
    poller.nudge()
    await poller.refresh()
    await clock.advance(9_999)
    expect(exchange).toHaveBeenCalledTimes(1)
    await clock.advance(1)
    expect(exchange).toHaveBeenCalledTimes(2)
  })

  it('[T4] forgets earlier failures after ten good seconds, not at the first answer', async () => {
    bench(() => 0.999_999)
    exchange.mockRejectedValueOnce(1).mockRejectedValueOnce(1).mockResolvedValueOnce(false).mockRejectedValueOnce(1)
    const poller = started({ interval: () => 1_000 })
    await clock.advance(1_000 + 2_000 + 1_000)
    expect(poller.state.nextSyncAt! - clock.now()).toBeGreaterThan(2_000)
    exchange.mockResolvedValue(false)
    await clock.advance(20_000)
    exchange.mockRejectedValueOnce(1)
    await poller.refresh()
    expect(poller.state.nextSyncAt! - clock.now()).toBeLessThanOrEqual(1_000)
  })

  it('counts a request without an answer as failed, and drops the answer that comes too late', async () => {
    let answer!: (isAlike: boolean) => void
    exchange.mockImplementationOnce(() => new Promise(resolve => answer = resolve))
    const poller = started()
    await clock.advance(30_000)
    expect(exchange.mock.calls[0]![0].aborted).toBe(true)
    expect(poller.state.lastSync).toBe(clock.now())
    answer(false)
    await settle()
    expect(states.some(({ status }) => status === 'retrying')).toBe(true)
  })

  it('stops at a no that stays one, until somebody asks again', async () => {
    const onError = vi.fn()
    exchange.mockRejectedValueOnce(new Fault('refused'))
    const poller = started({ onError })
    await clock.advance(120_000)
    poller.nudge()
    await clock.advance(1_000)
    expect(exchange).toHaveBeenCalledTimes(1)
    expect(onError).toHaveBeenCalledTimes(1)
    expect(poller.state).toMatchObject({ status: 'error', nextSyncAt: null })
    await poller.refresh()
    expect(poller.state.status).toBe('success')
    await clock.advance(5_000)
    expect(exchange).toHaveBeenCalledTimes(3)
  })

  it('asks again after a no when it was switched off and on', async () => {
    exchange.mockRejectedValueOnce(new Fault('signed-out'))
    const poller = started()
    await clock.advance(1_000)
    poller.setPaused('disabled', true)
    poller.setPaused('disabled', false)
    await clock.advance(100)
    expect(exchange).toHaveBeenCalledTimes(2)
  })
})

describe('[T6] circles', () => {
  it('slows down and says so when answers come alike again and again', async () => {
    exchange.mockResolvedValue(true)
    const poller = started()
    for (let call = 0; call < 30; call++)
      await poller.refresh()
    expect(exchange).toHaveBeenCalledTimes(5)
    expect(poller.state.status).toBe('retrying')
    expect(poller.state.error).toMatchObject({ kind: 'out-of-sync' })
    await clock.advance(4_999)
    expect(exchange).toHaveBeenCalledTimes(5)
    await clock.advance(1)
    expect(poller.state.status).toBe('success')
  })
})

describe('a try by hand', () => {
  it('[T4] asks at once, and forgets how often that failed', async () => {
    bench(() => 0.999)
    exchange.mockRejectedValue(new Fault('network'))
    const poller = started()
    await clock.advance(120_000)
    const waited = () => poller.state.nextSyncAt! - clock.now()
    const asked = exchange.mock.calls.length
    await poller.retry()
    expect(exchange).toHaveBeenCalledTimes(asked + 1)
    expect(waited()).toBeLessThanOrEqual(5_000)
    exchange.mockResolvedValue(false)
    await poller.retry()
    expect(poller.state).toMatchObject({ status: 'success', retryCount: 0 })
  })

  it('[T4] leaves a server alone for as long as that asked for', async () => {
    exchange.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 20_000 }))
    const poller = started()
    await clock.advance(0)
    await poller.retry()
    expect(exchange).toHaveBeenCalledOnce()
  })
})
