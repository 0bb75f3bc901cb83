import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/*
 * The test of the tests (rule Z4): each planted bug must be caught. A bug is a change of text in a copy of the
 * code, so that no line of the product knows of it; a change that no longer fits the code is an error, too.
 *   npm run test:mutants [-- --only purge]
 */

interface Edit {
  file: string
  /** Found exactly once. */
  from: string
  to: string
}

interface Mutant {
  name: string
  lane: 'fast' | 'slow' | 'fast ways' | 'slow ways'
  /** So many seeds have the chance to catch it. */
  seeds: number
  edits: Edit[]
}

const MODEL = 'tests/simulation/model/model-server.ts'

const MUTANTS: readonly Mutant[] = [
  {
    name: 'overlap accepted: the server lets an edit overwrite what its maker never saw',
    lane: 'fast', seeds: 200,
    edits: [{ file: 'tests/simulation/model/model-writes.ts', from: 'if (overlap && overlap.conflicts.length > 0)', to: 'if (overlap && overlap.conflicts.length > 1_000)' }],
  },
  {
    name: 'overlap accepted, in the services',
    lane: 'slow', seeds: 60,
    edits: [{ file: 'shared/sync/conflict.ts', from: '  if (!base)\n    return []\n', to: '  if (base || !base)\n    return []\n' }],
  },
  {
    name: 'no gap check: the page takes news that begin elsewhere than where it stands',
    lane: 'fast', seeds: 200,
    edits: [{ file: 'shared/sync/board-replica.ts', from: 'if (answer.from !== confirmed.version)', to: 'if (answer.from < 0)' }],
  },
  {
    name: 'no gap check: the server takes a number before the one that is missing',
    lane: 'fast', seeds: 200,
    edits: [{ file: MODEL, from: 'if (item.n > client.last + 1) {', to: 'if (item.n > client.last + 1_000) {' }],
  },
  {
    name: 'no idempotency: the server carries out a number that it knows',
    lane: 'fast', seeds: 200,
    edits: [{ file: MODEL, from: 'if (item.n <= client.last) {', to: 'if (item.n < 0) {' }],
  },
  {
    name: 'no idempotency, in the services',
    lane: 'slow', seeds: 60,
    edits: [
      { file: 'server/services/numbered-results.ts', from: '  if (n === wanted)\n    return null\n', to: '  if (n <= wanted)\n    return null\n' },
      { file: 'server/services/numbered-results.ts', from: '  await stores.mutations.insertResult(record)\n', to: '  if (!await stores.mutations.findResult(boardId, cid, n))\n    await stores.mutations.insertResult(record)\n' },
      { file: 'server/services/numbered-results.ts', from: '  if (n === 1)\n', to: '  if (n === 1 && !await stores.mutations.findClient(boardId, cid))\n' },
    ],
  },
  {
    name: 'no purge: what a wall hides stays in what waits, conflicts, notes and undo',
    lane: 'fast', seeds: 200,
    edits: [{ file: 'shared/sync/engine-purge.ts', from: '  turn.purged = [...turn.purged, ...gone]\n', to: '  if (gone.size > 0)\n    return\n  turn.purged = [...turn.purged, ...gone]\n' }],
  },
  {
    name: 'no purge: the page keeps the rows that a wall hides',
    lane: 'fast', seeds: 200,
    edits: [{ file: 'shared/sync/board-replica.ts', from: 'if (rows.delete(id))', to: 'if (rows.has(id))' }],
  },
  {
    name: 'outbox dropped on the HTTP answer: an own change goes before the version that contains it has come',
    lane: 'fast', seeds: 200,
    edits: [{ file: 'shared/sync/engine-results.ts', from: 'isDrawnOn ? ended : null', to: 'isDrawnOn ? null : null' }],
  },
  {
    name: 'values in stored results: the server repeats what it once said, to whoever may no longer know',
    lane: 'fast', seeds: 500,
    edits: [
      { file: MODEL, from: 'results.push(read(actor, item.n, client.results.get(item.n)!))', to: 'results.push((client.results.get(item.n) as unknown as { told: MutationResult }).told)' },
      { file: MODEL, from: 'results.push(read(actor, item.n, carryOut(actor, cid, client, item)))', to: 'const stored = carryOut(actor, cid, client, item)\n      const told = read(actor, item.n, stored)\n      Object.assign(stored, { told })\n      results.push(told)' },
    ],
  },
  {
    name: 'values in stored results, in the services',
    lane: 'slow', seeds: 400,
    edits: [
      { file: 'server/services/numbered-results.ts', from: '  await stores.mutations.insertResult(record)\n  return await toResult(stores, actor, record)\n', to: '  await stores.mutations.insertResult(record)\n  const told = await toResult(stores, actor, record)\n  TOLD.set(`${boardId}.${cid}.${n}`, told)\n  return told\n' },
      { file: 'server/services/numbered-results.ts', from: '  return await toResult(stores, actor, record)\n}\n\n/** Stores', to: '  return TOLD.get(`${boardId}.${cid}.${n}`) ?? await toResult(stores, actor, record)\n}\n\n/** Stores' },
      { file: 'server/services/numbered-results.ts', from: 'const NOTHING: Ending =', to: 'const TOLD = new Map<string, MutationResult>()\nconst NOTHING: Ending =' },
    ],
  },
]

