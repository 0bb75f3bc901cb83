import { describe, expect, it } from 'vitest'
import { assign, BOARD_ID, buildId, PEOPLE } from '../helpers/builders.ts'
import { CID, edit, OTHER_CID, retitle } from '../helpers/numbered-builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, partner2, associate, associate2, paralegal } = PEOPLE

describe('acks', () => {
  const query = (version: number, cid?: string) => ({ board: BOARD_ID, epoch: 'epoch-1', version, wait: 0, includeDeleted: true, cid })

  it('[M4] come with the rows that contain what they count', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    await firm.send(partner, CID, { n: 2, kind: 'void' })
    expect(await firm.reader.snapshot(partner, BOARD_ID, CID)).toMatchObject({ version: 1, acks: { [CID]: 2 } })
    expect(await firm.reader.updates(partner, query(0, CID))).toMatchObject({ answer: { version: 1, acks: { [CID]: 2 } } })
    expect((await firm.reader.snapshot(partner, BOARD_ID)).acks).toEqual({})
    expect((await firm.reader.snapshot(partner, BOARD_ID, OTHER_CID)).acks).toEqual({})
  })

  it('[M4] are told to nobody but the member whose outbox it is', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    expect((await firm.reader.snapshot(partner2, BOARD_ID, CID)).acks).toEqual({})
    expect(await firm.reader.updates(partner2, query(0, CID))).toMatchObject({ answer: { acks: {} } })
  })

  it('[P5] a reader\'s version counts what this member wrote, from whichever outbox, seen or not', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put({ assignments: [assign(associate)] })
    await firm.send(partner, CID, edit(1, matter.id, { set: { confidentiality: 'SEALED' } }))
    expect((await firm.reader.snapshot(partner, BOARD_ID)).version).toBe(1)
    await firm.boards.commitBatch(PEOPLE.admin, BOARD_ID, async batch => batch.create({ ...matter, id: buildId(0x9100), caseNumber: 'I-1', confidentiality: 'SEALED' }))
    expect((await firm.reader.snapshot(PEOPLE.admin, BOARD_ID)).version).toBe(2)
    expect((await firm.reader.snapshot(partner, BOARD_ID)).version).toBe(1)
  })
})

describe('what enters and leaves the board of a reader', () => {
  it('[W1] [W3] comes as a put or a del within one update, and is gone for writes from then on', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ assignments: [assign(associate)] })
    const read = async (version: number) => {
      const result = await firm.reader.updates(paralegal, { board: BOARD_ID, epoch: 'epoch-1', version, wait: 0, includeDeleted: true })
      return result.kind === 'news' ? result.answer : result
    }
    await firm.send(partner, CID, edit(1, id, { assignments: { put: [assign(paralegal, 'PARALEGAL')] } }))
    await firm.send(partner, CID, edit(2, id, { set: { confidentiality: 'RESTRICTED' } }))
    expect(await read(0)).toMatchObject({ version: 2, matters: [{ op: 'set', id }], deleted: [] })
    expect(await firm.send(paralegal, OTHER_CID, edit(1, id, { tags: { add: ['mine'] } }))).toMatchObject({ status: 'ok', version: 3 })
    await firm.send(partner, CID, edit(3, id, { assignments: { remove: [paralegal.id] } }))
    expect(await read(3)).toMatchObject({ version: 4, matters: [], deleted: [id] })
    expect(await firm.send(paralegal, OTHER_CID, edit(2, id, { tags: { add: ['late'] } }))).toEqual({ n: 2, status: 'gone', version: 0 })
    await firm.send(partner, CID, edit(4, id, { set: { confidentiality: 'NORMAL' } }))
    expect(await read(4)).toMatchObject({ version: 5, matters: [{ op: 'put', id, matter: { tags: ['mine'] } }], deleted: [] })
  })

  it('[W2] is the same for all readers who see the same', async () => {
    const firm = await openTestFirm()
    const [open, sealed] = [await firm.put(), await firm.put({ confidentiality: 'SEALED', assignments: [assign(partner)] })]
    await firm.send(partner, CID, retitle(1, sealed.id, 'Hidden'))
    await firm.send(partner, CID, retitle(2, open.id, 'Shown'))
    await firm.send(partner, CID, edit(3, open.id, { set: { confidentiality: 'RESTRICTED' } }))
    const answers = await Promise.all([associate, associate2, partner2].map(reader => firm.reader.updates(reader, {
      board: BOARD_ID, epoch: 'epoch-1', version: 0, wait: 0, includeDeleted: true,
    })))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ answer: { version: 3, matters: [{ id: open.id }] } })
  })
})
