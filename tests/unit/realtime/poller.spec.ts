import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '#shared/realtime/fault.ts'
import type { Poller, PollerOptions, PollerState } from '#shared/realtime/poller.ts'
import { createPoller } from '#shared/realtime/poller.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock, settle } from '../../helpers/virtual-clock.ts'

let clock: VirtualClock
let exchange: ReturnType<typeof vi.fn<PollerOptions['exchange']>>
let states: PollerState[]

/** Chance is 0, so a round is the interval and a backoff is 0 unless a test says otherwise. */
function build(options: Partial<PollerOptions> = {}): Poller {
  return createPoller({
    exchange, clock, interval: () => 5_000, immediate: true, staleTime: 0, retryAttempts: 3, retryDelay: 1_000, backoffMultiplier: 2,
    maxInterval: 60_000, timeoutMs: 30_000, onState: state => states.push(state), ...options,
  })
}

function started(options: Partial<PollerOptions> = {}): Poller {
  const poller = build(options)
  poller.start()
  return poller
}

beforeEach(() => {
  clock = createVirtualClock({ random: () => 0 })
  exchange = vi.fn<PollerOptions['exchange']>(async () => false)
  states = []
})

describe('a try by hand', () => {
  it('[T4] asks at once, and forgets how often that failed', async () => {
    clock = createVirtualClock({ random: () => 0.999 })
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
    clock = createVirtualClock({ random: () => 0.999 })
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

describe('failures', () => {
  it('[T4] waits at random below a ceiling that doubles', async () => {
    clock = createVirtualClock({ random: () => 0.5 })
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
    clock = createVirtualClock({ random: () => 0.999_999 })
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
