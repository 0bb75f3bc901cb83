import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLinkMemory, onNetworkChange, openBrowserSocket } from '~/utils/device/live-link.ts'
import { createMemoryLocalStorage } from '../../helpers/local-storage.ts'

afterEach(() => vi.unstubAllGlobals())

describe('a socket', () => {
  it.each([['http:', 'ws://board.firm.example:8443/api/kanban/ws'], ['https:', 'wss://board.firm.example:8443/api/kanban/ws']])('of a page by %s goes to its own host', (protocol, address) => {
    const opened: string[] = []
    vi.stubGlobal('location', { protocol, host: 'board.firm.example:8443' })
    vi.stubGlobal('WebSocket', function open(url: string) {
      opened.push(url)
    })
    openBrowserSocket('/api/kanban/ws')
    expect(opened).toEqual([address])
  })
})

describe('another network', () => {
  it('is heard of, by either sign, until nobody wants to', () => {
    const [window, connection] = [new EventTarget(), new EventTarget()]
    vi.stubGlobal('window', window)
    vi.stubGlobal('navigator', { connection })
    const heard = vi.fn()
    const stop = onNetworkChange(heard)
    window.dispatchEvent(new Event('online'))
    connection.dispatchEvent(new Event('change'))
    expect(heard).toHaveBeenCalledTimes(2)
    stop()
    window.dispatchEvent(new Event('online'))
    connection.dispatchEvent(new Event('change'))
    expect(heard).toHaveBeenCalledTimes(2)
  })

  it('isn\'t heard of where the browser can\'t tell, and that is no error', () => {
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('navigator', {})
    expect(() => onNetworkChange(() => {})()).not.toThrow()
    vi.stubGlobal('window', undefined)
    expect(() => onNetworkChange(() => {})()).not.toThrow()
  })
})

describe('[T2] what a page that is loaded anew tries first', () => {
  it('is the socket that was live in this tab, until it was barred', () => {
    const storage = createMemoryLocalStorage()
    const memory = createLinkMemory(storage)
    expect(memory.read()).toBeNull()
    memory.note('socket')
    expect(createLinkMemory(storage).read()).toBe('socket')
    memory.note('polling')
    expect([memory.read(), storage.length]).toEqual([null, 0])
  })

  it('is polling where the browser keeps nothing', () => {
    const memory = createLinkMemory({
      getItem: () => { throw new Error('forbidden') }, setItem: () => { throw new Error('full') }, removeItem: () => { throw new Error('forbidden') },
    })
    memory.note('socket')
    memory.note('polling')
    expect(memory.read()).toBeNull()
    vi.stubGlobal('sessionStorage', undefined)
    const none = createLinkMemory()
    none.note('socket')
    expect(none.read()).toBeNull()
  })
})
