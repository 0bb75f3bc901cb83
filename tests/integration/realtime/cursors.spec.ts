import { describe, expect, it } from 'vitest'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { CursorData } from '#shared/protocol/presence.ts'
import { assign, BOARD_ID, buildId, PEOPLE } from '../../helpers/builders.ts'
import { countDatabase } from '../../helpers/count-database.ts'
import { openEventsBench } from '../../helpers/events-bench.ts'
import type { FakeBus } from '../../helpers/fake-bus.ts'
import { createFakeBusMedium } from '../../helpers/fake-bus.ts'
import type { ListeningSocket } from '../../helpers/listening-socket.ts'
import { asSession } from '../../helpers/listening-socket.ts'
import type { TestFirm } from '../../helpers/test-firm.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'

const { partner, associate, associate2, paralegal, clerk, client, admin } = PEOPLE

const over = (matterId: MatterId | null, x = 0.5): CursorData => ({ at: { columnId: buildId(0xC1), matterId, x, y: 0.5 } })

function openProcess(firm: TestFirm, bus?: FakeBus) {
  const { open, deliver, ...bench } = openEventsBench(firm, { bus })
  return {
    ...bench,
    open: (member: Member, changes: Partial<ListeningSocket> = {}) => open(member, { cursors: true, ...changes }),
    point: (from: ListeningSocket, data: CursorData) => bench.events.say(from.member, BOARD_ID, 'cursor', data, from.id),
    tick: deliver,
  }
}

/** Frames of cursors, each as who points where. */
function seenBy(socket: ListeningSocket): string[][] {
  return socket.sent.splice(0).flatMap((frame) => {
    const cursors = frame.t === 'said' ? frame.events.flatMap(event => event.topic === 'cursor' ? [event] : []) : []
    return cursors.length > 0 ? [cursors.map(({ from, data }) => `${Object.values(PEOPLE).find(({ id }) => id === from)!.role} ${data.at ? data.at.matterId ?? data.at.x : 'nowhere'}`)] : []
  })
}

describe('where members point', () => {
  it('[A2] goes to the staff\'s other sockets that want it, and to nobody by polling', async () => {
    const firm = await openTestFirm()
    const { events, open, point, tick } = openProcess(firm)
    const speaker = open(partner)
    const [own, wanting, idle, office, customer] = [open(partner), open(associate), open(clerk, { cursors: false }), open(admin), open(client)]
    const unplaced = open(associate2, { place: null })
    const { cursor } = (await events.since(paralegal, BOARD_ID, 0))!
    await tick()
    await point(speaker, over(null))
    await tick()
    expect([speaker, own, wanting, idle, office, customer, unplaced].map(seenBy)).toEqual([[], [], [['PARTNER 0.5']], [], [], [], []])
    expect(await events.since(paralegal, BOARD_ID, cursor)).toBeNull()
    expect((await events.read(paralegal, BOARD_ID)).events.filter(({ topic }) => topic === 'cursor')).toEqual([])
  })

  it('[A2] goes out every 50 ms at most, the newest of each, in one frame', async () => {
    const { open, point, tick } = openProcess(await openTestFirm())
    const [one, two, watcher] = [open(partner), open(associate), open(clerk)]
    await tick()
    seenBy(watcher)
    for (const x of [0.1, 0.2, 0.3])
      await point(one, over(null, x))
    await point(two, over(null, 0.9))
    await tick()
    expect(seenBy(watcher)).toEqual([['PARTNER 0.3', 'ASSOCIATE 0.9']])
    expect(seenBy(one)).toEqual([['ASSOCIATE 0.9']])
    await tick()
    await tick()
    expect(seenBy(watcher)).toEqual([])
  })

  it('[A2] is taken 20 times a second of one member, and what is more is dropped without a word', async () => {
    const { open, point, tick, clock, events } = openProcess(await openTestFirm())
    const [speaker, watcher] = [open(partner), open(clerk)]
    await tick()
    for (let n = 1; n <= 30; n++)
      await point(speaker, over(null, n / 100))
    await tick()
    expect(seenBy(watcher)).toEqual([['PARTNER 0.2']])
    // It costs nothing of what else may be said.
    for (let n = 0; n < 20; n++)
      await events.say(speaker.member, BOARD_ID, 'note', { text: 'x' })
    await clock.advance(1_000)
    await point(speaker, over(null, 0.9))
    await tick()
    expect(seenBy(watcher)).toEqual([['PARTNER 0.9']])
  })

  it('[A2] [B3] is dropped for a socket that takes too little', async () => {
    const { open, point, tick } = openProcess(await openTestFirm())
    const [speaker, slow] = [open(partner), open(clerk, { unsent: 64 * 1024 + 1 })]
    await point(speaker, over(null))
    await tick()
    expect(seenBy(slow)).toEqual([])
  })

  it('[A2] is refused by HTTP, from clients, and where it makes no sense', async () => {
    const { events, open, point } = openProcess(await openTestFirm())
    await expect(events.say(asSession(partner), BOARD_ID, 'cursor', over(null))).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'topic' } })
    await expect(point(open(client), over(null))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(point(open(partner), over(null, 1.5))).rejects.toMatchObject({ code: 'VALIDATION', details: { field: 'data.at.x' } })
    await expect(point(open(partner), over('x'))).rejects.toMatchObject({ code: 'VALIDATION' })
  })

  it('[A2] ends with the socket that it came from, and with its member', async () => {
    const { events, clock, open, close, point, tick } = openProcess(await openTestFirm())
    const [speaker, other, watcher] = [open(partner), open(partner), open(clerk)]
    events.polled(partner, BOARD_ID)
    await point(speaker, over(null))
    await tick()
    close(other)
    await tick()
    expect(seenBy(watcher)).toEqual([['PARTNER 0.5']])
    close(speaker)
    await tick()
    expect(seenBy(watcher)).toEqual([['PARTNER nowhere']])
    // Once is enough.
    await clock.advance(60_000)
    await tick()
    expect(seenBy(watcher)).toEqual([])
  })
})

