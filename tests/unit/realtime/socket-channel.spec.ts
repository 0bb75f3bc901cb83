import { beforeEach, describe, expect, it } from 'vitest'
import { clientFrameSchema } from '#shared/protocol/frames.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { BOARD_ID, buildId } from '../../helpers/builders.ts'
import type { ChannelBench } from '../../helpers/channel-bench.ts'
import { createChannelBench } from '../../helpers/channel-bench.ts'
import { settle } from '../../helpers/virtual-clock.ts'

let bench: ChannelBench

beforeEach(() => {
  bench = createChannelBench()
})

describe('opening', () => {
  it('[S1] brings the ticket in hello, where the reader stands, and nowhere else', async () => {
    await bench.goLive()
    expect(bench.socket.path).toBe('/api/kanban/ws')
    expect(bench.socket.sent[0]).toEqual({
      t: 'hello', protocol: PROTOCOL_VERSION, board: BOARD_ID, epoch: 'e1', version: 5, cid: 'c', ticket: 'ticket-1', urgent: false,
    })
  })

  it('is live after a welcome and one answered ping, and knows how long that took', async () => {
    await bench.begin()
    bench.socket.accept()
    expect(bench.channel.state).toEqual({ state: 'opening', attempt: 1 })
    bench.socket.say({ t: 'welcome', sid: 's', epoch: 'e1', version: 5, now: 0 })
    expect([bench.channel.state.state, bench.channel.isPlaced]).toEqual(['opening', false])
    await bench.clock.advance(80)
    bench.socket.say({ t: 'pong', i: bench.socket.last('ping').i, epoch: 'e1', version: 5 })
    expect(bench.channel.state).toEqual({ state: 'live', since: bench.clock.now() })
    expect([bench.channel.isPlaced, bench.on.onRoundTrip.mock.calls]).toEqual([true, [[80]]])
  })

  it('asks for no ticket before the first full read, and opens a moment after that came', async () => {
    bench.position.epoch = null
    bench.channel.join(BOARD_ID, () => bench.position)
    await bench.channel.open()
    expect([bench.channel.state.state, bench.ticket.mock.calls.length]).toEqual(['closed', 0])
    bench.channel.moved()
    bench.position.epoch = 'e1'
    await bench.clock.advance(50)
    expect([bench.channel.state.state, bench.sockets.length]).toEqual(['opening', 1])
  })

  it('waits for a board, and takes it whether it is joined before or after', async () => {
    await bench.channel.open()
    expect(bench.ticket).not.toHaveBeenCalled()
    bench.channel.join(BOARD_ID, () => bench.position)
    await settle()
    expect(bench.sockets).toHaveLength(1)
  })

  it('ends the promise of opening with the first live, or with the first failure', async () => {
    const ends: string[] = []
    bench.channel.join(BOARD_ID, () => bench.position)
    void bench.channel.open().then(() => ends.push(bench.channel.state.state))
    await settle()
    expect(ends).toEqual([])
    await bench.welcome()
    await settle()
    bench.channel.close()
    bench.ticket.mockRejectedValueOnce(new Fault('network'))
    await bench.channel.open()
    expect([...ends, bench.channel.state.state]).toEqual(['live', 'waiting'])
  })

  it('tells what was opened after the welcome, and again when that changes', async () => {
    bench.channel.focus([buildId(1)])
    await bench.goLive()
    bench.channel.focus(Array.from({ length: 30 }, (_, index) => buildId(index)))
    expect(bench.socket.sent.filter(({ t }) => t === 'focus').map(frame => frame.t === 'focus' && frame.matters.length)).toEqual([1, 20])
  })

  it('sends nothing that the server\'s schema wouldn\'t read', async () => {
    await bench.goLive()
    bench.channel.focus([buildId(1)])
    bench.channel.probe()
    void bench.channel.sync(bench.position).catch(() => {})
    void bench.channel.say('note', { text: 'a' }).catch(() => {})
    bench.socket.say({ t: 'ping', i: 3, epoch: 'e1', version: 5 })
    bench.channel.close()
    expect(new Set(bench.socket.sent.map(({ t }) => t))).toEqual(new Set(['hello', 'ping', 'focus', 'sync', 'say', 'pong', 'bye']))
    for (const frame of bench.socket.sent)
      expect(clientFrameSchema.safeParse(frame).error).toBeUndefined()
  })

  it('has one socket at a time, however often it is told to open', async () => {
    await bench.begin()
    void bench.channel.open()
    bench.channel.moved()
    await bench.clock.advance(100)
    await bench.welcome()
    void bench.channel.open()
    bench.channel.nudge()
    await bench.clock.advance(100)
    expect([bench.ticket.mock.calls.length, bench.sockets.length]).toEqual([1, 1])
  })
})

