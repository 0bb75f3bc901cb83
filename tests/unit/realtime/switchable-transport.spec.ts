import { beforeEach, expect, it, vi } from 'vitest'
import type { SwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { BOARD_ID, buildId } from '../../helpers/builders.ts'
import type { FakeTransport } from '../../helpers/fake-transport.ts'
import { createFakeTransport } from '../../helpers/fake-transport.ts'

let first: FakeTransport
let second: FakeTransport
let link: SwitchableTransport

beforeEach(() => {
  first = createFakeTransport()
  second = createFakeTransport()
  link = createSwitchableTransport(first)
})

it('[T1] keeps its listeners when what is inside is swapped', () => {
  const heard = vi.fn()
  link.on('updates', heard)
  link.swap(second)
  const answer = { version: 2 } as never
  first.emit('updates', BOARD_ID, answer)
  expect(heard).not.toHaveBeenCalled()
  second.emit('updates', BOARD_ID, answer)
  expect(heard).toHaveBeenCalledExactlyOnceWith(BOARD_ID, answer)
})

it('connects the new one when the old one was to be, and ends the old one', () => {
  link.swap(second)
  expect(second.connect).not.toHaveBeenCalled()
  link.connect()
  expect(link.isConnected).toBe(true)
  const third = createFakeTransport()
  link.swap(third)
  expect(second.disconnect).toHaveBeenCalled()
  expect(third.connect).toHaveBeenCalled()
  link.disconnect()
  expect(third.disconnect).toHaveBeenCalled()
})

it('tells how the new one stands', () => {
  const heard = vi.fn()
  link.on('connection', heard)
  link.swap(second)
  expect(heard).toHaveBeenCalledWith(second.connection)
  expect(link.connection).toBe(second.connection)
})

it('reads and writes through the one inside', async () => {
  link.swap(second)
  await link.pull({ boardId: BOARD_ID, epoch: null, version: 0, cid: 'c' })
  await link.send(BOARD_ID, 'c', [{ n: 1, kind: 'delete', id: buildId(1), args: {} }])
  await link.compare({ boardId: BOARD_ID, epoch: 'e1', version: 1, digest: 'd' })
  expect(first.pull).not.toHaveBeenCalled()
  expect(second.pull).toHaveBeenCalledTimes(1)
  expect(second.send).toHaveBeenCalledTimes(1)
  expect(second.compare).toHaveBeenCalledTimes(1)
})
