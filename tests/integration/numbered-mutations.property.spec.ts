import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MutationResult, NumberedMutation } from '#shared/protocol/messages.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { assign, BOARD_ID, buildId, buildMove, PEOPLE } from '../helpers/builders.ts'
import { POSTGRES_URL } from '../helpers/postgres.ts'
import type { OpenDatabase, TestFirm } from '../helpers/test-firm.ts'
import { openOnPostgres, openOnSqlite, openTestFirm } from '../helpers/test-firm.ts'

/** Two devices of one member, and one each of two others. */
const OUTBOXES = [
  { cid: buildId(0xC1), actor: PEOPLE.partner },
  { cid: buildId(0xC2), actor: PEOPLE.partner },
  { cid: buildId(0xC3), actor: PEOPLE.associate },
  { cid: buildId(0xC4), actor: PEOPLE.clerk },
]
const MATTER_ID = buildId(0x5000)

/** What somebody does: each that is made leaves a task of its own, or a matter. */
const kind = fc.constantFrom('task', 'task', 'task', 'title', 'create', 'refused', 'unreadable', 'void', 'gone')
/** One exchange: who sends, from which number on (0: the next), how many, and whether another tab sends the same at once. */
const exchange = fc.record({
  outbox: fc.nat(OUTBOXES.length - 1),
  from: fc.integer({ min: -3, max: 3 }),
  count: fc.integer({ min: 1, max: 4 }),
  twice: fc.boolean(),
})

const taskId = (outbox: number, n: number) => buildId(0x100_0000 + outbox * 0x1_0000 + n)

function itemOf(outbox: number, n: number, what: string): NumberedMutation {
  const id = MATTER_ID
  switch (what) {
    case 'task': return { n, kind: 'edit', id, args: { tasks: { put: [{ id: taskId(outbox, n), title: `${outbox}.${n}`, doneAt: null }] } } }
    case 'title': return { n, kind: 'edit', id, args: { set: { title: `${outbox}.${n}` } }, base: { title: 0 } }
    case 'create': return { n, kind: 'create', id: taskId(outbox, n), args: { columnId: 'intake', title: 'New', clientName: '', assignments: [assign(PEOPLE.partner)] } }
    case 'refused': return { n, ...buildMove({ id }, 'closed') }
    case 'unreadable': return { n, kind: 'edit', id, args: { set: { priority: 'SOON' } } } as object as NumberedMutation
    case 'gone': return { n, kind: 'delete', id: buildId(0x5999), args: {} }
    default: return { n, kind: 'void' }
  }
}

/** Sends some numbers in order, as a request does: an `ORDER` ends it. Answers results, and the number that was wanted. */
async function deliver(firm: TestFirm, outbox: number, items: readonly NumberedMutation[]): Promise<{ results: MutationResult[], wanted: number | null }> {
  const { cid, actor } = OUTBOXES[outbox]!
  const results: MutationResult[] = []
  for (const item of items) {
    try {
      results.push(await firm.send(actor, cid, item))
    }
    catch (error) {
      if (error instanceof Problem && error.code === 'ORDER')
        return { results, wanted: error.details.wanted! }
      throw error
    }
  }
  return { results, wanted: null }
}

interface Exchange { outbox: number, from: number, count: number, twice: boolean }

