import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { encodeTextMessage } from './text-message.ts'

/** The part of a frame of news that readers who see the same share, as JSON without braces. */
export interface FrameBody {
  /** Tells bodies of one pull apart. */
  key: string
  json: string
}

/** What stands around it. */
export interface FrameHead {
  epoch: string
  from: number
  version: number
  /** The server's wish for the next poll, in milliseconds. */
  next: number
}

/** The body of a frame, from parts that are JSON already; null where a part didn't change. */
export function encodeBody(
  key: string,
  { ops, deleted, columns, members }: { ops: readonly string[], deleted: readonly string[], columns: string | null, members: string | null },
): FrameBody {
  return { key, json: `"matters":[${ops.join(',')}],"columns":${columns},"members":${members},"deleted":${JSON.stringify(deleted)}` }
}

/** A frame of news (`d`), as the message that goes out. */
export function encodeFrame({ epoch, from, version, next }: FrameHead, body: FrameBody, acks: Readonly<Record<string, number>> = {}): Buffer {
  return encodeTextMessage(
    `{"t":"d","protocol":${PROTOCOL_VERSION},"epoch":${JSON.stringify(epoch)},"from":${from},"version":${version},${body.json},`
    + `"acks":${JSON.stringify(acks)},"next":${next}}`,
  )
}
