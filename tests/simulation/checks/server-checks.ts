import type { Matter, MatterField } from '#shared/kanban/matter.ts'
import type { NumberedMutation } from '#shared/protocol/messages.ts'
import type { Effect } from '../world/server.ts'

/** Each number is carried out at most once, and in order (rules M1, M2). */
export function checkEffects(effects: readonly Effect[], fail: (invariant: string, details: string) => void): void {
  const last = new Map<string, number>()
  for (const { cid, n, version } of effects) {
    const before = last.get(cid) ?? 0
    if (n === before)
      fail('effects unique', `${cid}.${n} was carried out again in version ${version}`)
    else if (n < before)
      fail('effects in order', `${cid}.${n} was carried out after ${cid}.${before}`)
    last.set(cid, n)
  }
}

/** Values of a field that people write as a whole, and that a person has to be asked about (rules X1, X4). */
const ASKED = ['title', 'description', 'clientName', 'priority', 'confidentiality'] as const satisfies readonly MatterField[]

/**
 * Nobody is overwritten by who never saw what they wrote (rule X1): of each change that was carried out just now,
 * the fields that were newer than what its maker had looked at. `rows` are those before the request, `done` is what it
 * carried out.
 */
export function checkOverwritten(
  cid: string,
  items: readonly NumberedMutation[],
  { rows, done }: { rows: ReadonlyMap<string, Matter>, done: readonly Effect[] },
  fail: (invariant: string, details: string) => void,
): void {
  const touched = new Set<string>()
  for (const item of items) {
    if (item.kind === 'void')
      continue
    // What an earlier one in the request made of the row isn't known here.
    const isFirst = !touched.has(item.id)
    touched.add(item.id)
    const row = rows.get(item.id)
    if (!isFirst || !row || (item.kind !== 'edit' && item.kind !== 'move') || !done.some(({ n }) => n === item.n))
      continue
    const wanted: Partial<Matter> = item.kind === 'move' ? { columnId: item.args.columnId } : item.args.set as Partial<Matter> | undefined ?? {}
    for (const field of item.kind === 'move' ? ['columnId'] as const : ASKED) {
      const [seen, last] = [item.base?.[field], row.fieldVersions[field]]
      const isForeign = seen !== undefined && last !== undefined && last.v > seen && last.cid !== cid
      if (isForeign && wanted[field] !== undefined && wanted[field] !== row[field])
        fail('nobody overwritten', `${cid}.${item.n} wrote ${field} of ${item.id} over version ${last.v}, having seen ${seen}`)
    }
  }
}
