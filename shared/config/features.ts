/*
 * The flags of a running board. This file is their only reader: server and browser both get them as
 * the typed object that it makes.
 */

/** Ways in which news reach the browser. */
export const TRANSPORT_KINDS = ['polling'] as const
export type TransportKind = typeof TRANSPORT_KINDS[number]

/** What can be switched without a new build. */
export interface Features {
  /**
   * `NUXT_PUBLIC_REALTIME_TRANSPORT`.
   *
   * @default 'polling'
   */
  realtimeTransport: TransportKind
}

/** A flag has a value that this version doesn't know. */
export class UnknownFeatureValue extends Error {
  readonly feature: keyof Features

  constructor(feature: keyof Features, value: unknown, known: readonly string[]) {
    super(`${JSON.stringify(value)} is not a value of ${feature}; known: ${known.join(', ')}`)
    this.name = 'UnknownFeatureValue'
    this.feature = feature
  }
}

/**
 * The flags with their defaults. Absent and empty mean the default; anything unknown throws
 * `UnknownFeatureValue`, because a flag that is misspelt must not be silently without effect.
 *
 * @param values the public runtime configuration, or the same names taken from the environment
 */
export function readFeatures(values: Readonly<Partial<Record<keyof Features, unknown>>>): Features {
  return { realtimeTransport: choose('realtimeTransport', values.realtimeTransport, TRANSPORT_KINDS) }
}

function choose<Value extends string>(feature: keyof Features, value: unknown, known: readonly [Value, ...Value[]]): Value {
  if (value === undefined || value === null || value === '')
    return known[0]
  const found = known.find(candidate => candidate === value)
  if (!found)
    throw new UnknownFeatureValue(feature, value, known)
  return found
}
