import { instant, isRecord, number, records, text, texts } from './json-values.ts'
import type { JsonRecord } from './json-values.ts'
import type { SourceComment, SourceDue, SourceExtra, SourceTask } from './source.ts'

/** What cards refer to by id, wherever the file keeps it. */
export interface TrelloParts {
  personName: (id: string) => string | null
  /** Names of the card's labels, the colour where there is no name. `unknown` counts labels that the file lacks. */
  labelsOf: (card: JsonRecord) => { names: string[], unknown: number }
  checklistsOf: (card: JsonRecord) => { tasks: SourceTask[], dues: SourceDue[] }
  /** Oldest first. */
  commentsOf: (cardId: string) => SourceComment[]
  customValuesOf: (card: JsonRecord) => SourceExtra[]
}

interface PartLists {
  labels: unknown[]
  members: unknown[]
  checklists: unknown[]
  actions: unknown[]
  customFields: unknown[]
}

/** Checklists that nobody named: their name says nothing. */
const UNNAMED_CHECKLISTS = ['', 'checklist', 'チェックリスト']

/** Looks through what surrounds the cards once, so that each card finds its own. */
export function indexTrelloParts(lists: PartLists, labelNames: unknown): TrelloParts {
  const labels = byId(lists.labels)
  const members = byId(lists.members)
  const checklists = byId(lists.checklists)
  const fields = byId(lists.customFields)
  const checklistsByCard = groupBy(lists.checklists.filter(isRecord), list => text(list.idCard))
  const comments = new Map<string, SourceComment[]>()
  const authors = new Map<string, string>()
  const colourNames = isRecord(labelNames) ? labelNames : {}

  for (const action of lists.actions.filter(isRecord)) {
    const comment = readComment(action)
    const cardId = cardIdOf(action)
    if (!comment || !cardId)
      continue
    addTo(comments, cardId, comment)
    if (comment.personKey && comment.personName)
      authors.set(comment.personKey, comment.personName)
  }
  for (const list of comments.values())
    list.sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.key < b.key ? -1 : 1))

  function labelName(label: JsonRecord): string | null {
    const colour = text(label.color)
    return text(label.name)?.trim() || (colour && (text(colourNames[colour])?.trim() || colour)) || null
  }

  return {
    personName(id) {
      const member = members.get(id)
      return (member && (text(member.fullName) ?? text(member.username))) ?? authors.get(id) ?? null
    },
    labelsOf(card) {
      const own = records(card.labels)
      const ownById = byId(own)
      const ids = texts(card.idLabels)
      const named = new Set(ids)
      const found = ids.map(id => labels.get(id) ?? ownById.get(id))
      // Files before 2015 name labels by colour alone, within the card.
      const loose = own.filter(label => !text(label.id) || !named.has(String(label.id)))
      const names = [...found, ...loose].flatMap(label => (label && labelName(label)) ?? [])
      return { names: [...new Set(names)], unknown: found.filter(label => !label).length }
    },
    checklistsOf(card) {
      const own = checklistsByCard.get(String(card.id))
        ?? [...records(card.checklists), ...texts(card.idChecklists).map(id => checklists.get(id)).filter(list => list !== undefined)]
      const named = own.length > 1
      const tasks: SourceTask[] = []
      const dues: SourceDue[] = []
      for (const list of own.toSorted(byPos)) {
        const name = text(list.name)?.trim() ?? ''
        const prefix = (named && name) || !UNNAMED_CHECKLISTS.includes(name.toLowerCase()) ? `${name}: ` : ''
        for (const item of records(list.checkItems).toSorted(byPos)) {
          const title = text(item.name)?.trim()
          if (!title)
            continue
          const key = text(item.id) ?? `${text(list.id) ?? name}/${tasks.length}`
          const done = item.state === 'complete'
          tasks.push({ key, title: `${prefix}${title}`, done })
          const at = instant(item.due)
          if (at !== null)
            dues.push({ key, title, at, done })
        }
      }
      return { tasks, dues }
    },
    commentsOf: cardId => comments.get(cardId) ?? [],
    customValuesOf(card) {
      return records(card.customFieldItems).flatMap((item) => {
        const field = fields.get(String(item.idCustomField))
        const value = customValue(item, field)
        return value === null ? [] : [{ name: (field && text(field.name)?.trim()) || 'Custom field', value }]
      })
    },
  }
}

function readComment(action: JsonRecord): SourceComment | null {
  const body = isRecord(action.data) ? text(action.data.text)?.trim() : null
  const id = text(action.id)
  if (!body || !id)
    return null
  const author = isRecord(action.memberCreator) ? action.memberCreator : {}
  return {
    key: id,
    text: body,
    at: instant(action.date),
    personKey: text(action.idMemberCreator) ?? text(author.id),
    personName: text(author.fullName) ?? text(author.username),
  }
}

function cardIdOf(action: JsonRecord): string | null {
  return isRecord(action.data) && isRecord(action.data.card) ? text(action.data.card.id) : null
}

/** A custom field's value as a person reads it. */
function customValue(item: JsonRecord, field: JsonRecord | undefined): string | null {
  if (isRecord(item.value)) {
    const value = Object.values(item.value).find(part => typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean')
    return value === undefined ? null : String(value)
  }
  const option = records(field?.options).find(({ id }) => id === item.idValue)
  return option && isRecord(option.value) ? text(option.value.text) : null
}

function byPos(a: JsonRecord, b: JsonRecord): number {
  return (number(a.pos) ?? 0) - (number(b.pos) ?? 0) || (String(a.id) < String(b.id) ? -1 : 1)
}

function byId(list: unknown[]): Map<string, JsonRecord> {
  return new Map(list.filter(isRecord).flatMap(item => text(item.id) ? [[text(item.id)!, item]] : []))
}

function groupBy(list: JsonRecord[], keyOf: (item: JsonRecord) => string | null): Map<string, JsonRecord[]> {
  const groups = new Map<string, JsonRecord[]>()
  for (const item of list) {
    const key = keyOf(item)
    if (key)
      addTo(groups, key, item)
  }
  return groups
}

function addTo<Item>(groups: Map<string, Item[]>, key: string, item: Item): void {
  const group = groups.get(key)
  if (group)
    group.push(item)
  else
    groups.set(key, [item])
}
