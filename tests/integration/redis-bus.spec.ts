import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { BusMessage } from '#server/bus/bus.ts'
import { createRedisBus } from '#server/bus/redis-bus.ts'
import { buildId } from '../helpers/builders.ts'
import { publishRaw, REDIS_URL } from '../helpers/redis.ts'
import { openTcpWay } from '../helpers/tcp-way.ts'

const BOARD = { kind: 'board', id: buildId(1), epoch: 'e', version: 7 } as const

/** One process's end. */
function open({ url = REDIS_URL!, channel = `test:${randomUUID()}`, beatMs = 10_000 } = {}) {
  const heard: BusMessage[] = []
  const log: string[] = []
  let gaps = 0
  const bus = createRedisBus({ url, channel, log: line => log.push(line), maxWaitMs: 50, beatMs })
  bus.subscribe(message => heard.push(message))
  bus.onGap(() => gaps++)
  onTestFinished(() => bus.close())
  return { bus, heard, log, channel, gaps: () => gaps, connected: (count = 1) => vi.waitFor(() => expect(gaps).toBe(count), 5_000) }
}

describe('a bus whose Redis is away', () => {
  it('says so in one line that holds no password, loses what is said, and closes at once', async () => {
    const { bus, log, gaps } = open({ url: 'redis://user:secret@127.0.0.1:1' })
    bus.publish(BOARD)
    await vi.waitFor(() => expect(log).toEqual(['redis: not reached (ECONNREFUSED); other processes are heard of by the database until it is']))
    bus.publish(BOARD)
    await bus.close()
    expect(gaps()).toBe(0)
  })
})

describe.skipIf(!REDIS_URL)('a bus through Redis', () => {
  it('[B1] reaches every other process of the firm, and neither the sender nor another firm', async () => {
    const one = open()
    const [two, three, stranger] = [open({ channel: one.channel }), open({ channel: one.channel }), open()]
    await Promise.all([one, two, three, stranger].map(end => end.connected()))
    const messages: BusMessage[] = [
      BOARD,
      { kind: 'member', memberId: buildId(2) },
      { kind: 'settings' },
      { kind: 'personal', memberId: buildId(2), version: 7 },
      { kind: 'personal', memberId: null, version: 1 },
      { kind: 'present', boardId: buildId(1), members: [{ id: buildId(2), since: 5, places: [{ tab: 't1', matterId: buildId(3), action: 'viewing' }] }] },
      { kind: 'event', boardId: buildId(1), event: { id: 'e1', at: 5, topic: 'member:activity', from: buildId(2), data: { tab: 't1', matterId: null, action: 'editing', field: 'title' } } },
      { kind: 'event', boardId: buildId(1), event: { id: 'e2', at: 5, topic: 'member:left', from: buildId(2), data: {} } },
      { kind: 'event', boardId: buildId(1), event: { id: 'e3', at: 5, topic: 'note', from: buildId(2), data: { text: '昼休み “Ω”' } } },
    ]
    messages.forEach(message => one.bus.publish(message))
    for (const other of [two, three])
      await vi.waitFor(() => expect(other.heard).toEqual(messages))
    two.bus.publish(BOARD)
    await vi.waitFor(() => expect(one.heard).toEqual([BOARD]))
    expect(stranger.heard).toEqual([])
  })

  it('takes nothing for a message that isn\'t one', async () => {
    const end = open()
    await end.connected()
    const letter = (message: unknown) => JSON.stringify({ from: 'x', message })
    await publishRaw(
      end.channel, '', 'null', '[]', '{', '{"from":1}', letter(null), letter({ kind: 'board' }), letter({ ...BOARD, version: -1 }),
      letter({ ...BOARD, id: '__proto__' }), letter({ kind: 'unknown' }), letter({ kind: 'event', boardId: buildId(1), event: { topic: 'note' } }),
      letter({ ...BOARD, title: 'Secret' }),
    )
    // What is more than a message loses what is more.
    await vi.waitFor(() => expect(end.heard).toEqual([BOARD]))
  })

  it('[B1] comes back by itself and says that something may have been missed', async () => {
    const way = await openTcpWay(REDIS_URL!)
    const one = open()
    const two = open({ url: way.url, channel: one.channel })
    await Promise.all([one.connected(), two.connected()])
    await way.cut()
    await vi.waitFor(() => expect(two.log).toHaveLength(1))
    one.bus.publish({ kind: 'settings' })
    two.bus.publish({ kind: 'settings' })
    await way.restore()
    await two.connected(2)
    expect(two.log).toEqual([expect.stringContaining('not reached'), 'redis: connected'])
    one.bus.publish(BOARD)
    await vi.waitFor(() => expect(two.heard).toEqual([BOARD]))
    two.bus.publish(BOARD)
    await vi.waitFor(() => expect(one.heard).toEqual([BOARD]))
  })

  it('gives up connections that are open and say nothing, and opens others', async () => {
    const way = await openTcpWay(REDIS_URL!)
    const end = open({ url: way.url, beatMs: 20 })
    await end.connected()
    way.freeze()
    await end.connected(2)
    expect(end.log).toEqual([expect.stringContaining('not reached'), 'redis: connected'])
  })

  it('connects later when Redis wasn\'t there at the start', async () => {
    const way = await openTcpWay(REDIS_URL!)
    await way.cut()
    const end = open({ url: way.url })
    await vi.waitFor(() => expect(end.log).toHaveLength(1))
    await way.restore()
    await end.connected()
    expect(end.log[1]).toBe('redis: connected')
  })

  it('outlives a listener that fails', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const one = open()
    const two = open({ channel: one.channel })
    const last = vi.fn()
    two.bus.subscribe(() => {
      throw new Error('broken')
    })
    two.bus.subscribe(last)
    await Promise.all([one.connected(), two.connected()])
    one.bus.publish(BOARD)
    await vi.waitFor(() => expect(last).toHaveBeenCalledExactlyOnceWith(BOARD))
    expect(write).toHaveBeenCalledWith(expect.stringContaining('a listener failed'))
  })
})
