import { describe, expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol/socket.ts'
import { retitle } from '../../helpers/board-news.ts'
import { PEOPLE } from '../../helpers/builders.ts'
import { startFanOut } from '../../helpers/fan-out-harness.ts'
import { holdRead } from '../../helpers/hold-read.ts'
import { openTestFirm } from '../../helpers/test-firm.ts'

const { partner, associate, associate2 } = PEOPLE
const KB = 1024

async function openBoard() {
  const firm = await openTestFirm()
  const harness = startFanOut(firm)
  const { id } = await firm.put()
  const [slow, quick] = [await harness.open(associate), await harness.open(associate2)]
  const change = async (title: string) => {
    await firm.commit(partner, retitle(id, title))
    await harness.rest()
  }
  return { ...harness, firm, id, slow, quick, change }
}

describe('a socket that takes less than it is sent', () => {
  it('[B3] is sent nothing over 256 KB, and one change for all that it missed under 64 KB', async () => {
    const { slow, quick, change, clock, rest, read } = await openBoard()
    slow.unsent = 256 * KB
    await change('Still taken')
    expect(slow.news).toHaveLength(1)
    slow.unsent = 256 * KB + 1
    for (const title of ['One', 'Two', 'Three'])
      await change(title)
    expect(slow.news).toHaveLength(1)
    expect(quick.news).toHaveLength(4)
    slow.unsent = 64 * KB
    await clock.advance(200)
    expect(slow.news).toHaveLength(1)
    slow.unsent = 64 * KB - 1
    await clock.advance(100)
    await rest()
    expect(slow.news).toMatchObject([{}, { from: 1, version: 4, matters: [{ fields: { title: 'Three' } }] }])
    expect(slow.board).toEqual(await read(associate))
    await change('Live again')
    expect(slow.news).toHaveLength(3)
  })
  it('[B3] is closed after ten seconds over the mark, and told why', async () => {
    const { slow, quick, change, clock } = await openBoard()
    slow.unsent = 300 * KB
    await change('Unheard')
    await clock.advance(9_000)
    expect(slow.ended).toBeNull()
    await clock.advance(1_000)
    expect(slow.ended).toEqual({ code: CLOSE.SLOW, bye: { t: 'bye', code: 'slow', after: 1_000 } })
    expect(quick.ended).toBeNull()
    expect(clock.timers).toBe(0)
  })
  it('[B3] is closed at once over 1 MB, also when it grows so while it is watched', async () => {
    const { slow, quick, change, clock } = await openBoard()
    slow.unsent = 1024 * KB + 1
    quick.unsent = 300 * KB
    await change('Unheard')
    expect(slow.ended).toMatchObject({ code: CLOSE.SLOW })
    quick.unsent = 1024 * KB + 1
    await clock.advance(100)
    expect(quick.ended).toMatchObject({ code: CLOSE.SLOW })
    expect(clock.timers).toBe(0)
  })
  it('[B3] has no timer while nothing is dirty, and none after it left', async () => {
    const { slow, change, clock, fanOut } = await openBoard()
    expect(clock.timers).toBe(0)
    slow.unsent = 300 * KB
    await change('Unheard')
    expect(clock.timers).toBe(1)
    fanOut.leave(slow)
    expect(clock.timers).toBe(0)
  })
  it('[B3] gets the answer to its sync when it has taken what was sent before', async () => {
    const { slow, change, clock, rest } = await openBoard()
    slow.unsent = 300 * KB
    const synced = slow.sync()
    await change('Between')
    expect(slow.frames).toMatchObject([{ t: 'welcome' }])
    slow.unsent = 0
    await clock.advance(100)
    await synced
    await rest()
    expect(slow.news).toMatchObject([{ ref: 1, from: 0, version: 1 }])
  })
  it('[B3] that is closed while it waits for an answer gets none', async () => {
    const { slow, clock } = await openBoard()
    slow.unsent = 300 * KB
    const synced = slow.sync()
    await clock.advance(10_100)
    await synced
    expect(slow.frames).toMatchObject([{ t: 'welcome' }])
    expect(slow.ended).toMatchObject({ code: CLOSE.SLOW })
  })
  it('[B3] is read for by itself when it is far behind, and still misses nothing', async () => {
    const { firm, id, slow, change, clock, rest, read } = await openBoard()
    slow.unsent = 300 * KB
    await change('First unheard')
    for (let index = 0; index < 510; index++)
      await firm.commit(partner, retitle(id, `Title ${index}`))
    await rest()
    slow.unsent = 0
    await clock.advance(100)
    await rest()
    expect(slow.news).toMatchObject([{ from: 0, version: 511 }])
    expect(slow.buffers).toHaveLength(0)
    expect(slow.board).toEqual(await read(associate))
    await change('Live again')
    expect(slow.buffers).toHaveLength(1)
  })
  it('[B3] is sent nothing that was read for it while it was taking, when it takes no more', async () => {
    const { firm, id, slow, change, clock, rest, calm, read } = await openBoard()
    slow.unsent = 300 * KB
    await change('First unheard')
    for (let index = 0; index < 510; index++)
      await firm.commit(partner, retitle(id, `Title ${index}`))
    await rest()
    const goOn = holdRead(firm.repository)
    slow.unsent = 0
    await clock.advance(100)
    await calm()
    slow.unsent = 300 * KB
    goOn()
    await rest()
    expect(slow.news).toEqual([])
    slow.unsent = 0
    await clock.advance(100)
    await rest()
    expect(slow.news).toHaveLength(1)
    expect(slow.board).toEqual(await read(associate))
  })
})
