import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Repository } from '#server/db/repository.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import { takeCaseNumbers } from '#server/services/case-numbers.ts'
import { generateBigBoard } from '#server/services/demo/generate-big-board.ts'
import { memberIdsByKey } from '#server/services/demo/generate-firm.ts'
import { seedDemo } from '#server/services/demo/seed-demo.ts'
import { writeBoard } from '#server/services/demo/write-board.ts'
import { DEFAULT_CASE_NUMBER_TEMPLATE } from '#shared/kanban/case-number.ts'
import { NOW, TIME_ZONE, TODAY } from '../../helpers/builders.ts'

const firm = { timeZone: TIME_ZONE, caseNumberTemplate: DEFAULT_CASE_NUMBER_TEMPLATE }
const hashPassword = async (password: string) => `hash of ${password}`

describe('a demo firm in the database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aster-demo-'))
  let repository: Repository

  beforeAll(async () => {
    repository = await openSqlite(folder)
    await repository.transaction(async (stores) => {
      await stores.firm.create({ ...firm, name: 'Demo', demo: true, createdAt: NOW })
      await seedDemo(stores, { firm, now: NOW, hashPassword })
    })
  })
  afterAll(async () => {
    await repository.close()
    rmSync(folder, { recursive: true })
  })

  async function caseNumbers(): Promise<string[]> {
    const boards = await repository.boards.list()
    const matters = await Promise.all(boards.map(({ id }) => repository.matters.listByBoard(id)))
    return matters.flat().map(({ caseNumber }) => caseNumber)
  }

  it('lets the demo accounts in by the password that everybody knows', async () => {
    const partner = await repository.accounts.findMemberByEmail('partner@demo.test')
    expect(await repository.accounts.findPasswordHash(partner!.id)).toBe('hash of demo-password')
  })

  it('opens on the default board, at the first version, with a log that starts there', async () => {
    const [general, litigation] = await repository.boards.list()
    expect(await repository.boards.findDefault()).toEqual(general)
    for (const board of [general!, litigation!]) {
      expect(board).toMatchObject({ version: 1, floor: 1 })
      for (const matter of await repository.matters.listByBoard(board.id))
        expect(matter).toMatchObject({ version: 1, createdVersion: 1, deletedVersion: null })
    }
  })

  it('numbers matters by the firm\'s template, each once, older ones first', async () => {
    const numbers = await caseNumbers()
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const number of numbers)
      expect(number).toMatch(/^20\d\d-[A-Z]{2}-\d{4}$/)
    const [board] = await repository.boards.list()
    const leases = (await repository.matters.listByBoard(board!.id)).filter(({ caseNumber }) => caseNumber.startsWith('2026-RP-'))
    expect(leases.toSorted((a, b) => a.createdAt - b.createdAt)).toEqual(leases.toSorted((a, b) => a.caseNumber < b.caseNumber ? -1 : 1))
  })

  it('goes on counting where the demo matters end', async () => {
    const before = new Set(await caseNumbers())
    const [next] = await repository.transaction(stores => takeCaseNumbers(stores, firm, [{ practiceArea: 'REAL_PROPERTY', clientName: 'x' }], TODAY))
    expect(before.has(next!)).toBe(false)
    const last = [...before].filter(number => number.startsWith('2026-RP-')).sort().at(-1)!
    expect(Number(next!.slice(-4))).toBe(Number(last.slice(-4)) + 1)
  })

  it('keeps what was said and done', async () => {
    const [board] = await repository.boards.list()
    const matters = await repository.matters.listByBoard(board!.id)
    const talkedOf = matters.find(({ commentCount }) => commentCount >= 3)!
    const comments = await repository.comments.listByMatter(talkedOf.id)
    expect(comments).toHaveLength(talkedOf.commentCount)
    const history = await repository.activity.listByMatter(talkedOf.id, 50)
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted((a, b) => b - a))
    expect(history.at(-1)?.kind).toBe('created')
  })

  it('takes a big board besides, in chunks, with numbers of its own', async () => {
    const memberIds = memberIdsByKey(await repository.accounts.listMembers())
    const board = generateBigBoard({ name: 'Big board', count: 1_200, seed: 7, now: NOW, timeZone: TIME_ZONE, memberIds })
    const progress: number[] = []
    await repository.transaction(stores => writeBoard(stores, firm, board, 2, written => void progress.push(written)))
    expect(progress).toEqual([500, 1_000, 1_200])
    expect(await repository.matters.countByBoard(board.id)).toBe(1_200)
    const numbers = await caseNumbers()
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})
