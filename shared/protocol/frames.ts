import { z } from 'zod'
import type { TransportKind } from '#shared/config/features.ts'
import type { BoardEvent } from './events.ts'
import { SAID_TOPICS } from './events.ts'
import type { ResetReason, UpdatesAnswer } from './messages.ts'
import { idSchema } from './messages.ts'
import type { PersonalTag } from './personal.ts'
import type { ProblemCode } from './problems.ts'
import { SOCKET_LIMITS } from './socket.ts'

/*
 * What travels on a socket: one JSON object a text frame, told apart by `t`. What the browser sends is a schema, by
 * which the server parses it (rule S5); what our own server sends is a type. An unknown `t` is ignored by both.
 */

const version = z.int().min(0)
const counter = z.int().min(0)

/** The first frame, within 5 s (rules S1, S2). */
const helloSchema = z.object({
  t: z.literal('hello'),
  protocol: version,
  board: idSchema,
  epoch: z.string().min(1).max(64),
  version,
  cid: z.string().max(64),
  /** From `POST /api/kanban/ticket`. */
  ticket: z.string().max(1_024),
  /** Only what is urgent to this reader, and all that was before it. */
  urgent: z.boolean().default(false),
})

/** The reader stands here: tell what is new since, marked with `ref`, and go on from there. */
const syncSchema = z.object({ t: z.literal('sync'), ref: counter, epoch: z.string().min(1).max(64), version, cid: z.string().max(64) })

/** The matters that the reader has open, for `urgent`. */
const focusSchema = z.object({ t: z.literal('focus'), matters: z.array(idSchema).max(SOCKET_LIMITS.openMatters) })

/** What this reader takes of what is volatile; nothing of it before this frame (rule A2). */
const wantsSchema = z.object({ t: z.literal('wants'), cursors: z.boolean() })

/** Says something to the others on the board; its parts are checked as those of `POST /api/events`. */
const saySchema = z.object({ t: z.literal('say'), ref: counter, topic: z.enum(SAID_TOPICS), data: z.unknown() })

const pingSchema = z.object({ t: z.literal('ping'), i: counter })
const pongSchema = z.object({ t: z.literal('pong'), i: counter })
const byeSchema = z.object({ t: z.literal('bye') })

export const clientFrameSchema = z.discriminatedUnion('t', [helloSchema, syncSchema, focusSchema, wantsSchema, saySchema, pingSchema, pongSchema, byeSchema])

/** Any frame of the browser, as it is sent. */
export type ClientFrame = z.input<typeof clientFrameSchema>
/** The same, parsed. */
export type ReadClientFrame = z.infer<typeof clientFrameSchema>
export type HelloFrame = z.infer<typeof helloSchema>
export type SyncFrame = z.infer<typeof syncSchema>

/** Every `t` that the browser may send. */
export const CLIENT_FRAMES: ReadonlySet<string> = new Set(clientFrameSchema.options.map(({ shape }) => shape.t.value))

export type ServerFrame
  /** The answer to `hello`. `version`: where the reader stands for the server; what is missing follows at once. */
  = | { t: 'welcome', sid: string, epoch: string, version: number, now: number }
    /** News since `from`. `ref`: the `sync` that it answers. */
    | ({ t: 'd', ref?: number } & UpdatesAnswer)
    /** Nothing is new since; answers `sync`. */
    | { t: 'same', ref: number, epoch: string, version: number }
    /** What the reader has can't be gone on from: only a full read helps. Nothing more comes until the next `sync`. */
    | { t: 'reset', ref?: number, why: ResetReason }
    /** Answered at once by `pong` with the same `i`. `version`: where the reader stands for the server. */
    | { t: 'ping', i: number, epoch: string, version: number }
    | { t: 'pong', i: number, epoch: string, version: number }
    | { t: 'said', events: BoardEvent[] }
    /** The reader's personal tag, after `welcome` and whenever it changes. */
    | { t: 'own', tag: PersonalTag }
    /** `say` was taken; `err` with its `ref` says that it wasn't. */
    | { t: 'ok', ref: number }
    /** Use another way from now on. The server closes the socket when the new way has none. */
    | { t: 'mode', transport: TransportKind }
    /** The server is about to close. `after`: come back in so many milliseconds. */
    | { t: 'bye', code: 'drain' | 'auth' | 'slow' | 'role', after: number }
    | { t: 'err', code: ProblemCode, ref?: number }
