import { describe, expect, it } from 'vitest'
import type { MatterEvent } from '#shared/protocol/events.ts'
import { Fault } from '#shared/realtime/fault.ts'
import type { TransportBench } from './transport-bench.ts'
import { SOON_MS } from './transport-bench.ts'
import { watchBrowser } from './transport-ground.ts'

/** What a transport promises of its link: open, closed, away and back. */
export function linkContract(bench: TransportBench): void {
  const { arrived, create, createMatter, ended, eventsOf, expectInOrder, hasSocket, isOnItsWay, kind, makeId, move, open, openLive, pushes, retitle } = bench

  describe('the link', () => {
    it('[T1] is closed before it is opened, live after, and closed again', async () => {
      const page = open()
      const { transport } = page
      await ended(transport.connect())
      await bench.ground.until(() => isOnItsWay(page), SOON_MS)
      expect(transport.kind).toBe(kind)
      expect(transport.isConnected()).toBe(true)
      expect(transport.lastConnected).toEqual(expect.any(Number))
      expect(page.heard('connection:established')).toHaveLength(1)
      page.close()
      expect(transport.connection).toEqual({ state: 'closed' })
      expect(transport.isConnected()).toBe(false)
      expect(transport.delivers).toBe('nothing')
      expect(transport.lastConnected).toEqual(expect.any(Number))
    })

    it('[T1] begins closed, without ever having been connected, and asks for nothing', () => {
      const browser = watchBrowser(bench.ground.browserOf('reader'), bench.ground.clock)
      const transport = create(kind, browser)
      expect(transport.connection).toEqual({ state: 'closed' })
      expect(transport.lastConnected).toBeNull()
      expect(transport.delivers).toBe('nothing')
      expect(browser.requests + browser.sockets + browser.timers).toBe(0)
    })

    it('[T1] says by which way news come', async () => {
      const page = await openLive()
      await bench.ground.until(() => page.transport.connection.state === 'live', SOON_MS)
      expect(page.transport.connection).toMatchObject({ state: 'live', via: pushes ? 'socket' : kind === 'priority' ? expect.any(String) : 'polling' })
      expect(page.browser.sockets).toBe(hasSocket ? 1 : 0)
    })

    it('is silent after disconnect: no timer, no request, no socket', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      page.poller.stop()
      page.transport.disconnect()
      expect(page.browser.openSockets).toBe(0)
      const { requests, sockets } = page.browser
      const told = page.told.length
      const witness = await openLive()
      await retitle(id, 'Sale')
      await arrived(witness, id, 'Sale')
      expect(page.browser).toMatchObject({ requests, sockets, openSockets: 0 })
      expect(page.told).toHaveLength(told)
      page.close()
      expect(page.browser.timers).toBe(0)
    })

    it('takes no question while it is closed', async () => {
      const transport = create(kind, watchBrowser(bench.ground.browserOf('reader'), bench.ground.clock))
      const position = { boardId: bench.ground.boardId, epoch: null, version: 0, cid: makeId() }
      await expect(transport.pull(position)).rejects.toBeInstanceOf(Fault)
      await expect(transport.send(bench.ground.boardId, position.cid, [])).rejects.toBeInstanceOf(Fault)
      await expect(transport.emit('note', { text: 'Hello' })).rejects.toBeInstanceOf(Fault)
    })

    it('keeps its listeners over disconnect and connect', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      page.transport.disconnect()
      await ended(page.transport.connect())
      await retitle(id, 'Sale')
      await bench.ground.until(() => eventsOf(page, 'matter:updated', id).length > 0, SOON_MS)
      await bench.ground.until(() => isOnItsWay(page), SOON_MS)
      await retitle(id, 'Option')
      await bench.ground.until(() => eventsOf(page, 'matter:updated', id).length > 1, SOON_MS)
      expectInOrder(page, id)
    })

    it('reconnects when it is asked to', async () => {
      const page = await openLive()
      await ended(page.transport.reconnect())
      await bench.ground.until(() => isOnItsWay(page), SOON_MS)
      expect(page.browser.openSockets).toBe(hasSocket ? 1 : 0)
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
    })

    it('hears of an event no more once it is off', async () => {
      const page = await openLive()
      const heard: string[] = []
      const listener = ({ matterId }: MatterEvent) => void heard.push(matterId)
      page.transport.on('matter:created', listener)
      const first = await createMatter('Lease')
      await arrived(page, first, 'Lease')
      page.transport.off('matter:created', listener)
      const second = await createMatter('Sale')
      await arrived(page, second, 'Sale')
      expect(heard).toEqual([first])
    })
  })

  describe('when something fails', () => {
    it('[T5] a server that goes away is noticed, and what happened until it came back is caught up with', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      bench.ground.goDown()
      await bench.ground.until(() => page.transport.connection.state === 'waiting', SOON_MS)
      expect(page.transport.isConnected()).toBe(false)
      expect(page.transport.delivers).toBe('nothing')
      await retitle(id, 'Sale')
      bench.ground.comeBack()
      await arrived(page, id, 'Sale')
      await bench.ground.until(() => isOnItsWay(page), SOON_MS)
      expect(page.heard('connection:lost')).toHaveLength(1)
      const restored = page.heard('connection:restored')
      expect(restored).toHaveLength(1)
      expect(restored[0]!.downtime).toBeGreaterThanOrEqual(0)
      expect(restored[0]!.at - restored[0]!.downtime).toBe(page.heard('connection:lost')[0]!.at)
      expectInOrder(page, id)
    })

    it('[K1] a page that is too old is refused', async () => {
      let protocol: number | null = null
      const page = await openLive('reader', { protocol: () => protocol })
      protocol = 0
      bench.ground.cutSockets()
      await bench.ground.until(() => page.transport.connection.state === 'refused', SOON_MS)
      expect(page.transport.connection).toEqual({ state: 'refused', code: 'UPGRADE_REQUIRED' })
    })

    it('[W5] a session that ends pauses the link, and nothing more comes', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await bench.ground.signOut('reader')
      await bench.ground.until(() => page.transport.connection.state === 'paused', SOON_MS)
      expect(page.transport.connection).toEqual({ state: 'paused', reason: 'signed-out' })
      const other = await openLive('colleague')
      await retitle(id, 'Sale')
      await arrived(other, id, 'Sale')
      expect(page.row(id)!.title).toBe('Lease')
      expect(page.browser.openSockets).toBe(0)
    })

    if (hasSocket) {
      it('[T2] is live by polling, and says so, where no socket gets through', async () => {
        bench.ground.refuseUpgrades(true)
        const page = open()
        await bench.ground.until(() => page.transport.connection.state === 'live', 2_000)
        const id = await createMatter('Lease')
        await arrived(page, id, 'Lease')
        await bench.ground.until(() => 'lacks' in page.transport.connection && page.transport.connection.lacks === 'blocked', SOON_MS)
        expect(page.transport.connection).toMatchObject({ state: 'live', via: 'polling' })
        expect(page.transport.delivers).toBe('nothing')
      })

      it('[S3] finds out a socket that stands and carries nothing', async () => {
        const page = await openLive()
        page.transport.enableHeartbeat({ afterMs: 300, timeoutMs: 300 })
        bench.ground.muteSockets()
        await bench.ground.until(() => page.transport.delivers === 'nothing', SOON_MS)
        const id = await createMatter('Lease')
        await arrived(page, id, 'Lease')
      })

      it('[T2] loses and doubles nothing on a socket that breaks in the middle of a stream', async () => {
        const page = await openLive()
        page.transport.setReconnectOptions({ baseMs: 20, youngCapMs: 50 })
        const id = await createMatter('Lease')
        await arrived(page, id, 'Lease')
        for (let round = 0; round < 4; round++) {
          await move(id, 2 * round + 1)
          bench.ground.cutSockets()
          await move(id, 2 * round)
          await retitle(id, `Lease ${round}`)
          await arrived(page, id, `Lease ${round}`)
        }
        expectInOrder(page, id)
        expect(page.row(id)!.columnId).toBe(bench.ground.columns[0])
      })
    }
  })
}
