import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createAccountService } from '#server/services/account-service.ts'
import { createBoardHub } from '#server/services/board-hub.ts'
import { openFirmAwareness } from '#server/services/personal/firm-awareness.ts'
import { openPersonalHeads } from '#server/services/personal/personal-heads.ts'
import { startHints } from '#server/services/realtime/hints.ts'
import { NOW, PEOPLE } from '../../helpers/builders.ts'
import { createFakeBusMedium } from '../../helpers/fake-bus.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'

const { admin, partner } = PEOPLE
const maintenance = { startsAt: NOW + 60_000, minutes: 30, text: '' }

/** Processes on one database, and what lies between them. */
async function openProcesses({ everyMs = 3_600_000 }: { everyMs?: number } = {}) {
  const { repository } = await openTestFirm()
  const medium = createFakeBusMedium()
  const clock = { now: NOW }

  async function open() {
    const bus = medium.join()
    const heads = await openPersonalHeads({ repository, bus })
    const hub = createBoardHub()
    const announce = vi.fn(async () => new Map<string, number>())
    const firm = await openFirmAwareness({ repository, heads, announce, now: () => clock.now })
    const hints = startHints({
      bus, hub, heads, everyMs, isShared: true,
      accounts: createAccountService({ repository }), policy: { refresh: async () => {} }, readHeads: () => repository.boards.heads(), hasSockets: () => true,
    })
    onTestFinished(() => {
      hints.stop()
      firm.close()
      heads.close()
      hub.close()
    })
    const moved: (string | null)[] = []
    const tags: string[] = []
    heads.onMoved((memberId) => {
      moved.push(memberId)
      tags.push(heads.tagOf(partner.id))
    })
    return { bus, heads, firm, announce, moved, tags }
  }
  return { repository, medium, clock, here: await open(), there: await open() }
}

describe('tags in several processes', () => {
  it('[N1] [B1] move in all of them after a hint, which isn\'t believed', async () => {
    const { repository, here, there } = await openProcesses()
    here.heads.moved(await repository.personal.bump([partner.id]))
    expect(here.bus.said).toEqual([{ kind: 'personal', memberId: partner.id, version: 1 }])
    await vi.waitFor(() => expect(there.heads.tagOf(partner.id)).toBe('1.0'))
    expect(there.moved).toEqual([partner.id])
    const read = vi.spyOn(repository.personal, 'heads')
    there.bus.hear({ kind: 'personal', memberId: partner.id, version: 900 })
    await vi.waitFor(() => expect(read).toHaveBeenCalled())
    there.bus.hear({ kind: 'personal', memberId: partner.id, version: 1 })
    expect(read).toHaveBeenCalledOnce()
    expect(there.heads.tagOf(partner.id)).toBe('1.0')
    expect(there.bus.said).toEqual([])
  })
  it('[N1] [B1] move in all of them without a hint, too', async () => {
    const { repository, medium, here, there } = await openProcesses({ everyMs: 5 })
    medium.isCut = true
    here.heads.moved(await repository.personal.bump([partner.id]))
    await here.firm.set(admin.id, { presence: false })
    await vi.waitFor(() => expect(there.heads.tagOf(partner.id)).toBe('1.1'))
    await vi.waitFor(() => expect(there.firm.current().presence).toBe(false))
  })
  it('[N1] don\'t go back by what arrives late, and tell each move once', async () => {
    const { here } = await openProcesses()
    here.heads.moved(new Map([[partner.id, 3]]))
    here.heads.moved(new Map([[partner.id, 2]]))
    here.heads.seen(partner.id, 1, { version: 0, generation: null })
    await here.heads.refresh()
    expect(here.heads.tagOf(partner.id)).toBe('3.0')
    expect(here.moved).toEqual([partner.id])
  })
})

describe('what is set for all', () => {
  it('[N1] is known in every process, and told to who listens there, once', async () => {
    const { here, there } = await openProcesses()
    const heard = vi.fn()
    there.firm.onChange(heard)
    await here.firm.set(admin.id, { presence: false })
    await vi.waitFor(() => expect(there.firm.current().presence).toBe(false))
    expect(heard).toHaveBeenCalledExactlyOnceWith({ presence: false, notices: 'all', maintenance: null })
    expect(here.heads.tagOf(partner.id)).toBe('0.1')
  })
  it('loses nothing when two administrators set two things at once', async () => {
    const { repository, here, there } = await openProcesses()
    await Promise.all([here.firm.set(admin.id, { presence: false }), there.firm.set(admin.id, { notices: 'system' }), here.firm.set(admin.id, { maintenance })])
    expect(await repository.firm.awareness()).toEqual({ firm: { presence: false, notices: 'system', maintenance }, version: 3, generation: null })
  })
  it('announces a maintenance in the same transaction, and that it is called off, but none that is known', async () => {
    const { here } = await openProcesses()
    here.announce.mockImplementationOnce(async () => new Map([[partner.id, 4]]))
    await here.firm.set(admin.id, { maintenance })
    expect(here.announce).toHaveBeenCalledExactlyOnceWith(expect.anything(), maintenance, admin.id, NOW)
    expect(here.heads.tagOf(partner.id)).toBe('4.1')
    // All counters stand before anybody is told, and everybody is told first: who is told of both is told the same.
    expect(here.moved).toEqual([null, partner.id])
    expect(here.tags).toEqual(['4.1', '4.1'])
    await here.firm.set(admin.id, { maintenance, notices: 'system' })
    expect(here.announce).toHaveBeenCalledOnce()
    await here.firm.set(admin.id, { maintenance: null })
    expect(here.announce).toHaveBeenLastCalledWith(expect.anything(), null, admin.id, NOW)
    expect(here.announce).toHaveBeenCalledTimes(2)
    here.announce.mockRejectedValueOnce(new Error('no room'))
    await expect(here.firm.set(admin.id, { maintenance })).rejects.toThrow('no room')
    expect(here.firm.current().maintenance).toBeNull()
  })
  it('has no maintenance that is over', async () => {
    const { here, clock } = await openProcesses()
    await here.firm.set(admin.id, { maintenance })
    clock.now = maintenance.startsAt + 29 * 60_000
    expect(here.firm.current().maintenance).toEqual(maintenance)
    clock.now += 60_000
    expect(here.firm.current().maintenance).toBeNull()
  })
})
