/*
 * The flags of a running board. This file is their only reader: server and browser both get them as
 * the typed object that it makes.
 */

/**
 * Ways in which news reach the browsers of a firm.
 *
 * - `polling`: no sockets.
 * - `priority`: a socket for what is urgent to its reader, polling for the rest.
 * - `hybrid`: whichever of the two works better just now.
 * - `websocket`: a socket, with polling while it fails.
 */
export const TRANSPORT_MODES = ['polling', 'priority', 'hybrid', 'websocket'] as const
export type TransportMode = typeof TRANSPORT_MODES[number]

/** The way of one member: the firm's, or `off`, where news come only when they are asked for by hand. */
export type TransportKind = TransportMode | 'off'

/** What can be switched without a new build. */
export interface Features {
  /**
   * `NUXT_PUBLIC_REALTIME_TRANSPORT`.
   *
   * @default 'hybrid'
   */
  realtimeTransport: TransportMode
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
  return { realtimeTransport: choose('realtimeTransport', values.realtimeTransport, TRANSPORT_MODES, 'hybrid') }
}

function choose<Value extends string>(feature: keyof Features, value: unknown, known: readonly Value[], fallback: NoInfer<Value>): Value {
  if (value === undefined || value === null || value === '')
    return fallback
  const found = known.find(candidate => candidate === value)
  if (!found)
    throw new UnknownFeatureValue(feature, value, known)
  return found
}