/** Bugs of the transports and of the fan-out. */
const WAY_MUTANTS: readonly Mutant[] = [
  {
    name: 'sync answer ignored: what a page asked over its socket is not handed on',
    lane: 'fast ways', seeds: 200,
    edits: [{
      file: 'shared/realtime/socket-session.ts',
      from: '    if (ref === undefined || !syncs.resolve(ref, { kind: \'updates\', answer }))\n      options.onAnswer(answer)\n',
      to: '    if (ref === undefined)\n      options.onAnswer(answer)\n',
    }],
  },
  {
    name: 'reset not followed by unplaced: the page goes on as if its socket brought everything',
    lane: 'fast ways', seeds: 200,
    edits: [{
      file: 'shared/realtime/socket-session.ts',
      from: '    setPlace(null)\n    if (ref === undefined || !syncs.resolve(ref, { kind: \'reset\', why }))\n      place.gap()\n',
      to: '    if (ref !== undefined)\n      syncs.resolve(ref, { kind: \'unchanged\' })\n',
    }],
  },
  {
    name: 'lost push not noticed: a ping that knows more is passed over',
    lane: 'fast ways', seeds: 200,
    edits: [{
      file: 'shared/realtime/socket-place.ts',
      from: '    if (isAt(position()))\n      confirm(epoch, version)\n    else\n      askFrom(position())\n',
      to: '    if (isAt(position()))\n      confirm(epoch, version)\n',
    }],
  },
  {
    name: 'lower terms believed: who was replaced is followed, and leads on beside the other',
    lane: 'fast ways', seeds: 200,
    edits: [
      { file: 'shared/realtime/tab-leader.ts', from: '    if (outranks(top, rank)) {', to: '    if (top.term < 0) {' },
      { file: 'shared/realtime/tab-leader.ts', from: '    if (role === \'leader\')\n      stepDown()\n    else\n      plan()\n', to: '    plan()\n' },
      { file: 'shared/realtime/tab-leader.ts', from: '    if (role === \'leader\')\n      stepDown()\n    heardAt', to: '    heardAt' },
    ],
  },
  {
    name: 'place not moved with the frame: what the server told is not where it goes on',
    lane: 'slow ways', seeds: 60,
    edits: [
      { file: 'server/services/realtime/fan-out.ts', from: '        socket.place = { epoch, version: result.answer.version, head }\n', to: '' },
      { file: 'server/services/realtime/fan-out.ts', from: '        socket.place = { epoch, version: result.version, head }\n', to: '' },
    ],
  },
  {
    name: 'dirty socket forgotten: who was too slow for a while is not told what they missed',
    lane: 'slow ways', seeds: 200,
    edits: [{ file: 'server/services/realtime/back-pressure.ts', from: '        onDrained(socket)\n', to: '' }],
  },
]

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PARTS = ['shared', 'server', 'tests/simulation', 'tests/helpers', 'package.json']

process.exitCode = await main()

async function main(): Promise<number> {
  const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] ?? '' : ''
  const folder = await mkdtemp(join(tmpdir(), 'aster-mutants-'))
  let missed = 0
  try {
    for (const part of PARTS)
      await cp(join(ROOT, part), join(folder, part), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    for (const mutant of [...MUTANTS, ...WAY_MUTANTS].filter(({ name }) => name.includes(only))) {
      const caught = await tryMutant(folder, mutant)
      missed += caught ? 0 : 1
      process.stdout.write(`${caught ? '✓' : '✗ NOT CAUGHT'} ${mutant.name}\n${caught ? `    ${caught}\n` : ''}`)
    }
  }
  finally {
    await rm(folder, { recursive: true, force: true })
  }
  process.stdout.write(missed === 0 ? 'Every planted bug was caught.\n' : `${missed} planted bugs were not caught.\n`)
  return missed === 0 ? 0 : 1
}

/** The first violation that the bug leads to; null when it goes unnoticed. */
async function tryMutant(folder: string, { lane, seeds, edits }: Mutant): Promise<string | null> {
  const originals = new Map<string, string>()
  try {
    for (const { file, from, to } of edits) {
      const text = await readFile(join(folder, file), 'utf8')
      originals.set(file, originals.get(file) ?? text)
      if (text.split(from).length !== 2)
        throw new Error(`${file} has ${text.split(from).length - 1} places like ${JSON.stringify(from)}, not one`)
      await writeFile(join(folder, file), text.replace(from, () => to))
    }
    const { code, output } = await runSimulation(folder, ['--seeds', String(seeds), '--first', ...lane.startsWith('slow') ? ['--slow'] : [], ...lane.endsWith('ways') ? ['--ways'] : []])
    const violation = output.split('\n').find(line => /^seed \d+: /.test(line))
    if (code !== 0 && violation === undefined)
      throw new Error(`the simulation did not run: ${output.slice(-2_000)}`)
    return violation?.slice(0, 240) ?? null
  }
  finally {
    for (const [file, text] of originals)
      await writeFile(join(folder, file), text)
  }
}

function runSimulation(folder: string, args: readonly string[]): Promise<{ code: number | null, output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, 'tests/simulation/main.ts'), ...args], { cwd: folder })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => { output += String(chunk) })
    child.stderr.on('data', (chunk: Buffer) => { output += String(chunk) })
    child.once('error', reject)
    child.once('close', code => resolve({ code, output }))
  })
}
