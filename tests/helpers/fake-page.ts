/** The parts of a browser that composables look at, moved by hand. */
export interface FakePage {
  window: Window
  document: Document
  goOffline: () => void
  goOnline: () => void
  hide: () => void
  show: () => void
  focus: () => void
  fire: (type: string) => void
}

/** A page that is visible, online and without focus. */
export function createFakePage({ online = true }: { online?: boolean } = {}): FakePage {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible', hasFocus: () => false })
  const navigator = { onLine: online }
  const window = Object.assign(new EventTarget(), { document, navigator })
  const fire = (type: string) => void window.dispatchEvent(new Event(type))

  function setOnline(isOnline: boolean): void {
    navigator.onLine = isOnline
    fire(isOnline ? 'online' : 'offline')
  }

  function setVisibility(state: 'visible' | 'hidden'): void {
    document.visibilityState = state
    document.dispatchEvent(new Event('visibilitychange'))
  }

  return {
    window: window as unknown as Window,
    document: document as unknown as Document,
    goOffline: () => setOnline(false),
    goOnline: () => setOnline(true),
    hide: () => setVisibility('hidden'),
    show: () => setVisibility('visible'),
    focus() {
      fire('blur')
      fire('focus')
    },
    fire,
  }
}
