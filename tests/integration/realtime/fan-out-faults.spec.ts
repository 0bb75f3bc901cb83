import { describe, expect, it, vi } from 'vitest'
import { changeMember } from '#server/services/member-changes.ts'
import type { MemberPatch } from '#server/db/records.ts'
import { CLOSE } from '#shared/protocol/socket.ts'
import { retitle } from '../../helpers/board-news.ts'
import { assign, BOARD_ID, PEOPLE } from '../../helpers/builders.ts'
import { startFanOut } from '../../helpers/fan-out-harness.ts'
import { holdRead } from '../../helpers/hold-read.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'

const { partner, associate, associate2, clerk, admin } = PEOPLE

async function openBoard() {
  const firm = await openTestFirm()
  const harness = startFanOut(firm)
  const matter = await firm.put({ assignments: [assign(associate)] })
  async function changeAccount(id: string, patch: MemberPatch) {
    const { heads } = await changeMember(firm.repository, { actor: admin, id, patch, at: firm.clock.now })
    heads.forEach(head => firm.hub.committed(head))
    await harness.rest()
  }
  return { ...harness, firm, matter, changeAccount }
}

describe('a database that fails', () => {
  it('[B2] is told of once, by ids alone, and asked again after 2 s; nobody misses anything', async () => {
    const { firm, matter, open, rest, log, clock, read } = await openBoard()
    const [one, two] = [await open(associate), await open(associate2)]
    const failing = vi.spyOn(firm.repository, 'consistentRead').mockRejectedValue(Object.assign(new Error('secret text'), { code: 'ECONNRESET' }))
    await firm.commit(partner, retitle(matter.id, 'Late'))
    await rest()
    await clock.advance(2_000)
    await rest()
    expect(failing.mock.calls.length).toBe(2)
    expect(log).toEqual([`fan-out: board ${BOARD_ID} can't be read (ECONNRESET); trying on`])
    failing.mockRestore()
    await clock.advance(2_000)
    await rest()
    expect(one.board).toEqual(await read(associate))
    expect(two.news).toMatchObject([{ from: 0, version: 1 }])
    vi.spyOn(firm.repository, 'consistentRead').mockRejectedValueOnce(new Error('again'))
    await firm.commit(partner, retitle(matter.id, 'Later'))
    await rest()
    expect(log).toHaveLength(2)
    await firm.commit(partner, retitle(matter.id, 'A hint comes first'))
    await rest()
    expect(one.news).toMatchObject([{}, { from: 1, version: 3 }])
    expect(clock.timers).toBe(0)
  })
  it('[B2] leaves a socket where it is when its sync fails', async () => {
    const { firm, matter, open, rest } = await openBoard()
    const socket = await open(associate)
    vi.spyOn(firm.repository, 'consistentRead').mockRejectedValueOnce(new Error('away'))
    await firm.repository.log.prune(BOARD_ID, { before: 0, keep: 1 })
    socket.board = { ...socket.board, version: 5 }
    await expect(socket.sync()).rejects.toThrow('away')
    socket.board = { ...socket.board, version: 0 }
    await firm.commit(partner, retitle(matter.id, 'On'))
    await rest()
    expect(socket.news).toMatchObject([{ from: 0, version: 1 }])
  })
})

describe('a reader who isn\'t who they were', () => {
  it('[W1] begins anew with another role, and is told nothing under the old one', async () => {
    const { firm, matter, open, changeAccount, read } = await openBoard()
    const board = await read(associate2)
    const [socket, other] = [await open(associate2), await open(partner)]
    await firm.commit(partner, { kind: 'edit', id: matter.id, args: { set: { confidentiality: 'RESTRICTED' } } })
    await changeAccount(associate2.id, { role: 'CLERK' })
    expect(socket.ended).toEqual({ code: CLOSE.RESYNC, bye: { t: 'bye', code: 'role', after: 0 } })
    expect(other.board.members.get(associate2.id)?.role).toBe('CLERK')
    const again = await open({ ...associate2, role: 'CLERK' }, { board })
    expect(again.board).toEqual(await read({ ...associate2, role: 'CLERK' }))
    expect([...again.board.rows.keys()]).toEqual([])
  })
  it('[W1] begins anew also when they come in with the role that they had', async () => {
    const { open, changeAccount, read } = await openBoard()
    const board = await read(associate2)
    await changeAccount(associate2.id, { role: 'CLERK' })
    const socket = await open(associate2, { board })
    expect(socket.ended).toMatchObject({ code: CLOSE.RESYNC })
    expect(socket.news).toEqual([])
  })
  it('[W5] is sent away when the account is closed', async () => {
    const { open, changeAccount } = await openBoard()
    const socket = await open(associate2)
    await changeAccount(associate2.id, { active: false })
    expect(socket.ended).toEqual({ code: CLOSE.TICKET, bye: { t: 'bye', code: 'auth', after: 0 } })
  })
})

