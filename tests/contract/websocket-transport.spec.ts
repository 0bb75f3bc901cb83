import { afterAll, beforeAll, describe } from 'vitest'
import { createTransport } from '#shared/realtime/create-transport.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import { startApi } from '../helpers/api-server.ts'
import { createFakeGround } from './fake-ground.ts'
import { createRealGround } from './real-ground.ts'
import { socketTimeContract } from './socket-time.contract.ts'
import { transportContract } from './transport.contract.ts'

describe('the websocket transport on a server in memory', () => {
  transportContract({ kind: 'websocket', create: createTransport, ground: async () => createFakeGround() })
  socketTimeContract('websocket')
})

describe('the websocket transport on the real server', () => {
  let api: ApiServer
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api.close())

  transportContract({ kind: 'websocket', create: createTransport, ground: () => createRealGround(api) })
})
