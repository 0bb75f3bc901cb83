import 'fake-indexeddb/auto'
import { describe } from 'vitest'
import { createBoardDisk } from '~/utils/device/board-disk.ts'
import { createConnection } from '~/utils/device/connection.ts'
import { NOW } from '../helpers/builders.ts'
import { boardStorageContract } from './board-storage.contract.ts'

describe('a board in the database of a browser', () => {
  let databases = 0

  boardStorageContract(async () => {
    const name = `device-${++databases}`
    let ids = 0
    let now = NOW
    return {
      open: async () => ({
        isLasting: true,
        ...createBoardDisk({ connection: createConnection(name), makeId: () => `cid-${String(++ids).padStart(4, '0')}`, now: () => now }),
      }),
      setNow(next) {
        now = next
      },
    }
  })
})
