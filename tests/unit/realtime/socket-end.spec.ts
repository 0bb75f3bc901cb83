import { expect, it } from 'vitest'
import { CLOSE, FINAL_CLOSE_CODES } from '#shared/protocol/socket.ts'
import { meaningOf } from '#shared/realtime/socket-end.ts'

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