describe('attempts that fail', () => {
  it.each([
    ['never opens', () => bench.socket.drop()],
    ['is closed before the welcome', () => { bench.socket.accept(); bench.socket.drop(1000) }],
    ['opens and says nothing', () => { bench.socket.accept(); return bench.clock.advance(10_000) }],
    ['hangs', () => bench.clock.advance(10_000)],
  ] as [string, () => unknown][])('takes a socket for blocked that has a good ticket and %s', async (_, fail) => {
    await bench.begin()
    await fail()
    expect(bench.drops).toEqual(['blocked'])
    expect(bench.states.at(-1)).toMatchObject({ state: 'waiting', attempt: 1, cause: 'blocked' })
  })

  it('takes a browser that throws for one that blocks', async () => {
    bench.openSocket.mockImplementationOnce(() => {
      throw new DOMException('insecure', 'SecurityError')
    })
    await bench.begin()
    await bench.clock.advance(0)
    expect(bench.channel.state).toMatchObject({ state: 'waiting', cause: 'blocked' })
  })

  it('calls it dropped when it was welcomed and ends before the first answer', async () => {
    await bench.begin()
    bench.socket.accept()
    bench.socket.say({ t: 'welcome', sid: 's', epoch: 'e1', version: 5, now: 0 })
    bench.socket.drop()
    expect(bench.drops).toEqual(['dropped'])
  })

  it('[S4] gives up for good where the server says no to the ticket, until it is told to try', async () => {
    bench.ticket.mockRejectedValueOnce(new Fault('refused', { problem: { code: 'SOCKETS_OFF', message: '' } }))
    await bench.begin()
    expect(bench.channel.state).toEqual({ state: 'refused', code: 'SOCKETS_OFF' })
    bench.channel.nudge()
    bench.channel.attend(true)
    bench.channel.moved()
    await bench.clock.advance(3_600_000)
    expect(bench.ticket).toHaveBeenCalledTimes(1)
    void bench.channel.retryNow()
    await settle()
    expect(bench.channel.state.state).toBe('opening')
  })

  it.each([
    ['signed-out', 'UNAUTHENTICATED'],
    ['outdated', 'UPGRADE_REQUIRED'],
  ] as const)('stands refused when the ticket finds the page %s', async (kind, code) => {
    bench.ticket.mockRejectedValueOnce(new Fault(kind))
    await bench.begin()
    expect(bench.channel.state).toEqual({ state: 'refused', code })
  })

  it('[T4] comes back no earlier than a full server asked for', async () => {
    bench.ticket.mockRejectedValueOnce(new Fault('server', { retryAfterMs: 8_000 }))
    await bench.begin()
    expect(bench.channel.state).toMatchObject({ state: 'waiting', cause: 'server' })
    bench.channel.nudge()
    bench.channel.attend(true)
    await bench.clock.advance(7_999)
    expect(bench.ticket).toHaveBeenCalledTimes(1)
    await bench.clock.advance(801)
    expect(bench.ticket).toHaveBeenCalledTimes(2)
  })

  it('gives up a ticket that doesn\'t come, and takes no late one', async () => {
    let late!: (ticket: string) => void
    bench.ticket.mockImplementationOnce(() => new Promise((resolve) => { late = resolve }))
    await bench.begin()
    await bench.clock.advance(10_000)
    expect(bench.drops).toEqual(['network'])
    expect(bench.ticket.mock.calls[0]![0].aborted).toBe(true)
    late('old')
    await settle()
    expect(bench.sockets).toHaveLength(0)
  })
})

describe('close codes', () => {
  it.each([
    ['a bad frame', CLOSE.BAD_FRAME, 'BAD_REQUEST'],
    ['a board that isn\'t for this member', CLOSE.FORBIDDEN, 'FORBIDDEN'],
    ['a page that is too old', CLOSE.TOO_OLD, 'UPGRADE_REQUIRED'],
  ])('[S4] doesn\'t come back after %s', async (_, close, code) => {
    const socket = await bench.goLive()
    socket.drop(close)
    expect(bench.channel.state).toEqual({ state: 'refused', code })
    await bench.clock.advance(3_600_000)
    expect(bench.ticket).toHaveBeenCalledTimes(1)
  })

  it('[S4] tries again on another board', async () => {
    const socket = await bench.goLive()
    socket.drop(CLOSE.FORBIDDEN)
    bench.channel.join(buildId(0xB2), () => ({ ...bench.position, boardId: buildId(0xB2) }))
    await settle()
    bench.socket.accept()
    expect(bench.socket.last('hello').board).toBe(buildId(0xB2))
  })

  it('[S4] fetches another ticket at once, but only once', async () => {
    const socket = await bench.goLive()
    socket.drop(CLOSE.TICKET)
    await settle()
    expect([bench.ticket.mock.calls.length, bench.drops]).toEqual([2, []])
    bench.socket.accept()
    bench.socket.drop(CLOSE.TICKET)
    expect(bench.channel.state).toMatchObject({ state: 'waiting', cause: 'server' })
    await bench.clock.advance(2_000)
    await bench.welcome()
    await bench.clock.advance(10_000)
    bench.socket.drop(CLOSE.TICKET)
    expect(bench.channel.state).toMatchObject({ state: 'opening' })
  })

  it.each([
    ['was too slow', CLOSE.SLOW, 'dropped'],
    ['has to begin anew', CLOSE.RESYNC, 'server'],
    ['sent too much', CLOSE.RATE, 'server'],
    ['met a server without its database', CLOSE.FAILED, 'server'],
    ['is to use another way', 1000, 'server'],
    ['ended without a word', 1006, 'dropped'],
  ] as const)('[S4] comes back when it %s', async (_, close, cause) => {
    const socket = await bench.goLive()
    socket.drop(close)
    expect(bench.channel.state).toMatchObject({ state: 'waiting', cause })
    await bench.clock.advance(1_000)
    expect(bench.sockets).toHaveLength(2)
  })
})
