import type { MutationContext } from '#shared/kanban/apply-mutation.ts'
import type { Board, Column } from '#shared/kanban/board.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import type { Assignment, AssignmentRole, Comment, Deadline, EpochMs, Matter, Task } from '#shared/kanban/matter.ts'
import type { Member, Role } from '#shared/kanban/member.ts'
import type { MoveArgs, Mutation } from '#shared/kanban/mutation.ts'
import { compareRank, ranksAfter } from '#shared/kanban/rank.ts'
import { canSee } from '#shared/kanban/visibility.ts'
import type { WorkflowTemplate } from '#shared/kanban/workflow.ts'
import { columnsFromTemplate, DEFAULT_WORKFLOW } from '#shared/kanban/workflow.ts'
import { DEFAULT_AWARENESS } from '#shared/protocol/personal.ts'
import { DEFAULT_PREFERENCES } from '#shared/protocol/preferences.ts'

/*
 * Data for tests: every builder gives a whole, valid thing, and a test states only what matters to it.
 * Ids and times are fixed, so that a failure reads the same on each run.
 */

const HOUR_MS = 3_600_000

/** Saturday, 21 November 2026, 12:00 in Tokyo. */
export const NOW: EpochMs = Date.parse('2026-11-21T03:00:00Z')

/** The firm's zone in tests. */
export const TIME_ZONE = 'Asia/Tokyo'
/** What a member's own page has of who never chose anything. */
export const OWN = { preferences: DEFAULT_PREFERENCES, firm: DEFAULT_AWARENESS }

/** The day of `NOW` in the firm's zone. */
export const TODAY = dateInZone(NOW, TIME_ZONE)

export const BOARD_ID = buildId(0xB1)

