import type {
  CloseOutcome, Confidentiality, DeadlineKind, DeadlineSource, PracticeArea, Priority,
} from '#shared/kanban/matter.ts'
import type { PersonKey } from './people.ts'

/** A matter as its story is told: days count from today, people and columns go by short names. */
export interface Case {
  /** The column's key. */
  column: string
  title: string
  client: string
  area: PracticeArea
  /** Primary lawyer; null of what came in and waits for one. */
  lead: PersonKey | null
  /** Who else works on it. */
  team?: PersonKey[]
  /** Days since it came in; 0 is this morning. */
  age: number
  /** Days in its column. */
  stage: number
  opposing?: string
  court?: string
  /** Its number at the court. */
  courtNumber?: string
  /** Days since it was filed. */
  filed?: number
  description?: string
  /** @default 'MEDIUM' */
  priority?: Priority
  /** @default 'NORMAL' */
  confidentiality?: Confidentiality
  /** Whose own matter it is. */
  clients?: PersonKey[]
  waitingOn?: string
  hold?: { reason: string, since: number }
  closeRequest?: { by: PersonKey, ago: number, outcome: CloseOutcome, reason: string }
  /** Why and how it closed. */
  closed?: { outcome: CloseOutcome, reason: string }
  tags?: string[]
  deadlines?: DueDate[]
  tasks?: ToDo[]
  comments?: Remark[]
}

export interface DueDate {
  /** Days from today; negative lies behind. */
  inDays: number
  kind: DeadlineKind
  title: string
  source: DeadlineSource
  /** `HH:MM` in the firm's zone; a whole day without. */
  time?: string
  extendable?: boolean
  done?: boolean
}

export interface ToDo {
  title: string
  done: boolean
}

export interface Remark {
  by: PersonKey
  /** Days since it was said. */
  ago: number
  body: string
}

/** A deadline; what is left out is a whole day that can't be extended. */
export function due(inDays: number, kind: DeadlineKind, title: string, source: DeadlineSource, more: Pick<DueDate, 'time' | 'extendable' | 'done'> = {}): DueDate {
  return { inDays, kind, title, source, ...more }
}

/** A deadline that was met. */
export function met(inDays: number, kind: DeadlineKind, title: string, source: DeadlineSource): DueDate {
  return { inDays, kind, title, source, done: true }
}

export function todo(title: string): ToDo {
  return { title, done: false }
}

export function done(title: string): ToDo {
  return { title, done: true }
}

export function says(by: PersonKey, ago: number, body: string): Remark {
  return { by, ago, body }
}
