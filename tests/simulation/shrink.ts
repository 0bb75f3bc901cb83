import type { Profile } from './world/profile.ts'
import type { Beat, Script } from './world/script.ts'
import type { Outcome, ServerMaker } from './world/world.ts'
import { play } from './world/world.ts'

/** So many runs may a shrinking take. */
const MOST_RUNS = 400

/** A script that breaks the same invariant with as little as was found to be enough, and what then happens. */
export async function shrink(script: Script, invariant: string, makeServer: ServerMaker): Promise<{ script: Script, outcome: Outcome }> {
  let runs = 0
  let least = script

  async function stillFails(candidate: Script): Promise<boolean> {
    if (runs >= MOST_RUNS)
      return false
    runs++
    const { violations } = await play(candidate, makeServer)
    const isSame = violations[0]?.invariant === invariant
    if (isSame)
      least = candidate
    return isSame
  }

  await withoutTail()
  for (const name of Object.keys(least.profile) as (keyof Profile)[]) {
    if (typeof least.profile[name] === 'number' && !['usualMs', 'longMs', 'largest'].includes(name) && least.profile[name] !== 0)
      await stillFails({ ...least, profile: { ...least.profile, [name]: 0 } })
  }
  if (least.profile.isPushed)
    await stillFails({ ...least, profile: { ...least.profile, isPushed: false } })
  for (let size = Math.ceil(least.beats.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let index = least.beats.length - size; index > -size; index -= size)
      await stillFails({ ...least, beats: without(least.beats, Math.max(0, index), size) })
  }

  /** Most of the script comes after what matters. */
  async function withoutTail(): Promise<void> {
    let [good, bad] = [0, least.beats.length]
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2)
      if (await stillFails({ ...least, beats: script.beats.slice(0, middle) }))
        bad = middle
      else
        good = middle
    }
  }

  return { script: least, outcome: await play(least, makeServer, { isTraced: true }) }
}

function without(beats: readonly Beat[], index: number, count: number): Beat[] {
  return beats.filter((_, place) => place < index || place >= index + count)
}