describe('where members point at a matter', () => {
  it('[W3] [A2] reaches nobody who doesn\'t see it, who hears once that nobody points where they saw it last', async () => {
    const firm = await openTestFirm()
    const { open, point, tick } = openProcess(firm)
    const [shown, sealed] = [await firm.put(), await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate), assign(paralegal)] })]
    const [speaker, inside, outside] = [open(associate), open(paralegal), open(partner)]
    await tick()
    await point(speaker, over(sealed.id))
    await tick()
    expect([seenBy(inside), seenBy(outside)]).toEqual([[[`ASSOCIATE ${sealed.id}`]], []])
    await point(speaker, over(shown.id))
    await tick()
    for (let moves = 0; moves < 3; moves++) {
      await point(speaker, over(sealed.id))
      await tick()
    }
    expect(seenBy(outside)).toEqual([[`ASSOCIATE ${shown.id}`], ['ASSOCIATE nowhere']])
    expect(JSON.stringify(outside.sent)).not.toContain(sealed.id)
    await point(speaker, { at: null })
    await tick()
    expect([seenBy(inside).at(-1), seenBy(outside)]).toEqual([['ASSOCIATE nowhere'], []])
  })

  it('[W3] [A2] goes by the walls of the moment, which are read once a version of the board', async () => {
    const firm = await openTestFirm()
    const { open, point, tick } = openProcess(firm)
    const matter = await firm.put({ assignments: [assign(associate)] })
    await firm.commit(partner, { kind: 'edit', id: matter.id, args: { set: { title: 'Lease of a mill' } } })
    const [speaker, watcher] = [open(associate), open(clerk)]
    await tick()
    await point(speaker, over(matter.id))
    await tick()
    const count = countDatabase(firm.repository)
    await point(speaker, over(matter.id, 0.6))
    await tick()
    expect([count.calls, seenBy(watcher).length]).toEqual([[], 2])
    await firm.commit(partner, { kind: 'edit', id: matter.id, args: { set: { confidentiality: 'RESTRICTED' } } })
    await point(speaker, over(matter.id, 0.7))
    await tick()
    expect(seenBy(watcher)).toEqual([['ASSOCIATE nowhere']])
  })

  it('[A2] costs no more by the matters that were ever made up while a board was quiet', async () => {
    const firm = await openTestFirm()
    const { open, point, tick } = openProcess(firm)
    const matter = await firm.put()
    await firm.commit(partner, { kind: 'edit', id: matter.id, args: { set: { title: 'Lease of a mill' } } })
    open(clerk)
    const speakers = Array.from({ length: 100 }, (_, n) => open({ ...associate, id: buildId(0x10_000 + n) }))
    await tick()
    const count = countDatabase(firm.repository)
    const costs: number[] = []
    for (let round = 0; round < 12; round++) {
      const before = count.statements
      for (const [n, speaker] of speakers.entries())
        await point(speaker, over(buildId(0x20_000 + round * 100 + n)))
      await tick()
      costs.push(count.statements - before)
    }
    expect(costs).toEqual(costs.map(() => costs[0]))
  })

  it('[W3] [A2] says nothing to anybody where the speaker doesn\'t see it themselves', async () => {
    const firm = await openTestFirm()
    const { open, point, tick } = openProcess(firm)
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate)] })
    const [speaker, insider] = [open(partner), open(associate)]
    await tick()
    seenBy(insider)
    await point(speaker, over(sealed.id))
    await tick()
    expect([seenBy(insider), speaker.sent.filter(frame => frame.t === 'err')]).toEqual([[], []])
  })
})

it('[A2] goes on to other processes, and ends there, too', async () => {
  const [firm, medium] = [await openTestFirm(), createFakeBusMedium()]
  const [here, there] = [openProcess(firm, medium.join()), openProcess(firm, medium.join())]
  const [speaker, watcher] = [here.open(partner), there.open(clerk)]
  await here.point(speaker, over(null))
  await there.tick()
  here.close(speaker)
  await there.tick()
  expect(seenBy(watcher)).toEqual([['PARTNER 0.5'], ['PARTNER nowhere']])
})
