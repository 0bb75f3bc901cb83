/** A file of the build. */
export interface BuildFile {
  url: string
  /** Null where the address changes with the content. */
  revision: string | null
}

/** The empty page that the app starts from where the server can't be reached. */
export const SHELL = '/shell'

/** One cache a build: a page goes on with the files that it was built with. */
const PREFIX = 'aster-build-'

/** What stands between us and the server says so when the server isn't there. */
const NOBODY_HOME: readonly number[] = [502, 503, 504]

export interface OfflineFilesOptions {
  /** The build that these files belong to. */
  build: string
  files: readonly BuildFile[]
  /** @default the worker's */
  caches?: CacheStorage
  /** @default the worker's */
  fetch?: typeof globalThis.fetch
  /** How long a page may take before the device's own is shown, in milliseconds: on a train a request rarely fails, it hangs. @default 4000 */
  patienceMs?: number
}

export interface OfflineFiles {
  /** Fetches the build. All of it, or it fails and leaves nothing. */
  install: () => Promise<void>
  /** Drops what no open page can still want. */
  tidy: () => Promise<void>
  /** A built file or messages, from the device where it has them. */
  file: (request: Request) => Promise<Response>
  /** A page from the server, or the empty one from the device. Nothing of it is kept. */
  page: (request: Request) => Promise<Response>
}

/** The files that the board needs without a network. Nothing that a person may see comes in here: no page with data and no answer of the API. */
export function createOfflineFiles(options: OfflineFilesOptions): OfflineFiles {
  const { build, files, caches = globalThis.caches, fetch = globalThis.fetch.bind(globalThis), patienceMs = 4_000 } = options
  const name = PREFIX + build
  /** Answers vary by what they were compressed with; the content is the same. */
  const anyway: CacheQueryOptions = { ignoreVary: true }

  async function kept(request: Request | string): Promise<Response | undefined> {
    return await (await caches.open(name)).match(request, anyway) ?? await caches.match(request, anyway)
  }

  async function take(cache: Cache, { url, revision }: BuildFile): Promise<void> {
    // What an earlier build called the same is the same.
    const known = revision === null ? await caches.match(url, anyway) : undefined
    // Asked without the cookie, so that the shell is nobody's.
    const answer = known ?? await fetch(url, revision === null ? {} : { cache: 'reload', credentials: 'omit' })
    if (!answer.ok || answer.redirected)
      throw new Error(`${url} answered ${answer.status}`)
    await cache.put(url, answer)
  }

  async function install(): Promise<void> {
    try {
      const cache = await caches.open(name)
      await Promise.all(files.map(file => take(cache, file)))
    }
    catch (error) {
      await caches.delete(name)
      throw error
    }
  }

  async function tidy(): Promise<void> {
    // In the order in which they were made; a page of the build before may still be open.
    const earlier = (await caches.keys()).filter(other => other.startsWith(PREFIX) && other !== name)
    await Promise.all(earlier.slice(0, -1).map(other => caches.delete(other)))
  }

  async function file(request: Request): Promise<Response> {
    return await kept(request) ?? await fetch(request)
  }

  async function page(request: Request): Promise<Response> {
    const asked = fetch(request)
    let timer: ReturnType<typeof setTimeout> | undefined
    const tooLate = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, patienceMs, null)
    })
    const answer = await Promise.race([asked.catch(() => null), tooLate])
    clearTimeout(timer)
    if (answer && !NOBODY_HOME.includes(answer.status))
      return answer
    return await kept(SHELL) ?? answer ?? await asked
  }

  return { install, tidy, file, page }
}

/** What the worker does with a request: nothing, unless it is for a page or for a file of the build. */
export function roleOf({ method, mode, url }: Pick<Request, 'method' | 'mode' | 'url'>, origin: string): 'page' | 'file' | null {
  const { pathname, origin: host } = new URL(url)
  if (method !== 'GET' || host !== origin)
    return null
  if (/^\/_(?:nuxt|i18n)\//.test(pathname) || pathname === '/favicon.svg')
    return mode === 'navigate' ? null : 'file'
  return mode === 'navigate' && !/^\/(?:api\/|_)/.test(pathname) ? 'page' : null
}
