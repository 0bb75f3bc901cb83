import type { Matter } from '#shared/kanban/matter.ts'
import type { Mutation, Placement } from '#shared/kanban/mutation.ts'
import { createPoller } from '#shared/realtime/poller.ts'
import type { BoardEngine } from '#shared/sync/engine.ts'
import { createBoardEngine } from '#shared/sync/engine.ts'
import type { Settled } from '#shared/sync/submitted.ts'
import { assign, BOARD_ID, buildBoard, buildId, PEOPLE } from '../helpers/builders.ts'
import { createVirtualClock, seededRandom } from '../helpers/virtual-clock.ts'
import type { PlantedBugs } from './faulty-link.ts'
import { createFaultyLink } from './faulty-link.ts'
import { createModelServer } from './model-server.ts'

const MEMBERS = [PEOPLE.partner, PEOPLE.partner2, PEOPLE.associate, PEOPLE.paralegal]
const STEPS = 60
const HEAL_MS = 180_000

export interface SimulationBugs extends PlantedBugs {
  forgetsKeys?: boolean
}

export interface SimulationResult {
  violations: string[]
  counts: { submitted: number, acknowledged: number, refused: number, requests: number, lost: number, repeated: number, resets: number, hidden: number }
}

interface Submission {
  key: string
  mutation: Mutation
  settled: Settled | null
}

