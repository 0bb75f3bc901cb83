import { cp, mkdtemp, rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BoardHead, FirmSettings } from '#server/db/records.ts'
import type { Repository } from '#server/db/repository.ts'
import { openSqlite } from '#server/db/sqlite.ts'
import { createBoardDigest } from '#server/services/board-digest.ts'
import { createBoardHub } from '#server/services/board-hub.ts'
import { createBoardReader } from '#server/services/board-reader.ts'
import { createBoardService } from '#server/services/board-service.ts'
import { commitInOrder } from '#server/services/commit-in-order.ts'
import { changeMember } from '#server/services/member-changes.ts'
import { renewEpochs } from '#server/services/renew-epochs.ts'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Actor, Member, MemberId } from '#shared/kanban/member.ts'
import type { MutationsAnswer, SnapshotAnswer } from '#shared/protocol/messages.ts'
import { mutationsRequestSchema, readItem } from '#shared/protocol/mutations.ts'
import { Problem } from '#shared/protocol/problems.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { PullOutcome } from '#shared/realtime/transport.ts'
import { BOARD_ID, NOW, PEOPLE, TIME_ZONE } from '../helpers/builders.ts'
import { BOARD } from './fast-lane.ts'
import type { RealDoor } from './ways/real-door.ts'
import { createRealDoor } from './ways/real-door.ts'
import type { Effect, Position, Server } from './world/server.ts'
import type { ServerMaker } from './world/world.ts'

const FIRM: FirmSettings = { name: 'Test firm', timeZone: TIME_ZONE, caseNumberTemplate: '{year}-{type}-{seq:4}', demo: false, createdAt: NOW }

/** Time after which an instance that missed a hint looks at the board itself (rule B1). */
const RECONCILE_MS = 2_000

