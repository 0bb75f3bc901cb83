import { describe, expect, it } from 'vitest'
import type { Mutation } from '#shared/kanban/mutation.ts'
import { assign, BOARD_ID, buildId, buildMove, buildTask, NOW, PEOPLE } from '../helpers/builders.ts'
import { CID, edit, numbered, OTHER_CID, retitle, traces } from '../helpers/numbered-builders.ts'
import { openTestFirm } from '../helpers/test-firm.ts'

const { partner, partner2, associate } = PEOPLE

describe('a numbered mutation that met others', () => {
  it('[X1] is no conflict with an earlier number of the same outbox, and is one with another', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(associate, CID, retitle(1, id, 'One', { title: 0 }))
    expect(await firm.send(associate, CID, retitle(2, id, 'Two', { title: 0 }))).toMatchObject({ status: 'ok' })
    expect(await firm.send(associate, OTHER_CID, retitle(1, id, 'Three', { title: 0 }))).toEqual({
      n: 1, status: 'conflict', version: 0, conflicts: [{ field: 'title', version: 2, value: 'Two', by: associate.id, at: NOW }],
    })
    expect(await firm.send(associate, OTHER_CID, retitle(2, id, 'Two', { title: 0 }))).toMatchObject({ status: 'ok', version: 2 })
  })

  it('[X1] conflicts with what a plain caller wrote, at the time at which that was', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    firm.clock.now = NOW + 1_000
    await firm.commit(partner, { kind: 'edit', id, args: { set: { title: 'Theirs' } } })
    firm.clock.now = NOW + 9_000
    await firm.commit(partner, { kind: 'edit', id, args: { set: { description: 'Later' } } })
    expect(await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))).toMatchObject({
      status: 'conflict', conflicts: [{ field: 'title', version: 1, value: 'Theirs', by: partner.id, at: NOW + 1_000 }],
    })
  })

  it('[X1] goes in whole or not at all', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ title: 'Lease', clientName: 'Hoshino' })
    await firm.send(partner, OTHER_CID, retitle(1, id, 'Theirs'))
    const before = await traces(firm)
    expect(await firm.send(associate, CID, edit(1, id, { set: { title: 'Mine', clientName: 'Other' } }, { title: 0, clientName: 0 })))
      .toMatchObject({ status: 'conflict', conflicts: [{ field: 'title' }] })
    expect(await traces(firm)).toEqual(before)
  })

  it('[X2] merges what doesn\'t overlap, and says who changed what beside it', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, OTHER_CID, edit(1, id, { set: { priority: 'URGENT' } }))
    const merged = await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))
    expect(merged).toEqual({ n: 1, status: 'merged', version: 2, others: [{ field: 'priority', version: 1, by: partner.id, at: NOW }] })
    expect(await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))).toEqual(merged)
    expect(await firm.repository.matters.find(id)).toMatchObject({ title: 'Mine', priority: 'URGENT' })
    expect(await firm.send(associate, CID, retitle(2, id, 'Again', { title: 2 }))).toEqual({ n: 2, status: 'ok', version: 3 })
  })

  it('[X2] agrees on one target, conflicts on two, and never on the rank', async () => {
    const firm = await openTestFirm()
    const [one, two, three] = [await firm.put(), await firm.put(), await firm.put()]
    const move = (n: number, matter: typeof one, to: string) => numbered(n, { ...buildMove(matter, to), base: { columnId: 0, rank: 0 } } as Mutation)
    await firm.send(partner, OTHER_CID, move(1, one, 'review'))
    await firm.send(partner, OTHER_CID, move(2, two, 'review'))
    await firm.send(partner, OTHER_CID, numbered(3, buildMove(three, 'in-progress')))
    expect(await firm.send(associate, CID, move(1, one, 'review'))).toMatchObject({ status: 'ok' })
    expect(await firm.send(associate, CID, move(2, two, 'waiting-client'))).toMatchObject({ status: 'conflict', conflicts: [{ field: 'columnId', value: 'review' }] })
    expect(await firm.send(associate, CID, move(3, three, 'in-progress'))).toMatchObject({ status: 'ok' })
  })

  it('[X2] shows a stale move where the matter went, also when no way leads on from there', async () => {
    const firm = await openTestFirm()
    const matter = await firm.put()
    await firm.send(partner, OTHER_CID, numbered(1, buildMove(matter, 'closed', { reason: 'settled', outcome: 'SETTLED', confirmed: true })))
    const stale = numbered(1, { ...buildMove(matter, 'review'), base: { columnId: 0 } } as Mutation)
    expect(await firm.send(associate, CID, stale)).toMatchObject({ status: 'conflict', conflicts: [{ field: 'columnId', value: 'closed', by: partner.id }] })
    const again = numbered(2, { ...buildMove(matter, 'review'), base: { columnId: 1 } } as Mutation)
    expect(await firm.send(associate, CID, again)).toMatchObject({ status: 'rejected', code: 'INSUFFICIENT_PERMISSION' })
  })

  it('[X1] [X4] meets the removal of an item that it changes, and lets a new one in beside it', async () => {
    const firm = await openTestFirm()
    const task = buildTask({ title: 'Call' })
    const matter = await firm.put({ tasks: [task] })
    await firm.send(partner, OTHER_CID, edit(1, matter.id, { tasks: { remove: [task.id] } }))
    const change = (n: number, base: Record<string, number>) => edit(n, matter.id, { tasks: { put: [{ ...task, title: 'Ring' }] } }, base)
    expect(await firm.send(associate, CID, change(1, { [`tasks/${task.id}`]: 0 }))).toEqual({
      n: 1, status: 'conflict', version: 0, conflicts: [{ field: `tasks/${task.id}`, version: 1, value: null, by: partner.id, at: NOW }],
    })
    expect(await firm.send(associate, CID, change(2, { [`tasks/${task.id}`]: 1 }))).toMatchObject({ status: 'ok' })
    const added = { ...task, id: buildId(0x777), title: 'New' }
    expect(await firm.send(partner, OTHER_CID, edit(2, matter.id, { tasks: { put: [added] } }, { title: 0 }))).toMatchObject({ status: 'merged' })
  })

  it('[X2] [X4] lets a deletion meet what others wrote, an item too, but not where the matter stands', async () => {
    const firm = await openTestFirm()
    const task = buildTask()
    const matter = await firm.put({ tasks: [task] })
    await firm.send(associate, OTHER_CID, numbered(1, buildMove(matter, 'in-progress', { placement: { position: 0 } })))
    await firm.send(associate, OTHER_CID, edit(2, matter.id, { tasks: { put: [{ ...task, title: 'Theirs' }] } }))
    const remove = (n: number, base: Record<string, number>) => numbered(n, { kind: 'delete', id: matter.id, args: {}, base })
    expect(await firm.send(partner, CID, remove(1, { rank: 0, title: 0, [`tasks/${task.id}`]: 0 })))
      .toMatchObject({ status: 'conflict', conflicts: [{ field: `tasks/${task.id}`, value: { title: 'Theirs' } }] })
    expect(await firm.send(partner, CID, remove(2, { rank: 0, title: 0 }))).toMatchObject({ status: 'ok' })
    expect(await firm.send(partner, CID, remove(2, {}))).toMatchObject({ n: 2, status: 'ok' })
  })
})

