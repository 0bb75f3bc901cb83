import { v7 as uuidv7 } from 'uuid'
import type { ColumnRecord } from '#server/db/records.ts'
import type { Lifecycle } from '#shared/kanban/matter.ts'
import type { ImportStatusView, StatusTarget } from '#shared/protocol/imports.ts'
import { shorten } from './fit-text.ts'
import { guessLifecycle, plain } from './guess-values.ts'
import type { SourceHead } from './source.ts'

/** Longest name of a column. */
const MAX_NAME = 120

/** The column that rows without a status go to, where the board offers none. */
const DEFAULT_NAME = { en: 'Imported', ja: '取り込み' }

/** Which column each status goes to, and what that changes about the board. */
export interface ColumnPlan {
  /** By status key. */
  columns: Map<string, ColumnRecord>
  added: ColumnRecord[]
  changed: ColumnRecord[]
}

/** Whether the board takes new columns from an import: one that lets every move pass was imported itself. */
export function isFreeBoard(columns: readonly ColumnRecord[]): boolean {
  return columns.every(({ allowedTargets }) => allowedTargets === null)
}

/**
 * Where matters with a status go unless the person says otherwise: the column that came from the same
 * list, one of the same name, else a new one, or on a board with its own workflow the first of that kind.
 */
export function defaultTargets(head: SourceHead, statuses: readonly ImportStatusView[], columns: readonly ColumnRecord[]): Record<string, StatusTarget> {
  const taken = new Set<string>()
  const targets = statuses.map(({ key, label }): [string, StatusTarget] => {
    const isList = head.format === 'trello'
    const fits = (column: ColumnRecord) => isList ? column.external?.id === key : sameName(column, label)
    const found = columns.find(fits) ?? columns.find(column => isList && !column.external && !taken.has(column.id) && sameName(column, label))
    if (found) {
      taken.add(found.id)
      return [key, { columnId: found.id }]
    }
    const kind: Lifecycle = isList ? 'OPEN' : guessLifecycle(label)
    const open = columns.filter(({ archived }) => !archived)
    const fallback = open.find(column => column.kind === kind) ?? open.find(column => column.kind !== 'CLOSED')
    const isNew = columns.length === 0 || (isFreeBoard(columns) && label !== '')
    return [key, isNew || !fallback ? { name: shorten(label, MAX_NAME) || DEFAULT_NAME.en, kind } : { columnId: fallback.id }]
  })
  return Object.fromEntries(targets)
}

/** The board's columns as the mapping wants them. */
export function planColumns(
  head: SourceHead,
  statuses: readonly ImportStatusView[],
  targets: ReadonlyMap<string, StatusTarget>,
  columns: readonly ColumnRecord[],
): ColumnPlan {
  const plan: ColumnPlan = { columns: new Map(), added: [], changed: [] }
  const lists = new Map(head.columns.map(list => [list.key, list]))
  const keys = new Set(columns.map(({ key }) => key))
  let position = columns.reduce((last, column) => Math.max(last, column.position), -1)
  for (const { key } of inColumnOrder(head, statuses, targets)) {
    const target = targets.get(key)
    const known = target && 'columnId' in target ? columns.find(({ id }) => id === target.columnId) : undefined
    const list = lists.get(key)
    if (known) {
      const synced = list && known.external?.id === list.key && known.allowedTargets === null ? syncColumn(known, list) : known
      if (synced !== known)
        plan.changed.push(synced)
      plan.columns.set(key, list ? synced : reopened(synced, plan))
      continue
    }
    const wanted = target && 'name' in target ? target : { name: DEFAULT_NAME.en, kind: 'OPEN' as const }
    // Two lists may share a name and stay two; two statuses of one name are one column.
    const twin = list ? undefined : [...columns, ...plan.added].find(column => sameName(column, wanted.name))
    if (twin) {
      plan.columns.set(key, reopened(twin, plan))
      continue
    }
    position++
    const column: ColumnRecord = {
      id: uuidv7(),
      key: uniqueKey(wanted.name, keys),
      name: wanted.name === DEFAULT_NAME.en ? DEFAULT_NAME : { en: wanted.name, ja: wanted.name },
      kind: wanted.kind,
      position,
      allowedTargets: null,
      critical: false,
      wip: list?.softLimit ? { limit: list.softLimit, hard: false } : null,
      archived: list?.archived ?? false,
      external: list ? { source: 'trello', id: list.key } : null,
    }
    plan.added.push(column)
    plan.columns.set(key, column)
  }
  return plan
}

/** A column that an undone import put away comes back when a table names it again. */
function reopened(column: ColumnRecord, plan: ColumnPlan): ColumnRecord {
  if (!column.archived || column.allowedTargets !== null)
    return column
  const known = plan.changed.find(({ id }) => id === column.id)
  if (known)
    return known
  const open = { ...column, archived: false }
  plan.changed.push(open)
  return open
}

/** Statuses of a table become columns in the order of a matter's life. */
function inColumnOrder(head: SourceHead, statuses: readonly ImportStatusView[], targets: ReadonlyMap<string, StatusTarget>): ImportStatusView[] {
  if (head.format === 'trello')
    return [...statuses]
  const order = ['PENDING', 'OPEN', 'CLOSED']
  const placeOf = ({ key }: ImportStatusView) => {
    const target = targets.get(key)
    return target && 'kind' in target ? order.indexOf(target.kind) : 1
  }
  return statuses.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** A column as a later export has its list; the same object when nothing differs. */
function syncColumn(column: ColumnRecord, list: SourceHead['columns'][number]): ColumnRecord {
  const name = list.name === '' ? column.name.en : shorten(list.name, MAX_NAME)
  const limit = list.softLimit
  if (column.name.en === name && column.archived === list.archived && (column.wip?.limit ?? null) === limit)
    return column
  return { ...column, name: { en: name, ja: name }, archived: list.archived, wip: limit === null ? null : { limit, hard: column.wip?.hard ?? false } }
}

function sameName(column: ColumnRecord, name: string): boolean {
  const wanted = plain(name)
  return wanted !== '' && [column.name.en, column.name.ja, column.key, column.key.replaceAll('-', ' '), column.key.replaceAll('-', '_')]
    .some(known => plain(known) === wanted)
}

/** A short name for addresses; Japanese has none in Latin letters, so its columns are numbered. */
function uniqueKey(name: string, taken: Set<string>): string {
  const letters = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  const base = letters.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 48).replace(/-+$/, '') || 'column'
  let key = base
  for (let count = 2; taken.has(key); count++)
    key = `${base}-${count}`
  taken.add(key)
  return key
}
