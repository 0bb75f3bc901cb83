import type { FirmSettings } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { StartupError } from '#server/db/repository.ts'
import type { BoardHub } from './board-hub.ts'
import { createBoardHub } from './board-hub.ts'
import type { BoardReader } from './board-reader.ts'
import { createBoardReader } from './board-reader.ts'
import type { BoardService } from './board-service.ts'
import { createBoardService } from './board-service.ts'
import type { FirmConfig } from './config.ts'
import { createDefaultBoards } from './default-boards.ts'
import { startHousekeeping, tidy } from './housekeeping.ts'
import type { ImportService } from './import/import-service.ts'
import { createImportService } from './import/import-service.ts'
import { openRepository } from './open-repository.ts'
import { createPollPace } from './poll-pace.ts'

/** An open firm: its database and everything that serves it. */
export interface Firm {
  repository: Repository
  settings: FirmSettings
  boards: BoardService
  reader: BoardReader
  hub: BoardHub
  imports: ImportService
  /** Ends what runs and lets go of the database. */
  close: () => Promise<void>
}

/**
 * Opens the database, brings its tables up to date, fills it when it is new, and puts the services
 * together. Throws a `StartupError` when the person who starts it can mend what is wrong.
 */
export async function openFirm(config: FirmConfig): Promise<Firm> {
  const repository = await openRepository(config)
  try {
    const settings = await ensureFirm(repository, config)
    await tidy(repository, Date.now())
    const hub = createBoardHub()
    const pace = createPollPace()
    const housekeeping = startHousekeeping(repository, Date.now, error =>
      process.stderr.write(`housekeeping failed: ${error instanceof Error ? error.name : typeof error}\n`))
    const boards = createBoardService({ repository, hub, firm: settings })
    const imports = createImportService({ repository, boards, firm: settings })
    await imports.resume()
    return {
      repository,
      settings,
      hub,
      boards,
      imports,
      reader: createBoardReader({ repository, hub, firm: settings, next: pace.next }),
      async close() {
        hub.close()
        pace.stop()
        await housekeeping.stop()
        await imports.close()
        await repository.close()
      },
    }
  }
  catch (error) {
    await repository.close()
    throw error
  }
}

/** The firm that the database holds, made now if it is new. */
async function ensureFirm(repository: Repository, config: FirmConfig): Promise<FirmSettings> {
  const known = await repository.firm.get()
  if (known) {
    if (config.demo !== null && config.demo !== known.demo)
      throw new StartupError(`DEMO is ${config.demo}, but the database holds a ${known.demo ? 'demo' : 'real'} firm. Choose another DATA_DIR, or take DEMO away.`)
    return known
  }
  const demo = config.demo ?? true
  const settings: FirmSettings = { ...config.firm, demo, createdAt: Date.now() }
  await repository.transaction(async (stores) => {
    await stores.firm.create(settings)
    await createDefaultBoards(stores, settings.createdAt)
  })
  return settings
}
