import type { BoardEvent } from '#shared/protocol/events.ts'
import type { ServerFrame } from '#shared/protocol/frames.ts'
import { encodeTextMessage } from './text-message.ts'

/** What was said, as one message that is encoded once for all who get it. */
export function encodeSaid(events: readonly BoardEvent[]): Buffer {
  return encodeTextMessage(JSON.stringify({ t: 'said', events: [...events] } satisfies ServerFrame))
}
