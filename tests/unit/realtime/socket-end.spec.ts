import { expect, it } from 'vitest'
import { CLOSE, FINAL_CLOSE_CODES } from '#shared/protocol/socket.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { endWithoutTicket, meaningOf } from '#shared/realtime/socket-end.ts'

it.each(Object.entries(CLOSE))('[S4] takes %s for final only where the protocol does', (_, code) => {
  for (const wasWelcomed of [true, false])
    expect(meaningOf(code, wasWelcomed).kind === 'refused').toBe(FINAL_CLOSE_CODES.includes(code))
})

it('[S4] tells what something in between closed from what our server did, by the welcome', () => {
  for (const code of [undefined, 1000, 1005, 1006, 1011, 1015, 4999]) {
    expect(meaningOf(code, false).kind).toBe('drop')
    expect(meaningOf(code, true)).not.toMatchObject({ cause: 'blocked' })
  }
  expect([undefined, 1000, 1005, 1006, 4999].map(code => meaningOf(code, false))).toEqual(Array(5).fill({ kind: 'drop', cause: 'blocked' }))
})

it('[S1] takes a ticket that was not given for final only where asking again gives the same', () => {
  expect((['network', 'out-of-sync', 'server'] as const).map(kind => endWithoutTicket(new Fault(kind)))).toEqual([
    { kind: 'drop', cause: 'network' }, { kind: 'drop', cause: 'network' }, { kind: 'drop', cause: 'server' },
  ])
  expect((['signed-out', 'outdated', 'refused'] as const).map(kind => endWithoutTicket(new Fault(kind)))).toEqual([
    { kind: 'refused', code: 'UNAUTHENTICATED' }, { kind: 'refused', code: 'UPGRADE_REQUIRED' }, { kind: 'refused', code: 'INTERNAL' },
  ])
})
