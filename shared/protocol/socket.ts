/*
 * What both ends of a socket know by heart (rules S1–S5). No schemas here: the browser loads this file.
 */

/** Where sockets are opened. */
export const SOCKET_PATH = '/api/kanban/ws'

/** Why a socket was closed (rule S4). */
export const CLOSE = {
  /** The other end goes away, like a page that is left. */
  GONE: 1001,
  /** The server couldn't take it in, like without its database. */
  FAILED: 1011,
  BAD_FRAME: 4400,
  /** The ticket, or the session behind it, isn't good any more. */
  TICKET: 4401,
  FORBIDDEN: 4403,
  /** It took too long: no `hello`, no sign of life, or news that didn't get through. */
  SLOW: 4408,
  /** What it was let in with has changed, like the reader's role: begin anew. */
  RESYNC: 4409,
  TOO_OLD: 4426,
  RATE: 4429,
  /** The server is being restarted; `bye` said when to come back. */
  DRAIN: 4503,
} as const

/** After these, asking again gives the same. */
export const FINAL_CLOSE_CODES: readonly number[] = [CLOSE.BAD_FRAME, CLOSE.FORBIDDEN, CLOSE.TOO_OLD]

/** How often each side is to be heard, and when it is given up, in milliseconds (rules S2, S3). */
export const SOCKET_TIMES = {
  /** From the open socket to `hello`. */
  helloMs: 5_000,
  /** Between two pings of the server, ±10 %. */
  pingMs: 20_000,
  /** The server ends a peer that is silent for this long. */
  silentMs: 50_000,
  /** The browser asks whether the server is still there after this long without a frame. */
  probeAfterMs: 35_000,
  /** And gives it up this long after. */
  probeMs: 6_000,
} as const

/** Bounds of what may come in on a socket (rule S2). */
export const SOCKET_LIMITS = {
  /** Bytes of one frame. */
  frameBytes: 64 * 1024,
  /** Frames a second, as a token bucket of twice as many. */
  framesPerSecond: 20,
  /** Open matters that a `focus` names. */
  openMatters: 20,
} as const
