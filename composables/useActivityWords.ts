import { useI18n } from '#imports'
import type { Activity } from '#shared/kanban/activity.ts'
import { isSameValue } from '#shared/kanban/field-draft.ts'
import type { Assignment, CloseRequest, Deadline, Hold, Task } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import { useFirmDates } from './useFirmDates.ts'
import { useKanban } from './useKanban.ts'

/** What the words are made with. */
export interface ActivityWords {
  t: (key: string, words?: Record<string, unknown>) => string
  day: (date: string) => string
  due: (deadline: Pick<Deadline, 'date' | 'time' | 'timeZone'>) => string
  nameOf: (member: MemberId) => string | null
  columnName: (columnId: string) => string
}

interface Change { old: unknown, new: unknown }

/** What no person set. */
const UNSPOKEN = ['commentCount', 'externalRefs', 'rank', 'stageEnteredAt']
const ENUMS = ['priority', 'confidentiality', 'practiceArea', 'closeOutcome']
const DATES = ['openedOn', 'filedOn', 'closedOn']

/** A step of a matter's history in the reader's language, a line for each thing that changed. */
export function useActivityWords(): { linesOf: (step: Activity) => string[] } {
  const { t, locale } = useI18n()
  const kanban = useKanban()
  const { day, due } = useFirmDates(kanban)
  const nameOf = (member: MemberId) => kanban.members.value.get(member)?.name ?? null
  const columnName = (columnId: string) => kanban.columns.value.find(({ id }) => id === columnId)?.name[locale.value] ?? '–'
  return { linesOf: step => linesOfActivity(step, { t, day, due, nameOf, columnName }) }
}

export function linesOfActivity(step: Activity, words: ActivityWords): string[] {
  const { t, columnName } = words
  if (step.kind === 'moved') {
    const column = step.fields.columnId
    if (!column)
      return [t(step.undo ? 'matter.history.reorderedBack' : 'matter.history.reordered')]
    const outcome = step.fields.closeOutcome?.new
    const moved = t(step.undo ? 'matter.history.movedBack' : 'matter.history.moved', { from: columnName(String(column.old)), to: columnName(String(column.new)) })
    return outcome ? [moved, t('matter.history.closedWith', { outcome: t(`enums.closeOutcome.${outcome}`) })] : [moved]
  }
  const lines = Object.entries(step.fields)
    .filter(([field]) => !UNSPOKEN.includes(field))
    .flatMap(([field, change]) => linesOfField(field, change, words))
  if (step.kind === 'edited' && step.undo)
    return [t('matter.history.editUndone'), ...lines]
  return step.kind === 'edited' && lines.length > 0 ? lines : [t(`matter.history.${step.kind}`)]
}

function linesOfField(field: string, change: Change, words: ActivityWords): string[] {
  const { t } = words
  switch (field) {
    case 'description': return [t('matter.history.description')]
    case 'tags': return linesOfList(change, tag => String(tag), tag => String(tag), 'tag', words)
    case 'tasks': return linesOfList<Task>(change, ({ id }) => id, ({ title }) => title, 'task', words)
    case 'deadlines': return linesOfList<Deadline>(change, ({ id }) => id, deadline => deadlineName(deadline, words), 'deadline', words)
    case 'assignments': return linesOfList<Assignment>(change, ({ memberId }) => memberId, ({ memberId, role }) =>
      t('matter.history.person', { name: memberName(memberId, words), role: t(`enums.assignmentRole.${role}`) }), 'assignment', words)
    case 'clientMemberIds': return linesOfList<string>(change, id => id, id => memberName(id, words), 'client', words)
    case 'hold': {
      const hold = change.new as Hold | null
      return [hold ? t('matter.history.held', { reason: hold.reason }) : t('matter.history.released')]
    }
    case 'closeRequest': {
      const request = change.new as CloseRequest | null
      return [request ? t('matter.history.askedToClose', { outcome: t(`enums.closeOutcome.${request.outcome}`), reason: request.reason }) : t('matter.history.requestCleared')]
    }
    case 'archived': return [t(change.new ? 'matter.history.archived' : 'matter.history.unarchived')]
    case 'columnId': return [t('matter.history.moved', { from: words.columnName(String(change.old)), to: words.columnName(String(change.new)) })]
    default: return [lineOfValue(field, change, words)]
  }
}

function lineOfValue(field: string, change: Change, words: ActivityWords): string {
  const { t } = words
  const name = t(`matter.fields.${field}`)
  const before = valueInWords(field, change.old, words)
  const after = valueInWords(field, change.new, words)
  if (!after)
    return t('matter.history.cleared', { field: name, old: before })
  return before ? t('matter.history.changed', { field: name, old: before, new: after }) : t('matter.history.set', { field: name, new: after })
}

function valueInWords(field: string, value: unknown, { t, day }: ActivityWords): string {
  if (value === null || value === undefined || value === '')
    return ''
  if (ENUMS.includes(field))
    return t(`enums.${field}.${value}`)
  return DATES.includes(field) ? day(String(value)) : String(value)
}

/** What was added to a list, taken from it, done, opened again, or changed. */
function linesOfList<Item>(
  change: Change, keyOf: (item: Item) => string, nameOf: (item: Item) => string,
  kind: 'tag' | 'task' | 'deadline' | 'assignment' | 'client', { t }: ActivityWords,
): string[] {
  const before = new Map(((change.old ?? []) as Item[]).map(item => [keyOf(item), item]))
  const after = new Map(((change.new ?? []) as Item[]).map(item => [keyOf(item), item]))
  const line = (what: string, item: Item) => t(`matter.history.${kind}.${what}`, { name: nameOf(item) })
  const kept = [...after].flatMap(([key, item]) => {
    const old = before.get(key)
    if (old === undefined)
      return [line('added', item)]
    return isSameValue(old, item) ? [] : [line(changeOfItem(old, item), item)]
  })
  return [...kept, ...[...before].flatMap(([key, item]) => after.has(key) ? [] : [line('removed', item)])]
}

function changeOfItem(before: unknown, after: unknown): 'done' | 'reopened' | 'changed' {
  const [wasDone, isDone] = [before, after].map(item => Boolean((item as Partial<Task>).doneAt))
  if (wasDone === isDone)
    return 'changed'
  return isDone ? 'done' : 'reopened'
}

function deadlineName(deadline: Deadline, { t, due }: ActivityWords): string {
  return `${deadline.title || t(`enums.deadlineKind.${deadline.kind}`)}, ${due(deadline)}`
}

function memberName(id: MemberId, { t, nameOf }: ActivityWords): string {
  return nameOf(id) ?? t('matter.someone')
}
