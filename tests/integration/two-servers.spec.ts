import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readConfig } from '#server/services/config.ts'
import type { Firm } from '#server/services/firm.ts'
import { openFirm } from '#server/services/firm.ts'
import type { UpdatesQuery } from '#shared/protocol/messages.ts'
import { retitle } from '../helpers/board-news.ts'
import { createDatabase, POSTGRES_URL } from '../helpers/postgres.ts'
import { REDIS_URL } from '../helpers/redis.ts'

/** Two servers of one firm, each with its own data folder, on one new database. */
async function openServers(env: Record<string, string> = {}): Promise<[Firm, Firm]> {
  const { url, drop } = await createDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'aster-two-'))
  const config = (name: string) => readConfig({ DATA_DIR: join(folder, name), DATABASE_URL: url, ...env })
  const firms = await Promise.all([openFirm(config('a')), openFirm(config('b'))])
  onTestFinished(async () => {
    await Promise.all(firms.map(firm => firm.close()))
    await drop()
    await rm(folder, { recursive: true })
  })
  return firms as [Firm, Firm]
}

/** A poll that waits at one server for what is committed at the other; answers how long after the commit it ended. */
async function commitAndHear(here: Firm, there: Firm): Promise<{ tookMs: number, isIt: boolean }> {
  const partner = (await there.repository.accounts.findMemberByEmail('partner@demo.test'))!
  const { board, epoch, version, matters } = await there.reader.snapshot(partner)
  const { id } = matters[0]!
  const query: UpdatesQuery = { board: board.id, epoch, version, wait: 25, includeDeleted: true }
  const title = `Title ${version}`
  const held = there.reader.updates(partner, query)
  await here.boards.commit({ actor: partner, target: { matterId: id }, build: () => retitle(id, title) })
  const from = performance.now()
  const result = await held
  const tookMs = performance.now() - from
  return { tookMs, isIt: JSON.stringify(result).includes(title) }
}

describe.skipIf(!POSTGRES_URL)('two servers on one PostgreSQL', () => {
  it('[B1] each hear of the other\'s commits at the next reconcile read, without Redis', async () => {
    const [a, b] = await openServers()
    expect(a.settings).toEqual(b.settings)
    const heard = [await commitAndHear(a, b), await commitAndHear(b, a)]
    expect(heard.map(({ isIt }) => isIt)).toEqual([true, true])
    // The quicker one: a machine that is busy with other things is no fault of ours.
    expect(Math.min(...heard.map(({ tookMs }) => tookMs))).toBeLessThan(2_500)
  })

  it('let one run an import that the other finds, and neither takes the other\'s for one that a crash left', async () => {
    const [a, b] = await openServers()
    const partner = (await a.repository.accounts.findMemberByEmail('partner@demo.test'))!
    const { job } = await a.imports.analyse(partner, { fileName: 'm.csv', bytes: new TextEncoder().encode('Title\nOne\nTwo\n') })
    const release = await a.repository.claim(`import ${job.id}`)
    await a.repository.imports.update(job.id, { state: 'running' })
    await b.imports.resume()
    await b.imports.settled(job.id)
    expect((await b.imports.find(partner, job.id)).job).toMatchObject({ state: 'running', progress: { done: 0 } })
    await release!()
    await b.imports.resume()
    await b.imports.settled(job.id)
    expect((await a.imports.find(partner, job.id)).job).toMatchObject({ state: 'done', progress: { done: 2 } })
  })
})

describe.skipIf(!POSTGRES_URL || !REDIS_URL)('two servers on one PostgreSQL, with Redis', () => {
  it('[B1] hear of each other\'s commits at once', async () => {
    const [a, b] = await openServers({ REDIS_URL: REDIS_URL! })
    const ready = vi.fn()
    b.bus.subscribe(ready)
    await vi.waitFor(() => {
      a.bus.publish({ kind: 'settings' })
      expect(ready).toHaveBeenCalled()
    }, 5_000)
    const heard = []
    for (let round = 0; round < 5; round++)
      heard.push(await commitAndHear(a, b))
    expect(heard.every(({ isIt }) => isIt)).toBe(true)
    expect(Math.min(...heard.map(({ tookMs }) => tookMs))).toBeLessThan(100)
  })

  it('[B1] [W5] hear of members and settings at once, too', async () => {
    const [a, b] = await openServers({ REDIS_URL: REDIS_URL! })
    const session = (await b.accounts.signIn('partner@demo.test', 'demo-password'))!
    const other = await b.accounts.signIn('clerk@demo.test', 'demo-password')
    const changed = vi.fn()
    b.accounts.onChanged(changed)
    await vi.waitFor(() => {
      a.accounts.forget(session.member.id)
      expect(changed).toHaveBeenCalledWith(session.member.id, false)
    }, 5_000)
    expect(await b.accounts.findSession(other!.sessionId)).toMatchObject({ transport: null })
    await a.accounts.setTransport(other!.member.id, 'off')
    await vi.waitFor(async () => expect(await b.accounts.findSession(other!.sessionId)).toMatchObject({ transport: 'off' }))
    expect(await b.accounts.findSession(session.sessionId)).not.toBeNull()
    await a.accounts.signOut(session.sessionId)
    await vi.waitFor(async () => expect(await b.accounts.findSession(session.sessionId)).toBeNull())
    await a.policy.set({ mode: 'polling', share: 40 })
    await vi.waitFor(() => expect(b.policy.settings()).toMatchObject({ mode: 'polling', share: 40 }))
  })

  it('[A1] [A3] name who is there by the other, and where, until they don\'t want that', async () => {
    const [a, b] = await openServers({ REDIS_URL: REDIS_URL! })
    const memberOf = async (name: string) => (await a.accounts.signIn(`${name}@demo.test`, 'demo-password'))!.member
    const [partner, clerk] = [await memberOf('partner'), await memberOf('clerk')]
    const boardId = await a.reader.resolveBoardId()
    a.events.polled(partner, boardId)
    await vi.waitFor(async () => {
      await a.events.say(partner, boardId, 'member:activity', { tab: 't1', matterId: null, action: 'viewing' })
      // Who comes to a server asks the others.
      expect((await b.events.present(clerk, boardId)).members).toEqual([{ id: partner.id, since: expect.any(Number), places: [] }])
    }, 5_000)
    const { matters } = await a.reader.snapshot(partner)
    const matter = matters.find(({ confidentiality }) => confidentiality === 'NORMAL')!
    await a.events.say(partner, boardId, 'member:activity', { tab: 't1', matterId: matter.id, action: 'editing', field: 'title' })
    await vi.waitFor(async () => expect((await b.events.present(clerk, boardId)).members[0]?.places).toEqual([
      { tab: 't1', matterId: matter.id, action: 'editing', field: 'title' },
    ]))
    await b.personal.setPreferences(partner.id, { presence: 'invisible' })
    expect((await b.events.present(clerk, boardId)).members).toEqual([])
    await vi.waitFor(async () => expect((await b.events.read(clerk, boardId)).events.at(-1)).toMatchObject({ topic: 'member:left', from: partner.id }))
    await a.personal.setPreferences(partner.id, { presence: 'visible' })
    await vi.waitFor(async () => expect((await b.events.present(clerk, boardId)).members).toMatchObject([{ id: partner.id }]))
    await a.awareness.set(partner.id, { presence: false })
    await vi.waitFor(async () => expect(await b.events.present(clerk, boardId)).toEqual({ boardId, enabled: false, members: [] }))
  })
})
