import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CLOSE } from '#shared/protocol/socket.ts'
import { BOARD_ID, buildId } from '../../helpers/builders.ts'
import type { ChannelBench } from '../../helpers/channel-bench.ts'
import { createChannelBench } from '../../helpers/channel-bench.ts'
import type { FakeSocket } from '../../helpers/fake-socket.ts'
import { settle } from '../../helpers/virtual-clock.ts'
import { buildUpdates } from '../../helpers/wire-builders.ts'

let bench: ChannelBench

beforeEach(() => {
  bench = createChannelBench()
})

/** News as a frame. */
function news(from: number, version: number, ref?: number): object {
  return { t: 'd', ...ref !== undefined && { ref }, ...buildUpdates({ from, version }) }
}

describe('news', () => {
  it('hands on what comes, and is silent about what it doesn\'t know', async () => {
    const socket = await bench.goLive()
    socket.say(news(5, 6))
    expect(bench.answers).toEqual([buildUpdates({ from: 5, version: 6 })])
    const event = { id: 'x', at: 1, topic: 'note', from: buildId(2), data: { text: 'a' } }
    socket.say({ t: 'said', events: [event] })
    socket.say({ t: 'mode', transport: 'polling' })
    socket.say({ t: 'err', code: 'TOO_MANY_ATTEMPTS' })
    expect(bench.on.onSaid).toHaveBeenCalledExactlyOnceWith(BOARD_ID, [event])
    expect(bench.on.onMode).toHaveBeenCalledExactlyOnceWith('polling')
    expect(bench.on.onError).toHaveBeenCalledExactlyOnceWith('TOO_MANY_ATTEMPTS')
  })

  it('[S5] passes over what it doesn\'t know or can\'t read', async () => {
    const socket = await bench.goLive()
    for (const frame of ['', '{', 'null', '7', '[]', { t: 'hologram' }, { t: 'pd', full: [] }, {}])
      socket.say(frame)
    socket.say(news(5, 6))
    expect([bench.answers.length, bench.channel.state.state]).toEqual([1, 'live'])
  })

  it('[S3] asks what got lost when a ping names a later version than its reader has', async () => {
    const socket = await bench.goLive()
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 8 })
    expect(socket.last('sync')).toEqual({ t: 'sync', ref: expect.any(Number) as number, epoch: 'e1', version: 5, cid: 'c' })
    socket.say({ t: 'ping', i: 2, epoch: 'e1', version: 8 })
    expect(socket.count('sync')).toBe(1)
    socket.say(news(5, 8, socket.last('sync').ref))
    expect(bench.answers).toEqual([buildUpdates({ from: 5, version: 8 })])
  })

  it('[S3] asks again with the next ping, should the answer get lost, too', async () => {
    const socket = await bench.goLive()
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 8 })
    await bench.clock.advance(20_000)
    socket.say({ t: 'ping', i: 2, epoch: 'e1', version: 8 })
    expect(socket.count('sync')).toBe(2)
  })

  it('tells with a ping that the rows are right as of now', async () => {
    const socket = await bench.goLive()
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    expect(bench.answers).toEqual([buildUpdates({ from: 5, version: 5, next: 0 })])
  })

  it('doesn\'t tell so where only what is urgent comes', async () => {
    bench = createChannelBench({ urgent: true })
    const socket = await bench.goLive()
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    expect([bench.answers, socket.last('hello').urgent]).toEqual([[], true])
  })

  it('tells the server where its reader stands after they went on by another way', async () => {
    const socket = await bench.goLive()
    bench.channel.moved()
    bench.position.version = 9
    await bench.clock.advance(49)
    expect(socket.count('sync')).toBe(0)
    await bench.clock.advance(1)
    expect(socket.last('sync').version).toBe(9)
    socket.say(news(9, 11, socket.last('sync').ref))
    expect(bench.answers.at(-1)).toMatchObject({ from: 9, version: 11 })
  })

  it('tells nothing where the server goes on from just there', async () => {
    const socket = await bench.goLive()
    socket.say(news(5, 9))
    bench.position.version = 9
    bench.channel.moved()
    await bench.clock.advance(50)
    expect(socket.count('sync')).toBe(0)
  })

  it('tells of an outbox that is another than the one in hello', async () => {
    const socket = await bench.goLive()
    bench.position.cid = 'c2'
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    expect(socket.last('sync').cid).toBe('c2')
  })

  it('makes up for what its reader got by HTTP between hello and the first answer', async () => {
    await bench.begin()
    bench.socket.accept()
    bench.position.version = 7
    bench.socket.say({ t: 'welcome', sid: 's', epoch: 'e1', version: 5, now: 0 })
    bench.socket.say({ t: 'pong', i: bench.socket.last('ping').i, epoch: 'e1', version: 5 })
    expect(bench.socket.last('sync').version).toBe(7)
    expect(bench.socket.count('sync')).toBe(1)
  })

  it('makes its reader ask by HTTP after a reset, and goes on from what that brought', async () => {
    const socket = await bench.goLive()
    socket.say({ t: 'reset', why: 'large' })
    expect(bench.answers).toEqual([buildUpdates({ from: 6, version: 6, next: 0 })])
    expect([bench.channel.state.state, bench.channel.isPlaced]).toEqual(['live', false])
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 40 })
    expect(socket.count('sync')).toBe(0)
    bench.position.version = 40
    bench.channel.moved()
    await bench.clock.advance(50)
    socket.say({ t: 'same', ref: socket.last('sync').ref, epoch: 'e1', version: 40 })
    expect(bench.channel.isPlaced).toBe(true)
    expect(bench.states.slice(-2)).toEqual([bench.channel.state, bench.channel.state])
  })
})

