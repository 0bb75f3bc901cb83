import { describe } from 'vitest'
import { createTransport } from '#shared/realtime/create-transport.ts'
import { createFakeGround } from './fake-ground.ts'
import { transportContract } from './transport.contract.ts'

describe('the polling transport on a server in memory', () => {
  transportContract({ kind: 'polling', create: createTransport, ground: async () => createFakeGround() })
})
