import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TransportKind } from '#shared/config/features.ts'
import { createTransport } from '#shared/realtime/create-transport.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import { createTabTransport } from '#shared/realtime/tab-transport.ts'
import { buildId, PEOPLE } from '../helpers/builders.ts'
import { createFakeBrowser } from '../helpers/fake-browser.ts'
import { openLivePage } from '../helpers/live-page.ts'
import { createFakeGround } from './fake-ground.ts'
import { watchBrowser } from './transport-ground.ts'

const SECOND = 1_000
const KINDS = ['polling', 'priority', 'hybrid', 'websocket'] as const

/** What happens in a storm, and how long until the next thing does. */
const events = fc.oneof(
  { weight: 8, arbitrary: fc.constant('move' as const) },
  { weight: 2, arbitrary: fc.constant('cut' as const) },
  { weight: 1, arbitrary: fc.constantFrom('mute', 'block', 'unblock', 'restart', 'bye', 'lose', 'busy', 'epoch', 'wall', 'unwall', 'slow', 'fast', 'look', 'network') },
  { weight: 1, arbitrary: fc.constantFrom(...KINDS).map(kind => ({ swapTo: kind })) },
)
const storms = fc.array(fc.tuple(events, fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 8 * SECOND }))), { minLength: 5, maxLength: 40 })

describe('whatever happens to the link', () => {
  it.each(KINDS)('[T1] [T2] [C3] nothing is lost and nothing told twice, beginning by %s', async (first) => {
    await fc.assert(fc.asyncProperty(storms, fc.integer({ min: 1, max: 2 ** 31 }), async (storm, seed) => {
      await weather(first, storm, seed)
    }), {
      numRuns: 120,
      // An answer that was told already comes to a reader who takes none in any more, and then the way changes.
      examples: [[[['move', 110], [{ swapTo: 'websocket' }, 0], ['move', 6], ['move', 6], ['move', 10], ['move', 8], [{ swapTo: 'polling' }, 10]], 1]],
    })
  })
})

type Storm = (typeof storms) extends fc.Arbitrary<infer Value> ? Value : never

/** Lets a storm pass over a page, and looks at what it was told. */
async function weather(first: TransportKind, storm: Storm, seed: number): Promise<void> {
  const ground = createFakeGround({ policy: first, seed })
  const { clock, server } = ground
  const [walked, walled] = [buildId(0x7001), buildId(0x7002)]
  for (const id of [walked, walled])
    await ground.act('colleague', { kind: 'create', id, args: { title: 'Lease', clientName: 'Hoshino Foods K.K.', columnId: 'in-progress', assignments: [{ memberId: PEOPLE.partner.id, role: 'PRIMARY_LAWYER' }] } })
  let networkChanged = () => {}
  const browser = watchBrowser(ground.browserOf('reader'), clock)
  const world = { ...browser, clock: browser.clock, onNetworkChange: (listener: () => void) => {
    networkChanged = listener
    return () => {}
  } }
  // As a page has it: what is around the swap outlives it, and knows what was told.
  const inside = createSwitchableTransport(createTransport(first, world), { clock: browser.clock })
  const link = createTabTransport(inside, { memberId: () => null, ports: createFakeBrowser({ clock }).open().ports, say: async () => {}, clock: browser.clock })
  let ids = 0
  const page = openLivePage({ transport: link, boardId: ground.boardId, me: PEOPLE.associate, clock: browser.clock, pollMs: 2 * SECOND, makeId: () => `id-${++ids}` })
  let moves = 0
  let epochs = 0
  let isWalled = false
  const edit = (id: string, set: object) => ground.act('colleague', { kind: 'edit', id, args: { set } })

  await ground.until(() => page.row(walked) !== undefined, 20 * SECOND)
  for (const [event, waitMs] of storm) {
    if (typeof event === 'object') {
      server.setPolicy(event.swapTo)
      inside.swap(createTransport(event.swapTo, world))
    }
    else {
      switch (event) {
        case 'move':
          await ground.act('colleague', { kind: 'move', id: walked, args: { columnId: ground.columns[++moves % 2]!, placement: { end: true } } })
          break
        case 'cut': server.dropAll(); break
        case 'mute': server.muteAll(); break
        case 'block': server.faults.refusesUpgrades = true; break
        case 'unblock': server.faults.refusesUpgrades = false; break
        case 'restart': server.restart(1 + waitMs); break
        case 'bye': server.restart(1 + waitMs, { saysBye: true }); break
        case 'lose': server.faults.losesPushes = 1; break
        case 'busy':
          server.faults.busyForSeconds = 1
          clock.setTimer(() => { server.faults.busyForSeconds = null }, 1_500)
          break
        case 'epoch':
          epochs++
          await ground.renewEpoch()
          break
        case 'wall':
          isWalled = true
          await edit(walled, { confidentiality: 'SEALED', title: 'Hostile takeover' })
          break
        case 'unwall':
          isWalled = false
          await edit(walled, { title: 'Lease', confidentiality: 'NORMAL' })
          break
        case 'slow': server.faults.socketDelayMs = 900; break
        case 'fast': server.faults.socketDelayMs = 0; break
        case 'look': link.attend(true); break
        case 'network': networkChanged(); break
        default: event satisfies never
      }
    }
    await clock.advance(waitMs)
  }

  Object.assign(server.faults, { refusesUpgrades: false, losesPushes: 0, busyForSeconds: null, socketDelayMs: 0 })
  await edit(walked, { title: 'The end' })
  await ground.until(() => page.row(walked)?.title === 'The end' && (page.row(walled) === undefined) === isWalled, 15 * 60 * SECOND)

  const model = server.browserOf(PEOPLE.associate)
  const answer = await ended(model.fetch(`/api/kanban/snapshot?board=${ground.boardId}&cid=x`, { method: 'GET', headers: {}, signal: new AbortController().signal }).then(one => one.json()), ground)
  expect([...page.runner.state.confirmed.rows.values()].sort(byId)).toEqual((answer as { matters: { id: string }[] }).matters.sort(byId))

  const updated = page.heard('matter:updated').filter(({ matterId }) => matterId === walked)
  expect(updated.every(({ matter }) => matter !== null)).toBe(true)
  if (epochs === 0) {
    const versions = updated.map(({ matter }) => matter!.version)
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  }
  expect(page.heard('matter:created').filter(({ matterId }) => matterId === walked)).toEqual([])
  expect(page.heard('matter:deleted').filter(({ matterId }) => matterId === walked)).toEqual([])
  expect(JSON.stringify(page.told)).not.toContain('Hostile')
  expect(browser.bytes.join('\n')).not.toContain('Hostile')
  const comings = page.told.filter(({ event, data }) => (event === 'matter:created' || event === 'matter:deleted') && data.matterId === walled).map(({ event }) => event)
  expect(comings).toEqual(comings.map((_, index) => index % 2 === 0 ? 'matter:deleted' : 'matter:created'))

  page.close()
  await clock.advance(60 * SECOND)
  expect(browser).toMatchObject({ timers: 0, openSockets: 0 })
}

const byId = (a: { id: string }, b: { id: string }) => a.id < b.id ? -1 : 1

async function ended<T>(promise: Promise<T>, { until }: { until: (condition: () => boolean) => Promise<void> }): Promise<T> {
  let isOver = false
  void promise.finally(() => { isOver = true })
  await until(() => isOver)
  return promise
}
