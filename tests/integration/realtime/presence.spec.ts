import { describe, expect, it } from 'vitest'
import type { MatterId } from '#shared/kanban/matter.ts'
import type { Member } from '#shared/kanban/member.ts'
import type { BoardEvent } from '#shared/protocol/events.ts'
import type { ActivityData } from '#shared/protocol/presence.ts'
import { assign, BOARD_ID, buildId, NOW, PEOPLE } from '../../helpers/builders.ts'
import type { EventsBenchOptions } from '../../helpers/events-bench.ts'
import { openEventsBench } from '../../helpers/events-bench.ts'
import { createFakeBusMedium } from '../../helpers/fake-bus.ts'
import { createFakeChoices } from '../../helpers/fake-choices.ts'
import type { ListeningSocket } from '../../helpers/listening-socket.ts'
import { asSession } from '../../helpers/listening-socket.ts'
import type { TestFirm } from '../../helpers/test-firm.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'
import { createVirtualClock } from '../../helpers/virtual-clock.ts'

const { partner, associate, associate2, paralegal, clerk, client, admin } = PEOPLE

/** The events of one process of a firm, on a clock that all its processes may share. */
function openProcess(firm: TestFirm, options: Omit<EventsBenchOptions, 'choices'> = {}) {
  const choices = createFakeChoices()
  const bench = openEventsBench(firm, { tag: 1, ...options, choices })
  const { clock, events } = bench
  const say = (member: Member, data: ActivityData) => events.say(asSession(member), BOARD_ID, 'member:activity', data)

  async function list(member: Member) {
    const asked = events.present(member, BOARD_ID)
    // Other processes are waited for where they were just asked.
    if (options.isShared)
      await clock.advance(100)
    return await asked
  }

  return {
    ...bench, choices, say, list,
    look: (member: Member, matterId: MatterId | null, tab = 't1') => say(member, { tab, matterId, action: 'viewing' }),
    names: async (member: Member) => (await list(member)).members.map(({ id }) => id),
    places: async (member: Member, of: Member) => (await list(member)).members.find(({ id }) => id === of.id)?.places.map(({ tab, matterId }) => `${tab} ${matterId}`),
    since: async (member: Member) => (await events.since(member, BOARD_ID, 1))?.events.map(told) ?? [],
  }
}

function told({ topic, from, data }: BoardEvent): string {
  const name = Object.values(PEOPLE).find(({ id }) => id === from)!.role
  return topic === 'member:activity' ? `${name} ${data.action} ${data.tab} ${data.matterId}` : `${name} ${topic}`
}

function heardBy(socket: ListeningSocket): string[] {
  return socket.sent.splice(0).flatMap(frame => frame.t === 'said' ? frame.events.map(told) : [])
}

