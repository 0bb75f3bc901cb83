import { expect, it } from 'vitest'
import { createLinkMeter } from '#shared/realtime/link-meter.ts'
import { supportText } from '#shared/realtime/support-text.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

it('says each figure in a line, and a dash for what nobody knows', async () => {
  const clock = createVirtualClock()
  const meter = createLinkMeter(clock)
  meter.stands('up')
  await clock.advance(60_000)
  meter.tripped(41.6)
  meter.polled(304)
  const text = supportText({
    version: 'protocol 2', takenAt: 'now', browser: 'B', viewport: '1x1', transport: 'hybrid', way: 'socket', role: 'leader', state: 'live', network: 'good 4g', subscriptions: 3, queue: 0, memoryMb: null,
  }, meter.figures())
  expect(text.split('\n')).toEqual(expect.arrayContaining([
    'Aster Board: protocol 2', 'Round trip p50 / p95: 42 ms / 42 ms (1)', 'Update latency p50 / p95: - / - (0)', 'Polls: 1 (news 0.0 %, 304 100.0 %)', 'Uptime: 100.0 %', 'Memory: -',
  ]))
})
