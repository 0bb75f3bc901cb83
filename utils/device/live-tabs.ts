import type { TabChannel, TabLocks, TabPorts } from '#shared/realtime/tab-ports.ts'

/** Browser globals, so that a test can do without them; absent, the browser's own. Null stands for a browser that has none. */
export interface LiveTabsOptions {
  /** @default navigator.locks */
  locks?: LockManager | null
  /** @default BroadcastChannel */
  Channel?: typeof BroadcastChannel | null
  /** @default document */
  page?: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>
  /** @default window */
  view?: Pick<Window, 'addEventListener' | 'removeEventListener'>
}

/** Sleep and waking, as a page hears of them. A page in the browser's cache holds nothing that another tab waits for. */
const LIFE = [
  { on: 'view', event: 'pagehide', isAwake: false },
  { on: 'view', event: 'pageshow', isAwake: true },
  { on: 'page', event: 'freeze', isAwake: false },
  { on: 'page', event: 'resume', isAwake: true },
] as const

/** What this browser gives a tab to agree with others who leads (rules L1, L2). Where there is no page, as on the server, each stands alone. */
export function createLiveTabs(options: LiveTabsOptions = {}): TabPorts {
  const page = options.page ?? globalThis.document
  const view = options.view ?? globalThis.window
  const manager = options.locks === undefined ? page && globalThis.navigator?.locks : options.locks
  const Channel = options.Channel === undefined ? page && globalThis.BroadcastChannel : options.Channel

  const locks: TabLocks | null = manager
    ? { request: (name, how, hold) => manager.request(name, { mode: 'exclusive', ...how }, hold).catch(rethrowUnlessTaken) }
    : null

  function onAwake(listener: (isAwake: boolean) => void): () => void {
    const stops = LIFE.map(({ on, event, isAwake }) => {
      const target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | undefined = on === 'view' ? view : page
      const hear = (): void => listener(isAwake)
      target?.addEventListener(event, hear)
      return () => target?.removeEventListener(event, hear)
    })
    return () => stops.forEach(stop => stop())
  }

  return {
    locks,
    openChannel: name => Channel ? createChannel(new Channel(name)) : null,
    isVisible: () => page?.visibilityState === 'visible',
    onAwake,
    makeId: () => crypto.randomUUID(),
  }
}

/** That the lock was stolen, or isn't waited for any more, is no error. */
function rethrowUnlessTaken(error: unknown): void {
  if (!(error instanceof DOMException) || error.name !== 'AbortError')
    throw error
}

function createChannel(channel: BroadcastChannel): TabChannel {
  let isOpen = true
  return {
    post: message => isOpen ? channel.postMessage(message) : undefined,
    onMessage: listener => channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => isOpen && listener(data)),
    close() {
      isOpen = false
      channel.close()
    },
  }
}
