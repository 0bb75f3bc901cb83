import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BuildFile } from '../../../service-worker/offline-files.ts'
import { createOfflineFiles, roleOf } from '../../../service-worker/offline-files.ts'

const ORIGIN = 'https://board.test'
const FILES: BuildFile[] = [{ url: '/_nuxt/a1.js', revision: null }, { url: '/favicon.svg', revision: 'f1' }, { url: '/shell', revision: 'one' }]

/** As much of the browser's caches as is asked for, by address. */
function createFakeCaches() {
  const kept = new Map<string, Map<string, string>>()
  const addressOf = (request: Request | string) => new URL(typeof request === 'string' ? request : request.url, ORIGIN).pathname
  const read = (name: string, request: Request | string) => {
    const body = kept.get(name)?.get(addressOf(request))
    return body === undefined ? undefined : new Response(body)
  }
  const caches = {
    async open(name: string) {
      if (!kept.has(name))
        kept.set(name, new Map())
      return {
        match: async (request: Request | string) => read(name, request),
        put: async (request: string, answer: Response) => void kept.get(name)!.set(addressOf(request), await answer.text()),
      }
    },
    match: async (request: Request | string) => [...kept.keys()].map(name => read(name, request)).find(Boolean),
    keys: async () => [...kept.keys()],
    delete: async (name: string) => kept.delete(name),
  }
  return { caches: caches as unknown as CacheStorage, kept, contents: () => [...kept].map(([name, files]) => [name, [...files.keys()].sort()]) }
}

const fetch = vi.fn<typeof globalThis.fetch>()
let device: ReturnType<typeof createFakeCaches>

function createBuild(build: string, files = FILES) {
  return createOfflineFiles({ build, files, caches: device.caches, fetch, patienceMs: 4_000 })
}

const page = (path: string) => new Request(`${ORIGIN}${path}`)
const asked = () => fetch.mock.calls.map(([request]) => new URL(request instanceof Request ? request.url : String(request), ORIGIN).pathname)

beforeEach(() => {
  device = createFakeCaches()
  fetch.mockReset().mockImplementation(async request => new Response(`from the server: ${request instanceof Request ? request.url : String(request)}`))
})

describe('a build that comes onto the device', () => {
  it('comes with all of its files, the shell asked for as nobody', async () => {
    await createBuild('one').install()
    expect(device.contents()).toEqual([['aster-build-one', ['/_nuxt/a1.js', '/favicon.svg', '/shell']]])
    expect(fetch).toHaveBeenCalledWith('/shell', { cache: 'reload', credentials: 'omit' })
  })

  it('takes from the build before what is the same, and asks again for what may not be', async () => {
    await createBuild('one').install()
    fetch.mockClear()
    await createBuild('two', [...FILES, { url: '/_nuxt/b2.js', revision: null }]).install()
    expect(asked().sort()).toEqual(['/_nuxt/b2.js', '/favicon.svg', '/shell'])
    expect(device.kept.get('aster-build-two')?.get('/_nuxt/a1.js')).toContain('/_nuxt/a1.js')
  })

  it.each([
    ['is refused', async () => new Response('', { status: 404 })],
    ['can\'t be reached', async () => { throw new TypeError('no network') }],
  ])('leaves nothing when one file %s', async (_, answer) => {
    await createBuild('one').install()
    fetch.mockImplementationOnce(answer)
    await expect(createBuild('two').install()).rejects.toThrow()
    expect(await device.caches.keys()).toEqual(['aster-build-one'])
  })

  it('leaves the build before to the pages that were built with it, and nothing older', async () => {
    await device.caches.open('another-program')
    for (const build of ['one', 'two', 'three']) {
      const files = createBuild(build)
      await files.install()
      await files.tidy()
    }
    expect(await device.caches.keys()).toEqual(['another-program', 'aster-build-two', 'aster-build-three'])
  })
})

describe('a file', () => {
  it('comes from the device, also that of an earlier build, and else from the server', async () => {
    await createBuild('one').install()
    const two = createBuild('two', [{ url: '/shell', revision: 'two' }])
    await two.install()
    fetch.mockClear()
    expect(await (await two.file(page('/_nuxt/a1.js'))).text()).toContain('a1.js')
    expect(fetch).not.toHaveBeenCalled()
    await two.file(page('/_nuxt/elsewhere.js'))
    expect(asked()).toEqual(['/_nuxt/elsewhere.js'])
    expect(device.kept.get('aster-build-two')?.has('/_nuxt/elsewhere.js')).toBe(false)
  })
})

describe('a page', () => {
  const shell = 'from the server: /shell'

  it('comes from the server while there is one, and nothing of it is kept', async () => {
    const build = createBuild('one')
    await build.install()
    const before = device.contents()
    expect(await (await build.page(page('/boards/7'))).text()).toContain('/boards/7')
    expect(device.contents()).toEqual(before)
  })

  it('is the server\'s own word also when it is a refusal', async () => {
    const build = createBuild('one')
    await build.install()
    fetch.mockResolvedValueOnce(new Response('not here', { status: 404 }))
    expect((await build.page(page('/nowhere'))).status).toBe(404)
  })

  it.each([
    ['there is no network', async () => { throw new TypeError('no network') }],
    ['a proxy says that nobody is home', async () => new Response('Bad gateway', { status: 502 })],
    ['no answer comes', () => new Promise<Response>(() => {})],
  ])('is the empty one of the device when %s', async (_, answer) => {
    vi.useFakeTimers()
    const build = createBuild('one')
    await build.install()
    fetch.mockImplementationOnce(answer)
    const shown = build.page(page('/boards/7'))
    await vi.advanceTimersByTimeAsync(4_000)
    expect(await (await shown).text()).toBe(shell)
    vi.useRealTimers()
  })

  it('is whatever comes in the end where the device has none', async () => {
    vi.useFakeTimers()
    const build = createBuild('one')
    fetch.mockResolvedValueOnce(new Response('Bad gateway', { status: 502 }))
    expect((await build.page(page('/'))).status).toBe(502)
    fetch.mockImplementationOnce(() => new Promise(resolve => setTimeout(resolve, 9_000, new Response('late'))))
    const shown = build.page(page('/'))
    await vi.advanceTimersByTimeAsync(9_000)
    expect(await (await shown).text()).toBe('late')
    fetch.mockRejectedValueOnce(new TypeError('no network'))
    await expect(build.page(page('/'))).rejects.toThrow('no network')
    vi.useRealTimers()
  })
})

describe('what the worker has a hand in', () => {
  it.each([
    ['/boards/7?q=lease', 'navigate', 'GET', 'page'],
    ['/', 'navigate', 'GET', 'page'],
    ['/_nuxt/a1.js', 'cors', 'GET', 'file'],
    ['/_i18n/1234/ja/messages.json', 'cors', 'GET', 'file'],
    ['/favicon.svg', 'no-cors', 'GET', 'file'],
    ['/api/kanban/updates', 'cors', 'GET', null],
    ['/api/kanban/mutations', 'cors', 'POST', null],
    ['/api/imports/7/rows', 'navigate', 'GET', null],
    ['/login', 'navigate', 'POST', null],
    ['/_nuxt/a1.js', 'navigate', 'GET', null],
    ['/boards/7', 'cors', 'GET', null],
    ['https://elsewhere.test/', 'navigate', 'GET', null],
  ])('%s (%s, %s) is %s', (path, mode, method, role) => {
    expect(roleOf({ url: new URL(path, ORIGIN).href, mode: mode as RequestMode, method }, ORIGIN)).toBe(role)
  })
})
