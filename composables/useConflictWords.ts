import { useI18n } from '#imports'
import { isSameValue } from '#shared/kanban/field-draft.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import { formatList } from '#shared/kanban/format-list.ts'
import { formatRelative, formatTime } from '#shared/kanban/format-time.ts'
import { inBrackets } from '#shared/kanban/in-brackets.ts'
import type { Assignment, CloseRequest, Deadline, EpochMs, Hold, ItemKey, MatterField, Task } from '#shared/kanban/matter.ts'
import type { MemberId } from '#shared/kanban/member.ts'
import type { FieldOrigin } from '#shared/protocol/problems.ts'
import { itemOf } from '#shared/sync/conflict-choice.ts'
import type { Conflict, ConflictField, MergeNote } from '#shared/sync/conflict-record.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'
import { useFirmDates } from './useFirmDates.ts'

/** One line of a value in words. */
export interface ValueLine {
  /** What of the value it says; null where it is all of it. */
  label: string | null
  text: string
  /** Written by hand, so that single words of it may have changed. */
  isProse: boolean
}

export interface UseConflictWordsReturn {
  /** A field or item by its name; an item also by its own, as it was known last. */
  nameOfField: (field: MatterField | ItemKey, values?: Partial<Pick<ConflictField, 'base' | 'mine' | 'theirs'>>) => string
  /** A value in words; no line where there is none. */
  linesOf: (field: MatterField | ItemKey, value: unknown) => ValueLine[]
  /** Labels of the lines that are alike in all three versions of an item; none where it was removed or is new. */
  unchangedIn: (field: ConflictField) => string[]
  nameOf: (member: MemberId) => string
  /** The members in one list, each once. */
  namesOf: (members: readonly MemberId[]) => string
  /** Who made the newer values of a conflict. */
  othersIn: (conflict: Conflict) => string
  /** The fields that a conflict is about. */
  fieldsIn: (conflict: Conflict) => string
  /** The firm's time, with the day where it isn't today's. */
  time: (at: EpochMs) => string
  /** The firm's time, and how long ago. */
  when: (at: EpochMs) => string
  /** What went in beside an own change; null where nothing that a person set. */
  noteInWords: (note: MergeNote) => string | null
}

const ENUMS = ['priority', 'confidentiality', 'practiceArea', 'closeOutcome']
const DATES = ['openedOn', 'filedOn', 'closedOn']
/** Fields whose name stands with the words of the conflict. */
const NAMED_HERE = ['columnId', 'hold', 'closeRequest', 'archived', 'tasks', 'deadlines', 'assignments']
/** What no person set by itself. */
const UNSPOKEN = ['rank', 'stageEnteredAt', 'externalRefs']

