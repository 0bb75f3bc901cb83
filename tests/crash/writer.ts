import { randomUUID } from 'node:crypto'
import type { Comment, Matter } from '#shared/kanban/matter.ts'
import type { Mutation } from '#shared/kanban/mutation.ts'
import type { MutationAnswer, MutationsAnswer, SnapshotAnswer } from '#shared/protocol/messages.ts'

const MAX_MATTERS = 40
const COLUMNS = ['in-progress', 'review'] as const

/** What a matter must be by what the server acknowledged. */
interface Expected {
  version: number
  title: string
  column: string
  /** Ids of its comments. */
  comments: string[]
}

/** A change, as either door wants it and as what it makes of a matter. */
interface Change {
  matterId: string
  mutation: Mutation
  /** The same for a plain caller, with the key that makes it happen once. */
  single: { method: 'POST' | 'PATCH', path: string, body: object, key: string }
  /** Its number in the writer's outbox. */
  n: number
  apply: (before: Expected) => Expected
}

/** One member who writes to matters of their own, one change after another, and remembers every promise. */
export interface Writer {
  /** Changes acknowledged so far. */
  acknowledged: () => number
  signIn: () => Promise<void>
  /** A board of the test's own, which no limit or matter of the demo disturbs. Wants an administrator. */
  createBoard: () => Promise<string>
  /** Which board to write to. */
  useBoard: (id: string) => Promise<void>
  /** Writes until a request fails because the server is gone. */
  writeUntilKilled: () => Promise<void>
  /**
   * Compares the server's state with the promises, then sends the change that was on its way again: its
   * key or its number makes it happen once, whether or not it had happened. Answers what is wrong.
   */
  check: () => Promise<string[]>
}

export interface WriterOptions {
  address: string
  email: string
  password: string
  /** Makes its choices. */
  random: () => number
  /** How its changes go: each to a route of its own, or numbered in an outbox. */
  door: 'single' | 'numbered'
}

