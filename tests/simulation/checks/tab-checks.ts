import type { Matter, MatterId } from '#shared/kanban/matter.ts'
import type { Effect, EngineState, Input, SettledChange } from '#shared/sync/engine-types.ts'
import { drawBoard, EMPTY_VIEW } from '#shared/sync/board-view.ts'
import type { Chance } from '../chance.ts'
import type { Counts } from '../counts.ts'
import { markOf, marksIn } from '../world/marks.ts'
import type { Device } from '../world/device.ts'
import type { Schedule } from '../world/schedule.ts'
import type { Server } from '../world/server.ts'
import type { Tab } from '../world/tab.ts'
import { canonical, differenceOf, textOf } from './compare.ts'
import type { Ledger } from './ledger.ts'

/** More requests than this in a minute are a hot loop (rule T6). */
const MOST_REQUESTS = 120
/** More entries than this can't have been made in a run. */
const MOST_ENTRIES = 300

interface Watch {
  matterId: MatterId
  field: 'title' | 'description' | 'columnId'
  value: unknown
  version: number
  epoch: string | null
  /** How often the server had gone back when it said so. */
  restores: number | null
  key: string
}

interface Word {
  matterId: MatterId
  epoch: string | null
  version: number
}

export interface TabChecksWorld {
  schedule: Schedule
  server: Server
  chance: Chance
  counts: Counts
  ledger: Ledger
  fail: (invariant: string, details: string) => void
}