/** Conflicts in the reader's language and by the firm's clock. */
export function useConflictWords(kanban: KanbanView = useKanban()): UseConflictWordsReturn {
  const { t, locale } = useI18n()
  const { day, due, instant } = useFirmDates(kanban)

  const nameOf = (member: MemberId) => kanban.members.value.get(member)?.name ?? t('matter.someone')
  const listOf = (words: string[]) => formatList(new Set(words), locale.value)
  const columnName = (id: unknown) => kanban.columns.value.find(column => column.id === id)?.name[locale.value] ?? '–'
  const line = (text: string, isProse = false): ValueLine => ({ label: null, text, isProse })

  function nameOfField(field: MatterField | ItemKey, values: Partial<Pick<ConflictField, 'base' | 'mine' | 'theirs'>> = {}): string {
    const list = itemOf(field)?.list
    if (!list)
      return field === 'commentCount' ? t('conflict.fields.comments') : NAMED_HERE.includes(field) ? t(`conflict.fields.${field}`) : t(`matter.fields.${field}`)
    const item = values.theirs ?? values.base ?? values.mine
    const name = item ? nameOfItem(item as Task | Deadline | Assignment) : list === 'assignments' ? nameOf(itemOf(field)!.key) : null
    return name ? t('conflict.fields.named', { field: t(`conflict.fields.${list}`), name }) : t(`conflict.fields.${list}`)
  }

  function nameOfItem(item: Task | Deadline | Assignment): string {
    if ('memberId' in item)
      return nameOf(item.memberId)
    return 'kind' in item ? item.title || t(`enums.deadlineKind.${item.kind}`) : item.title
  }

  function linesOf(field: MatterField | ItemKey, value: unknown): ValueLine[] {
    if (value === null || value === undefined || value === '' || isSameValue(value, []))
      return []
    const list = itemOf(field)?.list
    if (list)
      return linesOfItem(value as Task | Deadline | Assignment)
    switch (field) {
      case 'columnId': return [line(columnName(value))]
      case 'hold': return [line((value as Hold).reason, true)]
      case 'closeRequest': {
        const { outcome, reason } = value as CloseRequest
        return [line(t('conflict.values.closing', { outcome: t(`enums.closeOutcome.${outcome}`), reason }), true)]
      }
      case 'archived': return [line(t(value ? 'conflict.values.archived' : 'conflict.values.onBoard'))]
      case 'clientMemberIds': return (value as MemberId[]).map(id => line(nameOf(id)))
      case 'tags': return (value as string[]).map(tag => line(tag))
      case 'commentCount': return [line(String(value))]
      default:
        if (ENUMS.includes(field))
          return [line(t(`enums.${field}.${value}`))]
        return DATES.includes(field) ? [line(day(String(value)))] : [line(String(value), true)]
    }
  }

  function linesOfItem(item: Task | Deadline | Assignment): ValueLine[] {
    const named = (label: string, text: string, isProse = false): ValueLine => ({ label: t(`conflict.values.${label}`), text, isProse })
    if ('memberId' in item)
      return [named('role', t(`enums.assignmentRole.${item.role}`))]
    const state = named('state', t(item.doneAt === null ? 'conflict.values.open' : 'conflict.values.done'))
    if (!('kind' in item))
      return [named('what', item.title, true), state]
    return [
      named('when', due(item)),
      ...item.title ? [named('what', item.title, true)] : [],
      named('kind', t(`enums.deadlineKind.${item.kind}`)),
      named('source', t(`enums.deadlineSource.${item.source}`)),
      named('extendable', t(item.extendable ? 'conflict.values.yes' : 'conflict.values.no')),
      state,
    ]
  }

  function unchangedIn({ field, base, mine, theirs }: ConflictField): string[] {
    const [first, ...others] = [base, mine, theirs].map(value => linesOf(field, value))
    const isEverywhere = (line: ValueLine) => others.every(lines => lines.some(({ label, text }) => label === line.label && text === line.text))
    return first!.flatMap(line => line.label && isEverywhere(line) ? [line.label] : [])
  }

  function time(at: EpochMs): string {
    const zone = kanban.timeZone.value
    return dateInZone(at, zone) === dateInZone(kanban.now.value, zone) ? formatTime(at, locale.value, zone) : instant(at)
  }

  function noteInWords({ others }: MergeNote): string | null {
    const spoken = others.filter(({ field }) => !UNSPOKEN.includes(field))
    const people = [...new Set(spoken.map(({ by }) => by))]
    const what = people.map(by => byPerson(by, spoken.filter(other => other.by === by)))
    return what.length > 0 ? t('conflict.note.in', { what: listOf(what) }) : null
  }

  function byPerson(by: MemberId, others: FieldOrigin[]): string {
    const at = Math.max(...others.map(other => other.at))
    return t('conflict.note.who', { who: nameOf(by), fields: listOf(others.map(({ field }) => nameOfField(field))), time: time(at) })
  }

  return {
    nameOfField,
    linesOf,
    unchangedIn,
    nameOf,
    namesOf: members => listOf(members.map(nameOf)),
    othersIn: ({ fields }) => listOf(fields.map(({ by }) => nameOf(by))),
    fieldsIn: ({ fields }) => listOf(fields.map(field => nameOfField(field.field, field))),
    time,
    when: at => time(at) + inBrackets(formatRelative(Math.min(at, kanban.now.value), kanban.now.value, locale.value), locale.value),
    noteInWords,
  }
}
