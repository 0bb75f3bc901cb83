import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createAccountService } from '#server/services/account-service.ts'
import { openTransportPolicy } from '#server/services/realtime/transport-policy.ts'
import { PEOPLE } from '../helpers/builders.ts'
import { createFakeBusMedium } from '../helpers/fake-bus.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner } = PEOPLE
const way = { id: partner.id, transport: null }

/** Two processes that keep the same firm's settings in memory. */
async function openPair() {
  const { repository } = await openTestFirm()
  const medium = createFakeBusMedium()
  const open = async (firm = repository.firm) => {
    const bus = medium.join()
    const accounts = createAccountService({ repository })
    const onError = vi.fn()
    const policy = await openTransportPolicy({ repository: { firm }, accounts, bus, flag: 'hybrid', onError })
    const changes: (string | null)[] = []
    policy.onChange(memberId => changes.push(memberId))
    onTestFinished(policy.close)
    return { bus, accounts, policy, changes, onError }
  }
  return { repository, medium, open }
}

describe('the policy', () => {
  it('follows the flag, then what is set, in this process at once and in others by a hint', async () => {
    const { open } = await openPair()
    const [here, there] = [await open(), await open()]
    expect(there.policy.of(way)).toBe('hybrid')
    await here.policy.set({ mode: 'websocket', share: 100 })
    expect(here.policy.of(way)).toBe('websocket')
    expect(here.changes).toEqual([null])
    await vi.waitFor(() => expect(there.policy.of(way)).toBe('websocket'))
    expect(there.changes).toEqual([null])
    expect(there.policy.settings()).toEqual({ mode: 'websocket', share: 100, flag: 'hybrid' })
    // What was set outlives both.
    expect((await open()).policy.of(way)).toBe('websocket')
  })
  it('learns by a look what no hint told, and tells nobody when nothing differs', async () => {
    const { medium, open } = await openPair()
    const [here, there] = [await open(), await open()]
    medium.isCut = true
    await here.policy.set({ mode: null, share: 0 })
    expect(there.policy.of(way)).toBe('hybrid')
    await there.policy.refresh()
    expect(there.policy.of(way)).toBe('polling')
    await there.policy.refresh()
    expect(there.changes).toEqual([null])
  })
  it('isn\'t set back by a look that began before', async () => {
    const { repository, open } = await openPair()
    let gate: Promise<unknown> = Promise.resolve()
    const { policy } = await open({
      ...repository.firm,
      async transport() {
        const found = await repository.firm.transport()
        await gate
        return found
      },
    })
    const { promise, resolve } = Promise.withResolvers<undefined>()
    gate = promise
    const looking = policy.refresh()
    await policy.set({ mode: 'polling', share: 100 })
    resolve(undefined)
    await looking
    expect(policy.settings()).toMatchObject({ mode: 'polling' })
  })
  it('stays what it is while the database is away', async () => {
    const { repository, open } = await openPair()
    const transport = vi.fn(repository.firm.transport)
    const { policy, bus, onError } = await open({ ...repository.firm, transport })
    await policy.set({ mode: 'priority', share: 100 })
    transport.mockRejectedValue(new Error('away'))
    await expect(policy.refresh()).rejects.toThrow('away')
    bus.hear({ kind: 'settings' })
    await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce())
    expect(policy.of(way)).toBe('priority')
  })
  it('says whose way may have changed when a member chooses, and hears of it no more once it is closed', async () => {
    const { open } = await openPair()
    const { accounts, policy, changes } = await open()
    await accounts.setTransport(partner.id, 'off')
    expect(changes).toEqual([partner.id])
    policy.close()
    await accounts.setTransport(partner.id, null)
    expect(changes).toEqual([partner.id])
  })
})
