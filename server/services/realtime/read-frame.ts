import type { ReadClientFrame } from '#shared/protocol/frames.ts'
import { CLIENT_FRAMES, clientFrameSchema } from '#shared/protocol/frames.ts'
import { findUnstorable } from '#shared/protocol/storable.ts'

/**
 * What a text frame of a browser says (rule S5): `unknown` for a `t` of another age, `bad` for what no browser of
 * ours sends. The data of a `say` is checked by who passes it on, because a person wrote it.
 */
export function readFrame(text: string): ReadClientFrame | 'unknown' | 'bad' {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('t' in value) || typeof value.t !== 'string')
      return 'bad'
    if (!CLIENT_FRAMES.has(value.t))
      return 'unknown'
    const frame = clientFrameSchema.parse(value)
    return frame.t === 'say' || findUnstorable(frame) === null ? frame : 'bad'
  }
  catch {
    return 'bad'
  }
}
