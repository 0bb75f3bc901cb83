import { vi } from 'vitest'
import { WebSocket } from 'ws'
import { renewEpochs } from '#server/services/renew-epochs.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { AdministeredBoard } from '#shared/protocol/administration.ts'
import type { MeAnswer, MutationsAnswer, SnapshotAnswer } from '#shared/protocol/messages.ts'
import { PROTOCOL_VERSION } from '#shared/protocol/version.ts'
import { systemClock } from '#shared/realtime/clock.ts'
import type { SocketLike } from '#shared/realtime/socket-like.ts'
import { officeProxy } from '../../e2e/support/office-proxy.ts'
import type { ApiServer } from '../helpers/api-server.ts'
import type { Person, TransportGround } from './transport-ground.ts'

const EMAILS = { reader: 'associate@demo.test', colleague: 'partner@demo.test', admin: 'admin@demo.test' } as const

const signedIn = new WeakMap<ApiServer, Map<string, Promise<string>>>()

/** A board of its own on the real server, reached through a proxy that can stop sockets. */
export async function createRealGround(api: ApiServer): Promise<TransportGround> {
  const proxy = await officeProxy(Number(new URL(api.url).port))
  const admin = await cookieOf('admin')
  const cookies = { reader: await cookieOf('reader'), colleague: await cookieOf('colleague') }
  /** Of plain callers, who stay signed in. */
  const plain = { reader: await cookieOf('reader', 'plain'), colleague: await cookieOf('colleague', 'plain') }
  const board = await newBoard()
  const people = { reader: await personOf('reader'), colleague: await personOf('colleague') }
  const outboxes = { reader: { cid: crypto.randomUUID(), n: 0 }, colleague: { cid: crypto.randomUUID(), n: 0 } }
  let isDown = false

  /** Signing in is slow on purpose, so it is done once for all tests of a server. */
  async function cookieOf(who: keyof typeof EMAILS, use = 'browser'): Promise<string> {
    const known = signedIn.get(api) ?? new Map<string, Promise<string>>()
    signedIn.set(api, known)
    const key = `${who} ${use}`
    const cookie = known.get(key) ?? api.signIn(EMAILS[who])
    known.set(key, cookie)
    return await cookie
  }

  async function ask<Body>(method: string, path: string, as: string, body?: unknown): Promise<Body> {
    const answer = await api.request(method, path, { as, ...body !== undefined && { body } })
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`)
    return answer.body as Body
  }

  async function newBoard(): Promise<SnapshotAnswer> {
    const { id } = await ask<AdministeredBoard>('POST', '/api/boards', admin, { name: 'Matters' })
    return await ask('GET', `/api/kanban/snapshot?board=${id}`, plain.colleague)
  }

  async function personOf(who: Person): Promise<Member> {
    const { member: { id, name, role, active } } = await ask<MeAnswer>('GET', '/api/auth/me', plain[who])
    return { id, name, role, active }
  }

  async function act(who: Person, mutation: Mutation): Promise<void> {
    const outbox = outboxes[who]
    const item = { n: ++outbox.n, ...mutation }
    const body = { protocol: PROTOCOL_VERSION, board: board.board.id, cid: outbox.cid, items: [item] }
    const { results: [result] } = await ask<MutationsAnswer>('POST', '/api/kanban/mutations', plain[who], body)
    if (result?.status !== 'ok' && result?.status !== 'merged')
      throw new Error(`${mutation.kind} ended as ${JSON.stringify(result)}`)
  }

  function openSocket(path: string, cookie: string): SocketLike {
    const url = isDown ? 'http://127.0.0.1:1' : proxy.url
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers: { cookie, origin: proxy.url }, perMessageDeflate: false })
    return {
      send: frame => socket.send(frame),
      // What a browser's `close` does; a dead peer never answers it.
      close: (code = 1000) => socket.readyState === WebSocket.CONNECTING ? socket.terminate() : socket.close(code),
      addEventListener: (type, listener) => socket.addEventListener(type, event => listener(event as unknown as Parameters<typeof listener>[0])),
    }
  }

  return {
    clock: systemClock,
    boardId: board.board.id,
    columns: ['in-progress', 'review'].map(key => board.columns.find(column => column.key === key)!.id) as [string, string],
    people,
    pollMs: 100,
    browserOf: who => ({
      openSocket: path => openSocket(path, cookies[who]),
      async fetch(path, { headers, ...init }) {
        if (isDown)
          throw new TypeError('fetch failed')
        return await fetch(proxy.url + path, { ...init, headers: { ...headers, cookie: cookies[who] } })
      },
    }),
    until: (condition, withinMs = 20_000) => vi.waitFor(() => {
      if (!condition())
        throw new Error(`this didn't come true within ${withinMs} ms: ${condition}`)
    }, { interval: 5, timeout: withinMs }),
    act,
    cutSockets: proxy.cut,
    muteSockets: proxy.dropSilently,
    refuseUpgrades: proxy.refuseUpgrades,
    goDown() {
      isDown = true
      proxy.cut()
    },
    comeBack: () => { isDown = false },
    async signOut(who) {
      await ask('POST', '/api/auth/logout', cookies[who])
      signedIn.get(api)!.delete(`${who} browser`)
    },
    async renewEpoch() {
      for (const head of await renewEpochs(api.firm.repository))
        api.firm.hub.seen(head)
    },
    setWay: transport => api.firm.policy.set({ mode: transport === 'off' ? 'polling' : transport, share: 100 }),
    tagOf: who => api.firm.heads.tagOf(people[who].id),
    async moveTag(who) {
      const { heads, repository } = api.firm
      if (who)
        return heads.moved(await repository.personal.bump([people[who].id]))
      heads.moved(new Map(), await repository.firm.setAwareness((await repository.firm.awareness()).firm))
    },
    choosePresence: (who, presence) => ask('PATCH', '/api/preferences', plain[who], { presence }),
    close: proxy.close,
  }
}
