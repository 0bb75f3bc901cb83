import type { NoteCode, RowReason } from '#shared/import/import-fields.ts'
import type { Assignment, DateOnly, ExternalRef, PracticeArea, Priority } from '#shared/kanban/matter.ts'
import { LIMITS } from '#shared/kanban/matter.ts'
import { oneLine, shorten, splitText } from './fit-text.ts'
import type { SourceExtra } from './source.ts'

/** A deadline as the file has it; its id follows from `key`. */
export interface DraftDeadline {
  key: string
  title: string
  date: DateOnly
  time: string | null
  done: boolean
}

export interface DraftTask {
  key: string
  title: string
  done: boolean
}

export interface DraftComment {
  key: string
  body: string
  /** Epoch milliseconds; null counts as the time of the import. */
  at: number | null
  authorId: string | null
  authorName: string | null
}

/** The fields of a matter that a file can tell. */
export interface DraftFields {
  /** Null: the firm's next number. */
  caseNumber: string | null
  /** The status or list that decides the column. */
  columnKey: string
  title: string
  description: string
  clientName: string
  courtCaseNumber: string | null
  courtName: string | null
  opposingParty: string | null
  practiceArea: PracticeArea | null
  priority: Priority
  waitingOn: string | null
  openedOn: DateOnly | null
  filedOn: DateOnly | null
  closedOn: DateOnly | null
  archived: boolean
  assignments: Assignment[]
}

/**
 * A matter as one row of a file says it shall be. It is stored with the matter that it made, so that a
 * later run changes only what the file changed since and leaves people's own edits alone.
 */
export interface MatterDraft {
  ref: ExternalRef
  fields: DraftFields
  deadlines: DraftDeadline[]
  tasks: DraftTask[]
  tags: string[]
  comments: DraftComment[]
}

export type DraftResult
  = | { ok: true, draft: MatterDraft, notes: NoteCode[] }
    | { ok: false, reason: RowReason, label: string }

/** What is still to be made to fit the limits of a matter. */
export interface RoughDraft extends MatterDraft {
  /** Values that go under their names into the description. */
  extras: SourceExtra[]
}

/**
 * A draft within every limit. What is too long or too many moves on, from the title to the description,
 * from there to comments, and leaves a note: nothing is lost without a word.
 */
export function fitDraft(rough: RoughDraft, notes: Set<NoteCode>): MatterDraft {
  const extras = [...rough.extras]
  const fields = { ...rough.fields, title: oneLine(rough.fields.title) }
  let lead = ''
  if (fields.title.length > LIMITS.title) {
    lead = `${fields.title}\n\n`
    fields.title = shorten(fields.title, LIMITS.title)
    notes.add('TITLE_CUT')
  }
  for (const name of ['clientName', 'courtCaseNumber', 'courtName', 'opposingParty', 'waitingOn'] as const) {
    const value = fields[name]
    if (value !== null && value.length > LIMITS[name]) {
      extras.push({ name, value })
      fields[name] = shorten(oneLine(value), LIMITS[name])
      notes.add('TEXT_CUT')
    }
  }
  const tags = fitTags(rough.tags, extras, notes)
  const tasks = fitTasks(rough.tasks, extras, notes)
  const deadlines = rough.deadlines.slice(0, LIMITS.deadlines).map((deadline) => {
    return { ...deadline, title: shorten(oneLine(deadline.title), LIMITS.deadlineTitle) }
  })
  for (const { title, date } of rough.deadlines.slice(LIMITS.deadlines)) {
    extras.push({ name: 'Deadline', value: `${date} ${title}`.trim() })
    notes.add('TEXT_CUT')
  }
  const comments = rough.comments.flatMap(comment => fitComment(comment, notes))
  const [description = '', ...rest] = splitText(withExtras(`${lead}${fields.description}`, extras), LIMITS.description)
  if (rest.length > 0)
    notes.add('DESCRIPTION_CONTINUED')
  const continued = splitText(rest.join(''), LIMITS.comment).filter(body => body.trim() !== '').map((body, index) => {
    return { key: `description/${index + 1}`, body, at: null, authorId: null, authorName: null }
  })
  return { ref: rough.ref, fields: { ...fields, description }, deadlines, tasks, tags, comments: [...continued, ...comments] }
}

function fitTags(tags: string[], extras: SourceExtra[], notes: Set<NoteCode>): string[] {
  const whole = [...new Set(tags.map(oneLine).filter(Boolean))]
  const long = whole.filter(tag => tag.length > LIMITS.tag)
  const fitting = [...new Set(whole.map(tag => shorten(tag, LIMITS.tag)))]
  const beyond = fitting.slice(LIMITS.tags)
  if (long.length > 0)
    notes.add('TAG_CUT')
  if (beyond.length > 0)
    notes.add('TAGS_MOVED')
  const told = [...new Set([...long, ...beyond])]
  if (told.length > 0)
    extras.push({ name: 'Tags', value: told.join(', ') })
  return fitting.slice(0, LIMITS.tags)
}

function fitTasks(tasks: DraftTask[], extras: SourceExtra[], notes: Set<NoteCode>): DraftTask[] {
  const kept = tasks.slice(0, LIMITS.tasks).map((task) => {
    const title = oneLine(task.title)
    if (title.length > LIMITS.taskTitle) {
      extras.push({ name: 'Task', value: title })
      notes.add('TASK_CUT')
    }
    return { ...task, title: shorten(title, LIMITS.taskTitle) }
  })
  for (const { title, done } of tasks.slice(LIMITS.tasks)) {
    extras.push({ name: done ? '[x] Task' : '[ ] Task', value: title })
    notes.add('TASKS_CONTINUED')
  }
  return kept
}

function fitComment(comment: DraftComment, notes: Set<NoteCode>): DraftComment[] {
  const bodies = splitText(comment.body, LIMITS.comment)
  if (bodies.length === 1)
    return [comment]
  notes.add('COMMENT_SPLIT')
  return bodies.filter(body => body.trim() !== '').map((body, index) => ({ ...comment, key: index === 0 ? comment.key : `${comment.key}/${index + 1}`, body }))
}

/** The description, and below it a list of what has no field of its own. */
function withExtras(description: string, extras: SourceExtra[]): string {
  if (extras.length === 0)
    return description
  const lines = extras.map(({ name, value }) => `- ${oneLine(name)}: ${value.replaceAll('\n', '\n  ')}`)
  return `${description.trimEnd()}\n\n${lines.join('\n')}`.trimStart()
}
