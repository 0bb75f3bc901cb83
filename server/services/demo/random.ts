import { v7 as uuidv7 } from 'uuid'
import type { EpochMs } from '#shared/kanban/matter.ts'

/** Chance that repeats itself: the same seed gives the same answers in the same order. */
export interface Random {
  /** From 0 up to but not 1. */
  next: () => number
  /** A whole number, both ends included. */
  int: (min: number, max: number) => number
  chance: (probability: number) => boolean
  pick: <Item>(items: readonly Item[]) => Item
  /** One of the keys, each as often as its weight says. */
  weighted: <Key extends string>(weights: Readonly<Record<Key, number>>) => Key
  /** `count` different items in random order, or all where there are fewer. */
  sample: <Item>(items: readonly Item[], count: number) => Item[]
  /** A UUIDv7 of that moment. */
  id: (at: EpochMs) => string
}

/** Mulberry32: small, fast and good enough for data that only has to look alive. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  const pick = <Item>(items: readonly Item[]) => items[int(0, items.length - 1)]!
  return {
    next,
    int,
    chance: probability => next() < probability,
    pick,
    weighted: <Key extends string>(weights: Readonly<Record<Key, number>>) => {
      const keys = Object.keys(weights) as Key[]
      let left = next() * keys.reduce((sum, key) => sum + weights[key], 0)
      return keys.find(key => (left -= weights[key]) < 0) ?? keys.at(-1)!
    },
    sample: (items, count) => {
      const rest = [...items]
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(int(0, rest.length - 1), 1)[0]!)
    },
    id: at => uuidv7({ msecs: at, random: Uint8Array.from({ length: 16 }, () => int(0, 255)) }),
  }
}

/** Another seed for each name, by FNV-1a: boards made from one seed keep ids of their own. */
export function seedFor(seed: number, name: string): number {
  return [...name].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0, (0x811C9DC5 ^ seed) >>> 0)
}
