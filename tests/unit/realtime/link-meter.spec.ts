import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { LinkMeter } from '#shared/realtime/link-meter.ts'
import { createLinkMeter, METER_SPAN_MS } from '#shared/realtime/link-meter.ts'
import { measureFetch, measureSockets } from '#shared/realtime/measured-link.ts'
import type { SocketEvent } from '#shared/realtime/socket-like.ts'
import type { VirtualClock } from '../../helpers/virtual-clock.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

let clock: VirtualClock
let meter: LinkMeter

beforeEach(() => {
  clock = createVirtualClock()
  meter = createLinkMeter(clock)
})

describe('a meter', () => {
  it('knows how long changes take to the screen once it knows the server\'s clock', () => {
    meter.stands('up')
    clock.sleep(60_000)
    // The server is 10 s ahead; this row was written 2 s ago.
    meter.updated(clock.now() + 10_000 - 2_000)
    expect(meter.figures().updateLatency).toEqual({ p50: null, p95: null, count: 0 })
    const askedAt = clock.now()
    clock.sleep(100)
    meter.clockTold(askedAt + 50 + 10_000, askedAt)
    expect(meter.figures().updateLatency).toEqual({ p50: 2_000, p95: 2_000, count: 1 })
    expect(meter.figures().updatesPerSecond).toBeCloseTo(1 / 60.1)
  })

  it('takes what was written while nobody listened for no delay', () => {
    meter.clockTold(clock.now(), clock.now())
    meter.stands('up')
    clock.sleep(1_000)
    meter.stands('idle')
    const written = clock.now()
    clock.sleep(600_000)
    meter.stands('up')
    meter.updated(written)
    expect(meter.figures().updateLatency.count).toBe(0)
    expect(meter.figures().updatesPerSecond).toBeGreaterThan(0)
  })

  it('believes the answer that came quickest about the server\'s clock, and a newer one when that is old', () => {
    meter.stands('up')
    const ask = (aheadMs: number, tookMs: number) => {
      const askedAt = clock.now()
      clock.sleep(tookMs)
      meter.clockTold(askedAt + tookMs / 2 + aheadMs, askedAt)
    }
    const latency = () => {
      meter.updated(clock.now() + 1_000)
      return meter.figures().updateLatency.p50
    }
    ask(1_000, 20)
    ask(3_000, 2_000)
    expect(latency()).toBe(0)
    clock.sleep(METER_SPAN_MS + 1)
    ask(3_000, 2_000)
    expect(latency()).toBe(2_000)
  })

  it('counts a way back up after being down as a reconnection, and the first as none', () => {
    for (const standing of ['down', 'up', 'idle', 'up', 'down', 'up'] as const)
      meter.stands(standing)
    expect(meter.figures().reconnects).toBe(1)
  })

  it.each(['up', 'down'] as const)('counts a device\'s sleep as neither up nor down, while it was %s', async (standing) => {
    meter.stands('up')
    await clock.advance(30_000)
    meter.stands('down')
    await clock.advance(10_000)
    meter.stands(standing)
    clock.sleep(8 * 3_600_000)
    // Who looks at the figures may come before the timer that is late.
    expect(meter.figures().uptime).toBe(0.75)
    await clock.advance(0)
    meter.stands('up')
    await clock.advance(10_000)
    expect(meter.figures().uptime).toBe(0.8)
  })

  it('leaves no timer behind where nobody wants the link', () => {
    meter.stands('up')
    meter.stands('down')
    expect(clock.timers).toBe(1)
    meter.stands('idle')
    expect(clock.timers).toBe(0)
  })

  it('draws five minutes in slices, the oldest first, without what is older', async () => {
    meter.tripped(80)
    meter.updated(clock.now())
    clock.sleep(METER_SPAN_MS - 5_000)
    meter.tripped(40)
    const slices = meter.slices()
    expect([slices.length, slices[0]!.roundTrip, slices.at(-1)!.roundTrip, slices[1]!.roundTrip]).toEqual([60, 80, 40, null])
    expect([slices[0]!.updatesPerSecond, slices.at(-1)!.updatesPerSecond]).toEqual([0.2, 0])
    clock.sleep(10_000)
    expect(meter.slices().filter(({ roundTrip }) => roundTrip === 80)).toEqual([])
    expect(meter.figures().roundTrip).toEqual({ p50: 40, p95: 40, count: 1 })
  })
})

