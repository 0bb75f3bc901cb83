import { describe, expect, it } from 'vitest'
import { pollBoard } from '#server/services/realtime/poll-board.ts'
import { changeMember } from '#server/services/member-changes.ts'
import type { Actor, Member } from '#shared/kanban/member.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'
import { newsQuery, retitle } from '../../helpers/board-news.ts'
import { assign, BOARD_ID, buildId, buildMove, NOW, PEOPLE } from '../../helpers/builders.ts'
import { countDatabase } from '../../helpers/count-database.ts'
import { openEventsBench } from '../../helpers/events-bench.ts'
import type { FakeBus } from '../../helpers/fake-bus.ts'
import { createFakeBusMedium } from '../../helpers/fake-bus.ts'
import type { ListeningSocket } from '../../helpers/listening-socket.ts'
import { asSession } from '../../helpers/listening-socket.ts'
import type { TestFirm } from '../../helpers/test-firm.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'

const { partner, associate, associate2, paralegal, clerk, client, admin } = PEOPLE
const lunch = { text: 'Lunch?' }

/** The events of one process of a firm. */
function openEvents(firm: TestFirm, bus?: FakeBus, tag = 1) {
  const bench = openEventsBench(firm, { bus, tag })
  const { events } = bench
  return {
    ...bench,
    say: (member: Member, topic: 'note' | 'member:activity' = 'note', data: unknown = lunch) => events.say(asSession(member), BOARD_ID, topic, data),
    look: (member: Member, matterId: string | null) => events.say(asSession(member), BOARD_ID, 'member:activity', { tab: `tab at ${matterId?.slice(-12)}`, matterId, action: 'viewing' }),
    since: async (member: Actor, cursor = 1) => (await events.since(member, BOARD_ID, cursor))?.events.map(told) ?? null,
  }
}

/** An event as one word: of presence its topic, else what was said. */
function told({ topic, data }: BoardEvent): string {
  return topic === 'note' ? data.text : topic === 'member:activity' ? `${data.action} ${data.matterId}` : topic
}

/** What a socket heard since it was last asked. */
function heardBy(socket: ListeningSocket): string[] {
  return socket.sent.splice(0).flatMap(frame => frame.t === 'said' ? frame.events.map(told) : [])
}

