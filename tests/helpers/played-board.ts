import type { Matter } from '#shared/kanban/matter.ts'
import { MATTER_FIELDS } from '#shared/kanban/matter.ts'
import type { MatterOp, SnapshotAnswer, UpdatesAnswer } from '#shared/protocol/messages.ts'
import { BOARD_ID, buildMatter, NOW, PEOPLE } from './builders.ts'
import { buildSnapshot, buildUpdates } from './wire-builders.ts'

/** What can happen to the matter with an index, one version each. */
export interface Deed {
  kind: 'toggle' | 'retitle' | 'comment' | 'uncomment' | 'recomment'
  matter: number
}

/** The life of a board as one reader may see it, and what the server answers at any time of it (rules R1–R3). */
export interface PlayedBoard {
  readonly version: number
  rowsAt: (version: number) => ReadonlyMap<string, Matter>
  snapshot: (version: number) => SnapshotAnswer
  updates: (from: number, to: number) => UpdatesAnswer
}

/** Plays deeds from version 2 on; `toggle` makes a matter and takes it away, be it deleted or hidden. */
export function playBoard(deeds: readonly Deed[], epoch = 'e1'): PlayedBoard {
  const states: ReadonlyMap<string, Matter>[] = [new Map(), new Map()]
  const last = new Map<string, Matter>()
  for (const [index, { kind, matter }] of deeds.entries()) {
    const version = index + 2
    const rows = new Map(states.at(-1))
    const id = `m${matter}`
    const origin = { v: version, cid: null, n: null, by: PEOPLE.partner.id, at: NOW + version }
    const before = last.get(id) ?? buildMatter({ id, title: 'New', commentCount: 0, createdBy: PEOPLE.partner.id })
    const next = { ...before, version, updatedAt: NOW + version, updatedBy: PEOPLE.partner.id, fieldVersions: { ...before.fieldVersions } }
    if (kind === 'retitle') {
      next.title = `Version ${version}`
      next.fieldVersions.title = origin
    }
    if (kind.endsWith('comment')) {
      next.commentCount = Math.max(0, before.commentCount + (kind === 'comment' ? 1 : kind === 'uncomment' ? -1 : 0))
      next.fieldVersions.commentCount = origin
    }
    if (kind === 'toggle' ? !rows.delete(id) : rows.has(id))
      rows.set(id, next)
    last.set(id, next)
    states.push(rows)
  }

  function updates(from: number, to: number): UpdatesAnswer {
    const [then, now] = [states[from]!, states[to]!]
    const matters = [...now.values()].flatMap((matter): MatterOp[] => {
      if (matter.version <= from)
        return []
      if (!then.has(matter.id))
        return [{ op: 'put', id: matter.id, matter }]
      const fields: Partial<Matter> = { version: matter.version, updatedAt: matter.updatedAt, updatedBy: matter.updatedBy, fieldVersions: matter.fieldVersions }
      for (const field of MATTER_FIELDS) {
        if ((matter.fieldVersions[field]?.v ?? 0) > from)
          Object.assign(fields, { [field]: matter[field] })
      }
      return [{ op: 'set', id: matter.id, fields }]
    })
    const deleted = [...then.keys()].filter(id => !now.has(id))
    return buildUpdates({ epoch, from, version: to, matters, deleted })
  }

  return {
    version: states.length - 1,
    rowsAt: version => states[version]!,
    snapshot: version => buildSnapshot({ epoch, version, board: { id: BOARD_ID, name: 'Board' }, matters: [...states[version]!.values()] }),
    updates,
  }
}