/** Lets the exchanges happen, then all that is left; checks what came of it and answers how much was made. */
async function run(open: OpenDatabase, plans: readonly (readonly string[])[], exchanges: readonly Exchange[]): Promise<number> {
  const firm = await openTestFirm({ open })
  await firm.put({ id: MATTER_ID, assignments: [assign(PEOPLE.partner), assign(PEOPLE.associate, 'CONSULTANT'), assign(PEOPLE.clerk, 'CLERK')] })
  const outboxes = plans.map((plan, outbox) => plan.map((what, index) => itemOf(outbox, index + 1, what)))
  const known: Map<number, MutationResult>[] = outboxes.map(() => new Map())

  function hear(outbox: number, results: readonly MutationResult[]): void {
    for (const result of results) {
      const before = known[outbox]!.get(result.n)
      // What a conflict shows are the newest values; all else stays word for word.
      if (before?.status === 'conflict')
        expect(result).toMatchObject({ n: before.n, status: 'conflict', version: 0 })
      else if (before)
        expect(result).toEqual(before)
      known[outbox]!.set(result.n, result)
    }
  }

  for (const { outbox, from, count, twice } of [...exchanges, ...OUTBOXES.map((_, outbox) => ({ outbox, from: 0, count: 99, twice: true }))]) {
    const next = known[outbox]!.size + 1
    const first = Math.max(1, next + from)
    const items = outboxes[outbox]!.filter(({ n }) => n >= first && n < first + count)
    const tries = await Promise.all((twice ? [items, items] : [items]).map(sent => deliver(firm, outbox, sent)))
    for (const { results, wanted } of tries) {
      hear(outbox, results)
      if (wanted !== null)
        expect({ wanted, results }).toEqual({ wanted: next, results: [] })
    }
    if (items.length > 0)
      expect(tries.every(({ wanted }) => (wanted === null) === (first <= next))).toBe(true)
  }

  const matter = (await firm.repository.matters.find(MATTER_ID))!
  for (const [outbox, items] of outboxes.entries()) {
    expect([...known[outbox]!.keys()]).toEqual(items.map(({ n }) => n))
    expect((await firm.repository.mutations.findClient(BOARD_ID, OUTBOXES[outbox]!.cid))?.last ?? 0).toBe(items.length)
    // Effects are there once each and in order, and agree with the results.
    const made = items.filter((item, index) => plans[outbox]![index] === 'task' && known[outbox]!.get(item.n)!.version > 0).map(({ n }) => `${outbox}.${n}`)
    expect(matter.tasks.map(({ title }) => title).filter(title => title.startsWith(`${outbox}.`))).toEqual(made)
    for (const [index, what] of plans[outbox]!.entries()) {
      const { status } = known[outbox]!.get(index + 1)!
      const fine = { task: ['ok'], title: ['ok', 'merged', 'conflict'], create: ['ok'], refused: ['rejected'], unreadable: ['rejected'], gone: ['gone'], void: ['ok'] }[what]!
      expect(fine, `${what} was ${status}`).toContain(status)
      if (what === 'create')
        expect(await firm.repository.matters.findBoardId(taskId(outbox, index + 1))).toBe(BOARD_ID)
    }
  }
  // One version each, and none for what did nothing.
  const versions = known.flatMap(results => [...results.values()].flatMap(({ version }) => version > 0 ? [version] : []))
  const log = await firm.repository.log.changesAfter(BOARD_ID, 0)
  expect(versions.toSorted((a, b) => a - b)).toEqual(log.map(({ version }) => version))
  expect(await firm.repository.boards.find(BOARD_ID)).toMatchObject({ version: log.length })
  return versions.length
}

const databases: [string, OpenDatabase | null, number][] = [
  ['SQLite', openOnSqlite, 40],
  ['PostgreSQL', POSTGRES_URL ? openOnPostgres : null, 10],
]

describe.each(databases)('whatever outboxes send, on %s', (_name, open, numRuns) => {
  it.skipIf(!open)('[M1] [M2] each number ends once, and its effect is there once, in order', async () => {
    let made = 0
    const plans = fc.tuple(...OUTBOXES.map(() => fc.array(kind, { maxLength: 8, size: 'max' })))
    await fc.assert(fc.asyncProperty(plans, fc.array(exchange, { minLength: 4, maxLength: 16, size: 'max' }), async (plan, exchanges) => {
      made += await run(open!, plan, exchanges)
    }), { numRuns, endOnFailure: true })
    expect(made).toBeGreaterThan(numRuns)
  })
})
