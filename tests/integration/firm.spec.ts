import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '#server/db/schema.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import { migrate } from '#server/db/migrator.ts'
import { readConfig } from '#server/services/config.ts'
import { openFirm } from '#server/services/firm.ts'
import { tidy } from '#server/services/housekeeping.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aster-firm-'))
})
afterEach(() => rm(folder, { recursive: true }))

const config = (env: Record<string, string> = {}) => readConfig({ DATA_DIR: folder, ...env })
const REAL = { DEMO: 'false', ADMIN_EMAIL: 'ana@firm.example', ADMIN_PASSWORD: 'a long enough secret', FIRM_TIME_ZONE: 'Asia/Tokyo' }

describe('opening a firm', () => {
  it('makes a demo of a new database, and finds it again', async () => {
    const first = await openFirm(config())
    const partner = await first.repository.accounts.findMemberByEmail('partner@demo.test')
    const { matters } = await first.reader.snapshot(partner!)
    expect(first.settings.demo).toBe(true)
    await first.close()
    const second = await openFirm(config())
    expect((await second.reader.snapshot(partner!)).matters).toHaveLength(matters.length)
    await second.close()
  })

  it('makes a real firm with an administrator and both workflows, and no demo account', async () => {
    const firm = await openFirm(config(REAL))
    expect(firm.settings).toMatchObject({ demo: false, timeZone: 'Asia/Tokyo' })
    expect((await firm.repository.accounts.listMembers()).map(({ email, role }) => ({ email, role }))).toEqual([{ email: 'ana@firm.example', role: 'ADMIN' }])
    expect((await firm.reader.listBoards()).map(({ isDefault }) => isDefault)).toEqual([true, false])
    expect(await firm.accounts.signIn('ana@firm.example', 'a long enough secret')).not.toBeNull()
    await firm.close()
    const again = await openFirm(config({ DEMO: 'false' }))
    await again.close()
  })

  it.each([
    ['without an administrator', { DEMO: 'false' }, 'ADMIN_EMAIL'],
    ['with a weak password', { ...REAL, ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD'],
  ])('refuses a real firm %s, and leaves nothing half-made', async (_, env, word) => {
    await expect(openFirm(config(env))).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining(word) })
    const firm = await openFirm(config(REAL))
    await firm.close()
  })

  it('refuses to take a demo for a real firm', async () => {
    await (await openFirm(config())).close()
    await expect(openFirm(config(REAL))).rejects.toMatchObject({ name: 'StartupError', message: expect.stringContaining('demo firm') })
  })
})

describe('migrations', () => {
  it('refuse a file that was changed after it was applied, and a database from later', async () => {
    const repository = await openSqlite(folder)
    await repository.close()
    const { Kysely, SqliteDialect } = await import('kysely')
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(join(folder, 'aster.db'))
    const db = new Kysely<Database>({
      dialect: new SqliteDialect({
        database: {
          close: () => database.close(),
          prepare: (text) => {
            const statement = database.prepare(text)
            return {
              reader: statement.columns().length > 0,
              all: parameters => statement.all(...parameters as string[]),
              run: parameters => statement.run(...parameters as string[]),
              iterate: parameters => statement.iterate(...parameters as string[]),
            }
          },
        },
      }),
    })
    await expect(migrate(db, 'sqlite', () => 0, [{ name: '0001-initial', sql: 'CREATE TABLE other (id TEXT);\n' }])).rejects.toThrow(/another wording of migration 0001-initial/)
    await expect(migrate(db, 'sqlite', () => 0, [])).rejects.toThrow(/newer version/)
    await db.destroy()
  })
})

describe('housekeeping', () => {
  it('[P4] forgets what is old, on each board', async () => {
    const firm = await openFirm(config())
    const actor = (await firm.repository.accounts.findMemberByEmail('partner@demo.test'))!
    const [board] = await firm.reader.listBoards()
    const { matters, version } = await firm.reader.snapshot(actor, board!.id)
    await firm.boards.commit({
      actor, target: { matterId: matters[0]!.id }, build: () => ({ kind: 'edit', id: matters[0]!.id, args: { set: { title: 'Other' } } }),
      idempotency: { key: 'k', hash: 'h' },
    })
    await tidy(firm.repository, Date.now())
    expect(await firm.repository.boards.find(board!.id)).toMatchObject({ floor: version })
    await tidy(firm.repository, Date.now() + 8 * 24 * 3_600_000)
    expect(await firm.repository.boards.find(board!.id)).toMatchObject({ floor: version + 1 })
    expect(await firm.repository.idempotency.find(actor.id, 'k')).toBeNull()
    await firm.close()
  })
  it('[M2] keeps the results of numbered mutations for 90 days, and their outboxes for 400', async () => {
    const firm = await openFirm(config())
    const actor = (await firm.repository.accounts.findMemberByEmail('partner@demo.test'))!
    const [board] = await firm.reader.listBoards()
    const request = { actor, boardId: board!.id, cid: '01900000-0000-7000-8000-0000000000c1', item: { n: 1, mutation: { kind: 'void' as const }, field: null } }
    await firm.boards.commitNumbered(request)
    const DAY_MS = 24 * 3_600_000
    await tidy(firm.repository, Date.now() + 89 * DAY_MS)
    expect(await firm.boards.commitNumbered(request)).toMatchObject({ status: 'ok' })
    await tidy(firm.repository, Date.now() + 91 * DAY_MS)
    expect(await firm.boards.commitNumbered(request)).toMatchObject({ code: 'RESULT_FORGOTTEN' })
    await tidy(firm.repository, Date.now() + 399 * DAY_MS)
    expect(await firm.repository.mutations.findClient(board!.id, request.cid)).toMatchObject({ last: 1 })
    await tidy(firm.repository, Date.now() + 401 * DAY_MS)
    expect(await firm.repository.mutations.findClient(board!.id, request.cid)).toBeNull()
    await firm.close()
  })
})