/** Several people at one board for a while, over bad links; then the links heal, and all must agree. */
export async function simulate(seed: number, bugs: SimulationBugs = {}): Promise<SimulationResult> {
  const random = seededRandom(seed)
  const clock = createVirtualClock({ random })
  const board = buildBoard({ columns: { 'review': { wip: { limit: 4, hard: true } }, 'in-progress': { allowedTargets: null } } })
  const server = createModelServer(board, Object.values(PEOPLE), clock.now, bugs)
  const counts = { submitted: 0, acknowledged: 0, refused: 0, requests: 0, lost: 0, repeated: 0, resets: 0, hidden: 0 }
  const violations: string[] = []
  let made = 0

  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  for (let matter = 0; matter < 8; matter++)
    server.commit(PEOPLE.partner, creation(), `seed.${matter}`)

  function creation(): Mutation {
    const columnId = pick(['intake', 'initial-review', 'in-progress', 'waiting-client'])
    const args = { columnId, title: `Matter ${++made}`, clientName: 'Client', assignments: [assign(PEOPLE.associate), assign(PEOPLE.paralegal, 'PARALEGAL')] }
    return { kind: 'create', id: buildId(0x5000 + made), args }
  }

  const replicas = MEMBERS.map((member, index) => {
    const link = createFaultyLink(server, member, clock, { loss: 0.15, repeat: 0.1, delayMs: 3_000 }, bugs)
    const submissions: Submission[] = []
    let lastVersion = 0
    const engine: BoardEngine = createBoardEngine({
      boardId: BOARD_ID, actor: () => member, transport: link.transport, clock, cid: `c${index}`,
      onChange: () => check(engine, submissions, member.name, violations),
      onRemoteChanges: changes => changes.filter(({ by }) => by === member.id).forEach(({ matterId }) => violations.push(`${member.name} is told of an own change of ${matterId}`)),
    })
    const poller = createPoller({
      exchange: signal => engine.sync(signal), clock, interval: () => 5_000, immediate: true, staleTime: 0, retryAttempts: 3, retryDelay: 1_000,
      backoffMultiplier: 2, maxInterval: 60_000, timeoutMs: 30_000,
      onState: () => {
        if (engine.view.version < lastVersion)
          violations.push(`${member.name} went back from ${lastVersion} to ${engine.view.version}`)
        lastVersion = engine.view.version
      },
      onReconnect: () => engine.resume(),
    })
    poller.start()
    return { member, link, engine, poller, submissions }
  })

  function placement(columnId: string, view: BoardEngine['view']): Placement {
    const neighbours = view.shown.get(columnId) ?? []
    return neighbours.length > 0 && random() < 0.7 ? random() < 0.5 ? { before: pick(neighbours).id } : { after: pick(neighbours).id } : { end: true }
  }

  function mutationFor(matter: Matter, view: BoardEngine['view']): Mutation {
    const { id } = matter
    const columnId = pick(board.columns).id
    const dice = random()
    if (dice < 0.45)
      return { kind: 'move', id, args: { columnId, placement: placement(columnId, view), reason: 'done', outcome: 'COMPLETED', confirmed: true } }
    if (dice < 0.7)
      return { kind: 'edit', id, args: { set: { title: `Title ${++made}` } } }
    if (dice < 0.8)
      return { kind: 'edit', id, args: { tags: { add: [`tag ${made++ % 12}`] } } }
    if (dice < 0.86)
      return { kind: 'edit', id, args: { set: { confidentiality: pick(['NORMAL', 'RESTRICTED', 'SEALED']) } } }
    if (dice < 0.94)
      return { kind: 'comment', id, args: { action: 'add', commentId: buildId(0x9000 + ++made), body: 'Noted.' } }
    return { kind: 'delete', id, args: {} }
  }

  function act({ engine, submissions }: typeof replicas[number]): void {
    const matter = engine.view.matters.length > 0 ? pick(engine.view.matters) : undefined
    const before = engine.waiting.length
    const submitted = random() < 0.1 ? engine.undo() : engine.submit(matter && random() < 0.9 ? mutationFor(matter, engine.view) : creation())
    if (!submitted || engine.waiting.length === before)
      return
    counts.submitted++
    const entry = engine.waiting.at(-1)!
    const submission: Submission = { key: entry.key, mutation: entry.mutation, settled: null }
    submissions.push(submission)
    void submitted.settled.then((settled) => {
      submission.settled = settled
      counts[settled.ok ? 'acknowledged' : 'refused']++
    })
  }

  for (let step = 0; step < STEPS; step++) {
    const replica = pick(replicas)
    const dice = random()
    if (dice < 0.75)
      act(replica)
    else if (dice < 0.85)
      toggleOnline(replica, random() < 0.5)
    else if (dice < 0.9)
      replica.poller.setPaused('hidden', random() < 0.5)
    else if (dice < 0.93)
      reset(dice < 0.92)
    else
      void replica.poller.refresh()
    await clock.advance(random() * 4_000)
  }

  function reset(isPruning: boolean): void {
    counts.resets++
    if (isPruning)
      server.prune()
    else
      server.renew()
  }

  function toggleOnline({ engine, poller }: typeof replicas[number], online: boolean): void {
    engine.setOnline(online)
    poller.setPaused('offline', !online)
  }

  for (const replica of replicas) {
    replica.link.faults = { loss: 0, repeat: 0, delayMs: 100 }
    toggleOnline(replica, true)
    replica.poller.setPaused('hidden', false)
  }
  await clock.advance(HEAL_MS)

  for (const { member, engine, poller, link, submissions } of replicas) {
    poller.stop()
    const told = server.snapshot(member)
    counts.hidden += server.snapshot(PEOPLE.associate).matters.length - told.matters.length
    counts.requests += link.counts.requests
    counts.lost += link.counts.lost
    counts.repeated += link.counts.repeated
    if (engine.waiting.length > 0)
      violations.push(`${member.name} still waits for ${engine.waiting.length}`)
    if (canonical(engine.view.matters) !== canonical(told.matters))
      violations.push(`${member.name} sees another board than the server's`)
    for (const { key, settled, mutation } of submissions) {
      const applied = [...Array(200).keys()].reduce((sum, tried) => sum + server.applied(`${key}#${tried}`), server.applied(key))
      if (applied > 1)
        violations.push(`${key} (${mutation.kind}) was applied ${applied} times`)
      if (settled?.ok && applied === 0 && !(mutation.kind === 'move' && mutation.args.undoOf !== undefined))
        violations.push(`${key} (${mutation.kind}) was acknowledged and lost`)
      if (!settled)
        violations.push(`${key} (${mutation.kind}) never settled`)
    }
    engine.close()
  }
  await clock.advance(10_000)
  if (clock.timers > 0)
    violations.push(`${clock.timers} timers were left behind`)
  return { violations, counts }
}

/** An own title that the server has taken stays on the screen until somebody's newer one replaces it. */
function check({ view, waiting }: BoardEngine, submissions: readonly Submission[], name: string, violations: string[]): void {
  for (const { key, mutation, settled } of submissions) {
    if (mutation.kind !== 'edit' || mutation.args.set?.title === undefined || !settled?.ok || view.version >= settled.version)
      continue
    const row = view.byId.get(mutation.id)
    const isRetouched = [...submissions, ...waiting].some(other => other.mutation.id === mutation.id && other.key !== key)
    if (row && !isRetouched && row.title !== mutation.args.set.title && (row.fieldVersions.title?.v ?? 0) <= settled.version)
      violations.push(`${name} lost sight of ${JSON.stringify(mutation.args.set.title)}`)
  }
}

function canonical(matters: readonly Matter[]): string {
  const sorted = [...matters].sort((a, b) => a.id < b.id ? -1 : 1)
  return JSON.stringify(sorted, (_, value: unknown) => value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
    : value)
}
