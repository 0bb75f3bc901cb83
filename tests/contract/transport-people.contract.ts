import { describe, expect, it } from 'vitest'
import type { OpenPage, TransportBench } from './transport-bench.ts'
import { SOON_MS } from './transport-bench.ts'

/** What a transport promises of people: what they say, who is there, where they point, and what is the reader's own. */
export function peopleContract(bench: TransportBench): void {
  const { arrived, createMatter, ended, hasSocket, newMatterId, openLive, retitle } = bench

  describe('events', () => {
    it('[A4] reach the others once and not who sent them', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      await ended(other.transport.emit('member:activity', { tab: 't1', matterId: id, action: 'viewing' }))
      await ended(other.transport.emit('note', { text: 'Lunch at noon' }))
      await ended(page.transport.emit('note', { text: 'Gladly' }))
      await bench.ground.until(() => page.heard('note').length > 0 && page.heard('member:activity').length > 0 && other.heard('note').length > 0, SOON_MS)
      const { reader, colleague } = bench.ground.people
      expect(page.heard('member:activity')).toMatchObject([{ boardId: bench.ground.boardId, from: colleague.id, data: { tab: 't1', matterId: id, action: 'viewing' } }])
      expect(page.heard('note')).toMatchObject([{ from: colleague.id, data: { text: 'Lunch at noon' } }])
      expect(other.heard('note')).toMatchObject([{ from: reader.id, data: { text: 'Gladly' } }])
    })

    it('[A4] that the server doesn’t take are refused to who sent them', async () => {
      const page = await openLive()
      await expect(ended(page.transport.emit('member:activity', { tab: 't1', matterId: newMatterId(), action: 'viewing' }))).rejects.toMatchObject({ kind: 'refused' })
    })

    it('say that the firm wants another way', async () => {
      const page = await openLive()
      const next = hasSocket ? 'polling' : 'hybrid'
      await bench.ground.setWay(next)
      await bench.ground.until(() => page.policies.length > 0, SOON_MS)
      expect(page.policies[0]).toEqual({ transport: next })
    })
  })

  describe('who is on the board', () => {
    const namedBy = async (page: OpenPage) => (await ended(page.transport.presence(bench.ground.boardId))).members.map(({ id }) => id)

    it('[A1] is told as it changes, and read as a list with where they are', async () => {
      const page = await openLive()
      const other = await openLive('colleague')
      const { colleague } = bench.ground.people
      await bench.ground.until(() => page.heard('member:joined').length > 0, SOON_MS)
      expect(page.heard('member:joined')).toMatchObject([{ boardId: bench.ground.boardId, from: colleague.id }])
      const id = await createMatter('Lease')
      await ended(other.transport.emit('member:activity', { tab: 't1', matterId: id, action: 'editing', field: 'title' }))
      expect(await ended(page.transport.presence(bench.ground.boardId))).toEqual({
        boardId: bench.ground.boardId,
        enabled: true,
        members: [{ id: colleague.id, since: expect.any(Number), places: [{ tab: 't1', matterId: id, action: 'editing', field: 'title' }] }],
      })
    })

    it('[A3] is nobody who doesn\'t want to be seen: they have left at once, and what they do is told to nobody', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const { colleague } = bench.ground.people
      await bench.ground.until(() => page.heard('member:joined').length > 0, SOON_MS)
      await bench.ground.choosePresence('colleague', 'invisible')
      try {
        await bench.ground.until(() => page.heard('member:left').length > 0, SOON_MS)
        await ended(other.transport.emit('member:activity', { tab: 't1', matterId: null, action: 'viewing' }))
        await ended(other.transport.emit('note', { text: 'Lunch at noon' }))
        await bench.ground.until(() => page.heard('note').length > 0, SOON_MS)
        expect([page.heard('member:activity'), await namedBy(page)]).toEqual([[], []])
      }
      finally {
        await bench.ground.choosePresence('colleague', 'visible')
      }
      await bench.ground.until(() => page.heard('member:joined').length > 1, SOON_MS)
      expect(await namedBy(page)).toEqual([colleague.id])
    })
  })

  describe('where somebody points', () => {
    const at = (x: number) => ({ at: { columnId: bench.ground.columns[0], matterId: null, x, y: 0.25 } })

    it('[A2] comes over a live socket to who wants it, over a new one, too, and costs no request', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      const { requests } = other.browser
      await other.transport.emit('cursor', at(0.125))
      await ended(other.transport.emit('note', { text: 'before' }))
      await bench.ground.until(() => page.heard('note').length > 0, SOON_MS)
      expect(page.heard('cursor')).toEqual([])
      page.transport.want({ cursors: true })
      if (!hasSocket) {
        await other.transport.emit('cursor', at(0.5))
        await ended(other.transport.emit('note', { text: 'after' }))
        await bench.ground.until(() => page.heard('note').length > 1, SOON_MS)
        expect(page.heard('cursor')).toEqual([])
        expect(other.browser.requests).toBeGreaterThan(requests)
        expect(other.browser.bytes.join()).not.toContain('VALIDATION')
        return
      }
      const pointUntil = async (x: number) => {
        // What isn't kept may come too early.
        await bench.ground.until(() => {
          void other.transport.emit('cursor', at(x))
          return page.heard('cursor').some(({ data }) => data.at?.x === x)
        }, SOON_MS)
      }
      await pointUntil(0.5)
      expect(page.heard('cursor').at(-1)).toMatchObject({ boardId: bench.ground.boardId, from: bench.ground.people.colleague.id, data: at(0.5) })
      expect(other.heard('cursor')).toEqual([])
      bench.ground.cutSockets()
      await pointUntil(0.75)
      page.transport.want({ cursors: false })
    })
  })

  describe('what is the reader\'s own', () => {
    it('[N2] is told of when the page has another tag, once it is another, and not any more once the page has it', async () => {
      const page = await openLive()
      const id = await createMatter('Lease')
      await arrived(page, id, 'Lease')
      expect(page.heard('personal')).toEqual([])
      await bench.ground.moveTag('colleague')
      await bench.ground.moveTag('reader')
      await bench.ground.until(() => page.heard('personal').length > 0, SOON_MS)
      page.own.tag = bench.ground.tagOf('reader')
      const told = page.heard('personal')
      expect(told.at(-1)).toEqual({ tag: page.own.tag })
      await retitle(id, 'Lease II')
      await arrived(page, id, 'Lease II')
      expect(page.heard('personal')).toEqual(told)
    })

    it('[N2] is told of to everybody where it is everybody\'s, on whatever they look at', async () => {
      const [page, other] = [await openLive(), await openLive('colleague')]
      await bench.ground.moveTag(null)
      await bench.ground.until(() => page.heard('personal').length > 0 && other.heard('personal').length > 0, SOON_MS)
      expect(page.heard('personal').at(-1)).toEqual({ tag: bench.ground.tagOf('reader') })
      expect(other.heard('personal').at(-1)).toEqual({ tag: bench.ground.tagOf('colleague') })
    })

    it('[N2] is made up for by whoever was away meanwhile', async () => {
      const page = await openLive()
      bench.ground.goDown()
      await bench.ground.until(() => !page.transport.isConnected(), SOON_MS)
      await bench.ground.moveTag('reader')
      bench.ground.comeBack()
      await bench.ground.until(() => page.heard('personal').length > 0, 3 * SOON_MS)
      expect(page.heard('personal').at(-1)).toEqual({ tag: bench.ground.tagOf('reader') })
    })
  })
}
