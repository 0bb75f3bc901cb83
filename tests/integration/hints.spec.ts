import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { BoardHead } from '#server/db/records.ts'
import { createAccountService } from '#server/services/account-service.ts'
import { openPersonalHeads } from '#server/services/personal/personal-heads.ts'
import { startHints } from '#server/services/realtime/hints.ts'
import { newsQuery, retitle } from '../helpers/board-news.ts'
import { BOARD_ID, PEOPLE } from '../helpers/builders.ts'
import { createFakeBusMedium } from '../helpers/fake-bus.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, associate } = PEOPLE

/** Never, as far as a test is concerned. */
const NEVER_MS = 3_600_000

/** Two servers on one database, and what lies between them. */
async function openPair({ everyMs = NEVER_MS, isShared = true }: { everyMs?: number, isShared?: boolean } = {}) {
  const firm = await openTestFirm()
  const medium = createFakeBusMedium()
  const clock = { now: 0 }
  const log: string[] = []

  async function open(services: Pick<typeof firm, 'hub' | 'boards' | 'reader'>) {
    const bus = medium.join()
    const accounts = createAccountService({ repository: firm.repository })
    const heads = await openPersonalHeads({ repository: firm.repository, bus })
    const policy = { refresh: vi.fn(() => Promise.resolve()) }
    const readHeads = vi.fn(() => firm.repository.boards.heads())
    const onSettings = vi.fn()
    const onEvent = vi.fn()
    const hints = startHints({
      bus, hub: services.hub, accounts, policy, heads, readHeads, isShared, everyMs, onSettings, onEvent, log: line => log.push(line), now: () => clock.now,
    })
    onTestFinished(() => {
      hints.stop()
      services.hub.close()
    })
    return { ...services, bus, accounts, policy, heads, readHeads, onSettings, onEvent }
  }
  const { id } = await firm.put()
  const here = await open(firm)
  const there = await open(firm.start())
  const retitleHere = (title: string) => here.boards.commit({ actor: partner, target: { matterId: id }, build: () => retitle(id, title) })
  /** A reader who waits on the other server, and has been told everything so far. */
  const waitThere = async () => {
    const { version } = await there.reader.snapshot(associate, BOARD_ID)
    return { held: there.reader.updates(associate, newsQuery({ version, wait: 25 })) }
  }
  return { firm, medium, clock, log, here, there, id, retitleHere, waitThere }
}

const head = (version: number, epoch = 'epoch-1'): BoardHead => ({ id: BOARD_ID, epoch, version })

describe('a commit in another process', () => {
  it('[B1] ends a held poll at once, by a hint without a word of what was written', async () => {
    const { here, there, retitleHere, waitThere } = await openPair()
    const { held } = await waitThere()
    await retitleHere('News')
    expect(await held).toMatchObject({ kind: 'news', answer: { matters: [{ fields: { title: 'News' } }] } })
    expect(here.bus.said).toEqual([{ kind: 'board', ...head(1) }])
    expect(there.bus.said).toEqual([])
    expect(there.readHeads).toHaveBeenCalledOnce()
  })
  it('[B1] arrives by the reconcile read when its hint is lost', async () => {
    const { medium, retitleHere, waitThere } = await openPair({ everyMs: 5 })
    medium.isCut = true
    const { held } = await waitThere()
    await retitleHere('News')
    expect(await held).toMatchObject({ kind: 'news' })
  })
  it('[B1] is read for at once when the bus says that it may have missed something', async () => {
    const { medium, there, retitleHere, waitThere } = await openPair()
    medium.isCut = true
    const { held } = await waitThere()
    await retitleHere('News')
    there.bus.gap()
    expect(await held).toMatchObject({ kind: 'news' })
    expect(there.policy.refresh).toHaveBeenCalledOnce()
    expect(there.onSettings).toHaveBeenCalledOnce()
  })
  it('[B1] a reader who polls without waiting hears of it, too: what was quiet isn\'t any more', async () => {
    const { there, retitleHere } = await openPair()
    await there.reader.snapshot(associate, BOARD_ID)
    expect(there.hub.quiet(BOARD_ID, associate)).not.toBeNull()
    await retitleHere('News')
    await vi.waitFor(() => expect(there.hub.quiet(BOARD_ID, associate)).toBeNull())
  })
})

