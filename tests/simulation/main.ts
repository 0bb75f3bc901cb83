import { modelServer } from './fast-lane.ts'
import { writeScript } from './world/script.ts'
import { play } from './world/world.ts'
const from = Number(process.argv[2] ?? 1), count = Number(process.argv[3] ?? 20)
const t = Date.now()
const by = new Map<string, number[]>()
const totals: Record<string, number> = {}
for (let seed = from; seed < from + count; seed++) {
  const { violations, counts } = await play(writeScript(seed), modelServer)
  for (const [k, v] of Object.entries(counts)) totals[k] = (totals[k] ?? 0) + v
  const v = violations[0]
  if (v) {
    by.set(v.invariant, [...by.get(v.invariant) ?? [], seed])
    if (by.get(v.invariant)!.length <= 2) console.log(seed, v.invariant, v.at, v.details.slice(0, 700))
  }
}
console.log(Object.fromEntries([...by].map(([k, s]) => [k, `${s.length}: ${s.slice(0, 8)}`])))
console.log(totals, (Date.now() - t) / count, 'ms/seed')
