import 'fake-indexeddb/auto'
import { describe, expect } from 'vitest'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import { createBoardDisk } from '~/utils/device/board-disk.ts'
import { createConnection } from '~/utils/device/connection.ts'
import { createDeviceStorage } from '~/utils/device/device-storage.ts'
import { NOW } from '../helpers/builders.ts'
import { boardStorageContract } from './board-storage.contract.ts'

describe('a board in the database of a browser', () => {
  let databases = 0

  boardStorageContract(async () => {
    const name = `device-${++databases}`
    let ids = 0
    let now = NOW
    return {
      open: async () => {
        const makeId = () => `cid-${String(++ids).padStart(4, '0')}`
        const disk = createBoardDisk({ connection: createConnection(name), makeId, now: () => now })
        return createDeviceStorage({ disk, memory: createMemoryStorage({ makeId }), onLasting: () => expect.unreachable('the disk works') })
      },
      setNow(next) {
        now = next
      },
    }
  })
})
