import type { BoardId } from '#shared/kanban/board.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { MemoryBoard } from '#shared/sync/memory-storage.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import type { Device, DeviceOptions } from '~/utils/device/device.ts'

/** What is kept on a fake device, by member; it outlives the pages of a test. */
export type FakeDisk = Map<MemberId, Map<BoardId, MemoryBoard>>

type FakeDevice = Pick<Device, 'memberId' | 'storage' | 'ready' | 'boardsWithUnsent' | 'isLasting' | 'close' | 'wipe'>

/** Stands for `openDevice` where boards are what matters. `fails`: it keeps nothing, and says so. */
export function openFakeDevice(disk: FakeDisk, memberId: MemberId, options: DeviceOptions & { fails?: boolean } = {}): Device {
  const boards = disk.get(memberId) ?? new Map<BoardId, MemoryBoard>()
  disk.set(memberId, boards)
  let outboxes = 0
  const { open, append, write } = createMemoryStorage({ makeId: () => `${memberId}-${++outboxes}`, boards })
  if (options.fails)
    queueMicrotask(() => options.onLasting?.(false))
  const isLasting = !options.fails
  const device: FakeDevice = {
    memberId,
    storage: { isLasting, open, append, write },
    isLasting,
    ready: Promise.resolve(),
    boardsWithUnsent: async () => [...boards].flatMap(([boardId, { outbox }]) => outbox.size > 0 ? [boardId] : []),
    close: () => {},
    wipe: async () => void disk.delete(memberId),
  }
  return device as Device
}
