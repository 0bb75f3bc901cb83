import { createNotificationService } from '#server/services/notifications/notification-service.ts'
import type { NotificationService } from '#server/services/notifications/notification-service.ts'
import { readNotifications } from '#server/services/notifications/read-notifications.ts'
import { changeMember } from '#server/services/member-changes.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor, MemberId, Role } from '#shared/kanban/member.ts'
import type { EditArgs, MoveArgs } from '#shared/kanban/mutation.ts'
import type { Notification } from '#shared/protocol/notifications.ts'
import type { PersonalAnswer } from '#shared/protocol/personal.ts'
import type { Preferences } from '#shared/protocol/preferences.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'
import { buildId, PEOPLE } from './builders.ts'
import type { OpenDatabase, TestFirm } from './test-firm.ts'
import { openTestFirm } from './test-firm.ts'

/** A firm whose members are told of things. */
export interface NotificationBench extends TestFirm {
  notifications: NotificationService
  /** Counters as they were handed on after commits. */
  moved: Map<MemberId, number>
  edit: (actor: Actor, id: MatterId, args: EditArgs) => Promise<number>
  move: (actor: Actor, id: MatterId, columnId: string, args?: Partial<MoveArgs>) => Promise<number>
  remove: (actor: Actor, id: MatterId) => Promise<number>
  undo: (actor: Actor, id: MatterId, version: number) => Promise<number>
  /** Adds a comment; answers its id. */
  comment: (actor: Actor, id: MatterId, body: string) => Promise<string>
  prefer: (memberId: MemberId, patch: Partial<Preferences>) => Promise<void>
  makeRole: (memberId: MemberId, role: Role) => Promise<void>
  /** What a page of this member is answered. */
  read: (memberId: MemberId, since?: number | null) => Promise<PersonalAnswer['notifications']>
  /** What this member is shown that is unread, newest first. */
  unread: (memberId: MemberId) => Promise<Notification[]>
  /** In short, like `followed moved 2`, oldest first. */
  told: (memberId: MemberId) => Promise<string[]>
}

/** Opens it; whatever was committed came at a later time than what was before. */
export async function openNotificationBench({ open }: { open?: OpenDatabase } = {}): Promise<NotificationBench> {
  const moved = new Map<MemberId, number>()
  const heads = { moved: (more: ReadonlyMap<MemberId, number>) => more.forEach((version, id) => moved.set(id, Math.max(version, moved.get(id) ?? 0))) }
  const firm = await openTestFirm({ heads, ...(open && { open }) })
  const { repository, clock } = firm
  let comments = 0
  let outboxes = 0

  async function commit(actor: Actor, mutation: Parameters<TestFirm['commit']>[1]): Promise<number> {
    clock.now += 1_000
    return (await firm.commit(actor, mutation)).version
  }

  const read: NotificationBench['read'] = async (memberId, since = null) => await repository.consistentRead(async (stores) => {
    const member = (await stores.accounts.findMember(memberId))!
    return await readNotifications(stores, member, { since })
  })
  const unread: NotificationBench['unread'] = async memberId => (await read(memberId)).items.filter(item => !item.read)

  return {
    ...firm,
    moved,
    notifications: createNotificationService({ repository, heads, now: () => clock.now }),
    edit: (actor, id, args) => commit(actor, { kind: 'edit', id, args }),
    move: (actor, id, columnId, args) => commit(actor, { kind: 'move', id, args: { columnId, placement: { end: true }, ...args } }),
    remove: (actor, id) => commit(actor, { kind: 'delete', id, args: {} }),
    async undo(actor, id, version) {
      clock.now += 1_000
      return (await firm.send(actor, `outbox-${++outboxes}`, { n: 1, kind: 'undo', id, args: { version } })).version
    },
    async comment(actor, id, body) {
      const commentId = buildId(0xC000 + ++comments)
      await commit(actor, { kind: 'comment', id, args: { action: 'add', commentId, body } })
      return commentId
    },
    async prefer(memberId, patch) {
      await repository.personal.setPreferences(memberId, { ...DEFAULT_PREFERENCES, ...await repository.personal.preferences(memberId), ...patch }, clock.now)
    },
    async makeRole(memberId, role) {
      heads.moved((await changeMember(repository, { actor: PEOPLE.admin, id: memberId, patch: { role }, at: clock.now })).moved)
    },
    read,
    unread,
    told: async memberId => (await unread(memberId)).map(inShort).reverse(),
  }
}

/** What it says, without whom and when. */
export function inShort(notification: Notification): string {
  switch (notification.type) {
    case 'assigned': return `assigned ${notification.role}`
    case 'mentioned': return 'mentioned'
    case 'deadlineNear': return `deadlineNear ${notification.days}`
    case 'deadlineChanged': return `deadlineChanged ${notification.old?.date ?? '-'} ${notification.due?.date ?? '-'}${notification.done === undefined ? '' : ` ${notification.done}`}`
    case 'followed': return `followed ${notification.kind} ${notification.changes}`
    case 'system': return `system ${notification.maintenance.text}`
    default: return notification satisfies never
  }
}
