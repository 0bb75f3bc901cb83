import { expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { Fault } from '#shared/realtime/fault.ts'
import { createPoller } from '#shared/realtime/poller.ts'
import type { RealTimeTransport } from '#shared/realtime/transport.ts'
import { createTransportEmitter } from '#shared/realtime/transport-events.ts'
import { createBoardRunner } from '#shared/sync/board-runner.ts'
import { createMemoryStorage } from '#shared/sync/memory-storage.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import { BOARD_ID, buildMove, PEOPLE } from '../helpers/builders.ts'
import { createVirtualClock } from '../helpers/virtual-clock.ts'
import { createChance } from './chance.ts'
import type { Chance } from './chance.ts'
import { differenceOf } from './checks/compare.ts'
import { BOARD } from './fast-lane.ts'
import { createModelServer } from './model/model-server.ts'
import type { Server } from './world/server.ts'

/*
 * The parts that the large simulation leaves out: the real runner, with its promises, and the real poller, on
 * one virtual clock, over links that lose, delay and repeat.
 */

const SEEDS = 60
const MEMBERS = [PEOPLE.partner, PEOPLE.partner2, PEOPLE.associate, PEOPLE.paralegal]
const STEPS = 40
const HEAL_MS = 180_000

type Weather = { loss: number, delayMs: number }

it(`[C3] [T3] [T4] ${SEEDS} boards end as the server's, driven by the real poller and runner over bad links, and leave no timer behind`, async () => {
  const found: string[] = []
  for (let seed = 1; seed <= SEEDS; seed++)
    found.push(...(await playPolling(seed)).map(violation => `seed ${seed}: ${violation}`))
  expect(found).toEqual([])
}, 120_000)

async function playPolling(seed: number): Promise<string[]> {
  const chance = createChance(seed, 9)
  const clock = createVirtualClock({ random: chance })
  const server = createModelServer({ columns: BOARD.columns, members: Object.values(PEOPLE), now: clock.now, largest: 500 })
  const weather: Weather = { loss: 0.15, delayMs: 3_000 }
  const settled: (Settled | null)[] = []
  let made = 0
  const makeId = () => `01900000-0000-7000-9000-${(++made).toString(16).padStart(12, '0')}`
  for (let matter = 0; matter < 6; matter++) {
    await server.commit(PEOPLE.partner, { kind: 'create', id: makeId(), args: {
      columnId: chance.pick(['intake', 'in-progress']), title: `Matter ${matter}`, clientName: 'Client',
      assignments: [{ memberId: PEOPLE.associate.id, role: 'PRIMARY_LAWYER' }, { memberId: PEOPLE.paralegal.id, role: 'PARALEGAL' }],
    } })
  }

  const boards = MEMBERS.map((member) => {
    const transport = badLink(server, member, clock, chance, weather)
    const world = { storage: createMemoryStorage({ makeId }), transport, tabs: { tell: () => {}, onTold: () => () => {}, close: () => {} } }
    const runner = createBoardRunner({ boardId: BOARD_ID, me: member, world, clock, makeId, onChange: () => {}, onNews: () => {}, onSettled: () => {} })
    const poller = createPoller({
      exchange: signal => runner.sync(signal), clock, interval: () => 5_000, immediate: true, staleTime: 0, retryAttempts: 3, retryDelay: 1_000,
      backoffMultiplier: 2, maxInterval: 60_000, timeoutMs: 30_000, onState: () => {},
    })
    void runner.open()
    poller.start()
    return { member, runner, poller }
  })

  for (let step = 0; step < STEPS; step++) {
    const { runner, poller } = chance.pick(boards)
    const rows = runner.state.view.matters
    const dice = chance()
    if (rows.length > 0 && dice < 0.75)
      promise(runner.submit(mutationFor(chance.pick(rows), chance, `Title ${++made}`)).settled)
    else if (dice < 0.9)
      goOnline(chance.likely(0.5))
    else
      poller.setPaused('hidden', chance.likely(0.5))
    await clock.advance(chance() * 4_000)

    function goOnline(online: boolean): void {
      runner.tell({ kind: 'online', online })
      poller.setPaused('offline', !online)
    }
  }

  function promise(end: Promise<Settled>): void {
    const index = settled.push(null) - 1
    void end.then((how) => { settled[index] = how })
  }

  Object.assign(weather, { loss: 0, delayMs: 100 })
  for (const { runner, poller } of boards) {
    runner.tell({ kind: 'online', online: true })
    poller.setPaused('offline', false)
    poller.setPaused('hidden', false)
  }
  await clock.advance(HEAL_MS)

  const violations: string[] = settled.some(end => end === null) ? ['a promise was never kept'] : []
  for (const { member, runner, poller } of boards) {
    const { matters } = await server.snapshot(member)
    const difference = differenceOf(runner.state.view.byId, new Map(matters.map(matter => [matter.id, matter])))
    if (difference ?? (runner.state.entries.length > 0))
      violations.push(`${member.name}: ${difference ?? 'still waits'}`)
    poller.stop()
    runner.close()
  }
  await clock.advance(10_000)
  return clock.timers > 0 ? [...violations, `${clock.timers} timers were left behind`] : violations
}

/** A link whose messages are late and get lost, either way. */
function badLink(
  server: Server, member: Member, clock: ReturnType<typeof createVirtualClock>, chance: Chance, weather: Weather,
): Pick<RealTimeTransport, 'on' | 'pull' | 'send' | 'compare'> {
  function exchange<T>(act: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const lose = () => clock.setTimer(() => reject(new Fault('network')), chance() * weather.delayMs)
      signal?.addEventListener('abort', () => reject(new Fault('network')))
      if (chance.likely(weather.loss))
        return lose()
      clock.setTimer(() => {
        const answer = Promise.resolve().then(act)
        if (chance.likely(weather.loss))
          lose()
        else
          clock.setTimer(() => answer.then(resolve, reject), chance() * weather.delayMs)
        answer.catch(() => {})
      }, chance() * weather.delayMs)
    })
  }
  return {
    on: createTransportEmitter().on,
    pull: (position, signal) => exchange(() => server.pull(member, position), signal),
    send: (_board, cid, items, signal) => exchange(() => server.send(member, cid, items), signal),
    compare: (rows, signal) => exchange(() => server.compare(member, rows), signal),
  }
}

function mutationFor(matter: Matter, chance: Chance, title: string): Mutation {
  return chance.likely(0.5)
    ? buildMove(matter, chance.pick(['intake', 'in-progress', 'waiting-client', 'review']))
    : { kind: 'edit', id: matter.id, args: { set: { title } } }
}
