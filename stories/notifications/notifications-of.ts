import type { Notification } from '#shared/protocol/notifications.ts'
import { BOARD_ID, buildId, PEOPLE } from '../../tests/helpers/builders.ts'
import { buildNotification } from '../../tests/helpers/notification-builders.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const now = Date.now()
/** A day from now. */
const day = (days: number) => new Date(now + days * 24 * HOUR_MS).toISOString().slice(0, 10)
const due = (days: number, time: string | null = null) => ({ date: day(days), time, timeZone: null })

const matter = { id: buildId(0x501), boardId: BOARD_ID, caseNumber: '2026-CV-0042', title: 'Lease of the office' }
const other = { id: buildId(0x502), boardId: BOARD_ID, caseNumber: '2026-CV-0051', title: '賃貸借契約の更新をめぐる紛争' }
const deadline = { id: 'd', kind: 'COURT_FILING' as const }
const { partner2, associate, paralegal } = PEOPLE
const at = (hours: number) => now - hours * HOUR_MS

export const assigned = buildNotification({ type: 'assigned', matter, role: 'SECONDARY_LAWYER' }, { at: now - 2 * MINUTE_MS, by: partner2.id })
export const mentioned = buildNotification({ type: 'mentioned', matter: other, commentId: 'c' }, { at: at(1), by: associate.id })
export const near = buildNotification({ type: 'deadlineNear', matter, deadline, due: due(1, '17:00'), days: 3 }, { at: at(3), by: null })
export const changed = buildNotification({ type: 'deadlineChanged', matter: other, deadline, old: due(6), due: due(9) }, { at: at(5), by: partner2.id, read: true })
export const ticked = buildNotification({ type: 'deadlineChanged', matter, deadline, old: due(2), due: due(2), done: true }, { at: at(26), by: paralegal.id, read: true })
export const followed = buildNotification({ type: 'followed', matter, changes: 6, kind: 'moved' }, { at: at(27), by: partner2.id })
export const gone = buildNotification({ type: 'followed', matter: other, changes: 1, kind: 'deleted' }, { at: at(50), by: associate.id, read: true })
export const system = buildNotification(
  { type: 'system', matter: null, maintenance: { startsAt: now + 26 * HOUR_MS, minutes: 45, text: 'The server moves to another house.' } }, { at: at(75), by: PEOPLE.admin.id },
)
export const ofLongNames = buildNotification({
  type: 'assigned',
  role: 'PRIMARY_LAWYER',
  matter: { ...matter, title: 'Wolfeschlegelsteinhausenbergerdorff Versicherungsgesellschaft mbH v. The Incorporated Trustees of the Ancient Company of Merchant Adventurers' },
}, { at: at(2), by: partner2.id })

/** Of every type, read and unread, over several days, newest first. */
export const everyType: Notification[] = [assigned, mentioned, ofLongNames, near, changed, ticked, followed, gone, system]