describe('a stored result', () => {
  it('[M3] tells the newest value of what it met', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, OTHER_CID, retitle(1, id, 'Theirs'))
    await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))
    firm.clock.now = NOW + 500
    await firm.send(partner2, buildId(0xC3), retitle(1, id, 'Newest'))
    expect(await firm.send(associate, CID, retitle(1, id, 'Mine', { title: 0 }))).toEqual({
      n: 1, status: 'conflict', version: 0, conflicts: [{ field: 'title', version: 2, value: 'Newest', by: partner2.id, at: NOW + 500 }],
    })
  })

  it('[M3] says no more than that the matter is gone, once it is hidden from who asks', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ assignments: [assign(partner)] })
    await firm.send(partner, OTHER_CID, edit(1, id, { set: { title: 'Secret', priority: 'URGENT' } }))
    const met = retitle(1, id, 'Mine', { title: 0 })
    expect(await firm.send(partner2, CID, met)).toMatchObject({ status: 'conflict' })
    const merged = await firm.send(partner2, CID, edit(2, id, { set: { description: 'b' } }, { description: 0 }))
    expect(merged).toMatchObject({ status: 'merged', others: [{ field: 'title' }, { field: 'priority' }] })
    expect(await firm.send(partner2, CID, edit(3, id, { set: { title: '   ' } }))).toMatchObject({ status: 'rejected' })
    expect(await firm.send(partner2, CID, edit(4, id, { assignments: { remove: [partner.id] } }))).toMatchObject({ status: 'rejected', code: 'VALIDATION', field: 'assignments' })
    await firm.commit(partner, { kind: 'edit', id, args: { set: { confidentiality: 'SEALED' } } })
    expect(await firm.send(partner2, CID, met)).toEqual({ n: 1, status: 'gone', version: 0 })
    // What was made was made; what others did beside it is no longer this person's to know.
    expect(await firm.send(partner2, CID, { n: 2, kind: 'void' })).toEqual({ n: 2, status: 'merged', version: merged.version })
    expect(await firm.send(partner2, CID, { n: 4, kind: 'void' })).toEqual({ n: 4, status: 'gone', version: 0 })
  })

  it('[M3] holds no value of any field', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put({ title: 'Secret lease' })
    await firm.send(partner, OTHER_CID, retitle(1, id, 'Secret plan'))
    await firm.send(associate, CID, retitle(1, id, 'Secret wish', { title: 0 }))
    await firm.send(associate, CID, edit(2, id, { set: { description: 'Secret note' } }, { description: 0 }))
    const stored = [await firm.repository.mutations.findResult(BOARD_ID, CID, 1), await firm.repository.mutations.findResult(BOARD_ID, CID, 2)]
    expect(stored).toMatchObject([{ status: 'conflict', conflicts: ['title'] }, { status: 'merged', others: [{ field: 'title' }] }])
    expect(JSON.stringify(stored)).not.toContain('Secret')
  })

  it('[M2] that was forgotten is refused as that, and its number stays used', async () => {
    const firm = await openTestFirm()
    const { id } = await firm.put()
    await firm.send(partner, CID, retitle(1, id, 'One'))
    await firm.repository.mutations.prune({ results: NOW + 1, clients: 0 })
    expect(await firm.send(partner, CID, retitle(1, id, 'Again'))).toEqual({ n: 1, status: 'rejected', version: 0, code: 'RESULT_FORGOTTEN' })
    expect(await firm.repository.matters.find(id)).toMatchObject({ title: 'One' })
    expect(await firm.send(partner, CID, retitle(2, id, 'Two'))).toMatchObject({ status: 'ok' })
  })
})
