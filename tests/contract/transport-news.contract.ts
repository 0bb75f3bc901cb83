import { describe, expect, it } from 'vitest'
import type { TransportKind } from '#shared/config/features.ts'
import { createSwitchableTransport } from '#shared/realtime/switchable-transport.ts'
import type { TransportBench } from './transport-bench.ts'
import { SOON_MS } from './transport-bench.ts'

/** What a transport promises of the rows: all that this reader may see, once and in order, and no byte more. */
export function newsContract(bench: TransportBench): void {
  const { arrived, create, createMatter, ended, eventsOf, expectInOrder, hasSocket, isOnItsWay, kind, move, newMatterId, openLive, retitle } = bench

  describe('news', () => {
    it('[T1] [C3] bring each of a colleague’s 30 moves once and in order', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      for (let count = 1; count <= 30; count++) {
        await move(id, count)
        await bench.ground.until(() => eventsOf(page, 'matter:updated', id).length === count, SOON_MS)
      }
      const moves = eventsOf(page, 'matter:updated', id)
      expect(moves.map(({ matter }) => matter!.columnId)).toEqual(Array.from({ length: 30 }, (_, index) => bench.ground.columns[(index + 1) % 2]))
      expectInOrder(page, id)
    })

    it('[R3] [C4] bring a burst of 30 moves to the same end, however they are gathered', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      for (let count = 1; count <= 30; count++)
        await move(id, count)
      await retitle(id, 'Lease of the east wing')
      await arrived(page, id, 'Lease of the east wing')
      expect(page.row(id)!.columnId).toBe(bench.ground.columns[0])
      expectInOrder(page, id)
    })

    it('tell a matter’s coming, changing and going once each', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await retitle(id, 'Sale')
      await arrived(page, id, 'Sale')
      await bench.ground.act('colleague', { kind: 'delete', id, args: { reason: 'Entered twice' } })
      await bench.ground.until(() => page.row(id) === undefined, SOON_MS)
      expect(eventsOf(page, 'matter:created', id)).toMatchObject([{ matter: { title: 'Lease' }, by: bench.ground.people.colleague.id }])
      expect(eventsOf(page, 'matter:updated', id)).toMatchObject([{ matter: { title: 'Sale' } }])
      expect(eventsOf(page, 'matter:deleted', id)).toMatchObject([{ matter: null }])
    })

    it('tell of a comment once', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await bench.ground.act('colleague', { kind: 'comment', id, args: { action: 'add', commentId: newMatterId(), body: 'The client agreed.' } })
      await bench.ground.until(() => page.heard('comment:created').length > 0, SOON_MS)
      expect(page.heard('comment:created')).toEqual([{ boardId: bench.ground.boardId, matterId: id, count: 1 }])
    })

    it('[M4] bring the end of an own change, and the colleague what was changed', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const id = await createMatter('Lease', { shared: true })
      await arrived(page, id, 'Lease')
      await arrived(other, id, 'Lease')
      const { settled } = page.runner.submit({ kind: 'edit', id, args: { set: { title: 'Sale' } } })
      expect(await ended(settled)).toMatchObject({ ok: true })
      await arrived(page, id, 'Sale')
      await arrived(other, id, 'Sale')
      await bench.ground.until(() => page.runner.state.entries.length === 0, SOON_MS)
      expect(eventsOf(page, 'matter:updated', id)).toHaveLength(1)
      expect(eventsOf(other, 'matter:updated', id)).toHaveLength(1)
    })

    it('come no more once the board was left', async () => {
      const page = await openLive()
      page.poller.stop()
      page.transport.join(bench.ground.boardId, () => ({ boardId: bench.ground.boardId, epoch: null, version: 0, cid: '' }))()
      const witness = await openLive()
      const id = await createMatter('Lease')
      await arrived(witness, id, 'Lease')
      expect(eventsOf(page, 'matter:created', id)).toEqual([])
      expect(page.browser.openSockets).toBe(0)
    })

    it('[T1] are neither lost nor doubled when the transport is swapped in the middle of a stream', async () => {
      let swap: (to: TransportKind) => void = () => {}
      const page = await openLive('reader', {
        wrap(first) {
          const link = createSwitchableTransport(first)
          swap = to => link.swap(create(to, bench.pages.at(-1)!.browser))
          return link
        },
      })
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      const ways: TransportKind[] = ['polling', kind, hasSocket ? 'websocket' : 'polling', 'polling', kind]
      for (const [round, way] of ways.entries()) {
        await move(id, 2 * round + 1)
        swap(way)
        await move(id, 2 * round)
        await retitle(id, `Lease ${round}`)
        await arrived(page, id, `Lease ${round}`)
      }
      await bench.ground.until(() => isOnItsWay(page), SOON_MS)
      await retitle(id, 'Sale')
      await arrived(page, id, 'Sale')
      expectInOrder(page, id)
      expect(page.browser.openSockets).toBe(hasSocket ? 1 : 0)
    })

    it('[C1] lead to the right board after a reset', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      const { epoch } = page.runner.state.confirmed
      await bench.ground.renewEpoch()
      await retitle(id, 'Sale')
      await arrived(page, id, 'Sale')
      expect(page.runner.state.confirmed.epoch).not.toBe(epoch)
      await bench.ground.until(() => isOnItsWay(page), SOON_MS)
      await retitle(id, 'Option')
      await arrived(page, id, 'Option')
    })
  })

  describe('walls', () => {
    it('[W3] [C6] take a matter away, and no byte of it comes after that', async () => {
      const page = await openLive()
      const [walled, open] = [await createMatter('Lease'), await createMatter('Sale')]
      await arrived(page, walled, 'Lease')
      await bench.ground.act('colleague', { kind: 'edit', id: walled, args: { set: { confidentiality: 'SEALED', title: 'Hostile takeover' } } })
      await bench.ground.until(() => page.row(walled) === undefined, SOON_MS)
      expect(eventsOf(page, 'matter:deleted', walled)).toHaveLength(1)
      await retitle(walled, 'Hostile takeover of Kitahama')
      await move(walled, 1)
      await retitle(open, 'Sale of the east wing')
      await arrived(page, open, 'Sale of the east wing')
      expect(page.browser.bytes.join('\n')).not.toContain('Hostile')
      expect(JSON.stringify(page.told)).not.toContain('Hostile')
      expect(JSON.stringify([...page.runner.state.confirmed.rows.values()])).not.toContain('Hostile')
    })

    it('[W3] a matter behind one is named in no event', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const walled = await createMatter('Hostile takeover', { sealed: true })
      await arrived(other, walled, 'Hostile takeover')
      await ended(other.transport.emit('member:activity', { tab: 't1', matterId: walled, action: 'editing' }))
      await ended(other.transport.emit('note', { text: 'Lunch at noon' }))
      await bench.ground.until(() => page.heard('note').length > 0, SOON_MS)
      expect(page.heard('member:activity')).toEqual([])
      expect(page.browser.bytes.join('\n')).not.toContain(walled)
    })
  })
}