describe('resets in circles', () => {
  async function reset(socket: FakeSocket): Promise<void> {
    bench.channel.moved()
    await bench.clock.advance(50)
    socket.say({ t: 'reset', ref: socket.last('sync').ref, why: 'epoch' })
  }

  it('[T6] leave the socket without a place for a minute, after the third', async () => {
    const socket = await bench.goLive()
    socket.say({ t: 'reset', why: 'epoch' })
    for (let turn = 0; turn < 10; turn++)
      await reset(socket)
    expect(socket.count('sync')).toBe(2)
    expect(bench.channel.isPlaced).toBe(false)
    bench.channel.setHeartbeat(false)
    await bench.clock.advance(60_000)
    await reset(socket)
    expect(socket.count('sync')).toBe(3)
  })
})

describe('asking', () => {
  it('asks in the stream\'s own order, and hears its own answer', async () => {
    const socket = await bench.goLive()
    const synced = bench.channel.sync(bench.position)
    socket.say(news(5, 6))
    socket.say(news(5, 6, socket.last('sync').ref))
    expect(await synced).toEqual({ kind: 'updates', answer: buildUpdates({ from: 5, version: 6 }) })
    expect(bench.answers).toHaveLength(1)
    socket.say(news(6, 7))
    expect(bench.answers.at(-1)).toMatchObject({ from: 6 })
  })

  it('hears that nothing is new, or that only a full read helps', async () => {
    const socket = await bench.goLive()
    const unchanged = bench.channel.sync(bench.position)
    socket.say({ t: 'same', ref: socket.last('sync').ref, epoch: 'e1', version: 5 })
    expect(await unchanged).toEqual({ kind: 'unchanged' })
    const reset = bench.channel.sync(bench.position)
    socket.say({ t: 'reset', ref: socket.last('sync').ref, why: 'pruned' })
    expect(await reset).toEqual({ kind: 'reset', why: 'pruned' })
    expect([bench.channel.isPlaced, bench.answers.length]).toEqual([false, 0])
  })

  it.each([
    ['BOARD_GONE', 'refused'], ['UNAUTHENTICATED', 'signed-out'], ['UPGRADE_REQUIRED', 'outdated'], ['UNAVAILABLE', 'server'], ['TOO_MANY_ATTEMPTS', 'server'],
  ] as const)('hears %s as a fault', async (code, kind) => {
    const socket = await bench.goLive()
    const synced = bench.channel.sync(bench.position)
    socket.say({ t: 'err', code, ref: socket.last('sync').ref })
    await expect(synced).rejects.toMatchObject({ kind, problem: { code } })
    expect(bench.on.onError).not.toHaveBeenCalled()
  })

  it('hands on as news what comes after nobody waited for it any more', async () => {
    const socket = await bench.goLive()
    const abort = new AbortController()
    const synced = bench.channel.sync(bench.position, abort.signal)
    abort.abort()
    await expect(synced).rejects.toMatchObject({ kind: 'network' })
    socket.say(news(5, 6, socket.last('sync').ref))
    expect(bench.answers).toEqual([buildUpdates({ from: 5, version: 6 })])
  })

  it('gives up a question after ten seconds, and all of them when the socket ends', async () => {
    const socket = await bench.goLive()
    const slow = bench.channel.sync(bench.position).catch((error: unknown) => error)
    await bench.clock.advance(10_000)
    expect(await slow).toMatchObject({ kind: 'network' })
    const synced = bench.channel.sync(bench.position).catch((error: unknown) => error)
    const said = bench.channel.say('note', { text: 'a' }).catch((error: unknown) => error)
    socket.drop()
    expect(await Promise.all([synced, said])).toMatchObject([{ kind: 'network' }, { kind: 'network' }])
  })

  it('asks nothing where there is no live socket, of another board, or without rows', async () => {
    await expect(bench.channel.sync(bench.position)).rejects.toMatchObject({ kind: 'network' })
    await expect(bench.channel.say('note', { text: 'a' })).rejects.toMatchObject({ kind: 'network' })
    const socket = await bench.goLive()
    await expect(bench.channel.sync({ ...bench.position, boardId: buildId(0xB2) })).rejects.toMatchObject({ kind: 'network' })
    await expect(bench.channel.sync({ ...bench.position, epoch: null })).rejects.toMatchObject({ kind: 'network' })
    expect(socket.count('sync')).toBe(0)
  })

  it('[A4] says something, and hears whether it was taken', async () => {
    const socket = await bench.goLive()
    const taken = bench.channel.say('note', { text: 'Lunch?' })
    expect(socket.last('say')).toMatchObject({ topic: 'note', data: { text: 'Lunch?' } })
    socket.say({ t: 'ok', ref: socket.last('say').ref })
    await taken
    const refused = bench.channel.say('note', { text: 'Again?' })
    socket.say({ t: 'err', code: 'TOO_MANY_ATTEMPTS', ref: socket.last('say').ref })
    await expect(refused).rejects.toMatchObject({ kind: 'server' })
  })
})

