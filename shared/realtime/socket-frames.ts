import type { ClientFrame, ServerFrame } from '#shared/protocol/frames.ts'
import { SOCKET_PATH } from '#shared/protocol/socket.ts'
import type { OpenSocket } from './socket-like.ts'

export interface FrameSocketOptions {
  openSocket: OpenSocket
  onOpen: () => void
  onFrame: (frame: ServerFrame) => void
  /** It is closed, or can't be written to any more. `code`: of the other end's close. */
  onClose: (code?: number) => void
}

/** A socket that speaks frames. */
export interface FrameSocket {
  send: (frame: ClientFrame) => void
  close: () => void
}

/** Opens one; null in a browser that won't. */
export function openFrameSocket({ openSocket, onOpen, onFrame, onClose }: FrameSocketOptions): FrameSocket | null {
  try {
    const socket = openSocket(SOCKET_PATH)
    socket.addEventListener('open', onOpen)
    socket.addEventListener('message', ({ data }) => {
      const frame = readFrame(data)
      if (frame)
        onFrame(frame)
    })
    // What went wrong is told by the close that follows.
    socket.addEventListener('error', () => {})
    socket.addEventListener('close', ({ code }) => onClose(code))
    return {
      send(frame) {
        try {
          socket.send(JSON.stringify(frame))
        }
        catch {
          onClose()
        }
      },
      close() {
        try {
          socket.close()
        }
        catch {
          // It is closed, then.
        }
      },
    }
  }
  catch {
    return null
  }
}

/** Our own server's frame; what isn't one is passed over (rule S5). */
function readFrame(data: unknown): ServerFrame | null {
  try {
    const frame: unknown = typeof data === 'string' ? JSON.parse(data) : null
    return typeof frame === 'object' && frame !== null ? frame as ServerFrame : null
  }
  catch {
    return null
  }
}
