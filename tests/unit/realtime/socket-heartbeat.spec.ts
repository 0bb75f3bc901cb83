import { beforeEach, expect, it } from 'vitest'
import type { ChannelBench } from '../../helpers/channel-bench.ts'
import { createChannelBench } from '../../helpers/channel-bench.ts'
import { settle } from '../../helpers/virtual-clock.ts'

let bench: ChannelBench

beforeEach(() => {
  bench = createChannelBench()
})

it('[S3] answers a ping inside the message handler', async () => {
  const socket = await bench.goLive()
  socket.say({ t: 'ping', i: 17, epoch: 'e1', version: 5 })
  expect(socket.sent.at(-1)).toEqual({ t: 'pong', i: 17 })
})

it('[S3] finds out a half-open socket within 45 s', async () => {
  const socket = await bench.goLive()
  await bench.clock.advance(34_000)
  expect(socket.count('ping')).toBe(1)
  await bench.clock.advance(1_000)
  expect(socket.count('ping')).toBe(2)
  await bench.clock.advance(6_000)
  expect([bench.drops, socket.isClosed]).toEqual([['silent'], true])
  expect(bench.channel.state).toMatchObject({ state: 'waiting', cause: 'silent' })
})

it('[S3] asks nobody who speaks', async () => {
  const socket = await bench.goLive()
  for (let beat = 0; beat < 10; beat++) {
    await bench.clock.advance(20_000)
    socket.say({ t: 'ping', i: beat, epoch: 'e1', version: 5 })
  }
  expect([socket.count('ping'), bench.drops]).toEqual([1, []])
})

it('[S3] goes on after an answered probe', async () => {
  const socket = await bench.goLive()
  await bench.clock.advance(35_000)
  await bench.clock.advance(5_900)
  socket.say({ t: 'pong', i: socket.last('ping').i, epoch: 'e1', version: 5 })
  expect(bench.on.onRoundTrip).toHaveBeenLastCalledWith(5_900)
  await bench.clock.advance(1_000)
  expect(bench.channel.state.state).toBe('live')
})

it('[S3] is not deceived by the late answer to an earlier ping', async () => {
  const socket = await bench.goLive()
  const first = socket.last('ping').i
  bench.channel.attend(true)
  socket.say({ t: 'pong', i: first, epoch: 'e1', version: 5 })
  await bench.clock.advance(3_000)
  expect(bench.drops).toEqual(['silent'])
})

it('[S3] proves within three seconds that it stands when somebody looks again', async () => {
  const socket = await bench.goLive()
  bench.channel.probe()
  bench.channel.attend(true)
  expect(socket.count('ping')).toBe(2)
  await bench.clock.advance(2_999)
  expect(bench.drops).toEqual([])
  await bench.clock.advance(1)
  expect(bench.drops).toEqual(['silent'])
})

it('[S3] takes the answer to a question for the answer to a ping before it', async () => {
  const socket = await bench.goLive()
  bench.channel.attend(true)
  const synced = bench.channel.sync(bench.position)
  socket.say({ t: 'same', ref: socket.last('sync').ref, epoch: 'e1', version: 5 })
  await expect(synced).resolves.toEqual({ kind: 'unchanged' })
  await bench.clock.advance(4_000)
  expect(bench.drops).toEqual([])
})

it('[S3] asks at once when its timer shows that the machine slept', async () => {
  const socket = await bench.goLive()
  bench.clock.sleep(600_000)
  await bench.clock.advance(0)
  expect(socket.count('ping')).toBe(2)
  await bench.clock.advance(3_000)
  expect(bench.drops).toEqual(['silent'])
})

it('[S3] notices a sleep also where timers stood still meanwhile', async () => {
  const socket = await bench.goLive()
  bench.clock.jump(20_000)
  await bench.clock.advance(10_000)
  expect(socket.count('ping')).toBe(2)
})

it('[S3] lets what has long come in be read, when the page was frozen over the deadline', async () => {
  const socket = await bench.goLive()
  bench.channel.attend(true)
  bench.clock.sleep(60_000)
  await bench.clock.advance(0)
  expect(bench.drops).toEqual([])
  socket.say({ t: 'pong', i: socket.last('ping').i, epoch: 'e1', version: 5 })
  await bench.clock.advance(3_000)
  expect(bench.drops).toEqual([])
})

it('[S3] gives it up all the same when nothing had come in', async () => {
  await bench.goLive()
  bench.channel.attend(true)
  bench.clock.sleep(60_000)
  await bench.clock.advance(3_000)
  expect(bench.drops).toEqual(['silent'])
})

it('[S3] gives it up also where every timer is late, as in a hidden page', async () => {
  await bench.goLive()
  bench.channel.attend(true)
  for (let minutes = 0; minutes < 2; minutes++) {
    bench.clock.sleep(60_000)
    await bench.clock.advance(0)
  }
  expect(bench.drops).toEqual(['silent'])
})

it('[S3] finds out a half-open socket, though the clock was set back', async () => {
  const socket = await bench.goLive()
  bench.clock.jump(-3_600_000)
  await bench.clock.advance(51_000)
  expect([socket.count('ping'), bench.drops]).toEqual([2, ['silent']])
})

it('[S3] takes its times from its options, and can be stopped', async () => {
  bench.channel.setHeartbeat({ afterMs: 4_000, timeoutMs: 1_000 })
  const socket = await bench.goLive()
  await bench.clock.advance(4_000)
  expect(socket.count('ping')).toBe(2)
  bench.channel.setHeartbeat(false)
  socket.say({ t: 'pong', i: socket.last('ping').i, epoch: 'e1', version: 5 })
  await bench.clock.advance(600_000)
  expect([socket.count('ping'), bench.drops]).toEqual([2, []])
})

it('closes after half an hour in which nobody looks, and is back when somebody does', async () => {
  const socket = await bench.goLive()
  bench.channel.setHeartbeat(false)
  bench.channel.attend(false)
  await bench.clock.advance(30 * 60_000 - 1)
  expect(bench.channel.state.state).toBe('live')
  await bench.clock.advance(1)
  expect([bench.channel.state.state, socket.isClosed, bench.drops]).toEqual(['closed', true, []])
  bench.channel.moved()
  await bench.clock.advance(100)
  expect(bench.sockets).toHaveLength(1)
  bench.channel.attend(true)
  await settle()
  expect(bench.sockets).toHaveLength(2)
})

it('counts the half hour from when the last one looked', async () => {
  await bench.goLive()
  bench.channel.setHeartbeat(false)
  bench.channel.attend(false)
  await bench.clock.advance(20 * 60_000)
  bench.channel.attend(false)
  await bench.clock.advance(10 * 60_000)
  expect(bench.channel.state.state).toBe('closed')
})

it('keeps it while somebody looks now and then', async () => {
  await bench.goLive()
  bench.channel.setHeartbeat(false)
  for (let looks = 0; looks < 5; looks++) {
    bench.channel.attend(false)
    await bench.clock.advance(20 * 60_000)
    bench.channel.attend(true)
    bench.socket.say({ t: 'pong', i: bench.socket.last('ping').i, epoch: 'e1', version: 5 })
  }
  expect(bench.sockets).toHaveLength(1)
})