describe('what is said on a board', () => {
  it('[A4] reaches everybody else who works at the firm, by socket and by poll, with who said it when', async () => {
    const firm = await openTestFirm()
    const { events, open, say, deliver, since } = openEvents(firm)
    const [speaker, colleague, office, customer] = [open(partner), open(associate), open(admin), open(client)]
    await deliver()
    const sockets = [speaker, colleague, office, customer]
    sockets.forEach(heardBy)
    const { cursor } = (await events.since(partner, BOARD_ID, 0))!
    await say(partner)
    await deliver()
    expect(colleague.sent).toEqual([{ t: 'said', events: [{ id: expect.any(String), at: NOW + 50, topic: 'note', from: partner.id, data: lunch }] }])
    expect(sockets.map(heardBy)).toEqual([[], ['Lunch?'], ['Lunch?'], []])
    expect(await Promise.all([partner, associate, admin, client].map(member => since(member, cursor)))).toEqual([null, ['Lunch?'], ['Lunch?'], null])
  })

  it('[A4] is told once to who goes on from the cursor', async () => {
    const { events, say } = openEvents(await openTestFirm())
    const first = await events.since(associate, BOARD_ID, 0)
    expect(first).toMatchObject({ events: [], cursor: expect.any(Number) })
    expect(await events.since(associate, BOARD_ID, first!.cursor)).toBeNull()
    await say(partner)
    const second = await events.since(associate, BOARD_ID, first!.cursor)
    expect(second?.events.map(told)).toEqual(['Lunch?'])
    expect(await events.since(associate, BOARD_ID, second!.cursor)).toBeNull()
  })

  it('[A4] is refused with the reason', async () => {
    const firm = await openTestFirm()
    const { events, say, look } = openEvents(firm)
    const [sealed, deleted] = [await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate)] }), await firm.put()]
    await firm.commit(partner, { kind: 'delete', id: deleted.id, args: {} })
    await expect(say(client)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(events.say(asSession(partner), buildId(0xB9), 'note', lunch)).rejects.toMatchObject({ code: 'BOARD_GONE' })
    await expect(say(partner, 'note', { text: '  ' })).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'data.text' } })
    await expect(say(partner, 'note', { text: 'x'.repeat(501) })).rejects.toMatchObject({ code: 'VALIDATION' })
    await expect(say(partner, 'note', { text: 'x', more: 1 })).rejects.toMatchObject({ code: 'VALIDATION' })
    await expect(say(partner, 'note', null)).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'data' } })
    await expect(say(partner, 'member:activity', { tab: 't1', matterId: 'x', action: 'viewing' })).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'data.matterId' } })
    // What one doesn't see answers as what isn't there (rule W3).
    const refusals = await Promise.all([buildId(0x9999), sealed.id, deleted.id].map(id => look(partner, id).catch((error: unknown) => error)))
    expect(refusals).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ code: 'MATTER_GONE', message: 'there is no such matter', details: {} })))
    await expect(look(admin, (await firm.put()).id)).rejects.toMatchObject({ code: 'MATTER_GONE' })
    expect(await events.since(clerk, BOARD_ID, 1)).toBeNull()
  })

  it('[A4] is refused by the role of now, whatever the session says', async () => {
    const firm = await openTestFirm()
    const { say, look } = openEvents(firm)
    const restricted = await firm.put({ confidentiality: 'RESTRICTED', assignments: [] })
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { role: 'CLERK' }, at: NOW })
    await expect(look(associate2, restricted.id)).rejects.toMatchObject({ code: 'MATTER_GONE' })
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { role: 'CLIENT' }, at: NOW })
    await expect(say(associate2)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { active: false }, at: NOW })
    await expect(say(associate2)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('[A4] is at most 20 things a second of one member', async () => {
    const { say, clock } = openEvents(await openTestFirm())
    for (let index = 0; index < 20; index++)
      await say(partner)
    await expect(say(partner)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
    await say(associate)
    await clock.advance(50)
    await say(partner)
    await expect(say(partner)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
  })

  it('[A4] is dropped for a socket that takes too little, and for one that isn\'t told where it stands', async () => {
    const { open, say, deliver } = openEvents(await openTestFirm())
    const [slow, unplaced, quick] = [open(associate, { unsent: 64 * 1024 + 1 }), open(paralegal, { place: null }), open(clerk)]
    await deliver()
    heardBy(quick)
    await say(partner)
    await deliver()
    expect([slow, unplaced, quick].map(heardBy)).toEqual([[], [], ['Lunch?']])
  })

  it('goes at once on an urgent socket only when it is about what its reader has open or is assigned to', async () => {
    const firm = await openTestFirm()
    const { open, say, look, deliver } = openEvents(firm)
    const [focused, other] = [await firm.put({ assignments: [] }), await firm.put({ assignments: [] })]
    const theirs = await firm.put({ assignments: [assign(clerk)] })
    const socket = open(clerk, { urgent: true, focus: new Set([focused.id]) })
    await say(partner)
    for (const { id } of [focused, theirs, other])
      await look(partner, id)
    await deliver()
    expect(heardBy(socket)).toEqual([`viewing ${focused.id}`, `viewing ${theirs.id}`])
  })
})

describe('what is said about a matter', () => {
  it('[W3] [A4] never reaches the other side of a wall, by socket, poll or held poll, nor moves anything there', async () => {
    const firm = await openTestFirm()
    const { events, open, look, deliver, since } = openEvents(firm)
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate), assign(paralegal)] })
    const [inside, outside] = [open(paralegal), open(partner)]
    await deliver()
    ;[inside, outside].forEach(heardBy)
    const gone = new AbortController()
    let ended = false
    const { cursor } = (await events.since(partner, BOARD_ID, 0))!
    const held = events.wait(partner, BOARD_ID, cursor, gone.signal).finally(() => {
      ended = true
    })
    await look(associate, sealed.id)
    await deliver()
    expect([inside, outside].map(heardBy)).toEqual([[`viewing ${sealed.id}`], []])
    expect([await since(paralegal, cursor), await since(partner, cursor), await since(client, cursor), await since(admin, cursor)])
      .toEqual([[`viewing ${sealed.id}`], null, null, null])
    expect(ended).toBe(false)
    gone.abort()
    expect(await held).toBe(false)
    // And asking again costs nothing, so that not even that tells.
    const count = countDatabase(firm.repository)
    expect(await since(partner, cursor)).toBeNull()
    expect(count.calls).toEqual([])
  })

  it('[W3] [A4] doesn\'t reach who lost sight of it between the saying and the hearing', async () => {
    const firm = await openTestFirm()
    const { open, look, deliver, since } = openEvents(firm)
    const matter = await firm.put({ assignments: [assign(associate)] })
    const [seeing, walled] = [open(associate2, { member: asSession(associate2) }), open(clerk)]
    await deliver()
    ;[seeing, walled].forEach(heardBy)
    await look(associate, matter.id)
    await firm.commit(partner, { kind: 'edit', id: matter.id, args: { set: { confidentiality: 'RESTRICTED' } } })
    await deliver()
    expect([seeing, walled].map(heardBy)).toEqual([[`viewing ${matter.id}`], []])
    expect(await since(associate2)).toContain(`viewing ${matter.id}`)
    expect(await since(clerk)).not.toContain(`viewing ${matter.id}`)

    await look(associate, matter.id)
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { role: 'CLERK' }, at: NOW })
    await deliver()
    expect(heardBy(seeing)).toEqual([])
    expect(await since(associate2)).not.toContain(`viewing ${matter.id}`)
  })

  it('[W3] [A4] doesn\'t reach anybody once it is deleted, nor whose account was closed', async () => {
    const firm = await openTestFirm()
    const { open, look, deliver } = openEvents(firm)
    const [deleted, kept] = [await firm.put(), await firm.put()]
    const [colleague, closed] = [open(paralegal), open(associate2)]
    await deliver()
    ;[colleague, closed].forEach(heardBy)
    await look(associate, deleted.id)
    await look(associate, kept.id)
    await firm.commit(partner, { kind: 'delete', id: deleted.id, args: {} })
    await changeMember(firm.repository, { actor: admin, id: associate2.id, patch: { active: false }, at: NOW })
    await deliver()
    expect([colleague, closed].map(heardBy)).toEqual([[`viewing ${kept.id}`], []])
  })
})