describe('a board that isn\'t what it was', () => {
  it('[P1] of another epoch resets every socket, which goes on after its sync', async () => {
    const { firm, matter, open, rest, read } = await openBoard()
    const socket = await open(associate)
    await firm.repository.boards.setEpoch(BOARD_ID, 'epoch-2')
    firm.hub.seen({ id: BOARD_ID, epoch: 'epoch-2', version: 0 })
    await rest()
    expect(socket.frames.at(-1)).toEqual({ t: 'reset', why: 'epoch' })
    socket.board = await read(associate)
    await socket.sync()
    await firm.commit(partner, retitle(matter.id, 'On'))
    await rest()
    expect(socket.news).toMatchObject([{ epoch: 'epoch-2', from: 0, version: 1 }])
  })
  it('[P1] is found out also when the word of another epoch comes while the old one is being read', async () => {
    const { firm, matter, open, rest, calm } = await openBoard()
    const socket = await open(associate)
    const goOn = holdRead(firm.repository)
    await firm.commit(partner, retitle(matter.id, 'Before'))
    await calm()
    await firm.repository.boards.setEpoch(BOARD_ID, 'epoch-2')
    firm.hub.seen({ id: BOARD_ID, epoch: 'epoch-2', version: 1 })
    goOn()
    await rest()
    expect(socket.frames.map(({ t }) => t)).toEqual(['welcome', 'd', 'reset'])
  })
  it('[P4] whose log was pruned above where a socket stands resets it', async () => {
    const { firm, matter, open, rest } = await openBoard()
    const socket = await open(associate)
    const hint = vi.spyOn(firm.hub, 'committed').mockImplementation(() => {})
    for (const title of ['One', 'Two', 'Three'])
      await firm.commit(partner, retitle(matter.id, title))
    await firm.repository.log.prune(BOARD_ID, { before: 0, keep: 1 })
    hint.mockRestore()
    firm.hub.seen({ id: BOARD_ID, epoch: 'epoch-1', version: 3 })
    await rest()
    expect(socket.frames.at(-1)).toEqual({ t: 'reset', why: 'pruned' })
  })
  it('[B1] is caught up with by a hint of another process, however old', async () => {
    const { firm, matter, open, rest } = await openBoard()
    const socket = await open(clerk)
    const hint = vi.spyOn(firm.hub, 'committed').mockImplementation(() => {})
    await firm.commit(partner, retitle(matter.id, 'Elsewhere'))
    await firm.commit(partner, retitle(matter.id, 'And again'))
    hint.mockRestore()
    firm.hub.seen({ id: BOARD_ID, epoch: 'epoch-1', version: 1 })
    await rest()
    expect(socket.news).toMatchObject([{ from: 0, version: 2 }])
    firm.hub.seen({ id: BOARD_ID, epoch: 'epoch-1', version: 2 })
    await rest()
    expect(socket.news).toHaveLength(1)
  })
  it('sends everybody away when it is there no more', async () => {
    const { firm, open, rest, clock } = await openBoard()
    const socket = await open(clerk)
    const { boards } = firm.repository
    vi.spyOn(firm.repository, 'consistentRead').mockImplementation(work => work({ ...firm.repository, boards: { ...boards, find: async () => null } }))
    firm.hub.seen({ id: BOARD_ID, epoch: 'epoch-1', version: 1 })
    await rest()
    expect(socket.ended).toEqual({ code: CLOSE.RESYNC, bye: undefined })
    expect(clock.timers).toBe(0)
  })
  it('is left alone after the last socket left, and after the end', async () => {
    const harness = await openBoard()
    const { firm, matter, open, fanOut, rest } = harness
    const [one, two] = [await open(clerk), await open(associate)]
    fanOut.leave(one)
    fanOut.leave(one)
    await firm.commit(partner, retitle(matter.id, 'For one'))
    await rest()
    expect([one.news.length, two.news.length]).toEqual([0, 1])
    fanOut.leave(two)
    const before = harness.reads
    await firm.commit(partner, retitle(matter.id, 'For nobody'))
    await rest()
    expect(harness.reads).toBe(before)
    const three = await open(clerk)
    fanOut.close()
    await firm.commit(partner, retitle(matter.id, 'After the end'))
    await rest()
    expect(three.news).toEqual([])
  })
})