describe('the list of who is on a board', () => {
  it('[A1] names all who are there but the reader, by sockets and polls alike, since when and where', async () => {
    const firm = await openTestFirm()
    const { events, clock, open, say, list, names } = openProcess(firm)
    const matter = await firm.put()
    open(partner)
    await clock.advance(1_000)
    events.polled(associate, BOARD_ID)
    open(admin)
    open(client)
    events.polled(clerk, buildId(0xB9))
    await say(associate, { tab: 't1', matterId: matter.id, action: 'editing', field: 'title' })
    await say(associate, { tab: 't2', matterId: null, action: 'viewing' })
    expect(await list(paralegal)).toEqual({
      boardId: BOARD_ID,
      enabled: true,
      members: [
        { id: partner.id, since: NOW, places: [] },
        { id: associate.id, since: NOW + 1_000, places: [{ tab: 't1', matterId: matter.id, action: 'editing', field: 'title' }] },
      ],
    })
    expect(await names(partner)).toEqual([associate.id])
    // Who only administrates sees who is there, and no matter that they are at.
    expect((await list(admin)).members.map(({ places }) => places)).toEqual([[], []])
    await clock.advance(44_000)
    expect(await names(paralegal)).toEqual([partner.id, associate.id])
    await clock.advance(1_000)
    expect(await names(paralegal)).toEqual([partner.id])
  })

  it('[A1] is refused to clients, of boards that there are not, and to whose account was closed', async () => {
    const firm = await openTestFirm()
    const { events } = openProcess(firm)
    await expect(events.present(client, BOARD_ID)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(events.present({ id: client.id, role: 'PARTNER' }, BOARD_ID)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(events.present(partner, buildId(0xB9))).rejects.toMatchObject({ code: 'BOARD_GONE' })
    await expect(events.present({ id: buildId(0xA99), role: 'PARTNER' }, BOARD_ID)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('[A1] asks other processes nothing for whom it is refused, nor about boards that there are not', async () => {
    const firm = await openTestFirm()
    const { events, bus, list } = openProcess(firm, { isShared: true })
    const asked = [
      events.present(partner, buildId(0xB9)), events.present(client, BOARD_ID), events.present({ id: client.id, role: 'PARTNER' }, BOARD_ID),
      events.present({ id: buildId(0xA99), role: 'PARTNER' }, BOARD_ID),
    ]
    const codes = await Promise.all(asked.map(answer => answer.catch((error: { code: string }) => error.code)))
    expect(codes).toEqual(['BOARD_GONE', 'FORBIDDEN', 'FORBIDDEN', 'UNAUTHENTICATED'])
    expect(bus.said).toEqual([])
    await list(partner)
    expect(bus.said).toEqual([{ kind: 'present', boardId: BOARD_ID, members: [] }])
  })

  it('[W3] [A1] says nothing of where somebody is whom a wall hides there, nor that they are anywhere else than on the board', async () => {
    const firm = await openTestFirm()
    const { open, look, list, places } = openProcess(firm)
    const [shown, sealed] = [await firm.put(), await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate), assign(paralegal)] })]
    open(associate)
    const onBoard = await list(partner)
    await look(associate, sealed.id)
    await look(associate, null, 't2')
    expect(await list(partner)).toEqual(onBoard)
    expect(await places(paralegal, associate)).toEqual([`t1 ${sealed.id}`])
    await look(associate, shown.id, 't2')
    expect([await places(partner, associate), await places(paralegal, associate)]).toEqual([[`t2 ${shown.id}`], [`t1 ${sealed.id}`, `t2 ${shown.id}`]])
    await firm.commit(partner, { kind: 'delete', id: shown.id, args: {} })
    expect(await places(paralegal, associate)).toEqual([`t1 ${sealed.id}`])
  })
})

describe('where somebody is', () => {
  it('[W3] [A1] ends for those who see where they were and not where they go, with no word of the latter', async () => {
    const firm = await openTestFirm()
    const { open, look, say, deliver, since } = openProcess(firm)
    const [shown, sealed] = [await firm.put(), await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate), assign(paralegal)] })]
    const [inside, outside] = [open(paralegal), open(partner)]
    await deliver()
    ;[inside, outside].forEach(heardBy)
    await look(associate, shown.id)
    await look(associate, shown.id)
    await look(associate, sealed.id)
    await deliver()
    expect(heardBy(outside)).toEqual([`ASSOCIATE viewing t1 ${shown.id}`, `ASSOCIATE viewing t1 ${shown.id}`, `ASSOCIATE gone t1 ${shown.id}`])
    expect(heardBy(inside).slice(2)).toEqual([`ASSOCIATE gone t1 ${shown.id}`, `ASSOCIATE viewing t1 ${sealed.id}`])
    // Neither does the end tell of it, whatever it names.
    await say(associate, { tab: 't1', matterId: null, action: 'gone' })
    await deliver()
    expect([heardBy(outside), heardBy(inside)]).toEqual([[], [`ASSOCIATE gone t1 ${sealed.id}`]])
    expect((await since(partner)).join()).not.toContain(sealed.id)
    expect((await since(partner)).at(-1)).toBe(`ASSOCIATE gone t1 ${shown.id}`)
  })

  it('[A1] is not believed of a matter that the speaker doesn\'t see', async () => {
    const firm = await openTestFirm()
    const { open, look, places, say, since } = openProcess(firm)
    const sealed = await firm.put({ confidentiality: 'SEALED', assignments: [assign(associate)] })
    open(partner)
    await expect(look(partner, sealed.id)).rejects.toMatchObject({ code: 'MATTER_GONE' })
    expect(await places(associate, partner)).toEqual([])
    // That somebody isn't there any more is answered alike of what is there and what isn't.
    await say(partner, { tab: 't1', matterId: sealed.id, action: 'gone' })
    await say(partner, { tab: 't1', matterId: buildId(0x9999), action: 'gone' })
    expect(await since(clerk)).toEqual(['PARTNER member:joined'])
  })

  it('[A1] is told of no administrator, and of nobody who wants no news', async () => {
    const { events, look, since } = openProcess(await openTestFirm())
    await look(admin, null)
    await events.say({ ...asSession(partner), transport: 'off' }, BOARD_ID, 'member:activity', { tab: 't1', matterId: null, action: 'viewing' })
    expect(await since(clerk)).toEqual([])
  })
})

