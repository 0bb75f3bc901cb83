import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MatterRecord } from '#server/db/records.ts'
import type { Assignment, MatterId } from '#shared/kanban/matter.ts'
import { CONFIDENTIALITIES } from '#shared/kanban/matter.ts'
import type { MemberId, Role } from '#shared/kanban/member.ts'
import { isStaff } from '#shared/kanban/member.ts'
import { mentionOf } from '#shared/kanban/mentions.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { Notification } from '#shared/protocol/notifications.ts'
import type { NotificationType } from '#shared/protocol/preferences.ts'
import { Problem } from '#shared/protocol/problems.ts'
import type { NotificationBench } from '../../helpers/notification-bench.ts'
import { openNotificationBench } from '../../helpers/notification-bench.ts'
import { assign, BOARD_ID, buildDeadline, buildId, PEOPLE } from '../../helpers/builders.ts'

const MEMBERS = Object.values(PEOPLE)
const MATTERS = [buildId(0x3001), buildId(0x3002), buildId(0x3003)]
const TYPES = ['assigned', 'mentioned', 'deadlineChanged', 'followed'] as const satisfies readonly NotificationType[]
const DATES = ['2026-12-01', '2026-12-02', '2026-12-03']

const step = fc.record({
  kind: fc.constantFrom(
    'move', 'move', 'title', 'classify', 'classify', 'assign', 'assign', 'unassign', 'deadline', 'comment', 'comment', 'delete', 'undo', 'undo', 'import',
    'follow', 'follow', 'follow', 'unfollow', 'mute', 'unmute', 'role', 'read', 'clear',
  ),
  actor: fc.constantFrom(PEOPLE.partner, PEOPLE.partner, PEOPLE.partner, PEOPLE.partner2, PEOPLE.associate),
  member: fc.constantFrom(...MEMBERS),
  others: fc.subarray(MEMBERS, { maxLength: 3 }),
  matter: fc.constantFrom(...MATTERS),
  column: fc.constantFrom('in-progress', 'review', 'waiting-client'),
  confidentiality: fc.constantFrom(...CONFIDENTIALITIES),
  role: fc.constantFrom<Role>('PARTNER', 'ASSOCIATE', 'PARALEGAL', 'CLERK', 'CLERK', 'CLIENT', 'ADMIN'),
  assigned: fc.constantFrom<Assignment['role']>('PARALEGAL', 'CONSULTANT'),
  type: fc.constantFrom(...TYPES),
  mute: fc.constantFrom('type', 'board', 'matter'),
  number: fc.nat(2),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** A notification as the model keeps it. */
interface Row {
  memberId: MemberId
  matterId: MatterId
  type: NotificationType
  kind?: string
  changes?: number
  isRead: boolean
}

/** What who must have, by rules written down as simply as they can be. */
class Model {
  rows: Row[] = []
  readonly roles = new Map<MemberId, Role>(MEMBERS.map(({ id, role }) => [id, role]))
  readonly follows = new Set<string>()
  readonly muted = new Set<string>()
  readonly matters = new Map<MatterId, MatterRecord>()

  canSee(memberId: MemberId, matter: MatterRecord): boolean {
    const actor = { id: memberId, role: this.roles.get(memberId)! }
    return isStaff(actor) && canSee(actor, matter)
  }

  visible(row: Row): boolean {
    const matter = this.matters.get(row.matterId)!
    return this.canSee(row.memberId, matter) && (matter.deletedVersion === null || row.kind === 'deleted')
  }

  of(memberId: MemberId): Row[] {
    return this.rows.filter(row => row.memberId === memberId && this.visible(row))
  }

  change({ kind, actor, others }: Step, before: MatterRecord, after: MatterRecord): void {
    for (const { id } of MEMBERS) {
      if (id === actor.id || !this.canSee(id, after.deletedVersion === null ? after : before))
        continue
      const type = this.#reason(id, kind, others.map(other => other.id), before, after)
      if (!type || [type, BOARD_ID, after.id].some(what => this.muted.has(`${id} ${what}`)))
        continue
      const unread = this.rows.find(row => row.memberId === id && row.matterId === after.id && row.type === 'followed' && !row.isRead)
      if (type !== 'followed')
        this.rows.push({ memberId: id, matterId: after.id, type, isRead: false })
      else if (unread)
        Object.assign(unread, { changes: unread.changes! + 1, kind: kindOf(before, after) })
      else
        this.rows.push({ memberId: id, matterId: after.id, type, isRead: false, changes: 1, kind: kindOf(before, after) })
    }
  }

  #reason(id: MemberId, kind: Step['kind'], mentioned: MemberId[], before: MatterRecord, after: MatterRecord): NotificationType | null {
    const roleIn = (matter: MatterRecord) => matter.assignments.find(({ memberId }) => memberId === id)?.role
    const follows = this.follows.has(`${id} ${after.id}`)
    if (before.deletedVersion === null && roleIn(after) !== undefined && roleIn(after) !== roleIn(before))
      return 'assigned'
    if (kind === 'comment' && mentioned.includes(id))
      return 'mentioned'
    if (JSON.stringify(before.deadlines) !== JSON.stringify(after.deadlines) && (roleIn(after) !== undefined || follows))
      return 'deadlineChanged'
    const isOnlyPlace = kindOf(before, after) === 'moved' && before.columnId === after.columnId
    return follows && !isOnlyPlace ? 'followed' : null
  }
}

function kindOf(before: MatterRecord, after: MatterRecord): string {
  if (before.deletedVersion !== null)
    return 'restored'
  if (after.deletedVersion !== null)
    return 'deleted'
  if (before.commentCount !== after.commentCount)
    return 'commented'
  return before.rank !== after.rank || before.columnId !== after.columnId ? 'moved' : 'edited'
}

/** A page that only hears what changed, when its counter moved. */
class Page {
  readonly #bench: NotificationBench
  readonly #id: MemberId
  #since: number | null = null
  #items = new Map<string, Notification>()
  #unread = 0

  constructor(bench: NotificationBench, id: MemberId) {
    this.#bench = bench
    this.#id = id
  }

  async check(model: Model): Promise<void> {
    const head = this.#bench.moved.get(this.#id) ?? 0
    if (this.#since === null || head > this.#since) {
      const news = await this.#bench.read(this.#id, this.#since)
      if (news.full)
        this.#items.clear()
      news.gone.forEach(id => this.#items.delete(id))
      news.items.forEach(item => this.#items.set(item.id, item))
      this.#unread = news.unread
      this.#since = head
    }
    const items = [...this.#items.values()]
    expect(items.map(asText).sort()).toEqual(model.of(this.#id).map(asRowText).sort())
    expect(this.#unread).toBe(items.filter(({ read }) => !read).length)
    expect(items.filter(({ by }) => by === this.#id)).toEqual([])
  }
}

function asText(item: Notification): string {
  const counted = item.type === 'followed' ? ` ${item.kind} ${item.changes}` : ''
  return `${item.matter?.id ?? ''} ${item.type}${counted} ${item.read ? 'read' : 'unread'}`
}

function asRowText({ matterId, type, kind, changes, isRead }: Row): string {
  const counted = type === 'followed' ? ` ${kind} ${changes}` : ''
  return `${matterId} ${type}${counted} ${isRead ? 'read' : 'unread'}`
}

async function startCourse(bench: NotificationBench): Promise<{ model: Model, run: (step: Step) => Promise<void> }> {
  const model = new Model()
  const made: { actor: Step['actor'], id: MatterId, version: number }[] = []
  for (const [index, lawyer] of [PEOPLE.partner, PEOPLE.associate, PEOPLE.partner2].entries())
    await bench.put({ id: MATTERS[index]!, assignments: [assign(lawyer)], clientMemberIds: [PEOPLE.client.id], rank: `a${index}` })
  const look = async (id: MatterId) => model.matters.set(id, (await bench.repository.matters.find(id))!)
  await Promise.all(MATTERS.map(look))
  for (const { id } of MEMBERS.filter(isStaff)) {
    await bench.repository.notifications.follow(id, MATTERS[0]!, bench.clock.now)
    model.follows.add(`${id} ${MATTERS[0]!}`)
  }

  /** What they do to the matter; answers the version that it made. */
  async function act({ kind, actor, matter: id, column, confidentiality, member, assigned, others, number }: Step): Promise<number | undefined> {
    switch (kind) {
      case 'move': return await bench.move(actor, id, column)
      case 'title': return await bench.edit(actor, id, { set: { title: `Title ${number}` } })
      case 'classify': return await bench.edit(actor, id, { set: { confidentiality } })
      case 'assign': return await bench.edit(actor, id, { assignments: { put: [assign(member, assigned)] }, set: { title: `Title ${number}` } })
      case 'unassign': return await bench.edit(actor, id, { assignments: { remove: [member.id] } })
      case 'deadline': return await bench.edit(actor, id, { deadlines: { put: [buildDeadline({ date: DATES[number]! })] } })
      case 'comment': return void await bench.comment(actor, id, others.map(mentionOf).join(' ') || 'Nobody')
      case 'delete': return await bench.remove(actor, id)
      case 'import': return void await bench.boards.commitBatch(actor, BOARD_ID, async (batch) => {
        const known = (await batch.stores.matters.find(id))!
        if (known.deletedVersion === null)
          batch.update({ ...known, confidentiality, title: `Imported ${number}` })
      })
      default: return undefined
    }
  }

  async function change(step: Step): Promise<void> {
    const undone = step.kind === 'undo' ? made.splice(-1 - step.number, 1)[0] : undefined
    if (step.kind === 'undo' && !undone)
      return
    const { id, actor } = undone ?? { id: step.matter, actor: step.actor }
    const before = model.matters.get(id)!
    const version = await (undone ? bench.undo(actor, id, undone.version) : act(step)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(Problem)
      return 0
    })
    await look(id)
    const after = model.matters.get(id)!
    if (after.version === before.version)
      return
    if (version && !undone)
      made.push({ actor, id, version })
    if (step.kind !== 'import')
      model.change({ ...step, actor }, before, after)
  }

  return {
    model,
    async run(step) {
      const { kind, member, matter, type, mute, role } = step
      const matterNow = model.matters.get(matter)!
      switch (kind) {
        case 'follow': case 'unfollow': {
          const isThere = matterNow.deletedVersion === null && model.canSee(member.id, matterNow)
          const done = await bench.notifications[kind](member, matter).then(() => true, () => false)
          expect(done).toBe(isThere)
          if (done)
            model.follows[kind === 'follow' ? 'add' : 'delete'](`${member.id} ${matter}`)
          return
        }
        case 'mute': {
          const what = { type, board: BOARD_ID, matter }[mute]
          await bench.prefer(member.id, { type: { mutedTypes: [type] }, board: { mutedBoards: [BOARD_ID] }, matter: { mutedMatters: [matter] } }[mute])
          for (const other of mute === 'type' ? TYPES : mute === 'matter' ? MATTERS : [])
            model.muted.delete(`${member.id} ${other}`)
          return void model.muted.add(`${member.id} ${what}`)
        }
        case 'unmute': {
          await bench.prefer(member.id, { mutedTypes: [], mutedBoards: [], mutedMatters: [] })
          model.muted.forEach(what => what.startsWith(member.id) && model.muted.delete(what))
          return
        }
        case 'role': {
          if (member.role === 'ADMIN' || member.id === PEOPLE.partner.id)
            return
          await bench.makeRole(member.id, role)
          return void model.roles.set(member.id, role)
        }
        case 'read': {
          await bench.notifications.mark(member, { all: true, read: true })
          return model.of(member.id).forEach((row) => { row.isRead = true })
        }
        case 'clear': {
          await bench.notifications.clear(member)
          const cleared = new Set(model.of(member.id).filter(({ isRead }) => isRead))
          model.rows = model.rows.filter(row => !cleared.has(row))
          return
        }
        default: await change(step)
      }
    },
  }
}

describe('random changes, follows, mutes, marks and roles', () => {
  it('[N4] [N5] [N6] [N7] leave everybody with the notifications that a simple model says, and their pages too', { timeout: 60_000 }, async () => {
    let told = 0
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50, size: 'max' }), async (steps) => {
      const bench = await openNotificationBench()
      const { model, run } = await startCourse(bench)
      const pages = MEMBERS.map(({ id }) => new Page(bench, id))
      for (const one of steps) {
        await run(one)
        for (const page of pages)
          await page.check(model)
      }
      told += model.rows.length
    }), { numRuns: 40, endOnFailure: true })
    expect(told).toBeGreaterThan(200)
  })
})
