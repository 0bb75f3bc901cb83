import type { OpenSocket } from '#shared/realtime/socket-like.ts'

/*
 * What a browser gives the way to the server: sockets, word of another network, and a memory of what worked.
 */

/** Opens a socket to the page's own host, encrypted where the page is. */
export const openBrowserSocket: OpenSocket = (path) => {
  const { protocol, host } = globalThis.location
  return new WebSocket(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${path}`)
}

/** Hears that the device may be on another network; returns how to stop. A browser that can't tell says nothing. */
export function onNetworkChange(listener: () => void): () => void {
  const network = (globalThis.navigator as { connection?: EventTarget } | undefined)?.connection
  const stops = [globalThis.window, network].map((target) => {
    const event = target === network ? 'change' : 'online'
    target?.addEventListener?.(event, listener)
    return () => target?.removeEventListener?.(event, listener)
  })
  return () => stops.forEach(stop => stop())
}

const KEY = 'aster-link'

/** What a page that is loaded anew may try first. */
export interface LinkMemory {
  /** What was live in this tab before; null where nothing was, or it was switched off or blocked. */
  read: () => 'socket' | null
  /** A socket is live, or isn't worth it any more. */
  note: (via: 'socket' | 'polling') => void
}

/** @param storage of this tab alone: another tab may be on the way to another network */
export function createLinkMemory(storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): LinkMemory {
  /** Looked up at each use: even naming it throws where a browser forbids it. */
  const place = () => storage ?? globalThis.sessionStorage

  return {
    read() {
      try {
        return place()?.getItem(KEY) === 'socket' ? 'socket' : null
      }
      catch {
        return null
      }
    },
    note(via) {
      try {
        if (via === 'socket')
          place()?.setItem(KEY, via)
        else
          place()?.removeItem(KEY)
      }
      catch {
        // A browser that keeps nothing polls first.
      }
    },
  }
}
