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