/** A well-formed id that is the same for the same number. */
export function buildId(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** One member of each role, and a second of those that tests often need twice. */
export const PEOPLE = {
  partner: buildMember({ id: buildId(0xA1), name: 'Sakura Tanaka', role: 'PARTNER' }),
  partner2: buildMember({ id: buildId(0xA2), name: 'Robert Chen', role: 'PARTNER' }),
  associate: buildMember({ id: buildId(0xA3), name: 'Kenji Sato', role: 'ASSOCIATE' }),
  associate2: buildMember({ id: buildId(0xA4), name: 'Emily Carter', role: 'ASSOCIATE' }),
  paralegal: buildMember({ id: buildId(0xA5), name: 'Yui Nakamura', role: 'PARALEGAL' }),
  clerk: buildMember({ id: buildId(0xA6), name: 'Daichi Kato', role: 'CLERK' }),
  client: buildMember({ id: buildId(0xA7), name: 'Naomi Fujita', role: 'CLIENT' }),
  admin: buildMember({ id: buildId(0xA8), name: 'Alex Morgan', role: 'ADMIN' }),
} as const

/** The one of `PEOPLE` with a role. */
export function personWith(role: Role): Member {
  return Object.values(PEOPLE).find(member => member.role === role)!
}

export function buildMember(member: Partial<Member> = {}): Member {
  return { id: buildId(0xA0), name: 'Mika Ito', role: 'ASSOCIATE', active: true, ...member }
}

/** The board of a workflow; a column's id is its key, like `in-progress`. */
export function buildBoard(
  { template = DEFAULT_WORKFLOW, columns = {}, ...board }: Partial<Omit<Board, 'columns'>> & {
    template?: WorkflowTemplate
    /** Changes to single columns, by key. */
    columns?: Record<string, Partial<Column>>
  } = {},
): Board {
  return {
    id: BOARD_ID,
    name: template.name.en,
    columns: columnsFromTemplate(template, key => key).map(column => ({ ...column, ...columns[column.key] })),
    ...board,
  }
}

/** A column as an import makes it: from it every move passes. */
export function buildColumn(column: Partial<Column> = {}): Column {
  const key = column.key ?? 'to-do'
  return {
    id: key,
    key,
    name: { en: 'To do', ja: '未着手' },
    kind: 'OPEN',
    position: 0,
    allowedTargets: null,
    critical: false,
    wip: null,
    archived: false,
    ...column,
  }
}

export function assign(member: Pick<Member, 'id'>, role: AssignmentRole = 'PRIMARY_LAWYER'): Assignment {
  return { memberId: member.id, role }
}

let built = 0

/** A matter in progress on the default board since three days, whose primary lawyer is the associate. */
export function buildMatter(matter: Partial<Matter> = {}): Matter {
  const number = ++built
  return {
    id: buildId(0x1000 + number),
    boardId: BOARD_ID,
    caseNumber: `2026-CV-${String(number).padStart(4, '0')}`,
    courtCaseNumber: null,
    courtName: null,
    title: 'Lease renewal dispute',
    description: '',
    clientName: 'Hoshino Foods K.K.',
    opposingParty: null,
    practiceArea: 'REAL_PROPERTY',
    columnId: 'in-progress',
    rank: 'a0',
    hold: null,
    waitingOn: null,
    closeOutcome: null,
    closeRequest: null,
    priority: 'MEDIUM',
    confidentiality: 'NORMAL',
    assignments: [assign(PEOPLE.associate)],
    clientMemberIds: [],
    deadlines: [],
    tasks: [],
    tags: [],
    openedOn: '2026-11-01',
    filedOn: null,
    closedOn: null,
    externalRefs: [],
    archived: false,
    commentCount: 0,
    stageEnteredAt: NOW - 72 * HOUR_MS,
    createdAt: NOW - 20 * 24 * HOUR_MS,
    createdBy: PEOPLE.partner.id,
    updatedAt: NOW - 72 * HOUR_MS,
    updatedBy: PEOPLE.associate.id,
    version: 1,
    fieldVersions: {},
    ...matter,
  }
}

/** `count` matters of one column, in order. */
export function buildMatters(count: number, matter: Partial<Matter> = {}): Matter[] {
  return ranksAfter(null, count).map(rank => buildMatter({ ...matter, rank }))
}

/** An internal whole-day deadline of today, still open. */
export function buildDeadline(deadline: Partial<Deadline> = {}): Deadline {
  return {
    id: buildId(0xD1),
    kind: 'INTERNAL',
    title: '',
    date: TODAY,
    time: null,
    timeZone: null,
    source: 'INTERNAL',
    extendable: false,
    doneAt: null,
    ...deadline,
  }
}

export function buildTask(task: Partial<Task> = {}): Task {
  return { id: buildId(0xE1), title: 'Call the client', doneAt: null, ...task }
}

export function buildComment(comment: Partial<Comment> = {}): Comment {
  return {
    id: buildId(0xC1),
    matterId: buildId(0x1001),
    body: 'The client agreed.',
    authorId: PEOPLE.associate.id,
    authorName: null,
    createdAt: NOW - HOUR_MS,
    editedAt: null,
    ...comment,
  }
}

/** The world at `NOW`, seen by the partner; `matters` are what the board holds. */
export function buildContext(
  { matters = [], members = Object.values(PEOPLE), ...context }: Partial<MutationContext> & {
    matters?: readonly Matter[]
    members?: readonly Member[]
  } = {},
): MutationContext {
  const { actor = PEOPLE.partner } = context
  return {
    board: buildBoard(),
    actor,
    now: NOW,
    today: TODAY,
    findMember: id => members.find(member => member.id === id),
    matterRanks: columnId => matters
      .filter(matter => matter.columnId === columnId)
      .sort(compareRank)
      .map(matter => ({ id: matter.id, rank: matter.rank, visible: canSee(actor, matter) && !matter.archived })),
    nextCaseNumber: () => '2026-CV-0042',
    findOwnChange: () => null,
    ...context,
  }
}

/** A move of a matter to the end of a column. */
export function buildMove(matter: Pick<Matter, 'id'>, columnId: string, args: Partial<MoveArgs> = {}): Mutation & { kind: 'move' } {
  return { kind: 'move', id: matter.id, args: { columnId, placement: { end: true }, ...args } }
}
