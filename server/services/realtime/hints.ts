import type { Bus } from '#server/bus/bus.ts'
import type { BoardHead } from '#server/db/records.ts'
import type { AccountService } from '#server/services/account-service.ts'
import type { BoardHub } from '#server/services/board-hub.ts'
import type { PersonalHeads } from '#server/services/personal/personal-heads.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'
import type { SharedTransportPolicy } from './transport-policy.ts'

/** Between two looks at where the boards stand (rule B1). */
const RECONCILE_MS = 2_000
/** Between two looks at the firm's settings. */
const SETTINGS_MS = 10_000
/** Nobody asked for this long: nobody is there, and whoever comes is read for anew. Browsers ask at least every minute. */
const IDLE_MS = 90_000

export interface HintsOptions {
  bus: Bus
  hub: BoardHub
  accounts: Pick<AccountService, 'forget' | 'onChanged'>
  policy: Pick<SharedTransportPolicy, 'refresh'>
  heads: Pick<PersonalHeads, 'refresh' | 'isBehind'>
  /** Reads where all boards stand. */
  readHeads: () => Promise<BoardHead[]>
  /** Whether other processes may write to the database. Without them only boards in doubt are read. */
  isShared: boolean
  /** Whether anybody has a socket here. @default () => false */
  hasSockets?: () => boolean
  /** Hears that another process changed what the firm's boards are. @default nobody */
  onSettings?: () => void
  /** Hears what another process passes on. @default nobody */
  onEvent?: (boardId: string, event: BoardEvent) => void
  /** Hears one line when the database can't be asked, and one when it can again. @default nobody */
  log?: (line: string) => void
  /** @default 2000 */
  everyMs?: number
  /** @default Date.now */
  now?: () => number
}

/**
 * Tells the other processes of a firm what happened in this one, and takes in what they tell (rule B1). A hint
 * makes it quick; that it arrives at all nobody counts on, because the heads are read again and again.
 *
 * @returns how to stop; a read that is under way ends by itself
 */
export function startHints(options: HintsOptions): { stop: () => void } {
  const { bus, hub, accounts, policy, heads, isShared, everyMs = RECONCILE_MS, now = Date.now } = options
  const { hasSockets = () => false, onSettings = () => {}, onEvent = () => {} } = options
  let stopped = false
  // What fails at the end fails because it is the end.
  const report = createReport(line => void (stopped || options.log?.(line)))
  let reading = false
  /** A reason to read came while a read was under way, which may have been too early for it. */
  let readAgain = false
  let askedAt = now()
  let settingsAt = now()

  /** Reads until no reason is left. */
  async function read(): Promise<void> {
    readAgain = true
    if (reading)
      return
    reading = true
    while (readAgain && !stopped) {
      readAgain = false
      const isDone = await report(async () => {
        await reconcile(hub, options.readHeads)
        await heads.refresh()
      })
      // What failed is tried again at the next beat.
      if (!isDone)
        break
    }
    reading = false
  }

  function beat(): void {
    if (hub.takeAsked() || hasSockets())
      askedAt = now()
    const isWatched = now() - askedAt < IDLE_MS
    if (isShared && !isWatched)
      hub.forget()
    if (hub.doubts().size > 0 || (isShared && isWatched))
      void read()
    if (isShared && isWatched && now() - settingsAt >= SETTINGS_MS) {
      settingsAt = now()
      refresh()
    }
  }

  function refresh(): void {
    onSettings()
    void report(() => policy.refresh())
  }

  /** A reason to look, not something to believe: a version that there isn't would have everybody ask in vain. */
  function heard({ id, epoch, version }: BoardHead): void {
    const known = hub.heads().get(id)
    if (known?.epoch !== epoch || known.version < version)
      void read()
  }

  const timer = setInterval(beat, everyMs)
  timer.unref()
  const stops = [
    hub.onMoved(({ id, epoch, version }, isOwn) => isOwn && bus.publish({ kind: 'board', id, epoch, version })),
    accounts.onChanged((memberId, isOwn) => isOwn && bus.publish({ kind: 'member', memberId })),
    bus.onGap(() => {
      void read()
      refresh()
    }),
    bus.subscribe((message) => {
      switch (message.kind) {
        case 'board':
          return heard(message)
        case 'member':
          return accounts.forget(message.memberId, false)
        case 'personal':
          return heads.isBehind(message.memberId, message.version) ? void read() : undefined
        case 'event':
          return onEvent(message.boardId, message.event)
        case 'settings':
          // The policy hears it for itself.
          return onSettings()
      }
    }),
  ]
  return {
    stop() {
      stopped = true
      clearInterval(timer)
      stops.forEach(stop => stop())
    },
  }
}

/** Takes in where the boards stand. */
async function reconcile(hub: BoardHub, readHeads: () => Promise<BoardHead[]>): Promise<void> {
  const doubted = [...hub.doubts()]
  const heads = await readHeads()
  for (const head of heads)
    hub.seen(head)
  // A board that is gone can't be read.
  const there = new Set(heads.map(head => head.id))
  for (const id of doubted)
    if (!there.has(id))
      hub.forget(id)
}

/** Runs looks at the database, and says it once when they begin to fail and once when they succeed again. */
function createReport(log: (line: string) => void) {
  let isFailing = false
  return async (look: () => Promise<void>): Promise<boolean> => {
    try {
      await look()
      if (isFailing)
        log('database: it can be asked again')
      isFailing = false
      return true
    }
    catch (error) {
      if (!isFailing)
        log(`database: where the boards stand can't be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}); trying on`)
      isFailing = true
      return false
    }
  }
}
