import type { MemberRecord } from '#server/db/records.ts'
import type { Column, WipLimit } from '#shared/kanban/board.ts'
import type { EpochMs } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { ranksAfter } from '#shared/kanban/rank.ts'
import type { WorkflowTemplate } from '#shared/kanban/workflow.ts'
import { columnsFromTemplate, DEFAULT_WORKFLOW, LITIGATION_WORKFLOW } from '#shared/kanban/workflow.ts'
import type { BuiltMatter, Stage } from './build-matter.ts'
import { buildMatter } from './build-matter.ts'
import type { Case } from './content/case.ts'
import { GENERAL_CASES } from './content/general-cases.ts'
import { LITIGATION_CASES } from './content/litigation-cases.ts'
import type { Person, PersonKey } from './content/people.ts'
import { PEOPLE } from './content/people.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'

const DAY_MS = 24 * 3_600_000
const FIRM_AGE_DAYS = 1_200

/** A board with everything on it, as plain data. */
export interface GeneratedBoard {
  id: string
  name: string
  isDefault: boolean
  createdAt: EpochMs
  columns: Column[]
  /** Those of a column in the order of their ranks. */
  matters: BuiltMatter[]
}

export interface GeneratedFirm {
  members: MemberRecord[]
  boards: GeneratedBoard[]
}

export interface GenerateFirmOptions {
  now: EpochMs
  /** The firm's zone. */
  timeZone: string
  /** @default 1 */
  seed?: number
}

/** What a board's columns hold at most. One soft limit is passed, as such limits are. */
const LIMITS: Record<WorkflowTemplate['key'], Record<string, WipLimit>> = {
  default: { 'in-progress': { limit: 8, hard: false }, 'review': { limit: 6, hard: true }, 'ready-filing': { limit: 5, hard: false } },
  litigation: { 'draft-pleadings': { limit: 4, hard: false }, 'trial': { limit: 3, hard: true } },
}

/** A believable firm: a bilingual practice in Tokyo, the same for the same seed and moment. */
export function generateFirm({ now, timeZone, seed = 1 }: GenerateFirmOptions): GeneratedFirm {
  const random = createRandom(seed)
  const members = generateMembers(random, now)
  const memberIds = memberIdsByKey(members)
  const board = (template: WorkflowTemplate, name: string, cases: readonly Case[]) =>
    generateBoard({ random, now, timeZone, memberIds, template, name, limits: LIMITS[template.key], cases, isDefault: template === DEFAULT_WORKFLOW })
  return {
    members,
    boards: [board(DEFAULT_WORKFLOW, '案件 Matters', GENERAL_CASES), board(LITIGATION_WORKFLOW, '訴訟 Litigation', LITIGATION_CASES)],
  }
}

/** The address of a demo account. */
export function emailOf(key: PersonKey): string {
  return `${PEOPLE[key].mailbox}@demo.test`
}

/** The firm's people by their short names; those that the firm lacks are absent. */
export function memberIdsByKey(members: readonly Pick<MemberRecord, 'id' | 'email'>[]): Record<PersonKey, MemberId> {
  const byEmail = new Map(members.map(({ id, email }) => [email, id]))
  const entries = Object.keys(PEOPLE).map(key => [key, byEmail.get(emailOf(key as PersonKey))])
  return Object.fromEntries(entries.filter(([, id]) => id !== undefined)) as Record<PersonKey, MemberId>
}

function generateMembers(random: Random, now: EpochMs): MemberRecord[] {
  const people = Object.entries(PEOPLE) as [PersonKey, Person][]
  return people.map(([key, { name, role, active = true }], index) => {
    const createdAt = now - (FIRM_AGE_DAYS - index * 30) * DAY_MS
    return { id: random.id(createdAt), name, role, active, email: emailOf(key), locale: null, transport: null, createdAt }
  })
}

/** A board whose matters tell `cases`, in their order within each column. */
export function generateBoard(
  { template, name, isDefault, cases, limits, ...world }: Omit<Stage, 'boardId' | 'columns'> & {
    template: WorkflowTemplate
    name: string
    isDefault: boolean
    cases: readonly Case[]
    /** By column key. */
    limits: Readonly<Record<string, WipLimit>>
  },
): GeneratedBoard {
  const { random, now } = world
  const createdAt = now - FIRM_AGE_DAYS * DAY_MS
  const id = random.id(createdAt)
  const columns = columnsFromTemplate(template, () => random.id(createdAt)).map(column => ({ ...column, wip: limits[column.key] ?? null }))
  const stage: Stage = { ...world, boardId: id, columns }
  const matters = columns.flatMap((column) => {
    const stories = cases.filter(story => story.column === column.key)
    const ranks = ranksAfter(null, stories.length)
    return stories.map((story, index) => buildMatter(story, ranks[index]!, stage))
  })
  return { id, name, isDefault, createdAt, columns, matters }
}
