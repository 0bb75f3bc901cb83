import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeMember } from '#server/services/member-changes.ts'
import type { Matter } from '#shared/kanban/matter.ts'
import type { Member, Role } from '#shared/kanban/member.ts'
import { isAssigned } from '#shared/kanban/visibility.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import type { ConfirmedBoard } from '#shared/sync/board-replica.ts'
import { BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'
import type { FanOutHarness, TestSocket } from '../../helpers/fan-out-harness.ts'
import { startFanOut } from '../../helpers/fan-out-harness.ts'
import { attempt, OTHER_CLIENT, startRandomCourse } from '../../helpers/random-changes.ts'
import { POSTGRES_URL } from '../../helpers/postgres.ts'
import type { OpenDatabase, TestFirm } from '../../helpers/test-firm.ts'
import { openOnPostgres, openOnSqlite, openTestFirm } from '../../helpers/test-firm.ts'

const MEMBERS = [...Object.values(PEOPLE), OTHER_CLIENT]
const CHOKED_BYTES = 300 * 1024

const change = fc.record({ do: fc.constant('change' as const), attempt })
/** What happens to one of the sockets; `socket` counts among those that are open. */
const event = fc.record({
  do: fc.constantFrom('join', 'join', 'sync', 'sync', 'lose', 'choke', 'relieve', 'focus', 'leave', 'role', 'epoch', 'rest', 'rest', 'rest'),
  socket: fc.nat(20),
  member: fc.constantFrom(...MEMBERS),
  role: fc.constantFrom<Role>('CLERK', 'PARALEGAL', 'ASSOCIATE'),
  isUrgent: fc.boolean(),
  /** How many of the states that it had are taken back. */
  back: fc.nat(3),
})
const step = fc.oneof({ weight: 3, arbitrary: change }, { weight: 2, arbitrary: event })
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never

/** A browser: its socket, the states that it had, and the sync that is under way. */
interface Browser {
  socket: TestSocket
  past: ConfirmedBoard[]
  syncing: Promise<void>
  wasChoked: boolean
}

class Crowd {
  browsers: Browser[] = []
  /** How many pieces of news came, and how many rows they had. */
  told = { frames: 0, rows: 0, resets: 0 }
  #firm: TestFirm
  #harness: FanOutHarness
  #epochs = 1

  constructor(firm: TestFirm, harness: FanOutHarness) {
    this.#firm = firm
    this.#harness = harness
  }

  async join(member: Member, urgent: boolean, board?: ConfirmedBoard): Promise<void> {
    const role = (await this.#firm.repository.accounts.findMember(member.id))!.role
    const socket = await this.#harness.open({ ...member, role }, { urgent, ...(board && { board }) })
    this.browsers.push({ socket, past: [socket.board], syncing: Promise.resolve(), wasChoked: false })
  }

  async happen(event: Event): Promise<void> {
    const browser = this.browsers[event.socket % this.browsers.length]
    switch (event.do) {
      case 'join': return await this.join(event.member, event.isUrgent, undefined)
      case 'epoch': return await this.#renewEpoch(event)
      case 'role': return await this.#changeRole(event.role)
      case 'rest': return await this.check()
      default: if (browser) this.#toOne(browser, event)
    }
  }

  #toOne(browser: Browser, event: Event): void {
    const { socket } = browser
    switch (event.do) {
      case 'sync':
        browser.syncing = this.#sync(browser)
        return
      case 'lose':
        if (socket.place) {
          socket.board = browser.past.at(-1 - event.back) ?? socket.board
          browser.syncing = this.#sync(browser)
        }
        return
      case 'choke':
        socket.unsent = CHOKED_BYTES
        browser.wasChoked = true
        return
      case 'relieve':
        socket.unsent = 0
        return
      case 'focus':
        socket.focus = new Set([buildId(0x2000 + event.back)])
        return this.#harness.fanOut.refocus(socket)
      default:
        this.#harness.fanOut.leave(socket)
        this.browsers = this.browsers.filter(other => other !== browser)
    }
  }

  /** Only a browser that was told to read anew has nothing to sync from. */
  async #sync({ socket }: Browser): Promise<void> {
    if (socket.place && !socket.ended)
      await socket.sync()
  }

  async #renewEpoch({ back }: Event): Promise<void> {
    if (back > 0)
      return
    const epoch = `epoch-${++this.#epochs}`
    await this.#firm.repository.boards.setEpoch(BOARD_ID, epoch)
    const { version } = (await this.#firm.repository.boards.find(BOARD_ID))!
    this.#firm.hub.seen({ id: BOARD_ID, epoch, version })
  }

  async #changeRole(role: Role): Promise<void> {
    const { heads } = await changeMember(this.#firm.repository, { actor: PEOPLE.admin, id: PEOPLE.associate2.id, patch: { role }, at: this.#firm.clock.now })
    heads.forEach(head => this.#firm.hub.committed(head))
  }

  /** Lets everything arrive, does what a browser does when it is sent away or told to read anew, and compares. */
  async check(): Promise<void> {
    await this.#harness.rest()
    for (const browser of [...this.browsers])
      await this.#tend(browser)
    await this.#harness.rest()
    for (const { socket, past } of this.browsers) {
      if (socket.unsent > 0 || socket.ended)
        continue
      const truth = await this.#harness.read(socket.member)
      if (socket.urgent)
        expectNothingUrgent(socket, truth)
      else
        await this.#expectEqual(socket, truth)
      past.push(socket.board)
    }
  }

  async #tend(browser: Browser): Promise<void> {
    const { socket } = browser
    if (socket.unsent === 0)
      await browser.syncing
    if (socket.ended) {
      const isRole = socket.ended.code === CLOSE.RESYNC && socket.member.id === PEOPLE.associate2.id
      expect(isRole || (socket.ended.code === CLOSE.SLOW && browser.wasChoked)).toBe(true)
      this.#count(browser)
      this.browsers = this.browsers.filter(other => other !== browser)
      await this.join(socket.member, socket.urgent, socket.board)
      return await this.#tend(this.browsers.at(-1)!)
    }
    if (socket.unsent > 0)
      return
    if (socket.place === null) {
      socket.board = await this.#harness.read(socket.member)
      browser.past = []
      await socket.sync()
    }
    if (socket.isAstray)
      await socket.sync()
  }

  async #expectEqual(socket: TestSocket, truth: ConfirmedBoard): Promise<void> {
    const floor = (await this.#firm.repository.boards.find(BOARD_ID))!.floor
    const { rows, columns, members, epoch, version } = socket.board
    expect({ rows, columns, members, epoch, version: Math.max(version, floor) })
      .toEqual({ rows: truth.rows, columns: truth.columns, members: truth.members, epoch: truth.epoch, version: truth.version })
    expect(socket.place).toMatchObject({ epoch, version })
  }

  #count({ socket }: Browser): void {
    this.told.frames += socket.news.length
    this.told.rows += socket.news.reduce((rows, { matters, deleted }) => rows + matters.length + deleted.length, 0)
    this.told.resets += socket.of('reset').length
  }

  /** Everybody is relieved and says once more where they are; then all of them must agree with the server. */
  async end(): Promise<void> {
    this.browsers.forEach(({ socket }) => socket.unsent = 0)
    await this.#harness.clock.advance(200)
    await this.check()
    for (const browser of [...this.browsers])
      await browser.socket.sync()
    // Who stood still below the floor is told to read anew.
    for (const browser of [...this.browsers])
      await this.#tend(browser)
    for (const { socket } of this.browsers) {
      await this.#expectEqual(socket, await this.#harness.read(socket.member))
    }
    this.browsers.forEach(browser => this.#count(browser))
  }
}

