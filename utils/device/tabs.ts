/** A way to the other tabs of this browser that have the same thing open. */
export interface Tabs<Message> {
  tell: (message: Message) => void
  /** Hears what others tell; returns how to stop. */
  onTold: (listener: (message: Message) => void) => () => void
  close: () => void
}

/** Opens it under a name. A browser that has no channels has no other tabs, as far as this one knows. */
export function createTabs<Message>(name: string): Tabs<Message> {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)
  const listeners = new Set<(message: Message) => void>()
  let isOpen = true

  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (isOpen)
      listeners.forEach(listener => listener(data))
  })

  function tell(message: Message): void {
    if (isOpen)
      channel?.postMessage(message)
  }

  function onTold(listener: (message: Message) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  function close(): void {
    isOpen = false
    listeners.clear()
    channel?.close()
  }

  return { tell, onTold, close }
}
