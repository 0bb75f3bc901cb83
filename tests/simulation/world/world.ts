import { CONFIDENTIALITIES } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import { assign, NOW, PEOPLE } from '../../helpers/builders.ts'
import { checkEnd } from '../checks/end-checks.ts'
import { checkLive } from '../checks/live-checks.ts'
import type { Checker, Violation } from '../checks/checker.ts'
import { createChecker } from '../checks/checker.ts'
import type { Chance } from '../chance.ts'
import { createChance } from '../chance.ts'
import type { Counts } from '../counts.ts'
import { createCounts } from '../counts.ts'
import type { Device } from './device.ts'
import { createDeviceStorage } from './device.ts'
import { createNetwork } from './network.ts'
import type { Network } from './network.ts'
import { createPeople } from './people.ts'
import { healedProfile } from './profile.ts'
import type { Schedule } from './schedule.ts'
import { createSchedule } from './schedule.ts'
import type { Beat, Script } from './script.ts'
import { WAYS } from './script.ts'
import type { Server } from './server.ts'
import { pushNews } from './socket.ts'
import type { DoorMaker } from '../ways/door.ts'
import type { Ways } from '../ways/ways.ts'
import { createWays } from '../ways/ways.ts'
import { watchServer } from '../ways/watch-server.ts'
import { createTab } from './tab.ts'
import type { TabWorld } from './tab.ts'

const CAST: readonly Member[] = [PEOPLE.partner, PEOPLE.associate, PEOPLE.paralegal, PEOPLE.partner2, PEOPLE.client]
const MATTERS = 6
/** Long enough for closings not to be premature. */
const BEFORE_MS = 72 * 3_600_000
const STORM_MS = 115_000
const REST_MS = 50_000

/** One line of what happened. */
export interface TraceLine {
  at: number
  who: string
  what: string
  details: unknown
}

export interface Outcome {
  violations: Violation[]
  counts: Counts['values']
  trace: TraceLine[]
}

/** Makes the server of a run; `end` lets go of what it holds. */
export type ServerMaker = (options: { now: () => number, largest: number, chance: Chance }) => MadeServer | Promise<MadeServer>

interface MadeServer {
  server: Server
  /** The server's end of sockets. */
  makeDoor: DoorMaker
  end: () => void | Promise<void>
}

/** Plays a script from its beginning to the end of the rest after it, or to its first violation. */
export async function play(script: Script, makeServer: ServerMaker, options: { isTraced?: boolean } = {}): Promise<Outcome> {
  const { seed, profile } = script
  const chance = createChance(seed, 2)
  const counts = createCounts()
  const schedule = createSchedule(NOW - BEFORE_MS)
  const made = await makeServer({ now: () => Math.floor(schedule.now), largest: profile.largest, chance: createChance(seed, 3) })
  let moved = () => {}
  let changes = 0
  const server = script.way === null ? made.server : watchServer(made.server, () => moved())
  const checker = createChecker(schedule, server, createChance(seed, 4), counts)
  const trace: TraceLine[] = []
  const log: TabWorld['log'] = (who, what, details) => options.isTraced && trace.push({ at: schedule.now - NOW, who, what, details })
  const network = createNetwork(schedule, server, chance, counts, profile)
  const names = createNames()
  const people = createPeople({ schedule, checker, makeId: names.makeId, makeText: names.makeText })
  const world: TabWorld = { schedule, network, server, chance, counts, checker, makeId: names.makeId, log, ways: null }

  for (let made = 0; made < MATTERS; made++)
    await server.commit(PEOPLE.partner, people.creation(createChance(seed, 5, made)))
  await server.backUp()
  await schedule.runUntil(NOW, () => true)
  if (script.way !== null) {
    const ways = world.ways = createWays({
      kind: script.way, schedule, chance, counts, fail: checker.fail, makeDoor: made.makeDoor, isDown: () => schedule.now < network.downUntil,
    })
    moved = ways.door.moved
    network.onDown = ways.door.dropAll
    schedule.settle = () => new Promise(resolve => setImmediate(resolve))
  }
  const devices = script.devices.map(({ member, tabs }, index) => createDevice(index, CAST[member % CAST.length]!, tabs, world))
  for (const { tabs } of devices) {
    for (const tab of tabs)
      schedule.after(chance() * 1_000, () => tab.open(chance.likely(0.8)))
  }
  world.ways?.watch(devices)
  if (profile.isPushed)
    pushNews(devices, world, chance)
  for (const beat of script.beats) {
    schedule.after(beat.at, () => {
      log('·', beat.kind, beat)
      return happen(beat, { devices, world, network, checker, people, schedule, server, counts })
    })
  }

  const goesOn = () => checker.violations.length === 0
  try {
    await schedule.runUntil(NOW + STORM_MS, goesOn)
    if (goesOn()) {
      log('·', 'heals')
      network.profile = healedProfile(profile)
      world.ways?.door.heal()
      await heal(devices, network, schedule)
      await schedule.runUntil(schedule.now + REST_MS, goesOn)
    }
    if (goesOn() && world.ways)
      await checkLive(devices, world, () => server.commit(PEOPLE.partner2, people.creation(createChance(seed, 7, ++changes))), goesOn)
    if (goesOn()) {
      // Everybody comes back once more, so that what a closed page left behind is found and cleared up.
      await server.commit(PEOPLE.partner2, people.creation(createChance(seed, 6)))
      for (const { tabs } of devices) {
        for (const tab of tabs) {
          if (tab.isOpen)
            tab.close()
          schedule.after(20 + chance() * 500, () => tab.open(chance.likely(0.7)))
          // What nobody looks at needn't know.
          schedule.after(2_000, () => tab.way?.show())
        }
      }
      await schedule.runUntil(schedule.now + REST_MS, goesOn)
    }
    if (goesOn())
      await checkEnd(devices, server, checker)
    counts.add('effects', (await server.effects()).length)
  }
  catch (error) {
    checker.fail('no exception', error instanceof Error ? error.stack ?? error.message : String(error))
  }
  finally {
    world.ways?.door.end()
    await made.end()
  }
  return { violations: checker.violations, counts: counts.values, trace }
}