describe('a poll that asks for events', () => {
  const poll = (firm: TestFirm, { events }: ReturnType<typeof openEvents>, member: Actor, query: Parameters<typeof newsQuery>[0]) =>
    pollBoard({ reader: firm.reader, events, heads: { tagOf: () => '0.0', onMoved: () => () => {} } }, member, newsQuery(query))

  it('[R4] [A4] asks the database nothing while nothing is said, and ends with what is', async () => {
    const firm = await openTestFirm()
    const live = openEvents(firm)
    const { cursor } = (await live.events.since(associate, BOARD_ID, 0))!
    await poll(firm, live, associate, { events: cursor })
    const count = countDatabase(firm.repository)
    expect(await poll(firm, live, associate, { events: cursor })).toMatchObject({ result: { kind: 'unchanged' }, events: null })
    expect(count.calls).toEqual([])
    const held = poll(firm, live, associate, { events: cursor, wait: 25 })
    await live.say(partner)
    expect(await held).toMatchObject({ result: { kind: 'unchanged' }, events: { events: [{ topic: 'note' }] } })
  })

  it('[A4] brings rows and events in one answer, and gives up waiting for one when the other comes', async () => {
    const firm = await openTestFirm()
    const live = openEvents(firm)
    const matter = await firm.put()
    await live.say(partner)
    const held = poll(firm, live, associate, { events: (await live.events.since(associate, BOARD_ID, 0))!.cursor, wait: 25 })
    await firm.commit(partner, buildMove(matter, 'review'))
    expect(await held).toMatchObject({ result: { kind: 'news' }, events: null })
    await live.say(partner)
    await firm.commit(partner, retitle(matter.id, 'Two'))
    expect(await poll(firm, live, associate, { events: 1 })).toMatchObject({ result: { kind: 'news' }, events: { events: [{}, {}] } })
    expect(await poll(firm, live, associate, {})).toMatchObject({ events: null })
    expect(await poll(firm, live, associate, { events: 1, epoch: 'other' })).toEqual({ result: { kind: 'reset', reason: 'epoch' }, events: null, own: null })
  })
})

