import { MAX_IMPORT_ROWS } from '#shared/protocol/imports.ts'
import type { Breather } from './breather.ts'
import { tooLarge, unreadable } from './import-error.ts'
import { instant, isRecord, number, records, text, texts } from './json-values.ts'
import type { JsonRecord } from './json-values.ts'
import type { SourceCard, SourceColumn, SourceFile, SourceRow } from './source.ts'
import { createJsonSplitter } from './split-json.ts'
import { indexTrelloParts } from './trello-parts.ts'
import type { TrelloParts } from './trello-parts.ts'

/** Cards of lists that the file lacks gather here. */
const LOST_LIST = { key: 'unlisted', name: 'Unlisted' }

/** Lists of a Trello file of which each element is kept; everything else unknown is let go at once. */
const KEPT_LISTS = ['cards', 'lists', 'labels', 'members', 'checklists', 'actions', 'customFields'] as const
type KeptList = typeof KEPT_LISTS[number]

/**
 * Reads a Trello board export. Only `cards` is sure to be there; what else is missing counts as empty,
 * what is unknown is ignored. Array order means nothing in these files: `pos` does, then the id.
 */
export async function readTrello(chunks: AsyncIterable<string>, breathe: Breather): Promise<SourceFile> {
  const lists: Record<KeptList, unknown[]> = {
    cards: [], lists: [], labels: [], members: [], checklists: [], actions: [], customFields: [],
  }
  const values = new Map<string, unknown>()
  let hasCards = false
  const splitter = createJsonSplitter(({ key, index, value }) => {
    if (index === null) {
      hasCards ||= key === 'cards' && Array.isArray(value)
      if (['id', 'name', 'labelNames'].includes(key))
        values.set(key, value)
    }
    else if (isKeptList(key) && (key !== 'actions' || isComment(value))) {
      lists[key].push(value)
      if (key === 'cards' && index >= MAX_IMPORT_ROWS)
        throw tooLarge('TOO_MANY_ROWS')
    }
  })
  for await (const chunk of chunks) {
    splitter.write(chunk)
    await breathe()
  }
  splitter.end()
  if (!hasCards)
    throw unreadable('JSON_NOT_A_BOARD')
  if (lists.cards.length > 0 && !lists.cards.some(card => isRecord(card) && text(card.idList)))
    throw unreadable('CARDS_WITHOUT_LIST')
  return assemble(lists, values, breathe)
}

async function assemble(lists: Record<KeptList, unknown[]>, values: Map<string, unknown>, breathe: Breather): Promise<SourceFile> {
  const columns = readColumns(lists.lists)
  const known = new Set(columns.map(({ key }) => key))
  const parts = indexTrelloParts(lists, values.get('labelNames'))
  await breathe()
  const rows: { row: SourceRow, columnKey: string, pos: number, id: string }[] = []
  const people = new Map<string, number>()
  for (const [index, card] of lists.cards.entries()) {
    const item = isRecord(card) ? readCard(card, parts, known) : null
    const pos = isRecord(card) ? number(card.pos) ?? 0 : 0
    rows.push({ row: { line: index + 1, item: item ?? { kind: 'malformed' } }, columnKey: item?.columnKey ?? '', pos, id: item?.id ?? '' })
    for (const key of item?.personKeys ?? [])
      people.set(key, (people.get(key) ?? 0) + 1)
    for (const { personKey } of item?.comments ?? []) {
      if (personKey && !people.has(personKey))
        people.set(personKey, 0)
    }
    await breathe()
  }
  if (rows.some(({ row }) => row.item.kind === 'card' && row.item.listUnknown))
    columns.push({ ...LOST_LIST, archived: false, softLimit: null })
  const order = new Map(columns.map(({ key }, index) => [key, index]))
  rows.sort((a, b) => (order.get(a.columnKey) ?? 0) - (order.get(b.columnKey) ?? 0) || a.pos - b.pos || compare(a.id, b.id))
  return {
    head: {
      format: 'trello',
      boardName: text(values.get('name'))?.trim() || null,
      boardExternalId: text(values.get('id')),
      encoding: 'utf-8',
      columns,
      people: [...people].map(([key, count]) => ({ key, name: parts.personName(key) ?? key, count })),
      headers: [],
      delimiter: null,
      preambleLines: 0,
    },
    rows: rows.map(({ row }) => row),
  }
}

function readColumns(lists: unknown[]): SourceColumn[] {
  return lists.filter(isRecord).filter(list => text(list.id))
    .sort((a, b) => (number(a.pos) ?? 0) - (number(b.pos) ?? 0) || compare(String(a.id), String(b.id)))
    .map(list => ({
      key: text(list.id)!,
      name: text(list.name)?.trim() ?? '',
      archived: list.closed === true,
      softLimit: limitOf(list.softLimit),
    }))
}

function limitOf(value: unknown): number | null {
  const limit = number(value)
  return limit !== null && Number.isInteger(limit) && limit > 0 ? limit : null
}

function readCard(card: JsonRecord, parts: TrelloParts, knownLists: ReadonlySet<string>): SourceCard | null {
  const id = text(card.id)
  if (!id)
    return null
  const idList = text(card.idList)
  const listUnknown = !idList || !knownLists.has(idList)
  const checklists = parts.checklistsOf(card)
  const labels = parts.labelsOf(card)
  const due = instant(card.due)
  return {
    kind: 'card',
    id,
    columnKey: listUnknown ? LOST_LIST.key : idList,
    title: text(card.name)?.trim() ?? '',
    description: text(card.desc) ?? '',
    archived: card.closed === true,
    dues: [
      ...due === null ? [] : [{ key: 'due', title: '', at: due, done: card.dueComplete === true }],
      ...checklists.dues,
    ],
    start: instant(card.start),
    createdAt: createdFromId(id),
    lastActivityAt: instant(card.dateLastActivity),
    personKeys: [...new Set(texts(card.idMembers))],
    tags: labels.names,
    tasks: checklists.tasks,
    comments: parts.commentsOf(id),
    extras: [...parts.customValuesOf(card), ...attachmentsOf(card)],
    unknownLabels: labels.unknown,
    listUnknown,
  }
}

/** Files stay where they are; their links come along. */
function attachmentsOf(card: JsonRecord): { name: string, value: string }[] {
  return records(card.attachments).flatMap((attachment) => {
    const url = text(attachment.url)
    return url && /^https?:\/\//.test(url) ? [{ name: text(attachment.name)?.trim() || 'Attachment', value: url }] : []
  })
}

/** Trello's ids begin with the second in which a thing was made. */
function createdFromId(id: string): number | null {
  if (!/^[0-9a-f]{24}$/.test(id))
    return null
  const at = Number.parseInt(id.slice(0, 8), 16) * 1_000
  return at > Date.UTC(2010, 0, 1) && at < Date.UTC(2100, 0, 1) ? at : null
}

function isKeptList(key: string): key is KeptList {
  return (KEPT_LISTS as readonly string[]).includes(key)
}

function isComment(action: unknown): boolean {
  return isRecord(action) && action.type === 'commentCard'
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