function createDevice(index: number, member: Member, tabs: number, world: TabWorld): Device {
  const device: Device = {
    index,
    member: () => world.server.member(member.id),
    link: {
      actor: () => world.server.member(member.id),
      isOffline: false, isSignedOut: false, isOneWay: false, isHalfOpen: false, isBlocked: false, slowMs: 0,
    },
    tabs: [],
    clockOffset: 0,
    storage: createDeviceStorage(world.makeId, () => world.schedule.now + device.clockOffset),
    brokenUntil: 0,
  }
  for (let tab = 0; tab < tabs; tab++)
    device.tabs.push(createTab(`${member.name.split(' ')[0]}@${index}.${tab}`, device, world))
  return device
}

interface Happening {
  devices: readonly Device[]
  world: TabWorld
  network: Network
  checker: Checker
  people: ReturnType<typeof createPeople>
  schedule: Schedule
  server: Server
  counts: Counts
}

/** Carries out one beat of the script. */
function happen(beat: Beat, { devices, world: { ways }, network, people, schedule, server, counts }: Happening): void | Promise<void> {
  const { salt, ms } = beat
  const chance = createChance(salt)
  const device = devices[beat.device % devices.length]!
  const tab = device.tabs[beat.tab % device.tabs.length]!
  const { link } = device
  const forAWhile = (name: 'oneWay' | 'halfOpen', flag: 'isOneWay' | 'isHalfOpen') => {
    counts.add(name)
    link[flag] = true
    schedule.after(ms, () => { link[flag] = false })
  }
  switch (beat.kind) {
    case 'act':
    case 'editor': return people.act(tab, chance)
    case 'reload':
      if (!tab.isOpen)
        return
      counts.add('reloads')
      tab.close()
      return tab.open(!link.isOffline && chance.likely(0.6))
    case 'close': return tab.isOpen ? tab.close() : undefined
    case 'open': return tab.isOpen ? undefined : tab.open(!link.isOffline && chance.likely(0.6))
    case 'dropRows':
      // The browser throws the rows away; what waits is no cache.
      counts.add('evictions')
      return device.storage.write({ dropRows: true })
    case 'freeze':
      counts.add('freezes')
      tab.freeze()
      schedule.after(ms, () => void (tab.isFrozen && tab.thaw()))
      return
    case 'offline': return goOffline(device, ms, schedule, counts)
    case 'oneWay': return forAWhile('oneWay', 'isOneWay')
    case 'halfOpen': return forAWhile('halfOpen', 'isHalfOpen')
    case 'slow':
      counts.add('slow')
      link.slowMs = 15_000
      schedule.after(ms, () => { link.slowMs = 0 })
      return
    case 'clockJump':
      counts.add('clockJumps')
      device.clockOffset += chance.pick([-1, 1]) * chance.pick([30_000, 3_600_000])
      return
    case 'lease':
      // The device slept for a night.
      counts.add('clockJumps')
      device.clockOffset += 13 * 3_600_000
      return
    case 'busy':
      network.retryAfterMs = chance.pick([0, 1_000, 5_000])
      network.busyUntil = schedule.now + ms / 3
      return
    case 'prune':
      counts.add('prunings')
      return server.prune()
    case 'backUp': return server.backUp()
    case 'restore':
      counts.add('restores')
      return server.restore()
    case 'wall': return raiseWall(server, chance, counts)
    case 'role': return changeRole(devices, server, schedule, chance, counts, ways)
    case 'column': return server.renameColumn('review', `Review ${salt}`)
    case 'revoke':
      link.isSignedOut = true
      ways?.door.signedOut(device)
      schedule.after(ms, () => signIn(device))
      return
    case 'outdate':
      tab.isOutdated = true
      return
    case 'breakStorage':
      device.brokenUntil = schedule.now + ms
      return
    case 'show':
      counts.add('shows')
      return tab.way?.show()
    case 'hide':
      counts.add('hides')
      return tab.way?.hide()
    case 'block':
      counts.add('blocked')
      link.isBlocked = true
      schedule.after(ms, () => { link.isBlocked = false })
      return
    case 'drop':
      counts.add('drops')
      return device.tabs.forEach(({ way }) => way?.drop())
    case 'bye':
      counts.add('drains')
      return ways?.door.drain()
    case 'down':
      counts.add('crashes')
      network.downUntil = schedule.now + 200 + ms / 4
      network.onDown()
      schedule.after(network.downUntil - schedule.now, () => server.restart())
      return
    case 'losePush':
      counts.add('lostPushes')
      return ways?.door.losePush()
    case 'policy':
      counts.add('policies')
      return ways?.setKind(chance.pick(WAYS))
    default: beat.kind satisfies never
  }
}