describe('several processes', () => {
  it('[A4] pass on what is said, each by its own look at who may hear it', async () => {
    const firm = await openTestFirm()
    const medium = createFakeBusMedium()
    const [here, there] = [openEvents(firm, medium.join(), 1), openEvents(firm, medium.join(), 2)]
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate), assign(paralegal)] })
    const [inside, outside, own] = [there.open(paralegal), there.open(partner), there.open(associate)]
    await there.deliver()
    ;[inside, outside, own].forEach(heardBy)
    await here.look(associate, sealed.id)
    await here.say(associate)
    await there.deliver()
    expect([inside, outside, own].map(heardBy)).toEqual([[`viewing ${sealed.id}`, 'Lunch?'], ['Lunch?'], []])
    // A cursor of one goes on at the other, and nothing is lost.
    const { cursor } = (await here.events.since(clerk, BOARD_ID, 0))!
    await here.say(associate, 'note', { text: 'Dinner?' })
    expect(await there.since(clerk, cursor)).toEqual(expect.arrayContaining(['Dinner?']))
  })

  it('[A1] agree that somebody is there whom one of them still has', async () => {
    const firm = await openTestFirm()
    const medium = createFakeBusMedium()
    const [here, there] = [openEvents(firm, medium.join(), 1), openEvents(firm, medium.join(), 2)]
    const [watcher, neighbour] = [here.open(clerk), there.open(paralegal)]
    const [first, second] = [here.open(partner), there.open(partner)]
    await Promise.all([here.deliver(), there.deliver()])
    expect(heardBy(neighbour).filter(topic => topic === 'member:joined')).not.toEqual([])
    heardBy(watcher)
    here.close(first)
    await here.clock.advance(5_000)
    await Promise.all([here.deliver(), there.deliver()])
    // The one that has them corrects what the other said.
    expect(heardBy(watcher)).toEqual(['member:left', 'member:joined'])
    expect(heardBy(neighbour)).toEqual([])
    there.close(second)
    await there.clock.advance(5_000)
    await Promise.all([here.deliver(), there.deliver()])
    expect([heardBy(watcher), heardBy(neighbour)]).toEqual([['member:left'], ['member:left']])
  })
})

describe('who comes and goes', () => {
  it('[A1] is told to the others, and not when a page is loaded again', async () => {
    const { open, close, deliver, events, clock } = openEvents(await openTestFirm())
    const watcher = open(clerk)
    const socket = open(partner)
    open(client)
    open(admin)
    await deliver()
    expect(heardBy(watcher)).toEqual(['member:joined'])
    expect(heardBy(socket)).toEqual(['member:joined'])
    close(socket)
    await clock.advance(4_000)
    const next = open(partner)
    await clock.advance(60_000)
    await deliver()
    expect(heardBy(watcher)).toEqual([])
    close(next)
    events.polled(partner, BOARD_ID)
    await clock.advance(44_000)
    await deliver()
    expect(heardBy(watcher)).toEqual([])
    await clock.advance(1_000)
    await deliver()
    expect(heardBy(watcher)).toEqual(['member:left'])
  })
})
