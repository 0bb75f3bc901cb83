import { expect, it } from 'vitest'
import type { BoardSocket } from '#server/services/realtime/socket-registry.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import { BOARD_ID } from '../../helpers/builders.ts'
import { CLERK, framesOf, openDoorBench } from '../../helpers/socket-door-bench.ts'

it('[S3] the server pings every 20 s, spread by a tenth, and says where the reader stands', async () => {
  const bench = await openDoorBench()
  const socket = await bench.join()
  await bench.clock.advance(19_000)
  socket.send({ t: 'ping', i: 1 })
  await socket.next('pong')
  expect(framesOf(socket, 'ping')).toEqual([])
  await bench.clock.advance(1_000)
  expect(await socket.next('ping')).toEqual({ t: 'ping', i: 1, epoch: 'e', version: 7 })
  socket.send({ t: 'pong', i: 1 })
  const [known] = bench.registry.onBoard(BOARD_ID)
  known!.place = null
  await bench.clock.advance(20_000)
  expect(await socket.next('ping')).toEqual({ t: 'ping', i: 2, epoch: '', version: 0 })
})

it('[S3] pings of many sockets lie apart', async () => {
  const bench = await openDoorBench()
  let chance = 0
  bench.clock.random = () => chance
  const early = await bench.join()
  chance = 0.999
  const late = await bench.join()
  await bench.clock.advance(18_000)
  await early.next('ping')
  await bench.clock.advance(3_000)
  expect(framesOf(late, 'ping')).toEqual([])
  await bench.clock.advance(1_000)
  await late.next('ping')
})

it('[S3] a peer that is silent for 50 s is ended, and one that answers is not', async () => {
  const bench = await openDoorBench()
  const silent = await bench.join()
  const alive = await bench.join()
  for (let second = 0; second < 49; second++) {
    await bench.clock.advance(1_000)
    if (second % 10 === 0) {
      alive.send({ t: 'ping', i: second })
      await alive.next('pong')
    }
  }
  expect(silent.closeCode).toBeNull()
  await bench.clock.advance(1_000)
  expect(await silent.closed).toBe(1006)
  expect(alive.closeCode).toBeNull()
  await bench.until(() => bench.door.size === 1)
  expect(bench.registry.size).toBe(1)
})

it('[S3] a ping is answered at once, also while another frame takes its time', async () => {
  const bench = await openDoorBench()
  const socket = await bench.join()
  bench.behind.fanOut.sync = () => new Promise(() => {})
  socket.send({ t: 'sync', ref: 1, epoch: 'e', version: 7, cid: 'c' })
  socket.send({ t: 'ping', i: 9 })
  expect(await socket.next('pong')).toEqual({ t: 'pong', i: 9, epoch: 'e', version: 7 })
  socket.ws.ping()
  await new Promise(resolve => socket.ws.once('pong', resolve))
})

it('[B3] a peer that asks on and on and takes no answer is given up after 10 s, on a quiet board, too', async () => {
  const bench = await openDoorBench()
  const [greedy, slow] = [await bench.join(), await bench.join(CLERK)]
  const [ofGreedy, ofSlow] = [...bench.registry.onBoard(BOARD_ID)] as [BoardSocket, BoardSocket]
  ofGreedy.unsentBytes = ofSlow.unsentBytes = () => 257 * 1024
  await bench.clock.advance(10_000)
  ofSlow.unsentBytes = () => 0
  await bench.clock.advance(1_000)
  expect(await greedy.closed).toBe(CLOSE.SLOW)
  expect(greedy.frames.at(-1)).toEqual({ t: 'bye', code: 'slow', after: 1_000 })
  expect(slow.closeCode).toBeNull()
})

it('[S3] all sockets of a door share one timer', async () => {
  const bench = await openDoorBench()
  const before = bench.clock.timers
  for (let index = 0; index < 8; index++)
    await bench.join()
  expect(bench.clock.timers).toBe(before)
})