describe('a measured fetch', () => {
  const init = { method: 'GET', headers: {}, signal: new AbortController().signal }
  const answer = (status: number, body = '', headers: Record<string, string> = {}) =>
    new Response([204, 304].includes(status) ? null : body, { status, headers })

  it('times polls, tells them apart, and weighs bodies by their length or their text', async () => {
    const answers = [answer(200, '{"a":1}'), answer(304), answer(409, '{}', { 'content-length': '2' }), answer(200, '{"long":"poll"}')]
    const fetch = measureFetch(async () => {
      clock.sleep(30)
      return answers.shift()!
    }, meter, clock)
    expect(await (await fetch('/api/kanban/updates?version=1', init)).json()).toEqual({ a: 1 })
    await fetch('/api/kanban/updates?version=1', init)
    await fetch('/api/kanban/updates?version=1', init)
    await (await fetch('/api/kanban/mutations', { ...init, body: 'xxxx' })).json()
    const { polls, pollHitRate, pollUnchangedRate, roundTrip, bytesInPerSecond, bytesOutPerSecond, spanMs } = meter.figures()
    expect([polls, pollHitRate, pollUnchangedRate, roundTrip.count, roundTrip.p50]).toEqual([3, 1 / 3, 1 / 3, 3, 30])
    expect([bytesInPerSecond * spanMs / 1_000, bytesOutPerSecond * spanMs / 1_000]).toEqual([7 + 2 + 15, 4])
    expect(meter.exchangedAt).toBe(clock.now())
  })

  it('counts no trip where no answer came', async () => {
    const fetch = measureFetch(() => Promise.reject(new TypeError('offline')), meter, clock)
    await expect(fetch('/api/kanban/updates', init)).rejects.toThrow('offline')
    expect([meter.figures().roundTrip.count, meter.exchangedAt]).toEqual([0, null])
  })

  it('takes a failure for the link\'s, and a question that was given up for nobody\'s', async () => {
    const exchanged = vi.spyOn(meter, 'exchanged')
    const fetch = measureFetch(() => Promise.reject(new TypeError('aborted')), meter, clock)
    await expect(fetch('/api/kanban/updates', { ...init, signal: AbortSignal.abort() })).rejects.toThrow('aborted')
    expect(exchanged).not.toHaveBeenCalled()
    await expect(fetch('/api/kanban/updates', init)).rejects.toThrow('aborted')
    expect(exchanged).toHaveBeenCalledExactlyOnceWith(false)
  })

  it('weighs nothing where a body\'s length says nothing', async () => {
    const fetch = measureFetch(async () => answer(200, '{}', { 'content-length': 'many' }), meter, clock)
    await (await fetch('/api/kanban/mutations', init)).json()
    expect(meter.figures().bytesInPerSecond).toBe(0)
  })
})

describe('a measured socket', () => {
  it('counts frames both ways, times pings, and hands everything on', () => {
    const listeners: ((event: SocketEvent) => void)[] = []
    const inner = { send: vi.fn(), close: vi.fn(), addEventListener: (_type: string, listener: (event: SocketEvent) => void) => void listeners.push(listener) }
    const socket = measureSockets(() => inner, meter, clock)('/api/kanban/ws')
    const heard = vi.fn()
    socket.addEventListener('message', heard)
    const come = (data: string) => listeners.forEach(listener => listener({ type: 'message', data }))
    socket.send('{"t":"ping","i":1}')
    come('{"t":"d"}')
    clock.sleep(25)
    come('{"t":"pong","i":1}')
    come('{"t":"pong","i":1}')
    socket.close(1000)
    const { roundTrip, bytesInPerSecond, spanMs } = meter.figures()
    expect(roundTrip).toEqual({ p50: 25, p95: 25, count: 1 })
    expect(Math.round(bytesInPerSecond * spanMs / 1_000)).toBe(9 + 18 + 18)
    expect([heard.mock.calls.length, inner.send.mock.calls, inner.close.mock.calls]).toEqual([3, [['{"t":"ping","i":1}']], [[1000]]])
  })

  it('times pings alone, and passes over what isn\'t text', () => {
    let listener!: (event: SocketEvent) => void
    const inner = { send: vi.fn(), close: vi.fn(), addEventListener: (_type: string, next: (event: SocketEvent) => void) => listener = next }
    const socket = measureSockets(() => inner, meter, clock)('/api/kanban/ws')
    socket.send('{"t":"focus","matters":[]}')
    clock.sleep(25)
    listener({ type: 'message', data: '{"t":"pong","i":1}' })
    listener({ type: 'message', data: new ArrayBuffer(9) })
    const { roundTrip, bytesInPerSecond, spanMs } = meter.figures()
    expect([roundTrip.count, Math.round(bytesInPerSecond * spanMs / 1_000)]).toEqual([0, 18])
  })
})
