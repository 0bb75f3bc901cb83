import { v7 as uuidv7 } from 'uuid'
import type { FirmSettings, MemberRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { StartupError } from '#server/db/repository.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { FirmConfig } from './config.ts'
import { createDefaultBoards } from './default-boards.ts'
import { DEMO_FIRM, seedDemo } from './demo/seed-demo.ts'
import { checkPassword, hashPassword } from './passwords.ts'

/**
 * The firm that the database holds. A new database gets one, whole or not at all: the demo firm, or a
 * real one with an administrator and the default boards.
 */
export async function ensureFirm(repository: Repository, config: FirmConfig, now: EpochMs): Promise<FirmSettings> {
  const known = await repository.firm.get()
  if (known) {
    if (config.demo !== null && config.demo !== known.demo)
      throw new StartupError(`DEMO is ${config.demo}, but the database holds a ${known.demo ? 'demo' : 'real'} firm: choose another DATA_DIR or database, or take DEMO away.`)
    return known
  }
  const firm: FirmSettings = { ...config.firm, demo: config.demo ?? true, createdAt: now }
  try {
    return firm.demo ? await createDemoFirm(repository, firm) : await createRealFirm(repository, firm, config.admin)
  }
  catch (error) {
    // Another server may have been quicker on the same new database.
    const other = error instanceof StartupError ? null : await repository.firm.get()
    if (other)
      return other
    throw error
  }
}

async function createDemoFirm(repository: Repository, settings: FirmSettings): Promise<FirmSettings> {
  const firm = { ...settings, ...DEMO_FIRM }
  await repository.transaction(async (stores) => {
    await stores.firm.create(firm)
    await seedDemo(stores, { firm, now: firm.createdAt, hashPassword })
  })
  return firm
}

async function createRealFirm(repository: Repository, firm: FirmSettings, admin: FirmConfig['admin']): Promise<FirmSettings> {
  if (!admin)
    throw new StartupError('A real firm (DEMO=false) needs ADMIN_EMAIL and ADMIN_PASSWORD at its first start.')
  const member: MemberRecord = {
    id: uuidv7(), name: 'Administrator', role: 'ADMIN', active: true, email: admin.email.trim(), locale: null, transport: null, createdAt: firm.createdAt,
  }
  refuseWeakPassword(admin.password, member)
  const hash = await hashPassword(admin.password)
  await repository.transaction(async (stores) => {
    await stores.firm.create(firm)
    await stores.accounts.insertMember(member)
    await stores.accounts.setPasswordHash(member.id, hash, firm.createdAt)
    await createDefaultBoards(stores, firm.createdAt)
  })
  return firm
}

function refuseWeakPassword(password: string, member: MemberRecord): void {
  try {
    checkPassword(password, member)
  }
  catch (error) {
    throw error instanceof Problem ? new StartupError(`ADMIN_PASSWORD ${error.message}.`, { cause: error }) : error
  }
}