function goOffline({ link, tabs }: Device, ms: number, schedule: Schedule, counts: Counts): void {
  counts.add('offline')
  link.isOffline = true
  for (const tab of tabs.filter(({ isOpen }) => isOpen)) {
    tab.tell({ kind: 'online', online: false })
    tab.way?.setOnline(false)
  }
  schedule.after(ms, () => goOnline({ link, tabs }))
}

function goOnline({ link, tabs }: Pick<Device, 'link' | 'tabs'>): void {
  link.isOffline = false
  for (const tab of tabs) {
    if (!tab.isOpen)
      continue
    tab.tell({ kind: 'online', online: true })
    tab.poll()
  }
}

function signIn({ link, tabs }: Device): void {
  const wasSignedOut = link.isSignedOut
  link.isSignedOut = false
  for (const tab of tabs) {
    if (!tab.isOpen)
      continue
    tab.tell({ kind: 'resumed' })
    if (wasSignedOut || tab.way?.isExpired)
      tab.way?.signedIn()
    tab.poll()
  }
}

/** A partner shows or hides a matter by another way than the open boards. */
async function raiseWall(server: Server, chance: Chance, counts: Counts): Promise<void> {
  const { matters } = await server.snapshot(PEOPLE.partner2)
  if (matters.length === 0)
    return
  counts.add('walls')
  // Mostly where people crowd, and something may be under way.
  const { id } = chance.likely(0.7) ? chance.pick(matters.slice(0, 3)) : chance.pick(matters)
  const args = chance.pick([
    { set: { confidentiality: chance.pick(CONFIDENTIALITIES) } },
    { set: { confidentiality: 'SEALED' as const } },
    { set: { clientMemberIds: chance.likely(0.5) ? [PEOPLE.client.id] : [] } },
    { assignments: chance.likely(0.5) ? { put: [assign(PEOPLE.paralegal, 'PARALEGAL')] } : { remove: [PEOPLE.paralegal.id] } },
  ])
  await server.commit(PEOPLE.partner2, { kind: 'edit', id, args })
}

/** Somebody's role changes; their pages hear of it later than the server. */
async function changeRole(devices: readonly Device[], server: Server, schedule: Schedule, chance: Chance, counts: Counts, ways: Ways | null): Promise<void> {
  counts.add('roles')
  const member = chance.pick([PEOPLE.associate, PEOPLE.paralegal])
  await server.setRole(member.id, chance.pick(['ASSOCIATE', 'PARALEGAL', 'CLERK']))
  ways?.door.roleChanged(member.id)
  for (const device of devices.filter(({ member: own }) => own().id === member.id)) {
    for (const tab of device.tabs)
      schedule.after(chance() * 10_000, () => void (tab.isOpen && tab.tell({ kind: 'identified', me: device.member() })))
  }
}

/** The storm is over: links and storages work, sessions are given back, pages that are too old are loaded anew. */
async function heal(devices: readonly Device[], network: Network, schedule: Schedule): Promise<void> {
  network.busyUntil = network.downUntil = 0
  for (const device of devices) {
    Object.assign(device.link, { isOneWay: false, isHalfOpen: false, isBlocked: false, slowMs: 0 })
    device.brokenUntil = 0
    goOnline(device)
    signIn(device)
    for (const tab of device.tabs) {
      if (tab.isFrozen)
        tab.thaw()
      if (tab.isOpen && (tab.isOutdated || tab.state.isOutdated))
        tab.close()
      if (!tab.isOpen)
        schedule.after(1_000, () => tab.isOpen ? undefined : tab.open(true))
      else
        tab.tell({ kind: 'identified', me: device.member() })
    }
  }
}

/** Names and texts in order, each like no other. */
function createNames(): { makeId: () => string, makeText: () => string } {
  let made = 0
  return {
    makeId: () => `01900000-0000-7000-9000-${(++made).toString(16).padStart(12, '0')}`,
    makeText: () => `text-${++made};`,
  }
}