describe('races', () => {
  it('ignores what an old socket still says', async () => {
    const old = await bench.goLive()
    old.drop()
    await bench.clock.advance(500)
    await bench.welcome()
    bench.answers.length = 0
    old.say(news(5, 6))
    old.say({ t: 'ping', i: 1, epoch: 'e1', version: 9 })
    old.drop(CLOSE.FORBIDDEN)
    expect([bench.answers, bench.channel.state.state, old.count('pong')]).toEqual([[], 'live', 0])
  })

  it('opens nothing when it was closed while the ticket was under way', async () => {
    let give!: (ticket: string) => void
    bench.ticket.mockImplementationOnce(() => new Promise((resolve) => { give = resolve }))
    await bench.begin()
    bench.channel.close()
    expect(bench.ticket.mock.calls[0]![0].aborted).toBe(true)
    give('late')
    await settle()
    expect([bench.sockets.length, bench.clock.timers, bench.channel.state.state]).toEqual([0, 0, 'closed'])
  })

  it('drops the socket of the board that was left, and opens the one of the next', async () => {
    const first = await bench.goLive()
    const other = { ...bench.position, boardId: buildId(0xB2), version: 2 }
    bench.channel.join(buildId(0xB2), () => other)
    expect([first.isClosed, first.sent.at(-1)]).toEqual([true, { t: 'bye' }])
    await settle()
    const second = await bench.welcome()
    expect(second.last('hello')).toMatchObject({ board: buildId(0xB2), version: 2 })
    expect(bench.drops).toEqual([])
  })

  it('keeps the socket when the same board is joined again, and takes the new reader\'s place', async () => {
    const socket = await bench.goLive()
    bench.channel.join(BOARD_ID, () => ({ ...bench.position, version: 3 }))
    await bench.clock.advance(50)
    expect([bench.sockets.length, socket.last('sync').version]).toEqual([1, 3])
  })

  it('opens nothing more after the board was left', async () => {
    const socket = await bench.goLive()
    bench.channel.leave()
    expect([socket.isClosed, bench.channel.state.state]).toEqual([true, 'closed'])
    bench.channel.moved()
    bench.channel.attend(true)
    await bench.clock.advance(60_000)
    expect(bench.sockets).toHaveLength(1)
  })

  it('leaves no timer behind, wherever it is closed', async () => {
    await bench.begin()
    bench.channel.close()
    expect(bench.clock.timers).toBe(0)
    await bench.goLive()
    bench.channel.attend(false)
    bench.channel.probe()
    bench.channel.moved()
    const asked = bench.channel.sync(bench.position).catch(() => {})
    bench.channel.close()
    await asked
    expect(bench.clock.timers).toBe(0)
    void bench.channel.open()
    await settle()
    bench.socket.drop()
    bench.channel.close()
    expect(bench.clock.timers).toBe(0)
  })

  it('survives a socket that throws when it is written to', async () => {
    const socket = await bench.goLive()
    socket.send = () => {
      throw new Error('closing')
    }
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    expect(bench.drops).toEqual(['dropped'])
  })

  it('writes nothing more to a socket that failed in the middle of an answer', async () => {
    const socket = await bench.goLive()
    const written = vi.fn(() => {
      throw new Error('closing')
    })
    socket.send = written
    // Its version would be asked for next.
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 9 })
    expect([written.mock.calls.length, bench.drops]).toEqual([1, ['dropped']])
  })

  it('takes one welcome', async () => {
    const socket = await bench.goLive()
    const pings = socket.count('ping')
    socket.say({ t: 'welcome', sid: 'x', epoch: 'e9', version: 99, now: 0 })
    socket.say({ t: 'ping', i: 1, epoch: 'e1', version: 5 })
    expect([socket.count('ping'), socket.count('sync'), bench.channel.state.state]).toEqual([pings, 0, 'live'])
  })

  it('[A2] tells what was opened and asked for during the handshake once it is welcomed', async () => {
    await bench.begin()
    bench.socket.accept()
    bench.channel.focus([buildId(1)])
    bench.channel.want({ cursors: true })
    expect(bench.socket.sent.map(({ t }) => t)).toEqual(['hello'])
    bench.socket.say({ t: 'welcome', sid: 's', epoch: 'e1', version: 5, now: 0 })
    expect([bench.socket.last('focus').matters, bench.socket.last('wants').cursors]).toEqual([[buildId(1)], true])
  })
})