/** The server of the slow lane: two instances of the real services, each with a hub of its own, on one database in a folder. */
export const realServer: ServerMaker = async ({ now, chance }) => {
  const folder = await mkdtemp(join(tmpdir(), 'aster-simulation-'))
  const [data, copy] = [join(folder, 'data'), join(folder, 'copy')]
  const members = new Map<MemberId, Member>(Object.values(PEOPLE).map(member => [member.id, member]))
  const created = new Set<MatterId>()
  let repository = await openSqlite(data)
  let history = openHistory(data)
  let past: Effect[] = []
  let epoch = 'epoch-1'
  let reconciledAt = 0
  let door: RealDoor | null = null

  await repository.firm.create(FIRM)
  for (const member of members.values())
    await repository.accounts.insertMember({ ...member, email: `${member.id}@firm.example`, locale: null, transport: null, createdAt: NOW })
  await repository.boards.insert({ id: BOARD_ID, name: BOARD.name, epoch: 'epoch-1', isDefault: true, position: 0, createdAt: NOW }, BOARD.columns)
  let instances = [startInstance(repository, now), startInstance(repository, now)] as const

  const any = () => chance.pick(instances)

  /** Each instance hears of the other's commits, unless the hint gets lost; then it looks after a while. */
  async function tellOthers(): Promise<void> {
    if (chance.likely(0.6) || now() - reconciledAt > RECONCILE_MS)
      await reconcile()
  }

  async function reconcile(): Promise<void> {
    reconciledAt = now()
    const heads: BoardHead[] = await repository.boards.heads()
    for (const { hub } of instances)
      heads.forEach(head => hub.seen(head))
  }

  async function pull(reader: Actor, { epoch, version, cid }: Position): Promise<PullOutcome> {
    if (now() - reconciledAt > RECONCILE_MS)
      await reconcile()
    const instance = any()
    if (epoch === null)
      return { kind: 'snapshot', answer: overTheWire(await asked(instance.reader.snapshot(reader, BOARD_ID, cid))) }
    const result = await asked(instance.reader.updates(reader, { board: BOARD_ID, epoch, version, cid, wait: 0, includeDeleted: true }, { etag: `${epoch}.${version}` }))
    switch (result.kind) {
      case 'unchanged': return { kind: 'unchanged' }
      case 'reset': return { kind: 'reset', why: result.reason }
      case 'news': return { kind: 'updates', answer: overTheWire(result.answer) }
      default: return result satisfies never
    }
  }

  async function reopen(): Promise<void> {
    repository = await openSqlite(data)
    history = openHistory(data)
    startInstances()
  }

  function startInstances(): void {
    instances = [startInstance(repository, now), startInstance(repository, now)]
    door?.begin(instances)
  }

  async function shut(): Promise<void> {
    door?.stop()
    instances.forEach(({ hub }) => hub.close())
    history.close()
    await repository.close()
  }

  /** Numbered changes of all time: what the log forgets is remembered here. */
  function effects(): Effect[] {
    const last = past.at(-1)?.version ?? 0
    past = [...past, ...history.effectsAfter(last)]
    return past
  }

  async function snapshot(reader: Actor): Promise<SnapshotAnswer> {
    return overTheWire(await startInstance(repository, now).reader.snapshot(reader, BOARD_ID))
  }

  const server: Server = {
    epoch: () => epoch,
    pull,
    async send(actor, cid, sent): Promise<MutationsAnswer> {
      const { items } = mutationsRequestSchema.parse(overTheWire({ protocol: PROTOCOL_VERSION, board: BOARD_ID, cid, items: sent }))
      for (const { id, kind } of sent.map(item => item.kind === 'void' ? { id: '', kind: item.kind } : item)) {
        if (kind === 'create')
          created.add(id)
      }
      const results = await asked(commitInOrder(any().boards, { actor, boardId: BOARD_ID, cid, items: items.map(readItem) }, (error) => { throw error }))
      await tellOthers()
      return overTheWire({ protocol: PROTOCOL_VERSION, cid, results })
    },
    compare: (reader, rows) => asked(any().digests.compare(reader, BOARD_ID, rows)),
    async commit(actor, mutation) {
      if (mutation.kind === 'create')
        created.add(mutation.id)
      const target = mutation.kind === 'create' ? { boardId: BOARD_ID } : { matterId: mutation.id }
      try {
        const { version } = await any().boards.commit({ actor, target, build: () => overTheWire(mutation) })
        await tellOthers()
        return { n: 0, status: 'ok', version }
      }
      catch (error) {
        if (error instanceof Problem)
          return null
        throw error
      }
    },
    async setRole(id, role) {
      const { heads } = await changeMember(repository, { actor: PEOPLE.admin, id, patch: { role }, at: now() })
      members.set(id, { ...members.get(id)!, role })
      heads.forEach(head => instances[0].hub.committed(head))
      await reconcile()
    },
    async renameColumn(id, name) {
      await any().boards.commitBatch(PEOPLE.admin, BOARD_ID, async (batch) => {
        const column = batch.columns.find(known => known.id === id)!
        batch.updateColumn({ ...column, name: { en: name, ja: name } })
      })
      await tellOthers()
    },
    async prune() {
      effects()
      await repository.transaction(stores => stores.log.prune(BOARD_ID, { before: now() + 1, keep: 0 }))
    },
    async backUp() {
      await shut()
      await rm(copy, { recursive: true, force: true })
      await cp(data, copy, { recursive: true })
      await reopen()
    },
    async restore() {
      await shut()
      await rm(data, { recursive: true })
      await cp(copy, data, { recursive: true })
      await reopen()
      await renewEpochs(repository)
      const [head] = await repository.boards.heads()
      epoch = head!.epoch
      past = past.filter(({ version }) => version <= head!.version)
      // Accounts went back, too.
      for (const { id, name, role, active } of await repository.accounts.listMembers())
        members.set(id, { id, name, role, active })
    },
    restart() {
      door?.stop()
      instances.forEach(({ hub }) => hub.close())
      startInstances()
    },
    member: id => members.get(id)!,
    snapshot,
    async hiddenFrom(reader) {
      const { matters } = await snapshot(reader)
      const seen = new Set(matters.map(({ id }) => id))
      return [...created].filter(id => !seen.has(id))
    },
    effects,
    truth: null,
  }
  return {
    server,
    makeDoor(parts) {
      door = createRealDoor(parts, {
        member: id => members.get(id)!,
        reconcile: async () => now() - reconciledAt >= RECONCILE_MS ? reconcile() : undefined,
      })
      door.begin(instances)
      return door
    },
    async end() {
      await shut()
      await rm(folder, { recursive: true })
    },
  }
}

/** The services of one process. */
function startInstance(repository: Repository, now: () => number) {
  const hub = createBoardHub()
  const options = { repository, hub, firm: FIRM, now }
  return {
    repository, hub,
    boards: createBoardService(options),
    reader: createBoardReader(options),
    digests: createBoardDigest({ repository, hub, log: () => {} }),
  }
}

/** A look at the database past all services: what was written is what counts. */
function openHistory(data: string) {
  const database = new DatabaseSync(join(data, 'aster.db'), { readOnly: true })
  const select = database.prepare('select cid, n, version, matter_id from change_log where cid is not null and version > ? order by version, seq')
  return {
    effectsAfter: (version: number): Effect[] =>
      select.all(version).map(row => ({ cid: String(row.cid), n: Number(row.n), version: Number(row.version), matterId: String(row.matter_id) })),
    close: () => database.close(),
  }
}

/** What the door would answer: a refusal is a fault with its status, anything else a bug. */
async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  }
  catch (error) {
    if (error instanceof Problem)
      throw new Fault('refused', { problem: error.toBody() })
    throw error
  }
}

function overTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