describe('a hint', () => {
  it('[B1] that comes late changes nothing', async () => {
    const { there } = await openPair()
    there.hub.seen(head(7))
    there.bus.hear({ kind: 'board', ...head(6) })
    expect(there.hub.heads().get(BOARD_ID)).toEqual(head(7))
    expect(there.readHeads).not.toHaveBeenCalled()
  })
  it.each([
    ['another epoch', head(900, 'another')],
    ['more than there is', head(900)],
  ])('[B1] of %s isn\'t believed, but a reason to look', async (_, heard) => {
    const { medium, there, retitleHere } = await openPair()
    there.hub.seen(head(0))
    medium.isCut = true
    await retitleHere('One')
    there.bus.hear({ kind: 'board', ...heard })
    await vi.waitFor(() => expect(there.hub.heads().get(BOARD_ID)).toEqual(head(1)))
  })
  it('[B1] of many commits at once costs two looks, not one each', async () => {
    const { there } = await openPair()
    for (let version = 1; version <= 50; version++)
      there.bus.hear({ kind: 'board', ...head(version) })
    await vi.waitFor(() => expect(there.hub.heads().size).toBe(1))
    expect(there.readHeads.mock.calls.length).toBeLessThanOrEqual(2)
  })
  it('of a member has their sessions looked at again, and goes no further', async () => {
    const { here, there } = await openPair()
    const changed = vi.fn()
    there.accounts.onChanged(changed)
    here.accounts.forget(partner.id)
    expect(changed).toHaveBeenCalledExactlyOnceWith(partner.id, false)
    expect(there.bus.said).toEqual([])
  })
  it('of settings and of what is said reaches who listens', async () => {
    const { here, there } = await openPair()
    const event = { id: 'e', at: 1, topic: 'note', from: partner.id, data: { text: 'Lunch' } } as const
    here.bus.publish({ kind: 'settings' })
    here.bus.publish({ kind: 'event', boardId: BOARD_ID, event })
    expect(there.onSettings).toHaveBeenCalledOnce()
    expect(there.onEvent).toHaveBeenCalledExactlyOnceWith(BOARD_ID, event)
  })
})

describe('the reconcile read', () => {
  it('[B1] stops when nobody has asked for a while, and whoever comes then is read for', async () => {
    const { there, clock, medium, retitleHere, waitThere } = await openPair({ everyMs: 5 })
    medium.isCut = true
    const { held } = await waitThere()
    await retitleHere('One')
    await held
    await vi.waitFor(() => {
      clock.now += 90_000
      expect(there.hub.heads().size).toBe(0)
    })
    const reads = there.readHeads.mock.calls.length
    await retitleHere('Two')
    expect(await there.reader.updates(associate, newsQuery({ version: 1 }))).toMatchObject({ kind: 'news' })
    expect(there.readHeads.mock.calls.length).toBeLessThanOrEqual(reads + 1)
  })
  it('[B1] looks at nothing but boards in doubt where no other process can write', async () => {
    const { here, retitleHere } = await openPair({ everyMs: 5, isShared: false })
    await here.reader.snapshot(associate, BOARD_ID)
    await retitleHere('One')
    here.hub.doubt(BOARD_ID)
    await vi.waitFor(() => expect(here.hub.heads().get(BOARD_ID)).toEqual(head(1)))
    expect(here.readHeads).toHaveBeenCalledOnce()
    expect(here.hub.doubts().size).toBe(0)
  })
  it('says once that it fails and once that it works again, and never gives up', async () => {
    const { there, log, waitThere, retitleHere, medium } = await openPair({ everyMs: 5 })
    medium.isCut = true
    const failure = Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    there.readHeads.mockRejectedValue(failure)
    const { held } = await waitThere()
    await retitleHere('News')
    const before = there.readHeads.mock.calls.length
    await vi.waitFor(() => expect(there.readHeads.mock.calls.length).toBeGreaterThan(before + 2))
    expect(log).toEqual([expect.stringContaining('ECONNREFUSED')])
    there.readHeads.mockReset()
    there.readHeads.mockImplementation(() => Promise.resolve([head(1)]))
    expect(await held).toMatchObject({ kind: 'news' })
    await vi.waitFor(() => expect(log).toHaveLength(2))
  })
})
