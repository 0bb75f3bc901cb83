/** What happens to a socket, as far as it is read: `data` of a message, `code` of a close. */
export interface SocketEvent {
  readonly type: string
  readonly data?: unknown
  readonly code?: number
}

/** The part of the browser's `WebSocket` that is used; `ws` and Node's own fit as well. */
export interface SocketLike {
  send: (frame: string) => void
  close: (code?: number) => void
  addEventListener: (type: 'open' | 'message' | 'close' | 'error', listener: (event: SocketEvent) => void) => void
}

/** Opens a socket to a path of our own server. */
export type OpenSocket = (path: string) => SocketLike
