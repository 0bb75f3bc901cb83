import type { BoardRecord, ColumnRecord, MemberRecord } from '#server/db/records.ts'
import type { Stores } from '#server/db/repository.ts'
import { DATE_FIELDS, REPEATABLE_FIELDS } from '#shared/import/import-fields.ts'
import type { DateOrder } from '#shared/import/import-fields.ts'
import { isLawyer, isStaff } from '#shared/kanban/member.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { MAX_STATUSES } from '#shared/protocol/imports.ts'
import type { ImportMapping, ImportTarget, StatusTarget } from '#shared/protocol/imports.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { shorten } from './fit-text.ts'
import { guessFields } from './guess-fields.ts'
import { guessMember } from './guess-people.ts'
import { plain } from './guess-values.ts'
import { defaultResponsible } from './import-job.ts'
import { defaultTargets, isFreeBoard } from './plan-columns.ts'
import type { SourceHead } from './source.ts'
import type { Survey } from './survey.ts'

const MAX_BOARD_NAME = 120

/** The board that an import goes to, as far as it exists. */
export interface Target {
  board: BoardRecord | null
  columns: ColumnRecord[]
}

/** What an import does unless the person says otherwise; statuses and people follow from a survey of the rows. */
export function firstMapping(head: SourceHead, options: { target: ImportTarget, actor: Actor, members: readonly MemberRecord[] }): ImportMapping {
  return {
    target: options.target,
    responsibleId: defaultResponsible(options.actor, options.members),
    fields: head.format === 'trello' ? [] : guessFields(head.headers, head.format),
    dateOrders: {},
    splitOnBlank: head.format === 'wekan',
    statuses: {},
    people: {},
  }
}

/**
 * Where a file goes by itself: to the board that an earlier export of it made, to one of the wanted
 * name, else to a new one.
 */
export async function chooseTarget(stores: Pick<Stores, 'boards'>, head: SourceHead, fileName: string, wantedName: string | undefined): Promise<ImportTarget> {
  if (wantedName === undefined && head.boardExternalId !== null) {
    const known = await stores.boards.findByExternal('trello', head.boardExternalId)
    if (known)
      return { id: known.id }
  }
  const name = wantedName?.trim() || head.boardName || fileName.replace(/^.*[\\/]/, '').replace(/\.[^.]{1,5}$/, '') || 'Import'
  const boards = await stores.boards.list()
  const same = boards.find(board => board.id === name) ?? boards.find(board => plain(board.name) === plain(name))
  return same ? { id: same.id } : { name: shorten(name, MAX_BOARD_NAME) }
}

/** The board and columns that a target means today. Throws `VALIDATION` when the board is gone. */
export async function findTarget(stores: Pick<Stores, 'boards'>, target: ImportTarget): Promise<Target> {
  if ('name' in target)
    return { board: null, columns: [] }
  const board = await stores.boards.find(target.id)
  if (!board)
    throw new Problem('VALIDATION', 'there is no such board', { field: 'target' })
  return { board, columns: await stores.boards.columns(board.id) }
}

/** Refuses what no file could mean; the survey needs the fields to be sound. */
export function checkMapping(mapping: ImportMapping, head: SourceHead, members: readonly MemberRecord[]): void {
  if (mapping.fields.length !== head.headers.length)
    throw new Problem('VALIDATION', 'give a field for each column of the file', { field: 'fields' })
  const repeated = mapping.fields.findIndex((field, index) => !REPEATABLE_FIELDS.includes(field) && mapping.fields.indexOf(field) !== index)
  if (repeated !== -1)
    throw new Problem('VALIDATION', 'two columns can\'t mean the same', { field: `fields.${repeated}` })
  if (head.format !== 'trello' && !mapping.fields.includes('title'))
    throw new Problem('VALIDATION', 'a column must be the title', { field: 'fields' })
  if (mapping.responsibleId !== null) {
    const responsible = members.find(({ id }) => id === mapping.responsibleId)
    if (!responsible?.active || !isLawyer(responsible))
      throw new Problem('VALIDATION', 'the responsible member must be a lawyer of the firm', { field: 'responsibleId' })
  }
}

/** The mapping for exactly the statuses and people that the file has: kept where it was decided, guessed elsewhere. */
export function completeMapping(mapping: ImportMapping, head: SourceHead, survey: Survey, target: Target, members: readonly MemberRecord[]): ImportMapping {
  if (survey.statuses.length > MAX_STATUSES && head.format !== 'trello')
    throw new Problem('VALIDATION', 'this column has too many different values to be a status', { field: `fields.${mapping.fields.indexOf('status')}` })
  const columnIds = new Set(target.columns.map(({ id }) => id))
  const memberIds = new Set(members.map(({ id }) => id))
  const guessed = new Map(Object.entries(defaultTargets(head, survey.statuses, target.columns)))
  const decided = new Map(Object.entries(mapping.statuses))
  const people = new Map(Object.entries(mapping.people))
  const staff = members.filter(member => member.active && isStaff(member))
  return {
    ...mapping,
    statuses: Object.fromEntries(survey.statuses.map(({ key }): [string, StatusTarget] => {
      const wanted = decided.get(key)
      const valid = wanted && ('columnId' in wanted ? columnIds.has(wanted.columnId) : isFreeBoard(target.columns))
      return [key, valid ? wanted : guessed.get(key)!]
    })),
    people: Object.fromEntries(survey.people.map(({ key, label }) => {
      const wanted = people.get(key)
      return [key, wanted === null || (wanted !== undefined && memberIds.has(wanted)) ? wanted : guessMember(label, staff)]
    })),
  }
}

/** In which order each date column is read: as the person chose, else as its values say. */
export function dateOrdersOf(mapping: ImportMapping, survey: Survey): Map<number, DateOrder> {
  const orders = new Map<number, DateOrder>()
  for (const [index, field] of mapping.fields.entries()) {
    if (DATE_FIELDS.includes(field))
      orders.set(index, mapping.dateOrders[String(index)] ?? survey.dates.get(index)?.order ?? 'ymd')
  }
  return orders
}