/** What is held back of a reader is nothing that they have open, that is theirs, or that is about a deadline, and nothing that is gone. */
function expectNothingUrgent(socket: TestSocket, truth: ConfirmedBoard): void {
  const known = socket.board.rows
  expect([...known.keys()].filter(id => !truth.rows.has(id))).toEqual([])
  const differs = [...truth.rows.values()].filter(matter => JSON.stringify(matter) !== JSON.stringify(known.get(matter.id)))
  const isUrgent = (before: Matter | undefined, after: Matter) => socket.focus.has(after.id)
    || isAssigned(socket.member, after) || (before !== undefined && isAssigned(socket.member, before))
    || JSON.stringify(before?.deadlines ?? []) !== JSON.stringify(after.deadlines)
  expect(differs.filter(matter => isUrgent(known.get(matter.id), matter)).map(({ id }) => id)).toEqual([])
}

const databases: [string, OpenDatabase | null, number][] = [
  ['SQLite', openOnSqlite, 25],
  ['PostgreSQL', POSTGRES_URL ? openOnPostgres : null, 8],
]

describe.each(databases)('whatever happens on a board and to the sockets of its readers, on %s', (_name, open, numRuns) => {
  it.skipIf(!open)('[B2] [B3] [W2] [W3] [R2] each reader is told what they may see, once and in order, and holds what a full read gives', async () => {
    const told = { frames: 0, rows: 0, resets: 0 }
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 70, size: 'max' }), async (steps) => {
      const firm = await openTestFirm({ open: open! })
      const harness = startFanOut(firm)
      const course = await startRandomCourse(firm)
      const crowd = new Crowd(firm, harness)
      for (const member of MEMBERS)
        await crowd.join(member, false)
      for (const next of steps) {
        if (next.do === 'change')
          await course.attempt(next.attempt)
        else
          await crowd.happen(next)
      }
      await crowd.end()
      expect(harness.log).toEqual([])
      harness.fanOut.close()
      told.frames += crowd.told.frames
      told.rows += crowd.told.rows
      told.resets += crowd.told.resets
    }), { numRuns, endOnFailure: true })
    // Runs in which nobody is told anything prove nothing.
    expect(told.frames).toBeGreaterThan(10 * numRuns)
    expect(told.rows).toBeGreaterThan(10 * numRuns)
    expect(told.resets).toBeGreaterThan(0)
  })
})
