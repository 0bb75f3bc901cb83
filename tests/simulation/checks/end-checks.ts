import type { Matter } from '#shared/kanban/matter.ts'
import type { Device } from '../world/device.ts'
import { markOf, marksIn } from '../world/marks.ts'
import type { Server } from '../world/server.ts'
import type { Tab } from '../world/tab.ts'
import type { Checker } from './checker.ts'
import { canonical, differenceOf } from './compare.ts'
import type { Submission } from './ledger.ts'

/** What must hold when all has been well for a while (rule Z3). */
export async function checkEnd(devices: readonly Device[], server: Server, { fail, ledger }: Checker): Promise<void> {
  for (const device of devices) {
    const { matters } = await server.snapshot(device.member())
    const truth = new Map(matters.map(matter => [matter.id, matter]))
    for (const tab of device.tabs)
      checkTab(tab, truth)
    checkStorage(device, truth)
  }
  for (const submission of ledger.submissions.values())
    checkSubmission(submission)

  function checkTab({ name, state }: Tab, truth: ReadonlyMap<string, Matter>): void {
    const { view, confirmed, entries, conflicts } = state
    if (entries.length > 0)
      return fail('outbox empty', `${name} still has ${entries.map(({ cid, n, state, mutation }) => `${cid}.${n} ${mutation.kind} ${state}`).join(', ')}`)
    const [seen, known] = [differenceOf(view.byId, truth), differenceOf(confirmed.rows, truth)]
    if (seen ?? known)
      fail('agrees at the end', `${name} (version ${confirmed.version}): ${seen ?? known}`)
    const resolved = conflicts.find(({ matterId }) => !truth.has(matterId))
    if (resolved)
      fail('conflicts at the end', `${name} asks about ${resolved.matterId}, which isn't there`)
  }

  /** What is kept is what shows, and nothing of what doesn't. */
  function checkStorage({ tabs, storage }: Device, truth: ReadonlyMap<string, Matter>): void {
    const board = storage.board()
    const { name, state } = tabs[0]!
    if (!board)
      return
    if (board.outbox.size > 0)
      fail('stored is shown', `${name} has ${board.outbox.size} entries on the device: ${[...board.outbox.keys()].join()}`)
    const difference = board.confirmed && differenceOf(board.confirmed.rows, truth)
    if (difference)
      fail('stored is shown', `${name} keeps other rows at version ${board.confirmed!.version}: ${difference}`)
    for (const part of ['conflicts', 'notes'] as const) {
      const [kept, shown] = [[...board[part].values()], state[part]].map(items => canonical(items.map(({ id }) => id).sort()))
      if (kept !== shown)
        fail('stored is shown', `${name} keeps other ${part}: ${kept}, not ${shown}`)
    }
    // A step that can't be taken back any more may lie there until the next page looks at it.
    const lost = state.undo.find(({ key }) => !board.undo.has(key))
    if (lost)
      fail('stored is shown', `${name} shows the step ${lost.key}, which isn't kept`)
    const allowed = new Set([...truth.keys()].map(markOf))
    const leaked = [...marksIn(canonical(board))].find(mark => !allowed.has(mark))
    if (leaked)
      fail('hidden on a device', `${name} keeps ${leaked}`)
  }

  /** Who writes the same field again means the later text. */
  function isOverwritten({ key, device, mutation }: Submission): boolean {
    const fieldsOf = (args: object) => Object.keys((args as { set?: object }).set ?? args)
    return [...ledger.submissions.values()].some((later) => {
      const again = later.mutation ?? later.settled[0]?.mutation
      return later.key > key && later.device === device && again?.kind === 'edit' && again.id === mutation!.id
        && fieldsOf(again.args).some(field => fieldsOf(mutation!.args).includes(field))
    })
  }

  /** Whatever somebody did came to an end that they were told, and what they typed is somewhere. */
  function checkSubmission(submission: Submission): void {
    const { settled, place, key, mutation, tab, life, device } = submission
    if (settled.length === 0) {
      // What never got beyond a page went with it.
      if ((place?.isLasting ?? false) || !ledger.isOver(tab, life))
        fail('everybody is told', `nobody was told how ${mutation?.kind ?? 'a deed'} ${key} (${place?.cid}.${place?.n}) of ${tab.name} ended`)
      return
    }
    if (!mutation || mutation.kind !== 'edit' || !place)
      return
    const [text] = JSON.stringify(mutation.args).match(/text-\d+;/) ?? []
    const conflictId = settled.map(({ settled: end }) => end.ok ? undefined : end.conflictId).find(Boolean)
    if (text === undefined || conflictId === undefined || !place.isLasting || ledger.wasTaken(conflictId, device, mutation.id) || isOverwritten(submission))
      return
    const isKept = device.tabs.some(({ state }) => JSON.stringify(state.conflicts).includes(text))
    if (!isKept && server.truth && !server.truth.wasWritten(text))
      fail('text is kept', `${text} of ${place.cid}.${place.n} is neither on the board nor in a conflict`)
  }
}
