import type { NoteCode } from '#shared/import/import-fields.ts'
import { dateInZone } from '#shared/kanban/deadline.ts'
import { LIMITS } from '#shared/kanban/matter.ts'
import { fitDraft } from './draft.ts'
import type { DraftComment, DraftDeadline, DraftResult } from './draft.ts'
import { assign } from './draft-context.ts'
import type { DraftContext } from './draft-context.ts'
import { oneLine, shorten } from './fit-text.ts'
import type { SourceCard, SourceComment, SourceDue } from './source.ts'

/** A Trello card as a matter. */
export function draftFromCard(card: SourceCard, context: DraftContext): DraftResult {
  const notes = new Set<NoteCode>()
  const ref = { source: 'trello', id: card.id }
  if (context.isRepeated(ref, null))
    return { ok: false, reason: 'DUPLICATE_IN_FILE', label: shorten(oneLine(card.title), LIMITS.title) }
  if (card.unknownLabels > 0)
    notes.add('LABEL_UNKNOWN')
  if (card.listUnknown)
    notes.add('LIST_UNKNOWN')
  if (card.title === '')
    notes.add('TITLE_MADE')
  const closes = context.kindOf(card.columnKey) === 'CLOSED'
  if (closes && card.lastActivityAt === null)
    notes.add('CLOSE_DATE_UNKNOWN')

  const names = new Map(context.head.people.map(({ key, name }) => [key, name]))
  const people = card.personKeys.map(key => ({ key, name: names.get(key) ?? key }))
  const { assignments, strangers } = assign(people, context, notes)
  const opened = card.start ?? card.createdAt
  const draft = fitDraft({
    ref,
    fields: {
      caseNumber: null,
      columnKey: card.columnKey,
      title: card.title || titleFrom(card),
      description: card.description,
      clientName: '',
      courtCaseNumber: null,
      courtName: null,
      opposingParty: null,
      practiceArea: null,
      priority: 'MEDIUM',
      waitingOn: null,
      openedOn: opened === null ? null : dateInZone(opened, context.timeZone),
      filedOn: null,
      closedOn: closes && card.lastActivityAt !== null ? dateInZone(card.lastActivityAt, context.timeZone) : null,
      archived: card.archived,
      assignments,
    },
    deadlines: card.dues.map(due => deadlineOf(due, context.timeZone)),
    tasks: card.tasks,
    tags: card.tags,
    comments: card.comments.map(comment => commentOf(comment, context)),
    extras: [...strangers.length > 0 ? [{ name: 'Members', value: strangers.map(({ name }) => name).join(', ') }] : [], ...card.extras],
  }, notes)
  return { ok: true, draft, notes: [...notes] }
}

/** A card without a name is called by what it says, else by its id. */
function titleFrom(card: SourceCard): string {
  const firstLine = card.description.split('\n').find(line => line.trim() !== '')
  return shorten(oneLine(firstLine ?? card.id), LIMITS.title)
}

function deadlineOf({ key, title, at, done }: SourceDue, timeZone: string): DraftDeadline {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  return { key, title, date: dateInZone(at, timeZone), time, done }
}

function commentOf({ key, text, at, personKey, personName }: SourceComment, context: DraftContext): DraftComment {
  const author = personKey === null ? null : context.memberFor(personKey)
  return { key, body: text, at, authorId: author?.id ?? null, authorName: author ? null : personName }
}
