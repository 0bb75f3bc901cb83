import { seededRandom } from '../helpers/virtual-clock.ts'

/** Chance that is the same each time from the same seed. */
export interface Chance {
  /** From 0 up to 1. */
  (): number
  /** A whole number from 0 up to, not including, `limit`. */
  below: (limit: number) => number
  between: (low: number, high: number) => number
  likely: (probability: number) => boolean
  pick: <T>(items: readonly T[]) => T
  /** One of the names, each as likely as its weight says. */
  weighed: <Name extends string>(weights: Readonly<Record<Name, number>>) => Name
}

/** A stream of chance named by numbers, like a seed and a tab. */
export function createChance(...names: readonly number[]): Chance {
  const random = seededRandom(names.reduce((hash, name) => Math.imul(hash ^ name, 0x9E3779B1) + 0x7F4A7C15 | 0, 0x2545F491))
  const below = (limit: number) => Math.floor(random() * limit)
  return Object.assign(random, {
    below,
    between: (low: number, high: number) => low + random() * (high - low),
    likely: (probability: number) => random() < probability,
    pick: <T>(items: readonly T[]): T => items[below(items.length)]!,
    weighed<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
      const entries = Object.entries(weights) as [Name, number][]
      let dice = random() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      return (entries.find(([, weight]) => (dice -= weight) < 0) ?? entries[0]!)[0]
    },
  })
}