export function createWriter({ address, email, password, random, door }: WriterOptions): Writer {
  const expected = new Map<string, Expected>()
  let acknowledged = 0
  let count = 0
  let cookie = ''
  let board = ''
  const columnIds = new Map<string, string>()
  const cid = randomUUID()
  /** Sent, and not yet answered when the server died. */
  let open: Change | null = null

  async function request(method: string, path: string, body?: object, key?: string): Promise<Response> {
    return await fetch(`${address}${path}`, {
      method,
      headers: { cookie, ...(body && { 'content-type': 'application/json' }), ...(key && { 'idempotency-key': key }) },
      ...(body && { body: JSON.stringify(body) }),
    })
  }

  async function send(change: Change): Promise<void> {
    open = change
    const { method, path, body, key } = change.single
    const answer = door === 'single'
      ? await request(method, path, body, key)
      : await request('POST', '/api/kanban/mutations', { board, cid, items: [{ n: change.n, ...change.mutation }] })
    const text = await answer.text()
    const { version, isDone } = door === 'single' ? readSingle(answer, text) : readNumbered(answer, text)
    if (!isDone)
      throw new Refused(`${change.mutation.kind} answered ${answer.status} ${text.slice(0, 200)}`)
    expected.set(change.matterId, { ...change.apply(expected.get(change.matterId) ?? EMPTY), version })
    acknowledged++
    open = null
  }

  function nextChange(): Change {
    const ids = [...expected.keys()]
    const key = randomUUID()
    const n = ++count
    const label = `${email} ${n}`
    if (ids.length === 0 || (ids.length < MAX_MATTERS && random() < 0.1)) {
      const id = randomUUID()
      return {
        matterId: id,
        n,
        mutation: { kind: 'create', id, args: { columnId: columnIds.get(COLUMNS[0])!, title: label, clientName: '' } },
        single: { method: 'POST', path: '/api/matters', body: { id, board, title: label, column: COLUMNS[0] }, key },
        apply: before => ({ ...before, title: label, column: COLUMNS[0] }),
      }
    }
    const matterId = ids[Math.floor(random() * ids.length)]!
    const path = `/api/matters/${matterId}`
    const dice = random()
    if (dice < 0.5) {
      return {
        matterId,
        n,
        mutation: { kind: 'edit', id: matterId, args: { set: { title: label } } },
        single: { method: 'PATCH', path, body: { title: label }, key },
        apply: before => ({ ...before, title: label }),
      }
    }
    if (dice < 0.8) {
      const column = expected.get(matterId)!.column === COLUMNS[0] ? COLUMNS[1] : COLUMNS[0]
      return {
        matterId,
        n,
        mutation: { kind: 'move', id: matterId, args: { columnId: columnIds.get(column)!, placement: { position: 0 } } },
        single: { method: 'POST', path: `${path}/move`, body: { column, position: 0 }, key },
        apply: before => ({ ...before, column }),
      }
    }
    const id = randomUUID()
    return {
      matterId,
      n,
      mutation: { kind: 'comment', id: matterId, args: { action: 'add', commentId: id, body: label } },
      single: { method: 'POST', path: `${path}/comments`, body: { id, body: label }, key },
      apply: before => ({ ...before, comments: [...before.comments, id] }),
    }
  }

  return {
    acknowledged: () => acknowledged,
    async signIn() {
      const answer = await fetch(`${address}/api/auth/login`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password }),
      })
      if (!answer.ok)
        throw new Error(`${email} could not sign in: ${answer.status}`)
      cookie = answer.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
    },
    async createBoard() {
      const answer = await request('POST', '/api/boards', { name: 'Crash' })
      return (await answer.json() as { id: string }).id
    },
    async useBoard(id) {
      board = id
      const answer = await request('GET', `/api/kanban/snapshot?board=${id}`)
      for (const column of (await answer.json() as SnapshotAnswer).columns)
        columnIds.set(column.key, column.id)
    },
    async writeUntilKilled() {
      for (;;) {
        try {
          await send(nextChange())
        }
        catch (error) {
          if (error instanceof Refused)
            throw error
          return
        }
      }
    },
    async check() {
      const answer = await request('GET', `/api/kanban/snapshot?board=${board}`)
      if (!answer.ok)
        return [`${email} is signed out after the restart (${answer.status})`]
      const { matters, columns } = await answer.json() as SnapshotAnswer
      const keys = new Map(columns.map(column => [column.id, column.key]))
      const stored = new Map(matters.map(matter => [matter.id, matter]))
      const wrong: string[] = []
      for (const [id, promise] of expected) {
        const matter = stored.get(id)
        const comments = matter ? await readComments(id) : []
        // The open change may have happened or not; the versions tell which.
        const possible = open?.matterId === id && matter && matter.version > promise.version ? open.apply(promise) : promise
        if (!matter || !agrees(matter, keys.get(matter.columnId), comments, possible))
          wrong.push(`matter ${id}: promised ${JSON.stringify(possible)}, found ${matter ? `version ${matter.version}, ${keys.get(matter.columnId)}, ${comments.length} comments` : 'nothing'}`)
      }
      if (open)
        await send(open)
      return wrong
    },
  }

  async function readComments(id: string): Promise<string[]> {
    if (expected.get(id)!.comments.length === 0 && open?.matterId !== id)
      return []
    const answer = await request('GET', `/api/matters/${id}/comments`)
    return (await answer.json() as { comments: Comment[] }).comments.map(comment => comment.id)
  }
}

function readSingle(answer: Response, text: string): { version: number, isDone: boolean } {
  return { version: answer.ok ? (JSON.parse(text) as MutationAnswer).version : 0, isDone: answer.ok }
}

function readNumbered(answer: Response, text: string): { version: number, isDone: boolean } {
  const [result] = answer.ok ? (JSON.parse(text) as MutationsAnswer).results : []
  return { version: result?.version ?? 0, isDone: result?.status === 'ok' }
}

/** The server answered, and said no: the test asks for nothing that may be refused. */
class Refused extends Error {}

const EMPTY: Expected = { version: 0, title: '', column: '', comments: [] }

function agrees(matter: Matter, column: string | undefined, comments: readonly string[], promise: Expected): boolean {
  return matter.version >= promise.version && matter.title === promise.title && column === promise.column
    && comments.length === promise.comments.length && promise.comments.every(id => comments.includes(id))
}
