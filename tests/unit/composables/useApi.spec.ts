import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { navigateTo, useRequestFetch, useRouter } from '#imports'
import { ApiProblem, isUnreachable, problemCodeOf, useApi } from '~/composables/useApi.ts'

const request = vi.fn()

beforeEach(() => {
  vi.clearAllMocks()
  vi.mocked(useRequestFetch).mockReturnValue(request as never)
  vi.mocked(useRouter).mockReturnValue({ currentRoute: { value: { fullPath: '/boards/1?q=a' } } } as never)
})

afterEach(() => vi.unstubAllGlobals())

it('asks as whoever is signed in, once', async () => {
  request.mockResolvedValueOnce({ boards: [] })
  expect(await useApi()('/api/x', { method: 'POST', body: { a: 1 } })).toEqual({ boards: [] })
  expect(request).toHaveBeenCalledExactlyOnceWith('/api/x', { retry: 0, method: 'POST', body: { a: 1 }, signal: expect.any(AbortSignal) })
})

describe('a request that hangs', () => {
  const clockOf = (signal: AbortSignal) => vi.spyOn(AbortSignal, 'timeout').mockReturnValue(signal)
  afterEach(() => vi.restoreAllMocks())

  it('is given up as one without an answer, by a fetch that heeds its signal and by one that doesn\'t', async () => {
    const isOver = new AbortController()
    const timeout = clockOf(isOver.signal)
    request.mockImplementationOnce((_path: string, { signal }: { signal: AbortSignal }) => new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new TypeError('aborted')))
    })).mockReturnValueOnce(new Promise(() => {}))
    const asking = [useApi()('/api/x'), useApi()('/api/x', { timeoutMs: 600_000 })].map(asked => asked.catch((error: unknown) => error))
    expect(timeout.mock.calls).toEqual([[30_000], [600_000]])
    isOver.abort()
    for (const problem of await Promise.all(asking)) {
      expect(problem).toBeInstanceOf(ApiProblem)
      expect(problem).toMatchObject({ status: 0, code: 'NETWORK' })
    }
  })

  it('is given up by whoever asked, too', async () => {
    clockOf(new AbortController().signal)
    const mine = new AbortController()
    request.mockReturnValue(new Promise(() => {}))
    const asking = useApi()('/api/x', { signal: mine.signal })
    mine.abort()
    await expect(asking).rejects.toMatchObject({ status: 0 })
    await expect(useApi()('/api/x', { signal: mine.signal })).rejects.toMatchObject({ status: 0 })
  })
})

describe('a request that outlives its page', () => {
  const kept = () => request.mock.calls.map(([, options]) => (options as { keepalive?: boolean }).keepalive)
  const ofBytes = (bytes: number) => ({ method: 'POST' as const, keepalive: true, body: 'x'.repeat(bytes - 2) })

  it('is one only while browsers take its body, with those of the others that are under way: 64 KiB', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    request.mockReturnValueOnce(promise).mockResolvedValue(undefined)
    const first = useApi()('/api/x', ofBytes(50_000))
    await useApi()('/api/x', ofBytes(10_000))
    await useApi()('/api/x', ofBytes(20_000))
    resolve(undefined)
    await first
    await useApi()('/api/x', ofBytes(50_000))
    await useApi()('/api/x', { ...ofBytes(3), body: '語'.repeat(25_000) })
    request.mockRejectedValueOnce(new TypeError('gone'))
    await useApi()('/api/x', ofBytes(50_000)).catch(() => {})
    await useApi()('/api/x', ofBytes(50_000))
    expect(kept()).toEqual([true, true, false, true, false, true, true])
  })
})

describe('a failure', () => {
  it.each([
    ['a problem', { status: 422, data: { code: 'WIP_LIMIT', message: 'full' } }, 422, 'WIP_LIMIT'],
    ['an older shape', { statusCode: 404, data: { code: 'BOARD_GONE', message: '' } }, 404, 'BOARD_GONE'],
    ['no problem body', { status: 502, data: '<html>' }, 502, 'INTERNAL'],
    ['no answer', new TypeError('fetch failed'), 0, 'NETWORK'],
    ['nothing at all', undefined, 0, 'NETWORK'],
  ])('is known by its code: %s', async (_, thrown, status, code) => {
    request.mockRejectedValueOnce(thrown)
    const problem = await useApi()('/api/x').catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(ApiProblem)
    expect(problem).toMatchObject({ status, code })
    expect(problemCodeOf(problem)).toBe(code)
  })

  it.each([[0, true], [502, true], [503, true], [504, true], [500, false], [401, false], [404, false]])('of status %i is for want of a server: %s', (status, expected) => {
    expect(isUnreachable(new ApiProblem(status, null))).toBe(expected)
    expect(isUnreachable(Object.assign(new Error('x'), { status }))).toBe(false)
  })

  it('that is no answer of ours has the code for that', () => {
    expect(problemCodeOf(new Error('x'))).toBe('INTERNAL')
  })
})

describe('a session that is over', () => {
  beforeEach(() => {
    request.mockRejectedValue({ status: 401, data: { code: 'UNAUTHENTICATED', message: '' } })
  })

  it('leads to the sign-in page, and back from it', async () => {
    vi.stubGlobal('window', {})
    await expect(useApi()('/api/x')).rejects.toMatchObject({ status: 401 })
    expect(navigateTo).toHaveBeenCalledExactlyOnceWith({ path: '/login', query: { redirect: '/boards/1?q=a' } })
  })

  it('leads nowhere when it is asked about, nor in a server render', async () => {
    await expect(useApi()('/api/x')).rejects.toMatchObject({ status: 401 })
    vi.stubGlobal('window', {})
    await expect(useApi()('/api/x', { signInAgain: false })).rejects.toMatchObject({ status: 401 })
    expect(navigateTo).not.toHaveBeenCalled()
  })
})
