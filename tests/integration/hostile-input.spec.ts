import { describe, expect, it } from 'vitest'
import { readItem } from '#shared/protocol/mutations.ts'
import { BOARD_ID, buildId, PEOPLE } from '../helpers/builders.ts'
import { POSTGRES_URL } from '../helpers/postgres.ts'
import type { OpenDatabase } from '../helpers/test-firm.ts'
import { openOnPostgres, openOnSqlite, openTestFirm } from '../helpers/test-firm.ts'

const { partner } = PEOPLE
const CID = buildId(0xC1)

const databases: [string, OpenDatabase][] = [['SQLite', openOnSqlite], ...POSTGRES_URL ? [['PostgreSQL', openOnPostgres] as [string, OpenDatabase]] : []]

describe.each(databases)('what an outbox sends, on %s,', (_, open) => {
  it.each([
    ['a key that is no text', { 'kind': 'void', 'a\0b': 1 }],
    ['a key with half a character', { 'kind': 'void', 'half \uD800': 1 }],
    ['a key without end', { kind: 'void', ['x'.repeat(500_000)]: 1 }],
    ['such a key in the arguments', { kind: 'undo', id: buildId(1), args: { 'version': 1, 'a\0b': 1 } }],
    ['such a key in the patch', { kind: 'edit', id: buildId(1), args: { set: { 'a\0b': 1 } } }],
    ['such a name in the base', { kind: 'edit', id: buildId(1), args: {}, base: { 'a\0b': 'x' } }],
    ['such a name with a version', { kind: 'edit', id: buildId(1), args: {}, base: { 'a\0b': 1 } }],
    ['a base without end', { kind: 'edit', id: buildId(1), args: {}, base: Object.fromEntries(Array.from({ length: 130_000 }, (_, index) => [index, 1])) }],
  ])('[M2] uses its number up with %s, and leaves nothing long behind', async (_name, item) => {
    const firm = await openTestFirm({ open })
    await firm.put({ id: buildId(1) })
    const send = () => firm.boards.commitNumbered({ actor: partner, boardId: BOARD_ID, cid: CID, item: readItem({ n: 1, ...item }) })
    const result = await send()
    expect(result).toMatchObject({ n: 1, status: 'rejected', code: 'VALIDATION' })
    expect(result.field ?? '').toMatch(/^[\w./-]{0,200}$/)
    expect(await send()).toEqual(result)
  })
})