/** What must hold of a tab after each step (rule Z3). */
export function createTabChecks({ schedule, server, chance, counts, ledger, fail }: TabChecksWorld) {
  const watches = new Map<Tab, Watch[]>()
  const requests = new Map<Tab, number[]>()
  /** What tabs told each other while one had read further: on a device, that a matter is gone; to a tab, something about one. */
  const purged = new Map<Device, Word[]>()
  const heard = new Map<Tab, Word[]>()

  function opened(tab: Tab): void {
    watches.set(tab, [])
    requests.set(tab, [])
    heard.set(tab, [])
  }

  function stepped(tab: Tab, before: EngineState, input: Input, effects: readonly Effect[]): void {
    const after = tab.state
    if (input.kind === 'told')
      hear(tab, before, input.write)
    else if (input.kind === 'answered' && after.confirmed !== before.confirmed)
      forget(tab, before.confirmed.epoch, after.confirmed)
    checkBounds(tab, after, effects)
    for (const effect of effects) {
      if (effect.kind === 'settled')
        ledger.settled(tab, effect.change)
      else if (effect.kind === 'write')
        checkPurge(tab, effect.write.purge ?? [])
    }
    if (after.confirmed !== before.confirmed)
      checkConfirmed(tab, before, after)
    checkMarks(tab, before, after, effects)
    if (after.view !== before.view) {
      checkIdentity(tab, before, after)
      if (chance.likely(0.1))
        checkRedraw(tab, after)
    }
    watch(tab, before, after, effects)
    count(tab, before, after, input, effects)
  }

  function checkBounds(tab: Tab, after: EngineState, effects: readonly Effect[]): void {
    const kinds = effects.map(({ kind }) => kind)
    for (const once of ['changed', 'wake', 'pull', 'send'] as const) {
      if (kinds.filter(kind => kind === once).length > 1)
        fail('once a step', `${tab.name} says ${once} twice in a step`)
    }
    if (after.entries.length > MOST_ENTRIES)
      fail('bounded entries', `${tab.name} holds ${after.entries.length} entries`)
    if (!kinds.includes('pull') && !kinds.includes('send'))
      return
    const times = requests.get(tab)!.filter(at => schedule.now - at < 60_000)
    times.push(schedule.now)
    requests.set(tab, times)
    if (times.length > MOST_REQUESTS)
      fail('bounded requests', `${tab.name} made ${times.length} requests in a minute`)
  }

  /** Only what isn't there any more takes along what a person has typed. */
  function checkPurge(tab: Tab, purge: readonly MatterId[]): void {
    for (const id of purge) {
      if (tab.state.confirmed.rows.has(id))
        fail('purges what is gone', `${tab.name} drops what it keeps of ${id}, which is there`)
      ledger.wentAway(tab.device, id)
    }
  }

  /** The version only grows in an epoch, and what is confirmed is what the server had for this reader at that version. */
  function checkConfirmed(tab: Tab, { confirmed: before, isWhole: wasWhole }: EngineState, { confirmed, isWhole }: EngineState): void {
    if (wasWhole && confirmed.epoch === before.epoch && confirmed.version < before.version)
      fail('version grows', `${tab.name} went from ${before.version} back to ${confirmed.version}`)
    if (!isWhole || !server.truth || confirmed.epoch === null)
      return
    const truth = server.truth.boardAt(confirmed.epoch, confirmed.version, tab.device.member().id)
    const difference = truth && differenceOf(confirmed.rows, withoutPurged(tab, truth.rows, confirmed))
    if (difference)
      fail('confirmed is the server\'s', `${tab.name} at version ${confirmed.version}: ${difference}`)
    else if (truth && canonical(truth.columns) !== canonical(confirmed.columns))
      fail('confirmed is the server\'s', `${tab.name} at version ${confirmed.version} has other columns`)
  }

  /** Of what another tab said to be gone a tab drops the row before it has read so itself (rule C6). */
  function withoutPurged(tab: Tab, rows: ReadonlyMap<MatterId, Matter>, { epoch, version, rows: own }: EngineState['confirmed']): ReadonlyMap<MatterId, Matter> {
    const early = (purged.get(tab.device) ?? []).filter(word => !own.has(word.matterId) && (word.epoch !== epoch || word.version > version))
    return early.length === 0 ? rows : new Map([...rows].filter(([id]) => !early.some(({ matterId }) => matterId === id)))
  }

  function hear(tab: Tab, before: EngineState, { purge = [], purgedAt, outbox, conflicts, notes, undo }: Extract<Input, { kind: 'told' }>['write']): void {
    const gone = purge.map((matterId): Word => ({ matterId, epoch: purgedAt?.epoch ?? null, version: purgedAt?.version ?? 0 }))
    purged.set(tab.device, [...purged.get(tab.device) ?? [], ...gone])
    const named = [...outbox?.put ?? []].flatMap(({ mutation }) => mutation.kind === 'void' ? [] : [mutation.id])
    const about = [...conflicts?.put ?? [], ...notes?.put ?? [], ...undo?.put ?? []].map(({ matterId }) => matterId)
    // What another has made and read isn't drawn here any more, and not here yet.
    const made = (outbox?.remove ?? []).flatMap(({ cid, n }) =>
      before.entries.flatMap(entry => entry.cid === cid && entry.n === n && entry.mutation.kind === 'create' ? [entry.mutation.id] : []))
    const { epoch, version } = tab.device.tabs.map(({ state }) => state.confirmed).reduce((a, b) => a.version > b.version ? a : b)
    for (const matterId of [...named, ...about, ...made])
      heard.get(tab)!.push({ matterId, epoch, version })
  }

  /** Once a tab has read as far as those that told it, what they told is judged like its own. */
  function forget(tab: Tab, epochBefore: string | null, { epoch, version }: EngineState['confirmed']): void {
    const isToCome = (word: Word) => word.epoch === epoch ? word.version > version : epochBefore === epoch
    heard.set(tab, heard.get(tab)!.filter(isToCome))
  }

  /** Nothing is left of a matter that isn't there for this reader, and nothing is said of it any more (rules C6, W3). */
  function checkMarks(tab: Tab, before: EngineState, after: EngineState, effects: readonly Effect[]): void {
    if (!after.isWhole || !after.link.isOpened)
      return
    // After a restore a lost write may leave an entry whose number alone says that it is old; its result takes it away.
    // And who hasn't heard of the restore takes the results of one board for another's.
    const isBehindRestore = after.confirmed.epoch !== server.epoch()
    const hasOldEntries = (tab.device.storage.hasLost && counts.values.restores > 0) || isBehindRestore
    const parts = (['entries', 'conflicts', 'notes', 'undo', 'commentsDone'] as const)
      .filter(part => after[part] !== before[part] || after.confirmed !== before.confirmed)
      .filter(part => after[part].length > 0 && !(part === 'entries' && hasOldEntries) && !(part === 'commentsDone' && isBehindRestore))
    const sent = effects.filter(({ kind }) => kind === 'send')
    if (parts.length === 0 && sent.length === 0 && after.view === before.view)
      return
    const allowed = allowedMatters(after)
    for (const { matterId } of heard.get(tab)!)
      allowed.add(matterId)
    const isWrong = (id: MatterId) => !allowed.has(id)
    const stray = after.view === before.view ? undefined : [...after.view.byId.keys(), ...after.confirmed.rows.keys()].find(isWrong)
    if (stray)
      fail('hidden in a tab', `${tab.name} shows ${stray}, which isn't there for its reader`)
    const marks = new Set([...allowed].map(markOf))
    for (const part of parts)
      checkText(tab, part, JSON.stringify(after[part]), marks)
    if (sent.length > 0 && !hasOldEntries)
      checkText(tab, 'a request', JSON.stringify(sent), marks)
  }

  function checkText(tab: Tab, part: string, text: string, allowed: ReadonlySet<string>): void {
    const leaked = [...marksIn(text)].find(mark => !allowed.has(mark))
    if (leaked)
      fail('hidden in a tab', `${tab.name} keeps ${leaked} in ${part}: ${text.slice(Math.max(0, text.indexOf(leaked) - 200), text.indexOf(leaked) + 40)}`)
  }

  /** What doesn't differ keeps its identity, so that nothing is drawn again without need (rule C7). */
  function checkIdentity(tab: Tab, before: EngineState, after: EngineState): void {
    for (const [id, row] of after.view.byId) {
      const known = before.view.byId.get(id)
      if (known && known !== row && textOf(known) === textOf(row))
        fail('untouched rows', `${tab.name} made ${id} anew, the same as before`)
    }
  }

  /** The view is what comes out when it is drawn from nothing (rule C7). */
  function checkRedraw(tab: Tab, { view, confirmed, entries, me }: EngineState): void {
    counts.add('redraws')
    const drawn = drawBoard(EMPTY_VIEW, confirmed, entries, me)
    const difference = differenceOf(view.byId, drawn.byId)
    const ids = (lists: ReadonlyMap<string, readonly Matter[]>) =>
      canonical([...lists].filter(([, rows]) => rows.length > 0).map(([id, rows]) => [id, rows.map(row => row.id)]).sort())
    if (difference)
      fail('view redrawn', `${tab.name}: ${difference}`)
    else if (ids(view.ranked) !== ids(drawn.ranked) || ids(view.shown) !== ids(drawn.shown))
      fail('view redrawn', `${tab.name} has its columns in another order`)
  }

  /** An own acknowledged value stays in the view until its version comes (rule M4). */
  function watch(tab: Tab, before: EngineState, after: EngineState, effects: readonly Effect[]): void {
    const list = watches.get(tab)!
    if (list.length > 0) {
      watches.set(tab, list.filter((watched) => {
        const { confirmed, view } = after
        // Nothing is promised across a restore, which this page may not have heard of yet.
        if (confirmed.epoch !== watched.epoch || counts.values.restores !== watched.restores || confirmed.version >= watched.version || after.me !== before.me)
          return false
        const row = view.byId.get(watched.matterId)
        const isWrittenAgain = after.entries.some(({ mutation, key }) => key !== watched.key && mutation.kind !== 'void' && mutation.id === watched.matterId)
        if (isWrittenAgain || !confirmed.rows.has(watched.matterId))
          return false
        if (row?.[watched.field] === watched.value)
          return true
        fail('acknowledged stays', `${tab.name} at version ${confirmed.version} lost sight of its ${watched.field} of ${watched.matterId}, which version ${watched.version} contains`)
        return false
      }))
    }
    for (const effect of effects) {
      // A page that hasn't heard of a restore reads another board's versions.
      if (effect.kind === 'settled' && effect.change.settled.ok && before.confirmed.epoch === server.epoch())
        watches.get(tab)!.push(...watchesOf(effect.change, effect.change.settled.version, before, ledger.toldAfter(effect.change.key)))
    }
  }

  function count(tab: Tab, before: EngineState, after: EngineState, input: Input, effects: readonly Effect[]): void {
    if (input.kind === 'answered') {
      if (input.outcome.kind === 'snapshot')
        counts.add('snapshots')
      else if (input.outcome.kind === 'updates')
        counts.add('deltas')
      else if (input.outcome.kind === 'reset')
        counts.add('resyncs')
    }
    if (input.kind === 'sendFailed' && input.fault.code === 'ORDER')
      counts.add('orders')
    if (effects.some(({ kind }) => kind === 'write') && before.isWhole && !after.isWhole)
      counts.add('leases')
    for (const id of after.confirmed === before.confirmed ? [] : before.confirmed.rows.keys()) {
      if (after.confirmed.rows.has(id))
        continue
      counts.add('hidden')
      ledger.wentAway(tab.device, id)
    }
    if (after.entries !== before.entries) {
      const voids = (state: EngineState) => state.entries.filter(({ mutation }) => mutation.kind === 'void').length
      counts.add('voids', Math.max(0, voids(after) - voids(before)))
    }
    if (input.kind === 'undone')
      counts.add('undos')
  }

  return { opened, stepped }
}

/** What may be in a tab: the rows, and what its person is about to make. */
function allowedMatters({ confirmed, entries }: EngineState): Set<MatterId> {
  const made = entries.flatMap(({ mutation, undoes }) =>
    mutation.kind === 'create' || (mutation.kind === 'undo' && undoes?.kind === 'delete') ? [mutation.id] : [])
  return new Set([...confirmed.rows.keys(), ...made])
}

function watchesOf({ mutation, matterId, key }: SettledChange, version: number, { view, confirmed }: EngineState, restores: number | null): Watch[] {
  const shown = view.byId.get(matterId)
  const watched: [Watch['field'], unknown][] = mutation.kind === 'edit'
    ? (['title', 'description'] as const).flatMap(field => mutation.args.set?.[field] === undefined ? [] : [[field, mutation.args.set[field]]])
    : mutation.kind === 'move' ? [['columnId', mutation.args.columnId]] : []
  return watched.filter(([field, value]) => shown?.[field] === value)
    .map(([field, value]) => ({ matterId, field, value, version, epoch: confirmed.epoch, restores, key }))
}
