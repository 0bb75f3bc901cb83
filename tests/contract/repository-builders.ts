import type { BoardRecord, MemberRecord } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import { buildBoard, buildId, buildMatter, NOW, PEOPLE } from '../helpers/builders.ts'

let counter = 0

/** Fresh ids for each test: the database is shared by the whole suite. */
export function nextId(): string {
  return buildId(0x100000 + ++counter)
}

/** A member whom no other test knows. */
export function member(changes: Partial<MemberRecord> = {}): MemberRecord {
  const id = nextId()
  return { ...PEOPLE.associate, id, email: `${id}@firm.example`, locale: null, transport: null, createdAt: NOW, ...changes }
}

/** A matter with an id and a case number of its own. */
export function matter(boardId: string, columnId: string, changes: Partial<Matter> = {}): Matter {
  const id = nextId()
  return buildMatter({ id, boardId, columnId, caseNumber: `C-${id}`, ...changes })
}

/** Puts an empty board with its columns into the database. */
export async function insertBoard(repository: Repository, changes: Partial<BoardRecord> = {}) {
  const id = nextId()
  const columns = buildBoard().columns.map(column => ({ ...column, id: `${id}/${column.key}` }))
  await repository.boards.insert({ id, name: 'Matters', epoch: 'e1', isDefault: false, position: counter, createdAt: NOW, ...changes }, columns)
  return { id, columns, first: columns[0]!.id }
}
