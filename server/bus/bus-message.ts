import { z } from 'zod'
import { SAID_SCHEMAS } from '#shared/protocol/event-requests.ts'
import { idSchema } from '#shared/protocol/messages.ts'
import { ACTIONS } from '#shared/protocol/presence.ts'
import type { BusMessage } from './bus.ts'

/*
 * What stands on the wire between processes. Another process may be of another version, and anybody may write to
 * a channel: whatever isn't a message is nothing.
 */

/** More members than work at any firm, and the places that one may have. */
const MAX_PRESENT = 5_000
const MAX_PLACES = 10

const from = idSchema
/** As far as there are dates: a page that can't write a time shows nothing at all. */
const at = z.int().min(0).max(8_640_000_000_000_000)

const eventSchema = z.discriminatedUnion('topic', [
  z.object({ id: z.string().max(64), at, from, topic: z.literal('member:joined'), data: z.object({}) }),
  z.object({ id: z.string().max(64), at, from, topic: z.literal('member:left'), data: z.object({}) }),
  z.object({ id: z.string().max(64), at, from, topic: z.literal('member:activity'), data: SAID_SCHEMAS['member:activity'] }),
  z.object({ id: z.string().max(64), at, from, topic: z.literal('cursor'), data: SAID_SCHEMAS.cursor }),
  z.object({ id: z.string().max(64), at, from, topic: z.literal('note'), data: z.object({ text: z.string().max(10_000) }) }),
])

const tab = z.string().min(1).max(32)
const placeSchema = z.object({ tab, matterId: idSchema.nullable(), action: z.enum(ACTIONS), field: z.string().min(1).max(128).optional() })
const presentSchema = z.object({ id: idSchema, since: at, places: z.array(placeSchema).max(MAX_PLACES) })

const messageSchema: z.ZodType<BusMessage> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('board'), id: idSchema, epoch: z.string().min(1).max(64), version: z.int().min(0) }),
  z.object({ kind: z.literal('member'), memberId: idSchema }),
  z.object({ kind: z.literal('settings') }),
  z.object({ kind: z.literal('personal'), memberId: idSchema.nullable(), version: z.int().min(0) }),
  z.object({ kind: z.literal('present'), boardId: idSchema, members: z.array(presentSchema).max(MAX_PRESENT) }),
  z.object({ kind: z.literal('event'), boardId: idSchema, event: eventSchema }),
])

const letterSchema = z.object({ from: z.string(), message: z.unknown() })

/** A message and the process that sends it, as text. */
export function writeLetter(from: string, message: BusMessage): string {
  return JSON.stringify({ from, message })
}

/** The sender of a text and its message, null where this version knows no such message; null of what is no letter at all. */
export function readLetter(text: string): { from: string, message: BusMessage | null } | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  }
  catch {
    return null
  }
  const letter = letterSchema.safeParse(value)
  if (!letter.success)
    return null
  return { from: letter.data.from, message: messageSchema.safeParse(letter.data.message).data ?? null }
}
