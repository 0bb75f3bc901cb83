import { StartupError } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { PreparedAccount } from './account-service.ts'
import { prepareAccount } from './account-service.ts'
import type { FirmConfig } from './config.ts'

/**
 * The account that a real firm starts with, from ADMIN_EMAIL and ADMIN_PASSWORD. Only the first start
 * wants them: later ones leave accounts alone.
 */
export async function prepareFirstAdmin(admin: FirmConfig['admin'], at: EpochMs): Promise<PreparedAccount> {
  if (!admin)
    throw new StartupError('A new firm needs its first administrator: set ADMIN_EMAIL and ADMIN_PASSWORD for the first start.')
  try {
    return await prepareAccount({ ...admin, name: admin.email.split('@')[0]!, role: 'ADMIN' }, at)
  }
  catch (error) {
    if (error instanceof Problem)
      throw new StartupError(`ADMIN_PASSWORD ${error.message}.`, { cause: error })
    throw error
  }
}
