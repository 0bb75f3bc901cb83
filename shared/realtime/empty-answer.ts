import type { UpdatesAnswer } from '#shared/protocol/messages.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'

/** An answer in which nothing happened: at the reader's version a sign of life, beyond it a gap (`TransportEvents.updates`). */
export function emptyAnswer(epoch: string, version: number): UpdatesAnswer {
  return { protocol: PROTOCOL_VERSION, epoch, from: version, version, matters: [], columns: null, members: null, deleted: [], acks: {}, next: 0 }
}
