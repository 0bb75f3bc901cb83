import { describe, expect, it, onTestFinished } from 'vitest'
import { tellOwnTags } from '#server/services/personal/tell-own.ts'
import type { BoardSocket } from '#server/services/realtime/socket-registry.ts'
import { createSocketRegistry } from '#server/services/realtime/socket-registry.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'
import { BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const { partner, associate } = PEOPLE

function start() {
  const registry = createSocketRegistry()
  const clock = createVirtualClock()
  const versions = new Map<string | null, number>()
  const listeners = new Set<(memberId: string | null) => void>()
  const stop = tellOwnTags({
    sockets: registry,
    clock,
    heads: {
      tagOf: memberId => `${versions.get(memberId) ?? 0}.${versions.get(null) ?? 0}`,
      onMoved(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  onTestFinished(stop)
  return {
    clock, stop,
    move(...memberIds: (string | null)[]) {
      memberIds.forEach(id => versions.set(id, (versions.get(id) ?? 0) + 1))
      memberIds.forEach(id => listeners.forEach(listener => listener(id)))
    },
    open(member = partner) {
      const told: string[] = []
      const socket = {
        id: crypto.randomUUID(), boardId: BOARD_ID, member,
        send: (frame: ServerFrame) => void (frame.t === 'own' && told.push(frame.tag)),
      } as unknown as BoardSocket
      registry.add(socket)
      return { told, close: () => registry.remove(socket) }
    },
  }
}

describe('sockets', () => {
  it('[N2] are told their member\'s tag when they come, and whenever it moves: all of that member\'s, and nobody else\'s', () => {
    const { open, move } = start()
    const [one, two, other] = [open(), open(), open(associate)]
    move(partner.id)
    expect([one.told, two.told, other.told]).toEqual([['0.0', '1.0'], ['0.0', '1.0'], ['0.0']])
    one.close()
    move(partner.id)
    expect([one.told, two.told]).toEqual([['0.0', '1.0'], ['0.0', '1.0', '2.0']])
  })
  it('[N2] are all told of what concerns the firm, some at a time, since each of them asks then', async () => {
    const { open, move, clock } = start()
    const all = Array.from({ length: 250 }, () => open())
    const told = () => all.filter(socket => socket.told.includes('0.1')).length
    move(null)
    expect(told()).toBe(100)
    await clock.advance(100)
    expect(told()).toBe(200)
    all.slice(200, 210).forEach(socket => socket.close())
    await clock.advance(100)
    expect(told()).toBe(240)
    expect(clock.timers).toBe(0)
    // Once each, also of those whom something else was told of meanwhile.
    expect(all.slice(0, 200).every(socket => socket.told.length === 2)).toBe(true)
  })
  it('[N2] are told some at a time, too, when the counters of many moved in one change, and once each', async () => {
    const { open, move, clock } = start()
    const people = Array.from({ length: 250 }, (_, n) => ({ ...partner, id: buildId(0x10_000 + n) }))
    const all = people.map(member => open(member))
    const told = () => all.filter(socket => socket.told.length === 2).length
    const ids = people.map(({ id }) => id)
    for (const moved of [[null, ...ids], ids]) {
      move(...moved)
      expect(told()).toBe(100)
      await clock.advance(100)
      expect(told()).toBe(200)
      await clock.advance(100)
      expect([told(), clock.timers]).toEqual([250, 0])
      all.forEach(socket => socket.told.shift())
      await clock.advance(100)
    }
    expect(all.every(socket => socket.told.join() === '2.1')).toBe(true)
  })
  it('are told nothing after the end', () => {
    const { open, move, stop, clock } = start()
    const socket = open()
    stop()
    move(partner.id)
    move(null)
    expect(socket.told).toEqual(['0.0'])
    expect(clock.timers).toBe(0)
  })
})
