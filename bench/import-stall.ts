import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import process from 'node:process'
import { openSqlite } from '#server/db/sqlite.ts'
import { createBoardHub } from '#server/services/board-hub.ts'
import { createBoardService } from '#server/services/board-service.ts'
import { createImportService } from '#server/services/import/import-service.ts'

/*
 * How long the largest import keeps the server from answering anything else: `node bench/import-stall.ts`.
 * A CSV and a Trello board of almost 20 MB each go through reading, preview, writing and undo, while the
 * longest turn of the event loop is measured.
 */

const say = (line: string) => process.stdout.write(`${line}\n`)

const MB = 1024 * 1024
const ROWS = 20_000
const ACTOR = { id: '01900000-0000-7000-8000-000000000001', role: 'PARTNER' as const }
const FIRM = { name: 'Bench', timeZone: 'Asia/Tokyo', caseNumberTemplate: '{year}-{type}-{seq:5}', demo: false, createdAt: 0 }

/** A table of 20,000 rows with long descriptions. */
function csvFile(): Buffer {
  const filler = 'The client asks for an opinion on the lease. 賃貸借契約について。'.repeat(13)
  const rows = Array.from({ length: ROWS }, (_, index) =>
    `C-${index},"Matter ${index}, lease",Client ${index % 700},Stage ${index % 6},${1 + index % 28}/03/2026,"${filler}\n${index}"`)
  return Buffer.from(['case number,title,client,status,due date,description', ...rows].join('\r\n'))
}

/** A board of 6,000 cards whose bulk is in its actions, as in real exports. */
function trelloFile(): Buffer {
  const id = (kind: number, n: number) => `63792cd2${kind.toString(16)}${n.toString(16).padStart(15, '0')}`
  const filler = 'Called the clerk of the court and asked for the file. '.repeat(12)
  const cards = Array.from({ length: 6_000 }, (_, n) => ({ id: id(1, n), name: `Card ${n}`, desc: filler, idList: id(2, n % 8), pos: n, closed: n % 9 === 0, badges: { votes: 0, comments: 3 }, due: null }))
  const lists = Array.from({ length: 8 }, (_, n) => ({ id: id(2, n), name: `List ${n}`, pos: n, closed: false }))
  const checklists = cards.map((card, n) => ({ id: id(3, n), idCard: card.id, name: 'Checklist', checkItems: Array.from({ length: 4 }, (_, item) => ({ id: id(4, n * 4 + item), name: `Step ${item}`, state: 'incomplete', pos: item })) }))
  const actions = Array.from({ length: 15_500 }, (_, n) => ({ id: id(5, n), type: n % 10 === 0 ? 'commentCard' : 'updateCard', date: '2026-01-01T00:00:00Z', data: { text: filler, card: { id: id(1, n % 6_000), name: `Card ${n}` } } }))
  return Buffer.from(JSON.stringify({ id: id(9, 1), name: 'Large board', lists, cards, checklists, actions, labels: [], members: [] }))
}

async function measure(name: string, work: () => Promise<void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1_000
  // One more turn, so that the last piece of work counts.
  await new Promise(resolve => setTimeout(resolve, 5))
  delay.disable()
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(0).padStart(5)
  say(`  ${name.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s   longest stall ${ms(delay.max)} ms   99th percentile ${ms(delay.percentile(99))} ms`)
}

const folder = await mkdtemp(join(tmpdir(), 'aster-bench-'))
const repository = await openSqlite(folder)
try {
  await repository.firm.create(FIRM)
  await repository.accounts.insertMember({ ...ACTOR, name: 'Kenji Sato', email: 'partner@firm.example', active: true, locale: null, transport: null, createdAt: 0 })
  const boards = createBoardService({ repository, hub: createBoardHub(), firm: FIRM })
  const imports = createImportService({ repository, boards, firm: FIRM })
  for (const [fileName, bytes] of [['large.csv', csvFile()], ['large.json', trelloFile()]] as const) {
    say(`${fileName}: ${(bytes.length / MB).toFixed(1)} MB`)
    let id = ''
    await measure('read', async () => {
      id = (await imports.analyse(ACTOR, { fileName, bytes })).job.id
    })
    const { job, mapping } = await imports.find(ACTOR, id)
    await measure('preview', async () => {
      await imports.map(ACTOR, id, { ...mapping, dateOrders: mapping.fields.includes('dueDate') ? { [mapping.fields.indexOf('dueDate')]: 'dmy' } : {} })
    })
    await measure(`${job.progress.total} rows`, async () => {
      await imports.commit(ACTOR, id)
      await imports.settled(id)
    })
    await measure('again', async () => {
      const again = await imports.analyse(ACTOR, { fileName, bytes })
      await imports.commit(ACTOR, again.job.id)
      await imports.settled(again.job.id)
    })
    await measure('undo', async () => {
      await imports.undo(ACTOR, id)
      await imports.settled(id)
    })
    say(`  ${JSON.stringify((await imports.find(ACTOR, id)).job.results)}`)
  }
  await imports.close()
}
finally {
  await repository.close()
  await rm(folder, { recursive: true })
}
