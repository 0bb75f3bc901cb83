/// <reference types="vite/client" />
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventHandler } from 'h3'
import { createApp, createRouter, toNodeListener } from 'h3'
import type { Firm } from '#server/services/firm.ts'
import type { Admission } from '#server/services/realtime/admission.ts'
import type { SocketDoor } from '#server/services/realtime/socket-door.ts'

/** A running API: the real handlers and middlewares on a demo firm of its own, without Nitro around them. */
export interface ApiServer {
  url: string
  firm: Firm
  /** Where upgrades go. */
  door: SocketDoor
  /** Signs a demo account in; answers its cookie. */
  signIn: (email: string) => Promise<string>
  request: (method: string, path: string, options?: RequestOptions) => Promise<ApiAnswer>
  close: () => Promise<void>
}

interface RequestOptions {
  /** Cookie of who asks. */
  as?: string
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

interface ApiAnswer {
  status: number
  headers: Headers
  text: string
  /** The parsed body; null without one. */
  body: Record<string, unknown> & { code?: string, field?: string }
}

type HandlerModule = { default: EventHandler }
const handlers = import.meta.glob<HandlerModule>('../../server/api/**/*.ts')
const middlewares = import.meta.glob<HandlerModule>('../../server/middleware/*.ts')

/** Path and method of a handler's file. */
export function routeOf(file: string): { path: string, method: string | null } {
  const [, name = '', method] = /server(\/api\/.*?)(?:\.(get|post|put|patch|delete))?\.ts$/.exec(file) ?? []
  return { path: name.replace(/\/index$/, ''), method: method ?? null }
}

/** Every file of server/api. */
export const HANDLER_FILES = Object.keys(handlers)

/** Starts the API. One a test file: the firm is the module's own. */
export async function startApi({ admission }: { admission?: Admission } = {}): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'aster-api-'))
  // Vitest has a BASE_URL of its own, and a developer's .env is none of a test's business.
  for (const name of ['BASE_URL', 'DATABASE_URL', 'DEMO', 'ADMIN_EMAIL', 'ADMIN_PASSWORD', 'NUXT_SESSION_PASSWORD'])
    Reflect.deleteProperty(process.env, name)
  process.env.DATA_DIR = folder
  const { useFirm } = await import('#server/utils/firm.ts')
  const { useSocketDoor } = await import('#server/utils/socket-door.ts')
  const { createUpgradeFacade } = await import('#server/utils/take-upgrades.ts')
  const firm = await useFirm()
  const door = await useSocketDoor(admission)
  const app = createApp()
  for (const file of Object.keys(middlewares).sort())
    app.use((await middlewares[file]!()).default)
  const router = createRouter()
  for (const [file, load] of Object.entries(handlers)) {
    const { path, method } = routeOf(file)
    const pattern = path.replace('[...path]', '**').replaceAll(/\[(\w+)\]/g, ':$1')
    router.use(pattern, (await load()).default, (method ?? undefined) as 'get' | undefined)
  }
  app.use(router)
  const server = createServer(toNodeListener(app))
  server.on('upgrade', createUpgradeFacade(useSocketDoor).handleUpgrade)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function request(method: string, path: string, { as, body, raw, headers = {} }: RequestOptions = {}): Promise<ApiAnswer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(url + path, {
      method,
      headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...(as && { cookie: as }), ...headers },
      ...(payload !== undefined && { body: payload }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : null }
  }

  return {
    url,
    firm,
    door,
    request,
    async signIn(email) {
      const { status, headers } = await request('POST', '/api/auth/login', { body: { email, password: 'demo-password' } })
      if (status !== 200)
        throw new Error(`sign-in of ${email} answered ${status}`)
      return headers.getSetCookie()[0]!.split(';')[0]!
    },
    async close() {
      door.close()
      await new Promise(resolve => server.close(resolve))
      await firm.close()
      await rm(folder, { recursive: true })
    },
  }
}
