import type { Bus } from '#server/bus/bus.ts'
import type { FirmSettings } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { AccountService } from './account-service.ts'
import { createAccountService } from './account-service.ts'
import type { AssignmentsReader } from './assignments/assignments-reader.ts'
import { createAssignmentsReader } from './assignments/assignments-reader.ts'
import type { BoardDigest } from './board-digest.ts'
import { createBoardDigest } from './board-digest.ts'
import type { BoardHub } from './board-hub.ts'
import { createBoardHub } from './board-hub.ts'
import type { BoardReader } from './board-reader.ts'
import { createBoardReader } from './board-reader.ts'
import type { BoardService } from './board-service.ts'
import { createBoardService } from './board-service.ts'
import type { FirmConfig } from './config.ts'
import { ensureFirm } from './ensure-firm.ts'
import { startHousekeeping, tidy } from './housekeeping.ts'
import type { ImportService } from './import/import-service.ts'
import { createImportService } from './import/import-service.ts'
import { countCommits, countTold } from './metrics/count-commits.ts'
import type { ServerMetrics } from './metrics/server-metrics.ts'
import { createServerMetrics } from './metrics/server-metrics.ts'
import { processTally } from './metrics/tally.ts'
import { openBus } from './open-bus.ts'
import type { OpenRepositoryOptions } from './open-repository.ts'
import { openRepository } from './open-repository.ts'
import type { FirmAwarenessSettings } from './personal/firm-awareness.ts'
import { openFirmAwareness } from './personal/firm-awareness.ts'
import { announceMaintenance } from './notifications/announce-maintenance.ts'
import { startDeadlineWatch } from './notifications/deadline-watch.ts'
import type { NotificationService } from './notifications/notification-service.ts'
import { createNotificationService } from './notifications/notification-service.ts'
import { readNotifications } from './notifications/read-notifications.ts'
import type { PersonalHeads } from './personal/personal-heads.ts'
import { openPersonalHeads } from './personal/personal-heads.ts'
import type { PersonalService } from './personal/personal-service.ts'
import { createPersonalService } from './personal/personal-service.ts'
import { tellOwnTags } from './personal/tell-own.ts'
import { createPollPace } from './poll-pace.ts'
import { createBoardEvents } from './realtime/board-events.ts'
import { createFanOut } from './realtime/fan-out.ts'
import { startHints } from './realtime/hints.ts'
import type { BoardEvents, FanOut } from './realtime/ports.ts'
import { openPresenceChoices } from './realtime/presence-choices.ts'
import type { SocketRegistry } from './realtime/socket-registry.ts'
import { createSocketRegistry } from './realtime/socket-registry.ts'
import type { SharedTransportPolicy } from './realtime/transport-policy.ts'
import { openTransportPolicy } from './realtime/transport-policy.ts'

/** An open firm: its database and everything that serves it. */
export interface Firm {
  repository: Repository
  settings: FirmSettings
  boards: BoardService
  reader: BoardReader
  digests: BoardDigest
  assignments: AssignmentsReader
  hub: BoardHub
  accounts: AccountService
  imports: ImportService
  /** The way to the other processes of the firm. */
  bus: Bus
  policy: SharedTransportPolicy
  heads: PersonalHeads
  personal: PersonalService
  notifications: NotificationService
  awareness: FirmAwarenessSettings
  sockets: SocketRegistry
  fanOut: FanOut
  events: BoardEvents
  /** This process in numbers. */
  metrics: ServerMetrics
  /** Ends what runs and lets go of the database. */
  close: () => Promise<void>
}

/**
 * Opens the database, brings its tables up to date, fills it when it is new, and puts the services
 * together. Throws a `StartupError` when the person who starts it can mend what is wrong.
 */
export async function openFirm(config: FirmConfig, { alone = false }: Pick<OpenRepositoryOptions, 'alone'> = {}): Promise<Firm> {
  const repository = await openRepository(config, { alone })
  try {
    const settings = await ensureFirm(repository, config, Date.now())
    await tidy(repository, Date.now())
    return await composeFirm(repository, settings, config)
  }
  catch (error) {
    await repository.close()
    throw error
  }
}

async function composeFirm(repository: Repository, settings: FirmSettings, config: FirmConfig): Promise<Firm> {
  const hub = createBoardHub()
  const pace = createPollPace()
  const log = (line: string) => void process.stderr.write(`${line}\n`)
  const bus = await openBus(config, repository, settings, log)
  const heads = await openPersonalHeads({ repository, bus })
  const boards = countCommits(createBoardService({ repository, hub, firm: settings, heads: countTold(heads, processTally) }), processTally)
  const imports = createImportService({ repository, boards, firm: settings })
  const housekeeping = startHousekeeping(repository, Date.now, error =>
    process.stderr.write(`housekeeping failed: ${error instanceof Error ? error.name : typeof error}\n`), imports.resume)
  const accounts = createAccountService({ repository, heads })
  const sockets = createSocketRegistry()
  const reader = createBoardReader({ repository, hub, firm: settings, next: pace.next })
  const fanOut = createFanOut({ repository, hub, reader, next: pace.next, log })
  const policy = await openTransportPolicy({ repository, accounts, bus, flag: config.features.realtimeTransport })
  const awareness = await openFirmAwareness({ repository, heads, announce: announceMaintenance })
  const personal = createPersonalService({ repository, heads, readNotifications })
  const onLookFailed = (error: unknown) => log(`the look at deadlines failed: ${error instanceof Error ? error.name : typeof error}`)
  const deadlines = startDeadlineWatch({ repository, firm: settings, heads, onError: onLookFailed })
  await deadlines.look().catch(onLookFailed)
  const stopTelling = tellOwnTags({ sockets, heads })
  const choices = await openPresenceChoices({ repository, heads, awareness })
  const headOf = (boardId: string) => {
    const head = hub.heads().get(boardId)
    return head ? `${head.epoch}.${head.version}` : null
  }
  const events = createBoardEvents({ repository, sockets, bus, choices, headOf, isShared: config.redisUrl !== null })
  const hints = startHints({
    bus, hub, accounts, policy, heads, log,
    readHeads: () => repository.boards.heads(),
    isShared: repository.dialect === 'postgres',
    hasSockets: () => sockets.size > 0,
    onSettings: reader.forgetDefault,
    onEvent: events.heard,
  })
  await imports.resume()
  return {
    repository,
    settings,
    hub,
    boards,
    imports,
    bus,
    policy,
    heads,
    personal,
    notifications: createNotificationService({ repository, heads }),
    awareness,
    sockets,
    fanOut,
    events,
    digests: createBoardDigest({ repository, hub }),
    assignments: createAssignmentsReader({ repository, hub, firm: settings }),
    reader,
    accounts,
    metrics: createServerMetrics({ hub, sockets, bus }, processTally),
    async close() {
      hints.stop()
      events.close()
      choices.close()
      policy.close()
      stopTelling()
      awareness.close()
      heads.close()
      fanOut.close()
      hub.close()
      pace.stop()
      await imports.close()
      await bus.close()
      await deadlines.stop()
      await housekeeping.stop()
      await repository.close()
    },
  }
}