describe('who doesn\'t want to be seen', () => {
  it('[A3] is on no list, announced to nobody and heard by nobody, but for a note', async () => {
    const firm = await openTestFirm()
    const { choices, open, close, events, look, names, deliver, since, clock } = openProcess(firm)
    const matter = await firm.put()
    choices.hide(partner)
    const watcher = open(clerk)
    const socket = open(partner)
    events.polled(partner, BOARD_ID)
    await look(partner, matter.id)
    await deliver()
    expect([heardBy(watcher), await names(clerk)]).toEqual([[], []])
    // What can't be done is answered as it is for everybody.
    await expect(look(partner, buildId(0x9999))).rejects.toMatchObject({ code: 'MATTER_GONE' })
    await events.say(asSession(partner), BOARD_ID, 'note', { text: 'Lunch?' })
    close(socket)
    await clock.advance(60_000)
    await deliver()
    expect(heardBy(watcher)).toEqual(['PARTNER note'])
    expect((await since(clerk)).filter(word => word !== 'PARTNER note')).toEqual([])
  })

  it('[A3] has left for the others when they choose so, and has come when they choose otherwise', async () => {
    const firm = await openTestFirm()
    const { choices, open, look, names, places, deliver, list, clock } = openProcess(firm)
    const matter = await firm.put()
    const watcher = open(clerk)
    open(partner)
    await look(partner, matter.id)
    await deliver()
    heardBy(watcher)
    choices.hide(partner)
    await deliver()
    expect([heardBy(watcher), await names(clerk)]).toEqual([['PARTNER member:left'], []])
    choices.show(partner)
    await deliver()
    expect([heardBy(watcher), await places(clerk, partner)]).toEqual([['PARTNER member:joined'], []])
    expect((await list(clerk)).members[0]!.since).toBe(clock.now() - 50)
  })

  it('[A3] is everybody where the firm turned presence off: all have left, nobody comes, and notes go on', async () => {
    const firm = await openTestFirm()
    const { choices, open, events, look, list, deliver } = openProcess(firm)
    const watcher = open(clerk)
    open(partner)
    open(associate)
    await deliver()
    heardBy(watcher)
    choices.turn(false)
    await deliver()
    expect(heardBy(watcher)).toEqual(['PARTNER member:left', 'ASSOCIATE member:left'])
    open(associate2)
    await look(partner, null)
    await events.say(asSession(partner), BOARD_ID, 'note', { text: 'Lunch?' })
    await deliver()
    expect(heardBy(watcher)).toEqual(['PARTNER note'])
    expect(await list(clerk)).toEqual({ boardId: BOARD_ID, enabled: false, members: [] })
    choices.turn(true)
    await deliver()
    expect(heardBy(watcher)).toEqual(['PARTNER member:joined', 'ASSOCIATE member:joined', 'ASSOCIATE member:joined'])
  })
})

