import { describe, expect, it } from 'vitest'
import { createBoardService } from '#server/services/board-service.ts'
import type { Actor } from '#shared/kanban/member.ts'
import { newsFor, newsQuery, retitle } from '../helpers/board-news.ts'
import { assign, BOARD_ID, buildMove, NOW, PEOPLE } from '../helpers/builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, associate, paralegal, clerk } = PEOPLE

describe('a held poll', () => {
  it('[R4] answers when something visible changes, and not before', async () => {
    const firm = await openTestFirm()
    const open = await firm.put()
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })
    let settled = false
    const held = firm.reader.updates(associate, newsQuery({ wait: 20 })).finally(() => {
      settled = true
    })
    await firm.commit(partner, retitle(sealed.id, 'hidden'))
    await new Promise(resolve => setImmediate(resolve))
    expect(settled).toBe(false)
    await firm.commit(partner, buildMove(open, 'review'))
    expect(await held).toMatchObject({ kind: 'news', answer: { version: 2, matters: [{ id: open.id }] } })
  })
  it('is answered at once beyond the twentieth of one member', async () => {
    const firm = await openTestFirm()
    const gone = new AbortController()
    const poll = (actor: Actor) => firm.reader.updates(actor, newsQuery({ wait: 20 }), { signal: gone.signal })
    let ended = 0
    const held = Array.from({ length: 20 }, () => poll(clerk).finally(() => ended++))
    while (firm.hub.quiet(BOARD_ID, clerk) === null)
      await new Promise(resolve => setImmediate(resolve))
    expect(await poll(clerk)).toMatchObject({ kind: 'unchanged' })
    expect(ended).toBe(0)
    const colleague = poll(paralegal)
    gone.abort()
    await Promise.all([...held, colleague])
    // Places that were given back are there again.
    const next = firm.reader.updates(clerk, newsQuery({ wait: 20 }))
    await firm.commit(partner, retitle((await firm.put()).id, 'x'))
    expect(await next).toMatchObject({ kind: 'news' })
  })
  it('ends with its request, and with the server', async () => {
    const firm = await openTestFirm()
    const gone = new AbortController()
    const first = firm.reader.updates(paralegal, newsQuery({ wait: 20 }), { signal: gone.signal })
    gone.abort()
    expect(await first).toMatchObject({ kind: 'unchanged' })
    const second = firm.reader.updates(paralegal, newsQuery({ wait: 20 }))
    firm.hub.close()
    expect(await second).toMatchObject({ kind: 'unchanged' })
  })
})

describe('a commit of which the answer was lost', () => {
  it('[R2] [R4] reaches readers at their next poll all the same', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.commit(partner, retitle(id, 'One'))
    const { version } = await firm.reader.snapshot(associate, BOARD_ID)
    const deaf: typeof firm.repository = {
      ...firm.repository,
      async transaction(work) {
        await firm.repository.transaction(work)
        throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
      },
    }
    const boards = createBoardService({ repository: deaf, hub: firm.hub, firm: (await firm.repository.firm.get())!, now: () => NOW })
    await expect(boards.commit({ actor: partner, target: { matterId: id }, build: () => retitle(id, 'Two') })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await newsFor(firm, associate, { version })).toMatchObject({ matters: [{ op: 'set', id, fields: { title: 'Two' } }] })
  })
})
