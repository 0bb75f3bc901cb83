import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useRouter, useRuntimeConfig } from '#imports'
import releasePlugin from '~/plugins/release.client.ts'
import { useReleaseStore } from '~/stores/release.ts'

/** What the plugin is heard to ask for: hooks by name, and what the browser holds. */
let hooks: Record<string, () => void>
let router: Record<'onError' | 'afterEach', ReturnType<typeof vi.fn>>
const update = vi.fn(async () => {})
const register = vi.fn(async () => ({}))
let serviceWorker: EventTarget

function open(navigator: object = { serviceWorker }): ReturnType<typeof useReleaseStore> {
  vi.stubGlobal('navigator', navigator)
  ;(releasePlugin as unknown as (nuxtApp: unknown) => void)({ hook: (name: string, callback: () => void) => (hooks[name] = callback) })
  return useReleaseStore()
}

const hear = (data: unknown) => serviceWorker.dispatchEvent(new MessageEvent('message', { data }))

beforeEach(() => {
  setActivePinia(createPinia())
  vi.clearAllMocks()
  vi.useFakeTimers()
  hooks = {}
  router = { onError: vi.fn(), afterEach: vi.fn() }
  serviceWorker = Object.assign(new EventTarget(), { register, getRegistration: async () => ({ update }) })
  vi.mocked(useRouter).mockReturnValue(router as never)
  vi.mocked(useRuntimeConfig).mockReturnValue({ public: {}, app: { buildId: 'one' } } as never)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('has the browser keep the build, and says when it has another', () => {
  const release = open()
  expect(register).toHaveBeenCalledExactlyOnceWith('/sw.js')
  for (const data of [{ kind: 'build', build: 'one' }, { kind: 'other', build: 'two' }, null])
    hear(data)
  expect(release.news).toBeNull()
  hear({ kind: 'build', build: 'two' })
  expect(release.news).toBe('newer')
})

it('goes without where there is none, or none is allowed', async () => {
  open({})
  expect(register).not.toHaveBeenCalled()
  register.mockRejectedValueOnce(new DOMException('insecure', 'SecurityError'))
  open()
  await vi.advanceTimersByTimeAsync(0)
})

it('looks once an hour whether there is a newer one, and doesn\'t mind a missing network', async () => {
  open()
  update.mockRejectedValueOnce(new TypeError('no network'))
  await vi.advanceTimersByTimeAsync(3_599_999)
  expect(update).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(3_600_001)
  expect(update).toHaveBeenCalledTimes(2)
})

it.each<[string, () => Promise<Response>]>([
  ['part-gone', async () => new Response('{}')],
  ['part-unreachable', async () => new Response('', { status: 502 })],
  ['part-unreachable', () => Promise.reject(new TypeError('fetch failed'))],
])('says of a missing part that it is %s, by whether the server is there', async (news, answer) => {
  vi.stubGlobal('fetch', answer)
  const release = open()
  hooks['app:chunkError']!()
  await vi.advanceTimersByTimeAsync(0)
  expect(release.news).toBe(news)
})

it('remembers where the person wanted to go, until they are somewhere', () => {
  const release = open()
  const [[fail], [arrive]] = [router.onError.mock.calls[0]!, router.afterEach.mock.calls[0]!]
  fail(new Error('no such part'), { fullPath: '/import?job=1' })
  arrive({}, {}, new Error('aborted'))
  expect(release.wanted).toBe('/import?job=1')
  arrive({}, {}, undefined)
  expect(release.wanted).toBeNull()
})