describe('several processes', () => {
  async function openTwo() {
    const [firm, medium, clock] = [await openTestFirm(), createFakeBusMedium(), createVirtualClock()]
    const open = (tag: number) => openProcess(firm, { bus: medium.join(), isShared: true, clock, tag })
    return { firm, medium, clock, open, here: open(1), there: open(2) }
  }

  it('[A1] know who is there by the others, and where', async () => {
    const { firm, clock, here, there } = await openTwo()
    const matter = await firm.put()
    const socket = here.open(partner)
    there.open(clerk)
    await here.look(partner, matter.id)
    expect([await there.names(clerk), await here.names(partner)]).toEqual([[partner.id], [clerk.id]])
    expect(await there.places(clerk, partner)).toEqual([`t1 ${matter.id}`])
    here.close(socket)
    await clock.advance(5_000)
    expect([await there.names(clerk), await here.names(partner)]).toEqual([[], [clerk.id]])
  })

  it('[A1] tell one that begins who was there before it, at once, and all every 15 s', async () => {
    const { firm, clock, here, open } = await openTwo()
    const matter = await firm.put()
    here.open(partner)
    await here.look(partner, matter.id)
    const late = open(3)
    // Who only administrates makes no lease: the list itself asks.
    expect(await late.places(admin, partner)).toEqual([])
    expect(await late.places(clerk, partner)).toEqual([`t1 ${matter.id}`])
    for (let beats = 0; beats < 10; beats++) {
      await clock.advance(15_000)
      expect(await late.names(clerk)).toEqual([partner.id])
    }
  })

  it('[A1] have nobody any more by one that is silent for 45 s', async () => {
    const { medium, clock, here, there } = await openTwo()
    here.open(partner)
    there.open(clerk)
    expect(await there.names(clerk)).toEqual([partner.id])
    medium.isCut = true
    await clock.advance(44_000)
    expect(await there.names(clerk)).toEqual([partner.id])
    await clock.advance(2_000)
    expect(await there.names(clerk)).toEqual([])
  })

  it('[A1] don\'t lose who left one of them and is at another, nor where they are', async () => {
    const { firm, clock, here, there, open } = await openTwo()
    const matter = await firm.put()
    const third = open(3)
    there.open(clerk)
    const socket = here.open(partner)
    third.open(partner)
    await third.look(partner, matter.id)
    here.close(socket)
    await clock.advance(5_000)
    expect(await there.places(clerk, partner)).toEqual([`t1 ${matter.id}`])
  })

  it('[A3] name nobody by the word of one that doesn\'t know yet that they are invisible', async () => {
    const { firm, here, there } = await openTwo()
    const matter = await firm.put()
    here.open(partner)
    const watcher = there.open(clerk)
    there.choices.hide(partner)
    await there.deliver()
    heardBy(watcher)
    await here.look(partner, matter.id)
    await there.deliver()
    expect([heardBy(watcher), await there.names(clerk)]).toEqual([[], []])
  })

  it('[A3] aren\'t corrected about who left by becoming invisible by one that hasn\'t heard of it, nor told by it that they came', async () => {
    const { here, there } = await openTwo()
    here.open(partner)
    const mine = there.open(partner)
    const watcher = there.open(clerk)
    await there.deliver()
    heardBy(watcher)
    there.choices.hide(partner)
    await there.deliver()
    expect(heardBy(watcher)).toEqual(['PARTNER member:left'])
    there.close(mine)
    await there.deliver()
    expect([heardBy(watcher), await there.names(clerk)]).toEqual([[], []])
  })

  it('[A3] tell of who wants to be seen again as soon as they know, whoever hears of it first', async () => {
    const { here, there } = await openTwo()
    const watcher = there.open(clerk)
    here.choices.hide(partner)
    there.choices.hide(partner)
    here.open(partner)
    await there.deliver()
    heardBy(watcher)
    here.choices.show(partner)
    await there.deliver()
    expect([heardBy(watcher), await there.names(clerk)]).toEqual([[], []])
    const said = there.bus.said.length
    there.choices.show(partner)
    await there.deliver()
    expect([heardBy(watcher), await there.names(clerk)]).toEqual([['PARTNER member:joined'], [partner.id]])
    // The others know it from where they are.
    expect(there.bus.said).toHaveLength(said)
  })

  it('let go of their timers when nobody is there', async () => {
    const { clock, here } = await openTwo()
    const socket = here.open(partner)
    here.close(socket)
    await clock.advance(60_000)
    expect(clock.timers).toBe(0)
  })
})

it('[A1] a thousand who come in the same moment are told in one frame to each that is there', async () => {
  const firm = await openTestFirm()
  const { open, deliver } = openProcess(firm)
  const sockets = Array.from({ length: 1_000 }, (_, n) => open({ ...partner, id: buildId(0x10_000 + n) }))
  const watcher = open(clerk)
  await deliver()
  expect(watcher.sent).toHaveLength(1)
  expect(Math.max(...sockets.map(({ sent }) => sent.length))).toBe(1)
})
