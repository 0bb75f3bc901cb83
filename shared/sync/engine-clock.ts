import type { EpochMs } from '#shared/kanban/matter.ts'
import { digestRows } from './digest.ts'
import { leaseEnd } from './engine-device.ts'
import { isNumbered } from './engine-outbox.ts'
import { canSend, FOREIGN_MS, SEND_TIMEOUT_MS } from './engine-send.ts'
import type { EngineState } from './engine-types.ts'
import type { Turn } from './engine-turn.ts'
import { patch, patchLink } from './engine-turn.ts'
import { CONTACT_MS } from './engine-write.ts'

/** So long nothing may have changed before the rows are compared with the server's (rule K2). */
const IDLE_MS = 5 * 60_000

/** So old may the server's last word be then. */
const RECENT_MS = 60_000

/** What lies in the future though it has happened, since the clock jumped back, happened now; and no wait grows by a jump. */
export function mindClock(turn: Turn): void {
  const { now, state } = turn
  const { link } = state
  const past = (at: EpochMs) => Math.min(at, now)
  const times = [link.pull?.at, link.send?.at, link.digestAt, ...link.resets, ...Object.values(link.heard), state.contactAt, state.changedAt]
  if (times.every(at => at == null || at <= now) && link.sendAt <= now + link.sendPause)
    return
  patch(turn, { contactAt: state.contactAt && past(state.contactAt), changedAt: state.changedAt && past(state.changedAt) })
  patchLink(turn, {
    pull: link.pull && { ...link.pull, at: past(link.pull.at) },
    send: link.send && { ...link.send, at: past(link.send.at) },
    sendAt: Math.min(link.sendAt, now + link.sendPause),
    digestAt: link.digestAt && past(link.digestAt),
    resets: link.resets.map(past),
    heard: Object.fromEntries(Object.entries(link.heard).map(([key, at]) => [key, past(at)])),
  })
}

/** Asks the server whether the rows are right, when nothing has happened for long. */
export function compare(turn: Turn): void {
  const { confirmed, contactAt } = turn.state
  const due = digestDue(turn.state)
  if (due === null || turn.now < due || contactAt === null || turn.now - contactAt > RECENT_MS)
    return
  patchLink(turn, { digestAt: turn.now })
  turn.effects.push({ kind: 'digest', epoch: confirmed.epoch!, version: confirmed.version, digest: digestRows(confirmed.rows.values()) })
}

function digestDue({ confirmed, isWhole, isConfirmed, isOutdated, changedAt, link }: EngineState): EpochMs | null {
  const isAble = isWhole && isConfirmed && confirmed.epoch !== null && !link.needsSnapshot && link.isOnline && !link.isSignedOut && !isOutdated
  return isAble && link.digestAt !== null ? Math.max(changedAt ?? 0, link.digestAt) + IDLE_MS : null
}

/** Sets the one time to come back: the soonest of everything that waits for one. */
export function planWake(turn: Turn): void {
  const at = soonest(turn.state, turn.now)
  if (at === turn.state.link.wakeAt)
    return
  patchLink(turn, { wakeAt: at })
  turn.effects.push({ kind: 'wake', at })
}

function soonest(state: EngineState, now: EpochMs): EpochMs | null {
  const { link, contactAt, entries } = state
  const digest = digestDue(state)
  const times = [
    link.send && link.send.at + SEND_TIMEOUT_MS,
    ...canSend(state) && entries.some(entry => isNumbered(entry) && entry.state !== 'acked') ? [link.sendAt, ...Object.values(link.heard).map(at => at + FOREIGN_MS)] : [],
    leaseEnd(state),
    link.isOpened && state.isWhole && contactAt !== link.keptAt && link.keptAt !== null ? link.keptAt + CONTACT_MS : null,
    // What was too long without a word waits for the next one.
    digest,
  ].filter((at): at is number => at !== null && at > now)
  return times.length > 0 ? Math.min(...times) : null
}
