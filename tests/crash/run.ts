import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCrashingServer } from './server.ts'
import { createWriter } from './writer.ts'

/*
 * Kills the server in the middle of writes, again and again: no acknowledged change may be lost, none
 * may happen twice, and every start must succeed.
 *
 *   npm run test:crash -- --rounds 20 --seed 7
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } } })
const rounds = Number(values.rounds)
const random = seeded(Number(values.seed))
/** The server dies at a random moment of this time after the writers began. */
const MAX_LIFE_MS = 700

const dataDir = await mkdtemp(join(tmpdir(), 'aster-crash-'))
const server = await createCrashingServer(dataDir)
const createDemoWriter = (email: string, door: 'single' | 'numbered') =>
  createWriter({ address: server.address, email, password: 'demo-password', random, door })
const writers = ['partner@demo.test', 'partner2@demo.test', 'associate@demo.test', 'associate@demo.test']
  .map((email, index) => createDemoWriter(email, index % 2 === 0 ? 'numbered' : 'single'))
const starts: number[] = []
let lost = 0

try {
  for (let round = 1; round <= rounds; round++) {
    starts.push(await server.start())
    if (round === 1)
      await prepare()
    lost += await check(`round ${round}`)
    const writing = Promise.all(writers.map(writer => writer.writeUntilKilled()))
    await Promise.race([new Promise(next => setTimeout(next, random() * MAX_LIFE_MS)), writing])
    await server.kill()
    await writing
  }
  starts.push(await server.start())
  lost += await check('the end')
  await server.stop()
}
finally {
  await server.kill()
  await rm(dataDir, { recursive: true, force: true })
}

const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged(), 0)
const slowest = Math.round(Math.max(...starts))
console.log(`${rounds} kills, ${starts.length} starts (slowest ${slowest} ms), ${acknowledged} acknowledged changes, ${lost} wrong afterwards`)
if (lost > 0 || acknowledged === 0)
  process.exitCode = 1

async function prepare(): Promise<void> {
  const admin = createDemoWriter('admin@demo.test', 'single')
  await Promise.all([admin, ...writers].map(writer => writer.signIn()))
  const board = await admin.createBoard()
  for (const writer of writers)
    await writer.useBoard(board)
}

async function check(when: string): Promise<number> {
  const wrong = (await Promise.all(writers.map(writer => writer.check()))).flat()
  for (const line of wrong)
    console.error(`${when}: ${line}`)
  return wrong.length
}

/** A small generator (mulberry32): the same seed makes the same choices. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
