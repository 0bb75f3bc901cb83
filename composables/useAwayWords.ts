import { useI18n } from '#imports'
import { formatList } from '#shared/kanban/format-list.ts'
import type { MatterPatch, Mutation } from '#shared/kanban/mutation.ts'
import type { AwayReport, OthersWork, OwnOutcome } from '#shared/sync/away-report.ts'
import type { MergeNote } from '#shared/sync/conflict-record.ts'
import { useConflictWords } from './useConflictWords.ts'
import type { KanbanView } from './useKanban.ts'
import { useKanban } from './useKanban.ts'
import { useRefusalWords } from './useRefusalWords.ts'

/** Something that a person wrote, by the name of where they wrote it. */
export interface TypedText {
  label: string
  text: string
}

export interface UseAwayWordsReturn {
  /** From when until when, by the firm's clock. */
  period: (report: AwayReport) => string
  /** All of it in one line. */
  summary: (report: AwayReport) => string
  /** What a person did. */
  deed: (mutation: Mutation) => string
  /** How it ended; `note` says what it merged with. */
  outcome: (own: OwnOutcome, note?: MergeNote) => string
  /** What they wrote, to be kept where it didn't go in. */
  texts: (mutation: Mutation) => TypedText[]
  /** What others did to a matter. */
  work: (others: OthersWork) => string
}

const ENDS = ['in', 'refused', 'gone', 'conflict'] as const
const TEXTS = ['title', 'description', 'clientName', 'courtName', 'courtCaseNumber', 'opposingParty', 'waitingOn', 'caseNumber'] as const satisfies readonly (keyof MatterPatch)[]

/** The report "Since you were away" in the reader's language. */
export function useAwayWords(kanban: KanbanView = useKanban()): UseAwayWordsReturn {
  const { t, locale } = useI18n()
  const words = useConflictWords(kanban)
  const refusalInWords = useRefusalWords(kanban)

  const columnName = (id: string) => kanban.columns.value.find(column => column.id === id)?.name[locale.value] ?? '–'

  function period({ since, until }: AwayReport): string {
    return t('offline.away.period', { since: words.time(since), until: words.time(until) })
  }

  function summary({ mine, others }: AwayReport): string {
    const ended = (end: typeof ENDS[number]) => mine.filter(own => own.end === end || (end === 'in' && own.end === 'merged')).length
    const parts = ENDS.flatMap(end => ended(end) > 0 ? [t(`offline.away.sum.${end}`, { count: ended(end) }, ended(end))] : [])
    return [...parts, ...others.length > 0 ? [t('offline.away.sum.others', { count: others.length }, others.length)] : []].join(' · ')
  }

  function deed(mutation: Mutation): string {
    switch (mutation.kind) {
      case 'create': return t('offline.away.did.create', { column: columnName(mutation.args.columnId) })
      case 'move': return t('offline.away.did.move', { column: columnName(mutation.args.columnId) })
      case 'edit': {
        const { set = {}, ...lists } = mutation.args
        const fields = [...Object.keys(set), ...Object.keys(lists)] as Parameters<typeof words.nameOfField>[0][]
        return t('offline.away.did.edit', { fields: formatList(new Set(fields.map(field => words.nameOfField(field))), locale.value) })
      }
      case 'comment': return t(`offline.away.did.comment-${mutation.args.action}`)
      case 'delete':
      case 'undo': return t(`offline.away.did.${mutation.kind}`)
      default: return mutation satisfies never
    }
  }

  function outcome({ end, problem }: OwnOutcome, note?: MergeNote): string {
    if (end === 'merged')
      return (note && words.noteInWords(note)) ?? t('offline.away.end.merged')
    if (end !== 'refused' || !problem)
      return t(`offline.away.end.${end}`)
    return refusalInWords(problem)
  }

  function texts(mutation: Mutation): TypedText[] {
    switch (mutation.kind) {
      case 'comment': return 'body' in mutation.args ? [{ label: t('offline.away.comment'), text: mutation.args.body }] : []
      case 'edit': return written(mutation.args.set ?? {})
      case 'create': {
        const { title, clientName, fields } = mutation.args
        return written({ ...fields, title, clientName })
      }
      case 'move':
      case 'delete': return mutation.args.reason ? [{ label: t('board.dialog.reason'), text: mutation.args.reason }] : []
      case 'undo': return []
      default: return mutation satisfies never
    }
  }

  function written(set: MatterPatch): TypedText[] {
    const notes = [...set.hold ? [{ label: words.nameOfField('hold'), text: set.hold.reason }] : [], ...set.closeRequest ? [{ label: words.nameOfField('closeRequest'), text: set.closeRequest.reason }] : []]
    return [...TEXTS.flatMap(field => set[field] ? [{ label: words.nameOfField(field), text: set[field] }] : []), ...notes]
  }

  function work({ kinds, by, last }: OthersWork): string {
    const what = formatList(kinds.map(kind => t(`offline.away.others.${kind}`, { column: columnName(last?.columnId ?? '') })), locale.value)
    return by.length > 0 ? t('offline.away.others.who', { what, who: words.namesOf(by) }) : what
  }

  return { period, summary, deed, outcome, texts, work }
}
